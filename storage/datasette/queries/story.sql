WITH RECURSIVE home(id) AS (
    VALUES (CAST(:id AS INTEGER))
    UNION SELECT s.merged_into FROM home JOIN stories AS s ON s.id = home.id WHERE s.merged_into IS NOT NULL
)
SELECT
    story_id, first_seen_at, lag_seconds, outlet, article_id, title, published_at, published_precision, is_first_published,
    round(100 * share_of_first) AS percent_of_first, round(100 * share_of_own) AS percent_of_own, added_words, added,
    gone_at, url
FROM story_members
WHERE story_id IN (SELECT id FROM home)
ORDER BY first_seen_at, article_id
