ALTER TABLE outlets ADD COLUMN
    keyed_by TEXT                   -- JSON list of the article_id patterns that the keys in the store were made by, NULL while not known
;

-- What newshawk outlets rekey changed: a row for each article or address that has another key, or belongs elsewhere, since.
CREATE TABLE rekeys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    at TEXT NOT NULL,               -- when; all rows of one call have the same
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    action TEXT NOT NULL,           -- key, merge, part, split, generation, attach, release or recognise
    article_id INTEGER REFERENCES articles(id),  -- article
    into_id INTEGER REFERENCES articles(id),     -- article that it was merged into, parted from or split off from
    link_id INTEGER REFERENCES links(id),        -- address that belongs elsewhere since
    old_kind TEXT NOT NULL,         -- kind of the key before
    old_value TEXT NOT NULL,        -- value of the key before
    new_kind TEXT NOT NULL,         -- kind of the key since
    new_value TEXT NOT NULL,        -- value of the key since
    told TEXT NOT NULL              -- the sentence
);

CREATE INDEX rekeys_article ON rekeys (article_id) WHERE article_id IS NOT NULL;

CREATE INDEX rekeys_link ON rekeys (link_id) WHERE link_id IS NOT NULL;

CREATE INDEX articles_merged ON articles (merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE outlets ADD COLUMN
    read_by TEXT                    -- patterns, hosts and aliases by which its lists were read last
;
