-- One row an article: the columns of newshawk export, in their order.
CREATE VIEW export AS
SELECT
    a.id AS id,                             -- number of the article
    a.outlet_id AS outlet,                  -- id of the outlet
    a.url AS url,                           -- citation; never changes
    r.fetched_url AS fetched_url,           -- address that gave the latest revision
    r.title AS title,                       -- headline
    r.body AS body,                         -- one paragraph a line
    r.byline AS byline,                     -- JSON list of authors
    r.section AS section,                   -- section
    r.language AS language,                 -- BCP 47 primary tag
    a.published_at AS published_at,         -- UTC; midnight of the printed date at precision day
    a.published_local AS published_local,   -- the printed time with its offset, the bare date at precision day
    a.published_precision AS published_precision,  -- second, minute, day or none
    a.published_source AS published_from,   -- page, feed, address or none
    a.first_seen_at AS first_seen_at,       -- first discovered
    max(a.last_seen_at, coalesce((
        SELECT max(f.listing_seen_at)
        FROM links AS l JOIN listings AS s ON s.link_id = l.id JOIN feeds AS f ON f.id = s.feed_id
        WHERE l.article_id = a.id
    ), '')) AS last_seen_at,                -- last seen in a source or fetched
    a.revised_at AS revised_at,             -- when the latest revision was seen
    a.gone_at AS gone_at,                   -- found removed
    r.image_url AS image_url,               -- lead image
    r.image_caption AS image_caption,       -- its caption with the credit
    a.revision AS revision,                 -- number of the latest revision, from 1
    a.story_id AS story_id,                 -- story
    (
        SELECT json_group_array(host) FROM (
            SELECT host FROM sightings
            WHERE article_id = a.id AND via IN ('source', 'fetch', 'duplicate') AND host != ''
            UNION SELECT url_host FROM sightings
            WHERE article_id = a.id AND via IN ('source', 'fetch', 'duplicate') AND url_host != ''
        )
    ) AS hosts,                             -- JSON list of hosts it was seen on
    r.word_count AS word_count              -- words of the body
FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision
WHERE a.merged_into IS NULL;

-- Articles for reading: no texts, a page of them is a screen. In newshawk serve the newest come first.
CREATE VIEW latest AS
SELECT
    a.id AS id,                             -- number of the article
    a.published_at AS published_at,         -- UTC; midnight of the printed date where no time was printed
    a.outlet_id AS outlet,                  -- id of the outlet
    r.title AS title,                       -- headline
    r.section AS section,                   -- section
    r.language AS language,                 -- BCP 47 primary tag
    r.word_count AS words,                  -- words of the body
    a.revision AS revision,                 -- number of the latest revision, from 1
    a.story_id AS story_id,                 -- story
    a.first_seen_at AS first_seen_at,       -- first discovered
    a.url AS url                            -- citation
FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision
WHERE a.merged_into IS NULL;

-- Alerts with the headline that caused them.
CREATE VIEW alerts AS
SELECT
    o.id AS id,                             -- number of the alert
    o.state AS state,                       -- queued, leased, sent or dead
    o.rule_id AS rule,                      -- rule
    o.recipient_id AS recipient,            -- recipient
    o.story_id AS story_id,                 -- story
    o.article_id AS article_id,             -- article
    o.revision AS revision,                 -- its revision
    a.outlet_id AS outlet,                  -- outlet
    r.title AS title,                       -- headline
    o.created_at AS created_at,             -- when the match was stored
    o.due_at AS due_at,                     -- when it should leave
    o.sent_at AS sent_at,                   -- when it left
    o.attempts AS attempts,                 -- tries that did not succeed
    o.error AS error                        -- why the last one failed
FROM outbox AS o
JOIN articles AS a ON a.id = o.article_id
JOIN revisions AS r ON r.article_id = o.article_id AND r.number = o.revision;

-- What became of the addresses, by outlet, state and reason.
CREATE VIEW funnel AS
SELECT
    outlet_id AS outlet,                    -- outlet
    state AS state,                         -- state of the links
    reason AS reason,                       -- word for it
    count(*) AS links,                      -- how many
    min(first_seen_at) AS first_seen_at,    -- earliest of them
    max(first_seen_at) AS latest_seen_at    -- latest of them
FROM links
GROUP BY outlet_id, state, reason;
