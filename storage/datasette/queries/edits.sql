SELECT
    r.seen_at, a.outlet_id AS outlet, r.article_id, before.title AS headline_before, r.title AS headline_after,
    r.word_count - before.word_count AS words_more
FROM revisions AS r
JOIN revisions AS before ON before.article_id = r.article_id AND before.number = (
    SELECT max(number) FROM revisions WHERE article_id = r.article_id AND number < r.number
)
JOIN articles AS a ON a.id = r.article_id
ORDER BY r.seen_at DESC
LIMIT 200
