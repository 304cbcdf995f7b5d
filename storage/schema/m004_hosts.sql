-- Health of each host over each scheme: with it a process that starts goes on where the last one ended.
CREATE TABLE host_health (
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    host TEXT NOT NULL,             -- host, with a port where it has one
    scheme TEXT NOT NULL,           -- https or http
    last_ok_at TEXT,                -- last usable answer
    last_tried_at TEXT,             -- last try of any result
    failing_since TEXT,             -- first failure after the last usable answer; NULL while it is well
    failures INTEGER NOT NULL,      -- failures in a row
    astray INTEGER NOT NULL,        -- pages in a row that led to a foreign site or the front page
    rest_until TEXT,                -- others are asked first until then
    reason TEXT,                    -- word of the last failure
    status INTEGER,                 -- HTTP status of the last try; NULL without an answer
    PRIMARY KEY (outlet_id, host, scheme)
) WITHOUT ROWID;

INSERT INTO host_health
SELECT h.outlet_id, h.host, s.scheme, h.last_ok_at, h.last_tried_at, h.failing_since, h.failures, 0,
    h.rest_until, h.reason, h.status
FROM hosts AS h, (SELECT 'https' AS scheme UNION SELECT 'http') AS s WHERE h.last_tried_at IS NOT NULL;

ALTER TABLE hosts ADD COLUMN
    fresh_at TEXT                   -- last time that its list held something new to the outlet
;

ALTER TABLE hosts ADD COLUMN
    newest_at TEXT                  -- time of the newest entry in its latest list
;

ALTER TABLE hosts ADD COLUMN
    probed_at TEXT                  -- last time that it was asked for a list to compare with another host's
;

ALTER TABLE hosts ADD COLUMN
    stale_since TEXT                -- since when its lists are found to be old, NULL while they are not
;

ALTER TABLE hosts ADD COLUMN
    stale_as TEXT                   -- behind (old), frozen (nothing new for long) or other (not the outlet's)
;

ALTER TABLE hosts ADD COLUMN
    stale_feed_id INTEGER REFERENCES feeds(id)  -- source by which it was found
;

ALTER TABLE feeds ADD COLUMN
    listed_host TEXT                -- host whose answer stands in listings
;

ALTER TABLE feeds ADD COLUMN
    newest_at TEXT                  -- time of the newest entry that stands in listings
;

ALTER TABLE feeds ADD COLUMN
    usual_gap INTEGER               -- seconds that usually pass between two entries, NULL when unknown
;

ALTER TABLE feeds ADD COLUMN
    opinion_at TEXT                 -- last time that another host was asked because the list is frozen
;

ALTER TABLE feed_hosts ADD COLUMN
    newest_at TEXT                  -- time of the newest entry in the body that was read last
;

-- Texts that a mirror alone showed for an article: kept beside its revisions, never in their place.
CREATE TABLE divergences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    host TEXT NOT NULL,             -- mirror that showed it
    url TEXT NOT NULL,              -- address that gave it
    text_sha256 TEXT NOT NULL,      -- of the folded title and body
    revision INTEGER NOT NULL,      -- revision of the article that it differed from, the last time
    title TEXT NOT NULL,            -- headline that it showed
    body TEXT NOT NULL,             -- text that it showed, one paragraph a line
    capture_id INTEGER REFERENCES captures(id),  -- kept page of the first time
    first_seen_at TEXT NOT NULL,    -- first time
    last_seen_at TEXT NOT NULL,     -- last time
    count INTEGER NOT NULL,         -- how often it was seen
    ended_at TEXT,                  -- when the mirror showed the article's own text again, or this became a revision
    UNIQUE (article_id, host, text_sha256)
);

CREATE INDEX divergences_open ON divergences (host, article_id) WHERE ended_at IS NULL;
