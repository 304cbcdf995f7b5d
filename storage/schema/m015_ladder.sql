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
    new INTEGER NOT NULL,           -- new articles
    PRIMARY KEY (outlet_id, hour)
) WITHOUT ROWID;

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
