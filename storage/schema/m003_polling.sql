-- Spans of time in which a source may have named addresses that no poll saw.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    feed_id INTEGER NOT NULL REFERENCES feeds(id),  -- source
    from_at TEXT NOT NULL,          -- the last answer before
    to_at TEXT NOT NULL,            -- the first answer after, which shares no link with it
    found_at TEXT NOT NULL,         -- when it was noticed
    estimate INTEGER,               -- links that it may have held, by the source's rate; NULL: unknown
    state TEXT NOT NULL,            -- open, covered or uncovered
    closed_at TEXT,                 -- when the backfill that looked for them ended; NULL while open
    told TEXT NOT NULL DEFAULT ''   -- how it was covered, or why it could not be
);

CREATE INDEX gaps_open ON gaps (feed_id) WHERE state = 'open';
