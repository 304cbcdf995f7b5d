-- Breaks of an outlet's pages: its texts or fields became doubtful, mostly by a redesign; and redesigns that left them sound.
CREATE TABLE breaks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    kind TEXT NOT NULL,             -- text (texts are in doubt), fields (only fields are) or redesign (nothing is)
    opened_at TEXT NOT NULL,        -- when it was noticed
    first_page INTEGER NOT NULL,    -- its first page, a number of page_signals
    last_page INTEGER NOT NULL,     -- the page that proved it
    pages INTEGER NOT NULL,         -- pages from the first to that one
    signs TEXT NOT NULL,            -- JSON list of what is odd about its pages, words of crawler/baseline.py
    new_template INTEGER NOT NULL,  -- 1: its pages have a template that was not known
    template BLOB NOT NULL,         -- sketch of the template of the page that proved it
    told TEXT NOT NULL,             -- JSON list of sentences: what changed, figures before and after
    before_article_id INTEGER REFERENCES articles(id),  -- example from before
    before_revision INTEGER,        -- its revision
    after_link_id INTEGER REFERENCES links(id),         -- example from since then
    after_article_id INTEGER REFERENCES articles(id),   -- its article; NULL where the page became none
    after_revision INTEGER,         -- its revision
    closed_at TEXT,                 -- end; NULL while it is open
    how TEXT,                       -- fixed (texts are sound again), normal (accepted as they are) or sound (never in doubt)
    opening_told_at TEXT,           -- when ops was told of it
    closing_told_at TEXT,           -- when ops was told of its end
    tell_tries INTEGER NOT NULL DEFAULT 0,  -- mails to ops that did not leave
    tell_after TEXT                 -- not again before; NULL: at once
);

CREATE INDEX breaks_outlet ON breaks (outlet_id, id);

CREATE INDEX breaks_open ON breaks (outlet_id) WHERE closed_at IS NULL;

CREATE INDEX breaks_untold ON breaks (id) WHERE opening_told_at IS NULL OR closing_told_at IS NULL;

-- What each new page told of its template and of how well it was read: by many of them a redesign is seen.
CREATE TABLE page_signals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number, in the order of reading
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    at TEXT NOT NULL,               -- time of the answer
    link_id INTEGER NOT NULL REFERENCES links(id),   -- link
    article_id INTEGER REFERENCES articles(id),      -- article; NULL for a page that became none
    kind TEXT NOT NULL,             -- empty for an article, else why it is none: empty, list or javascript
    words INTEGER NOT NULL,         -- words of the cleaned text
    fields TEXT NOT NULL,           -- those that the page itself gave, of title, byline, section, date and image
    method TEXT NOT NULL,           -- which way gave the text: rule, trafilatura, jsonld, state, paragraphs
    ruled INTEGER,                  -- 1: the outlet's own page rules found the text; 0: they missed; NULL: it has none
    cut REAL NOT NULL,              -- share of the text that line rules cut
    template BLOB NOT NULL,         -- sketch of the classes on the page, 64 bytes
    title_hash INTEGER NOT NULL,    -- 32 bits of the folded title; 0 without one
    edges BLOB NOT NULL,            -- the same of the first and last lines of the text, four bytes each
    family TEXT,                    -- known template that it has; empty: a new one; NULL: judged by nothing
    signs TEXT,                     -- what is odd about it, words of crawler/baseline.py; NULL: judged by nothing
    break_id INTEGER REFERENCES breaks(id)  -- open break whose signs it shows
);

CREATE INDEX page_signals_outlet ON page_signals (outlet_id, at);

CREATE INDEX page_signals_break ON page_signals (break_id) WHERE break_id IS NOT NULL;

-- What is usual for an outlet's pages, made anew now and then from page_signals.
CREATE TABLE baselines (
    outlet_id TEXT PRIMARY KEY REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    made_at TEXT NOT NULL,          -- when
    pages INTEGER NOT NULL,         -- pages that it was made from
    usual TEXT                      -- JSON: lengths, methods, share of each sign, by template; NULL while too little is known
) WITHOUT ROWID;

-- Texts that a re-check gave while the outlet's pages were in doubt: kept beside the revisions, never in their place.
CREATE TABLE doubtful_texts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    break_id INTEGER REFERENCES breaks(id),  -- break that was open; NULL: none was found yet
    at TEXT NOT NULL,               -- first time
    url TEXT NOT NULL,              -- address that gave it
    text_sha256 TEXT NOT NULL,      -- of the folded title and body
    title TEXT NOT NULL,            -- headline
    body TEXT NOT NULL,             -- text, one paragraph a line
    signs TEXT NOT NULL,            -- what is odd about it
    capture_id INTEGER REFERENCES captures(id),  -- kept page
    UNIQUE (article_id, text_sha256)
);

ALTER TABLE articles ADD COLUMN
    quarantined_by INTEGER          -- break by which its latest text is in doubt, NULL: it is not
        REFERENCES breaks(id)
;

CREATE INDEX articles_quarantined ON articles (quarantined_by) WHERE quarantined_by IS NOT NULL;

ALTER TABLE outbox ADD COLUMN
    held_by INTEGER                 -- break by which its text is in doubt, NULL: it is not
        REFERENCES breaks(id)
;

ALTER TABLE outbox ADD COLUMN
    held_until TEXT                 -- it does not leave before, unless the break ends, NULL: it is not held
;

CREATE INDEX outbox_held ON outbox (held_by) WHERE held_by IS NOT NULL;

CREATE INDEX doubtful_texts_break ON doubtful_texts (break_id) WHERE break_id IS NOT NULL;

-- Articles whose text is in doubt, with the break by which it is.
CREATE VIEW quarantine AS
SELECT
    a.id AS id,                     -- number of the article
    a.outlet_id AS outlet,          -- outlet
    r.title AS title,               -- headline
    r.word_count AS words,          -- words of the body
    a.first_seen_at AS first_seen_at,  -- first discovered
    a.quarantined_by AS break_id,   -- break
    b.kind AS kind,                 -- its kind
    b.closed_at AS closed_at,       -- its end; NULL while it is open
    a.url AS url                    -- citation
FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision
JOIN breaks AS b ON b.id = a.quarantined_by;
