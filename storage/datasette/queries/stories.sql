SELECT
    story_id, title, outlet AS first_publisher, is_known, published_at, articles, outlets, spread AS outlets_in_6_hours,
    first_seen_at, latest_seen_at
FROM first_to_publish
WHERE trim(:outlet) = '' OR story_id IN (SELECT story_id FROM articles WHERE outlet_id = trim(:outlet))
ORDER BY articles DESC, latest_seen_at DESC
LIMIT 200
