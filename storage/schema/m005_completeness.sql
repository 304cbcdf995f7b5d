-- Walks through an outlet's archives (sitemaps, pages of feeds and sections) for what was published in a window.
CREATE TABLE backfills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    gap_id INTEGER REFERENCES gaps(id),    -- gap that it was to cover; NULL when somebody asked for it
    given TEXT NOT NULL,            -- the window as it was asked for: the same words take an unfinished backfill up
    since_at TEXT NOT NULL,         -- begin of the window
    until_at TEXT,                  -- end of the window, itself outside; NULL: no end
    silent INTEGER NOT NULL,        -- 1: links that it finds alert nobody
    state TEXT NOT NULL,            -- running, paused (a bound or a stop; goes on when asked again), done or failed
    started_at TEXT NOT NULL,       -- start
    worked_at TEXT NOT NULL,        -- last time that it was taken up
    finished_at TEXT,               -- end; NULL while it runs, was interrupted or is paused
    told TEXT NOT NULL DEFAULT ''   -- why it is paused or failed
);

CREATE INDEX backfills_outlet ON backfills (outlet_id, id);

-- What a backfill walks: one row an archive document. It is written before the document is asked for.
CREATE TABLE backfill_documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number; they are walked in this order
    backfill_id INTEGER NOT NULL REFERENCES backfills(id),  -- backfill
    url TEXT NOT NULL,              -- address of the document
    kind TEXT NOT NULL,             -- feed, sitemap or section
    root TEXT NOT NULL,             -- source or first sitemap that led to it
    number INTEGER NOT NULL,        -- page number within its feed or section; depth below its first sitemap
    guess TEXT NOT NULL,            -- form of a page number that nobody named: paged, page, folder, last; else empty
    state TEXT NOT NULL,            -- waiting, walked or failed
    tries INTEGER NOT NULL DEFAULT 0,      -- walks of it that failed
    reason TEXT NOT NULL DEFAULT '',       -- why it failed, or why its feed or section ends here: older, repeats, empty, bound
    walked_at TEXT,                 -- when it was read or failed
    host TEXT,                      -- host that answered
    entries INTEGER,                -- addresses in it
    inside INTEGER,                 -- of these in the window, or not provably outside
    new_links INTEGER,              -- of these never seen before
    oldest_at TEXT,                 -- oldest entry by any evidence
    newest_at TEXT,                 -- newest entry by any evidence
    reaches INTEGER NOT NULL DEFAULT 0,    -- 1: it shows what is older than the window, so nothing of it lies further back
    named BLOB,                     -- of pages: eight bytes of a hash of each address, by which a repeated page is known
    UNIQUE (backfill_id, url)
);

CREATE INDEX backfill_documents_waiting ON backfill_documents (backfill_id, kind, id) WHERE state = 'waiting';

ALTER TABLE links ADD COLUMN
    backfill_id INTEGER REFERENCES backfills(id)  -- backfill that found it, NULL when a source or a redirect did
;

