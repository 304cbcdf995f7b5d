SELECT * FROM latest
WHERE id IN (SELECT value FROM json_each(found(:_asked_q)))
ORDER BY coalesce(published_at, first_seen_at) DESC, id DESC
