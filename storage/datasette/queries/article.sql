WITH RECURSIVE home(id) AS (
    VALUES (CAST(:id AS INTEGER))
    UNION SELECT a.merged_into FROM home JOIN articles AS a ON a.id = home.id WHERE a.merged_into IS NOT NULL
),
one AS (
    SELECT * FROM export WHERE id IN (SELECT id FROM home)
),
earlier AS (
    SELECT r.number, r.title, r.body, after.seen_at AS until
    FROM revisions AS r
    JOIN revisions AS after ON after.article_id = r.article_id AND after.number = (
        SELECT min(number) FROM revisions WHERE article_id = r.article_id AND number > r.number
    )
    WHERE r.article_id = (SELECT id FROM one)
    ORDER BY r.number DESC
),
readings AS (
    SELECT e.replaced_at, e.title, e.body FROM extractions AS e JOIN revisions AS r ON r.id = e.revision_id
    JOIN one ON r.article_id = one.id AND r.number = one.revision
    WHERE e.body IS NOT NULL ORDER BY e.number DESC
),
cut AS (
    SELECT c.rule, c.text FROM cuts AS c JOIN revisions AS r ON r.id = c.revision_id
    JOIN one ON r.article_id = one.id AND r.number = one.revision
    ORDER BY c.number
),
copies AS (
    SELECT l.id, l.outlet, l.title FROM latest AS l JOIN one ON l.story_id = one.story_id AND l.id != one.id
    ORDER BY l.id
)
SELECT '' AS field, title AS text FROM one
UNION ALL
SELECT 'outlet', (SELECT name FROM outlets WHERE id = outlet) || iif(section = '', '', ' · ' || section) FROM one
UNION ALL
SELECT 'by', (SELECT group_concat(value, ', ') FROM json_each(byline)) FROM one WHERE byline != '[]'
UNION ALL
SELECT 'published', coalesce(published_local, published_at, 'no date given') FROM one
UNION ALL
SELECT 'first seen', first_seen_at FROM one
UNION ALL
SELECT 'edited', revised_at || ' (text ' || revision || ')' FROM one WHERE revision > 1
UNION ALL
SELECT 'removed', gone_at || ' (' || how || ')' || coalesce(', back since ' || returned_at, '') FROM removals
WHERE article_id = (SELECT id FROM one)
UNION ALL
SELECT 'address', url FROM one
UNION ALL
SELECT 'read at', fetched_url FROM one WHERE fetched_url != url
UNION ALL
SELECT 'in doubt', 'since the outlet''s pages changed (break ' || break_id || '): it may say less than the page' FROM quarantine
WHERE id = (SELECT id FROM one)
UNION ALL
SELECT '', body FROM one
UNION ALL
SELECT 'same story', id || ' · ' || outlet || ' · ' || title FROM copies
UNION ALL
SELECT 'read until ' || replaced_at, title || char(10) || char(10) || body FROM readings
UNION ALL
SELECT 'until ' || until, title || char(10) || char(10) || body FROM earlier
UNION ALL
SELECT 'alone at ' || host, theirs || char(10) || char(10) || '(' || first_seen_at || ' to ' || last_seen_at || ')'
FROM mirror_divergence WHERE article_id = (SELECT id FROM one) AND kind = 'text'
UNION ALL
SELECT 'missing at ' || host, theirs || ' (' || first_seen_at || ' to ' || last_seen_at || ')'
FROM mirror_divergence WHERE article_id = (SELECT id FROM one) AND kind = 'gone'
UNION ALL
SELECT 'cut by ' || rule, text FROM cut
