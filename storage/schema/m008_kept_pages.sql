-- What kept pages are compressed with: up to three whole pages of an outlet, one after the other, as a raw zstandard dictionary. Never deleted.
CREATE TABLE dictionaries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number; the highest one of an outlet is used for its new pages
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    made_at TEXT NOT NULL,          -- when
    captures TEXT NOT NULL,         -- JSON list of the captures whose pages it holds, in their order
    sampled INTEGER NOT NULL,       -- pages that it was chosen from and tried on
    size INTEGER NOT NULL,          -- bytes of its content
    sha256 TEXT NOT NULL,           -- of its content
    ratio_before REAL NOT NULL,     -- how many times smaller the pages it was tried on were before: with the one before, else without any
    ratio REAL NOT NULL,            -- how many times smaller these pages are with it
    pressed_to INTEGER NOT NULL DEFAULT 0,  -- older pages of articles up to this number were compressed again with it
    content BLOB NOT NULL           -- the content, itself compressed with zstandard, without a dictionary
);

CREATE INDEX dictionaries_outlet ON dictionaries (outlet_id, id);

-- Sums over kept pages, written together with them: one row an outlet and dictionary.
CREATE TABLE kept (
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    dictionary_id INTEGER NOT NULL,  -- dictionary that they are compressed with; 0 for none
    bodies INTEGER NOT NULL,        -- captures that have their body
    size INTEGER NOT NULL,          -- bytes of these bodies
    stored INTEGER NOT NULL,        -- bytes that they take in the store
    dropped INTEGER NOT NULL,       -- captures whose body retention took
    dropped_stored INTEGER NOT NULL,  -- bytes that those had taken in the store
    PRIMARY KEY (outlet_id, dictionary_id)
) WITHOUT ROWID;

INSERT INTO kept
SELECT l.outlet_id, 0, count(*), sum(c.body_size), sum(length(c.body)), 0, 0
FROM captures AS c
JOIN links AS l ON l.id = (SELECT v.link_id FROM visits AS v WHERE v.capture_id = c.id ORDER BY v.id LIMIT 1)
WHERE c.body IS NOT NULL
GROUP BY l.outlet_id;

-- Articles whose kept pages retention never takes, because somebody said so.
CREATE TABLE holds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    reason TEXT NOT NULL,           -- why, as it was given; may be empty
    placed_at TEXT NOT NULL,        -- since when
    released_at TEXT                -- when it was released; NULL while it holds
);

CREATE UNIQUE INDEX holds_open ON holds (article_id) WHERE released_at IS NULL;

CREATE INDEX holds_article ON holds (article_id);

CREATE INDEX captures_kept ON captures (fetched_at, id) WHERE body IS NOT NULL;

CREATE INDEX divergences_capture ON divergences (capture_id) WHERE capture_id IS NOT NULL;
