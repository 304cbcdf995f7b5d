SELECT * FROM latest
WHERE trim(:q) = '' OR id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH fts(:q))
ORDER BY coalesce(published_at, first_seen_at) DESC, id DESC
LIMIT 200
