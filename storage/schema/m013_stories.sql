-- What each article of a story that has several is to it.
CREATE TABLE story_parts (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),  -- article
    story_id INTEGER NOT NULL REFERENCES stories(id),  -- its story
    not_before TEXT,                -- it was published at this time or later; NULL: it states no time
    not_after TEXT NOT NULL,        -- it was published before this time: the end of the minute, second or day stated, or seen by then
    against_id INTEGER REFERENCES articles(id),  -- article whose text it was compared with; NULL: not yet
    share_of_first REAL,            -- share of that text's word 3-grams that it carries, 0 to 1
    share_of_own REAL,              -- share of its own word 3-grams that stand in that text, 0 to 1
    added_words INTEGER,            -- words of the sentences that are not in that text
    added TEXT                      -- these sentences, a paragraph a line
);

ALTER TABLE stories ADD COLUMN
    members INTEGER NOT NULL DEFAULT 1  -- articles in it, and what is said below is said of stories of two or more
;

ALTER TABLE stories ADD COLUMN
    outlets INTEGER NOT NULL DEFAULT 1  -- outlets that have it
;

ALTER TABLE stories ADD COLUMN
    first_seen_at TEXT              -- when its first article was discovered
;

ALTER TABLE stories ADD COLUMN
    latest_seen_at TEXT             -- when its latest article was discovered
;

ALTER TABLE stories ADD COLUMN
    first_id INTEGER                -- article that was published first, or of several that may have been the one seen first
        REFERENCES articles(id)
;

ALTER TABLE stories ADD COLUMN
    first_of INTEGER NOT NULL DEFAULT 0  -- how many articles may have been published first: 1 is knowledge, 0 when none states a time
;

ALTER TABLE stories ADD COLUMN
    first_until TEXT                -- it was published by then, what states a later time was not first
;

ALTER TABLE stories ADD COLUMN
    spread INTEGER NOT NULL DEFAULT 0  -- other outlets that had it within six hours
;

ALTER TABLE stories ADD COLUMN
    spread_seconds INTEGER          -- time from the first to the last of these, NULL without any
;

ALTER TABLE stories ADD COLUMN
    is_due INTEGER NOT NULL DEFAULT 0  -- 1: texts of it are still to be compared, 2: and its articles to be looked through
;

UPDATE stories SET is_due = 2,
    (members, outlets, first_seen_at, latest_seen_at) = (
        SELECT count(*), count(DISTINCT outlet_id), min(first_seen_at), max(first_seen_at)
        FROM articles WHERE story_id = stories.id AND merged_into IS NULL
    ),
    first_id = (
        SELECT id FROM articles WHERE story_id = stories.id AND merged_into IS NULL ORDER BY first_seen_at, id LIMIT 1
    )
WHERE id IN (SELECT story_id FROM articles WHERE merged_into IS NULL GROUP BY story_id HAVING count(*) > 1);

INSERT INTO story_parts (article_id, story_id, not_after)
SELECT a.id, s.id, a.first_seen_at FROM stories AS s JOIN articles AS a ON a.story_id = s.id
WHERE s.is_due AND a.merged_into IS NULL;

CREATE INDEX stories_several ON stories (latest_seen_at) WHERE members > 1;

CREATE INDEX stories_due ON stories (members, id) WHERE is_due;

CREATE INDEX stories_first ON stories (first_id) WHERE first_id IS NOT NULL;

CREATE INDEX story_parts_story ON story_parts (story_id);

CREATE INDEX story_parts_against ON story_parts (against_id) WHERE against_id IS NOT NULL;

-- The articles of each story that has several: who was first, how long after it each came, and what it carries of the first one's text. An edit changes none of it: the texts are those with which they were first seen.
CREATE VIEW story_members AS
SELECT
    p.story_id AS story_id,         -- story
    p.article_id AS article_id,     -- article
    a.outlet_id AS outlet,          -- outlet
    r.title AS title,               -- headline now
    a.published_at AS published_at, -- UTC; midnight of the printed date at precision day
    a.published_precision AS published_precision,  -- second, minute, day or none
    a.first_seen_at AS first_seen_at,  -- first discovered
    CAST(strftime('%s', a.first_seen_at) AS INTEGER) - CAST(strftime('%s', s.first_seen_at) AS INTEGER)
        AS lag_seconds,             -- behind the article that was seen first
    CASE WHEN a.published_precision IN ('second', 'minute') AND f.published_precision IN ('second', 'minute') THEN
        CAST(strftime('%s', a.published_at) AS INTEGER) - CAST(strftime('%s', f.published_at) AS INTEGER) END
        AS published_lag_seconds,   -- behind the publication of the first publisher; NULL unless both state a time of day
    CASE WHEN a.id = s.first_id AND s.first_of = 1 THEN 1 WHEN p.not_before >= s.first_until THEN 0 END
        AS is_first_published,      -- 1: it was published first; 0: another one was; NULL: not known
    a.id = s.first_id AS is_measure,  -- 1: shares are shares of its text
    a.first_seen_at = s.first_seen_at AS is_first_seen,  -- 1: none was discovered before it
    iif(p.against_id = s.first_id, p.share_of_first, NULL) AS share_of_first,  -- share of the first publisher's text that it carries, 0 to 1; NULL: not yet compared
    iif(p.against_id = s.first_id, p.share_of_own, NULL) AS share_of_own,  -- share of its own text that stands in the first publisher's
    iif(p.against_id = s.first_id, p.added_words, NULL) AS added_words,  -- words of the sentences that it added
    iif(p.against_id = s.first_id, p.added, NULL) AS added,  -- these sentences, a paragraph a line
    a.gone_at AS gone_at,           -- found removed
    a.url AS url                    -- citation
FROM story_parts AS p CROSS JOIN articles AS a ON a.id = p.article_id CROSS JOIN stories AS s ON s.id = p.story_id
CROSS JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision
LEFT JOIN articles AS f ON f.id = s.first_id
WHERE a.merged_into IS NULL;

-- Who published each story that has several articles first, as far as the times stated and our own sightings prove it.
CREATE VIEW first_to_publish AS
SELECT
    s.id AS story_id,               -- story
    a.outlet_id AS outlet,          -- outlet of the first publication
    a.id AS article_id,             -- its article
    r.title AS title,               -- its headline now
    s.first_of = 1 AS is_known,     -- 0: several may have been first, and this one of them was seen first; or none states a time
    s.first_of AS may_be_first,     -- how many articles may have been first
    a.published_at AS published_at, -- UTC; midnight of the printed date at precision day
    a.published_precision AS published_precision,  -- second, minute, day or none
    s.first_seen_at AS first_seen_at,  -- when the first article was discovered
    (SELECT outlet_id FROM articles WHERE story_id = s.id AND merged_into IS NULL ORDER BY first_seen_at, id LIMIT 1)
        AS first_seen_outlet,       -- outlet of the article that was discovered first
    s.members AS articles,          -- articles in the story
    s.outlets AS outlets,           -- outlets that have it
    s.spread AS spread,             -- other outlets that had it within six hours
    s.latest_seen_at AS latest_seen_at,  -- when its latest article was discovered
    a.url AS url                    -- citation of the first publication
FROM stories AS s JOIN articles AS a ON a.id = s.first_id
JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision
WHERE s.members > 1 AND s.merged_into IS NULL;

-- Which outlet publishes before which: a row for each pair of outlets that share stories, in both orders.
CREATE VIEW outlet_order AS
WITH earliest AS MATERIALIZED (
    SELECT p.story_id, a.outlet_id, min(p.not_before) AS not_before, min(p.not_after) AS not_after
    FROM story_parts AS p CROSS JOIN articles AS a ON a.id = p.article_id
    WHERE a.merged_into IS NULL AND p.not_before IS NOT NULL
    GROUP BY p.story_id, a.outlet_id
),
pair AS (
    SELECT x.outlet_id AS outlet, y.outlet_id AS other, x.not_after <= y.not_before AS is_before,
        y.not_after <= x.not_before AS is_after,
        CAST(strftime('%s', y.not_before) AS INTEGER) - CAST(strftime('%s', x.not_before) AS INTEGER) AS lag
    FROM earliest AS x JOIN earliest AS y ON y.story_id = x.story_id AND y.outlet_id != x.outlet_id
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY outlet, other, is_before ORDER BY lag) AS place,
        count(*) OVER (PARTITION BY outlet, other, is_before) AS places
    FROM pair
)
SELECT
    outlet AS outlet,               -- one outlet
    other AS other,                 -- another one
    count(*) AS stories,            -- stories that both have, with a time
    sum(is_before) AS earlier,      -- in so many the one outlet was surely earlier
    sum(is_after) AS later,         -- in so many the other was
    sum(NOT is_before AND NOT is_after) AS not_known,  -- in so many the times stated do not tell
    CAST(avg(lag) FILTER (WHERE is_before AND place IN ((places + 1) / 2, (places + 2) / 2)) AS INTEGER)
        AS median_lead_seconds      -- by how much it was earlier where it was, as a rule: the median
FROM placed
GROUP BY outlet, other;
