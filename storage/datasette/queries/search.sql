SELECT * FROM latest
WHERE id IN (SELECT value FROM json_each(found(:q)))
    OR id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH wrong(:q))
ORDER BY coalesce(published_at, first_seen_at) DESC, id DESC
