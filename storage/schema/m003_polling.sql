ALTER TABLE feeds ADD COLUMN
    asked_at TEXT                   -- start of the run that polled it last: its interval counts from there
;

ALTER TABLE feeds ADD COLUMN
    interval_seconds REAL           -- between the daemon's polls at present, NULL: as configured
;

ALTER TABLE feeds ADD COLUMN
    rate REAL                       -- new links an hour, of the last day about, NULL: not known yet
;

ALTER TABLE feeds ADD COLUMN
    rate_since TEXT                 -- when the watch began that the rate is made of
;

ALTER TABLE feeds ADD COLUMN
    answers INTEGER NOT NULL DEFAULT 0  -- usable answers since then
;

ALTER TABLE feeds ADD COLUMN
    news_at TEXT                    -- last answer with a link that was not known before
;

ALTER TABLE feeds ADD COLUMN
    filled_at TEXT                  -- last answer that showed, or proved unchanged, a list with links
;

ALTER TABLE feeds ADD COLUMN
    filled_entries INTEGER          -- links in the last list that held any
;

ALTER TABLE feeds ADD COLUMN
    empty_polls INTEGER NOT NULL DEFAULT 0  -- answers in a row without a link, after lists that held some
;

ALTER TABLE feeds ADD COLUMN
    failure_weight REAL NOT NULL DEFAULT 0  -- failures in a row, those that may pass counted in part
;

ALTER TABLE feed_hosts ADD COLUMN
    full_at TEXT                    -- last answer of this host that brought the whole body
;

ALTER TABLE feed_hosts ADD COLUMN
    not_modified INTEGER NOT NULL DEFAULT 0  -- answers 304 since then
;

ALTER TABLE feed_hosts ADD COLUMN
    stale_etag TEXT NOT NULL DEFAULT ''  -- outdated ETag that is sent to see whether the host says 304 to anything
;

ALTER TABLE feed_hosts ADD COLUMN
    stale_modified TEXT NOT NULL DEFAULT ''  -- outdated Last-Modified, likewise
;

ALTER TABLE feed_hosts ADD COLUMN
    lies INTEGER NOT NULL DEFAULT 0  -- times in a row that a 304 of this host was proven wrong
;

ALTER TABLE feed_hosts ADD COLUMN
    distrusted_until TEXT           -- asked for the whole body until then, NULL: its 304 is believed
;

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
    told TEXT NOT NULL DEFAULT '',  -- how it was covered, or why it could not be; while open why the last try failed
    tries INTEGER NOT NULL DEFAULT 0,      -- looks that did not come to their end
    next_try_at TEXT                -- when the daemon looks again; NULL: at once
);

CREATE INDEX gaps_feed ON gaps (feed_id, state);
