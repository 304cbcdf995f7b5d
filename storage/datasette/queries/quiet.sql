SELECT o.id AS outlet, max(f.answered_at) AS answered_at, max(f.polled_at) AS asked_at,
    (SELECT max(first_seen_at) FROM articles WHERE outlet_id = o.id) AS newest_article_at,
    (SELECT count(*) FROM articles WHERE outlet_id = o.id) AS articles
FROM outlets AS o LEFT JOIN feeds AS f ON f.outlet_id = o.id AND f.configured
WHERE o.removed_at IS NULL
GROUP BY o.id ORDER BY answered_at
