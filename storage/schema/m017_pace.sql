-- How often an outlet's articles are re-checked between the promised times, and by what that is reckoned.
CREATE TABLE paces (
    outlet_id TEXT PRIMARY KEY REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    at TEXT NOT NULL,               -- when it was reckoned; anew every ten minutes
    arrivals REAL NOT NULL,         -- new articles a day, over the last week
    budget INTEGER NOT NULL,        -- pages that re-checks may ask for a day, as configured
    done INTEGER NOT NULL,          -- pages that re-checks asked for in the last 24 hours, over all hosts
    edits INTEGER NOT NULL,         -- of these: another text
    checks INTEGER NOT NULL,        -- re-checks of the last 30 days that found the article in its place
    stretch REAL                    -- the steps of crawler/ladder.py are so many times as long; NULL: only the promised checks
);

-- What a mirror says otherwise than the article's own host, where the texts are the same or it has none.
CREATE TABLE mirror_findings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    host TEXT NOT NULL,             -- mirror
    url TEXT NOT NULL,              -- address actually asked
    kind TEXT NOT NULL,             -- time (another publication time) or gone (it has no such page, and another host has)
    ours TEXT NOT NULL,             -- the article's publication time; of gone the host that has it
    theirs TEXT NOT NULL,           -- the mirror's publication time; of gone its answer: 404, 410, soft_404 or front_page
    revision INTEGER NOT NULL,      -- the article's latest revision when it was seen last
    first_seen_at TEXT NOT NULL,    -- first seen
    last_seen_at TEXT NOT NULL,     -- last seen
    count INTEGER NOT NULL,         -- how often
    ended_at TEXT,                  -- the mirror says the same, or has the page again; NULL while it is so
    UNIQUE (article_id, host, kind, theirs)
);

CREATE INDEX mirror_findings_host ON mirror_findings (host) WHERE ended_at IS NULL;

ALTER TABLE articles ADD COLUMN
    checks INTEGER NOT NULL DEFAULT 0  -- re-checks so far, by which mirrors are sampled in turn
;

-- What mirrors show otherwise than the article's own hosts: another text, another time, or no page.
CREATE VIEW mirror_divergence AS
SELECT
    d.article_id AS article_id,             -- number of the article
    a.outlet_id AS outlet,                  -- outlet
    d.host AS host,                         -- mirror
    d.url AS url,                           -- address actually asked
    'text' AS kind,                         -- text, time or gone
    r.title || char(10) || r.body AS ours,  -- headline and text of the revision that it was compared with; the time; the host that has it
    d.title || char(10) || d.body AS theirs,  -- the mirror's headline and text; its time; its answer
    d.revision AS revision,                 -- revision that it was compared with last
    d.first_seen_at AS first_seen_at,       -- first seen
    d.last_seen_at AS last_seen_at,         -- last seen
    d.count AS count,                       -- how often
    d.ended_at AS ended_at,                 -- since when the mirror says the same; NULL while it does not
    d.capture_id AS capture_id              -- kept page of the mirror's text
FROM divergences AS d JOIN articles AS a ON a.id = d.article_id
JOIN revisions AS r ON r.article_id = d.article_id AND r.number = d.revision
UNION ALL
SELECT f.article_id, a.outlet_id, f.host, f.url, f.kind, f.ours, f.theirs, f.revision, f.first_seen_at, f.last_seen_at,
    f.count, f.ended_at, NULL
FROM mirror_findings AS f JOIN articles AS a ON a.id = f.article_id;
