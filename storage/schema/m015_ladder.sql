-- Absences: times in which every host of its outlet said that an article's page is not there. A second such check after 12 hours makes it a removal.
CREATE TABLE absences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- its outlet
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    missing_since TEXT NOT NULL,    -- first check in which every host said so
    last_missing_at TEXT NOT NULL,  -- latest check that said so
    checks INTEGER NOT NULL,        -- how many checks said so
    how TEXT NOT NULL,              -- what the hosts answered: 404, 410, soft_404, front_page, or mixed
    revision INTEGER NOT NULL,      -- revision that was the latest then; its text is kept
    doubted_at TEXT,                -- since when it waits because most pages of the outlet were missing at once; NULL: it does not
    gone_at TEXT,                   -- when it counted as removed; NULL: it never did
    returned_at TEXT                -- when the page was seen again; NULL while it is missing
);

CREATE UNIQUE INDEX absences_open ON absences (article_id) WHERE returned_at IS NULL;

CREATE INDEX absences_article ON absences (article_id);

CREATE INDEX absences_gone ON absences (gone_at) WHERE gone_at IS NOT NULL;

CREATE INDEX absences_returned ON absences (returned_at) WHERE gone_at IS NOT NULL AND returned_at IS NOT NULL;

CREATE INDEX absences_standing ON absences (outlet_id, gone_at) WHERE returned_at IS NULL;

INSERT INTO absences (
    outlet_id, article_id, missing_since, last_missing_at, checks, how, revision, gone_at, returned_at
)
SELECT a.outlet_id, a.id,
    coalesce(CASE WHEN a.gone_at = n.at THEN a.missing_since END, min(v.at), n.at),
    coalesce(max(v.at), n.at),
    max(count(v.id), 2),
    coalesce(CASE WHEN count(DISTINCT v.reason) > 1 THEN 'mixed' ELSE max(replace(v.reason, 'http_', '')) END, 'mixed'),
    coalesce((SELECT max(r.number) FROM revisions AS r WHERE r.article_id = a.id AND r.seen_at <= n.at), a.revision),
    n.at,
    coalesce((SELECT min(b.at) FROM notes AS b WHERE b.article_id = a.id AND b.kind = 'returned' AND b.id > n.id),
        CASE WHEN a.gone_at IS NULL OR a.gone_at > n.at THEN a.checked_at END)
FROM notes AS n JOIN articles AS a ON a.id = n.article_id
LEFT JOIN visits AS v ON v.article_id = a.id AND v.verdict IN ('failed', 'gone') AND v.at <= n.at
    AND v.reason IN ('http_404', 'http_410', 'soft_404', 'front_page')
    AND v.id > coalesce((SELECT max(w.id) FROM visits AS w WHERE w.article_id = a.id AND w.at < n.at
        AND w.verdict IN ('new', 'revision', 'unchanged')), 0)
WHERE n.kind = 'gone'
GROUP BY n.id;

INSERT INTO absences (outlet_id, article_id, missing_since, last_missing_at, checks, how, revision)
SELECT a.outlet_id, a.id, a.missing_since, a.missing_since, 1,
    coalesce((SELECT replace(v.reason, 'http_', '') FROM visits AS v WHERE v.article_id = a.id AND v.at >= a.missing_since
        AND v.reason IN ('http_404', 'http_410', 'soft_404', 'front_page') ORDER BY v.id LIMIT 1), 'mixed'), a.revision
FROM articles AS a WHERE a.missing_since IS NOT NULL AND a.gone_at IS NULL;

-- What re-checks of an outlet came to, an hour a row; rows older than 35 days go.
CREATE TABLE recheck_hours (
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    hour TEXT NOT NULL,             -- the hour, 2026-11-23T12
    checks INTEGER NOT NULL,        -- re-checks
    requests INTEGER NOT NULL,      -- pages asked for by them, over all hosts
    stood INTEGER NOT NULL,         -- of the checks: the article was in its place
    missing INTEGER NOT NULL,       -- of the checks: no host had the page
    edits INTEGER NOT NULL,         -- of the checks: another text
    saved INTEGER NOT NULL,         -- of the checks: the host said that nothing changed, or sent the same bytes
    PRIMARY KEY (outlet_id, hour)
) WITHOUT ROWID;

-- What re-checks found of an outlet's edits, by the age of its articles; older checks are slowly forgotten.
CREATE TABLE edit_habits (
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    band TEXT NOT NULL,             -- age: first hours, first day, first week, two months or first year
    checks REAL NOT NULL,           -- re-checks
    hours REAL NOT NULL,            -- time between these checks and those before, summed
    edits REAL NOT NULL,            -- re-checks that found another text
    PRIMARY KEY (outlet_id, band)
) WITHOUT ROWID;

-- How the re-checks of an outlet are planned; made anew each hour.
CREATE TABLE recheck_plans (
    outlet_id TEXT PRIMARY KEY REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    made_at TEXT NOT NULL,          -- when
    new_a_day REAL NOT NULL,        -- new articles a day, of the last week
    budget INTEGER NOT NULL,        -- requests a day for re-checks
    stretch REAL NOT NULL,          -- by how much the budget lengthens what is wished; 1: it does not
    factors TEXT NOT NULL           -- JSON list: by how much habits change the time between checks, band by band
) WITHOUT ROWID;

-- What a host gave with the page of an article: sent with the next conditional request.
CREATE TABLE page_validators (
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    url TEXT NOT NULL,              -- address that gave the page
    etag TEXT NOT NULL,             -- ETag as received, empty without one
    last_modified TEXT NOT NULL,    -- Last-Modified as received, empty without one
    body_sha256 TEXT NOT NULL,      -- of the body
    revision INTEGER NOT NULL,      -- revision that it showed
    at TEXT NOT NULL,               -- time of the answer
    PRIMARY KEY (article_id, url)
) WITHOUT ROWID;

-- In what a mirror differs from the outlet's own hosts beside the text: the publication time, or that it has no such page. Texts are in divergences.
CREATE TABLE mirror_differences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    host TEXT NOT NULL,             -- mirror
    url TEXT NOT NULL,              -- address that was asked there
    kind TEXT NOT NULL,             -- time or gone
    ours TEXT NOT NULL,             -- publication time of the article; of a page that is gone empty
    theirs TEXT NOT NULL,           -- what the mirror says: a time, or 404, 410, soft_404 or front_page
    revision INTEGER NOT NULL,      -- revision of the article, the last time
    capture_id INTEGER REFERENCES captures(id),  -- kept page of the first time; NULL without one
    first_seen_at TEXT NOT NULL,    -- first time
    last_seen_at TEXT NOT NULL,     -- last time
    count INTEGER NOT NULL,         -- how often it was seen
    told_at TEXT,                   -- when it was noted; NULL: it was not, or not yet
    ended_at TEXT                   -- when the mirror said the same as the others again, or these have no page either
);

CREATE UNIQUE INDEX mirror_differences_open ON mirror_differences (article_id, host, kind) WHERE ended_at IS NULL;

CREATE INDEX mirror_differences_article ON mirror_differences (article_id);

CREATE INDEX mirror_differences_capture ON mirror_differences (capture_id) WHERE capture_id IS NOT NULL;

CREATE INDEX mirror_differences_host ON mirror_differences (host, article_id) WHERE ended_at IS NULL;

ALTER TABLE articles ADD COLUMN
    recheck_by TEXT                 -- when it is checked at the latest, as promised, NULL: never again
;

ALTER TABLE articles ADD COLUMN
    recheck_old INTEGER             -- 1 when that is later than its first week
        NOT NULL DEFAULT 0
;

ALTER TABLE articles ADD COLUMN
    recheck_why TEXT                -- why it is checked when it is, in words
        NOT NULL DEFAULT ''
;

ALTER TABLE articles ADD COLUMN
    checks INTEGER                  -- re-checks that found it in its place
        NOT NULL DEFAULT 0
;

ALTER TABLE hosts ADD COLUMN
    pages_lie_at TEXT               -- last time that it gave another text of an article under the same ETag or Last-Modified, NULL: never
;

UPDATE articles SET recheck_by = recheck_at, recheck_old = julianday(recheck_at) - julianday(first_seen_at) > 8
WHERE recheck_at IS NOT NULL;

CREATE INDEX articles_promised ON articles (outlet_id, recheck_old, recheck_by) WHERE recheck_by IS NOT NULL;

-- What mirrors show that the outlet's own hosts do not: another text, another publication time, or no page.
CREATE VIEW mirror_divergence AS
SELECT
    d.article_id AS article_id,     -- article
    a.outlet_id AS outlet,          -- outlet
    d.host AS host,                 -- mirror
    d.url AS url,                   -- address at the mirror
    'text' AS kind,                 -- text, time or gone
    r.title || char(10) || r.body AS ours,    -- headline and text of the revision; a time; empty for gone
    d.title || char(10) || d.body AS theirs,  -- headline and text at the mirror; a time; 404, 410, soft_404 or front_page
    d.revision AS revision,         -- revision of the article that it differed from, the last time
    d.first_seen_at AS first_seen_at,  -- first time
    d.last_seen_at AS last_seen_at,    -- last time
    d.ended_at AS ended_at,         -- when it was over; NULL while it lasts
    d.capture_id AS capture_id      -- kept page of the mirror
FROM divergences AS d JOIN articles AS a ON a.id = d.article_id AND a.merged_into IS NULL
JOIN revisions AS r ON r.article_id = d.article_id AND r.number = d.revision
UNION ALL
SELECT d.article_id, a.outlet_id, d.host, d.url, d.kind, d.ours, d.theirs, d.revision, d.first_seen_at,
    d.last_seen_at, d.ended_at, d.capture_id
FROM mirror_differences AS d JOIN articles AS a ON a.id = d.article_id AND a.merged_into IS NULL;

-- Removals: articles that every host of their outlet took away, with their return; one row each time.
CREATE VIEW removals AS
SELECT
    b.article_id AS article_id,     -- article
    a.outlet_id AS outlet,          -- outlet
    r.title AS title,               -- headline that it had
    a.url AS url,                   -- citation
    b.missing_since AS missing_since,  -- first check in which every host said that it is not there
    b.gone_at AS gone_at,           -- second such check, at least 12 hours later
    b.returned_at AS returned_at,   -- when it was seen again; NULL: it was not
    b.how AS how,                   -- 404, 410, soft_404, front_page or mixed
    a.first_seen_at AS first_seen_at  -- first discovered
FROM absences AS b
JOIN articles AS a ON a.id = b.article_id AND a.merged_into IS NULL
JOIN revisions AS r ON r.article_id = b.article_id AND r.number = b.revision
WHERE b.gone_at IS NOT NULL;
