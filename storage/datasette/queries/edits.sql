SELECT
    c.at, a.outlet_id AS outlet, c.article_id, c.class, c.old_title AS headline_before, c.new_title AS headline_after,
    c.words_added, c.words_removed, c.classes
FROM changes AS c
JOIN articles AS a ON a.id = c.article_id
WHERE c.class != 'mended' AND a.merged_into IS NULL
ORDER BY c.at DESC
LIMIT 200
