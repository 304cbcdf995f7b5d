-- Comparisons of what an outlet's sources gave with what a second channel names: one row an outlet each time.
CREATE TABLE reconciliations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    at TEXT NOT NULL,               -- when
    trigger TEXT NOT NULL,          -- nightly, or reconcile for the command
    since_at TEXT NOT NULL,         -- publications since then count
    outcome TEXT NOT NULL,          -- compared, none (no usable second channel) or unpolled (no source answered yet)
    told TEXT NOT NULL DEFAULT '',  -- why it was not compared
    expected INTEGER NOT NULL DEFAULT 0,  -- articles of that time that the channels name together, each once
    met INTEGER NOT NULL DEFAULT 0,       -- of these known: in the ledger, or named by a source at that moment
    listed INTEGER NOT NULL DEFAULT 0,    -- of these named by a source, now or when they were found
    undated INTEGER NOT NULL DEFAULT 0    -- unknown addresses without a date that may be old; not among the expected
);

CREATE INDEX reconciliations_outlet ON reconciliations (outlet_id, id);

-- What each second channel gave to a comparison.
CREATE TABLE channels (
    reconciliation_id INTEGER NOT NULL REFERENCES reconciliations(id) ON DELETE CASCADE,  -- comparison
    position INTEGER NOT NULL,      -- order of asking, from 0
    kind TEXT NOT NULL,             -- sitemap, feed, section, front_page, robots_sitemap or mirror
    url TEXT NOT NULL,              -- its address; of a mirror that of the source it repeats, at the mirror
    host TEXT NOT NULL,             -- host that answered, else the last one tried
    outcome TEXT NOT NULL,          -- compared, stale, unrelated, empty or failed
    told TEXT NOT NULL DEFAULT '',  -- why it was not compared
    entries INTEGER NOT NULL DEFAULT 0,   -- links it gave, of any kind
    expected INTEGER NOT NULL DEFAULT 0,  -- articles of that time among them
    met INTEGER NOT NULL DEFAULT 0,       -- of these known
    listed INTEGER NOT NULL DEFAULT 0,    -- of these named by another source
    undated INTEGER NOT NULL DEFAULT 0,   -- unknown, without a date
    newest_at TEXT,                 -- its newest publication; NULL where it gives no dates
    PRIMARY KEY (reconciliation_id, position)
) WITHOUT ROWID;

-- Links that a comparison found in a second channel alone. In links they bear the reason missed until they are fetched.
CREATE TABLE missing (
    reconciliation_id INTEGER NOT NULL REFERENCES reconciliations(id) ON DELETE CASCADE,  -- comparison
    link_id INTEGER NOT NULL REFERENCES links(id),  -- link
    position INTEGER NOT NULL,      -- position of the channel that named it first
    is_dated INTEGER NOT NULL,      -- 1: published in the time compared; 0: no date, it may be old
    PRIMARY KEY (reconciliation_id, link_id)
) WITHOUT ROWID;

CREATE INDEX missing_link ON missing (link_id);

-- How complete each outlet was at its latest comparison with a second channel.
CREATE VIEW completeness AS
SELECT
    r.outlet_id AS outlet,                  -- outlet
    r.at AS at,                             -- when it was compared last
    r.outcome AS outcome,                   -- compared, none or unpolled
    r.told AS told,                         -- why it was not compared
    r.expected AS expected,                 -- articles that the second channels name
    r.met AS met,                           -- of these known
    round(1.0 * r.met / nullif(r.expected, 0), 4) AS recall,  -- share of them; NULL when there was nothing to compare
    (SELECT count(*) FROM links AS l WHERE l.outlet_id = r.outlet_id AND l.reason = 'missed') AS missing,  -- links not fetched yet
    r.undated AS undated                    -- unknown addresses without a date
FROM reconciliations AS r
WHERE r.id IN (SELECT max(id) FROM reconciliations GROUP BY outlet_id);

DROP INDEX links_state;

CREATE INDEX links_state ON links (outlet_id, state, reason);

CREATE INDEX links_seen ON links (outlet_id, first_seen_at);

CREATE INDEX links_missed ON links (outlet_id, id) WHERE reason = 'missed';

CREATE INDEX links_waiting ON links (outlet_id, key_kind, key_value) WHERE state = 'duplicate' AND article_id IS NULL;

CREATE INDEX links_silent_run ON links (silent_run_id) WHERE silent_run_id IS NOT NULL;

CREATE INDEX runs_rechecks ON runs (outlet_id, started_at, revised, unchanged);

CREATE INDEX polls_run ON polls (run_id);

CREATE INDEX matches_run ON matches (run_id);

CREATE INDEX notes_run ON notes (run_id) WHERE run_id IS NOT NULL;

CREATE INDEX notes_kind ON notes (outlet_id, kind, id);

ALTER TABLE runs ADD COLUMN
    links_before INTEGER            -- newest link when it began (NULL: an earlier version wrote the run)
;

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

CREATE INDEX backfills_gap ON backfills (gap_id) WHERE gap_id IS NOT NULL;

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
    named BLOB,                     -- of pages: eight bytes of a hash of each address, by which a repeated page is known; NULL once it is done
    UNIQUE (backfill_id, url)
);

CREATE INDEX backfill_documents_waiting ON backfill_documents (backfill_id, kind, id) WHERE state = 'waiting';

ALTER TABLE links ADD COLUMN
    backfill_id INTEGER REFERENCES backfills(id)  -- backfill that found it, NULL when a source or a redirect did
;

CREATE INDEX links_backfill ON links (backfill_id) WHERE backfill_id IS NOT NULL;

