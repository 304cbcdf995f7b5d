-- What each revision but an article's first one changed, written with it and again when either text is read anew.
CREATE TABLE changes (
    revision_id INTEGER PRIMARY KEY REFERENCES revisions(id),  -- revision that the edit made
    article_id INTEGER NOT NULL REFERENCES articles(id),       -- article
    number INTEGER NOT NULL,        -- number of the revision
    before INTEGER NOT NULL,        -- number of the revision that it is compared with
    at TEXT NOT NULL,               -- when the edit was seen
    class TEXT NOT NULL,            -- what tells most of it: one of classes; empty for one that an earlier version stored and that is not classed yet
    classes TEXT NOT NULL,          -- JSON list by weight: headline, quotation_removed, quotation_added, names, numbers, substantive, paragraph_removed, paragraph_added, correction, typo, moved, boilerplate; mended is no edit
    words_added INTEGER NOT NULL,   -- words of the body that are new
    words_removed INTEGER NOT NULL, -- words of the body that are gone
    kept REAL NOT NULL,             -- share of the words of the old body that still stand, 0 to 1
    old_title TEXT NOT NULL,        -- headline before
    new_title TEXT NOT NULL,        -- headline since
    headline INTEGER NOT NULL       -- 1: the headline was changed, not only its case or marks
);

CREATE INDEX changes_at ON changes (at);

CREATE INDEX changes_article ON changes (article_id, number);

CREATE INDEX changes_headline ON changes (at) WHERE headline;

CREATE INDEX changes_unclassed ON changes (revision_id) WHERE class = '';

INSERT INTO changes
SELECT r.id, r.article_id, r.number, b.number, r.seen_at, '', '[]', 0, 0, 1, b.title, r.title, 0
FROM revisions AS r JOIN revisions AS b ON b.article_id = r.article_id AND b.number = (
    SELECT max(number) FROM revisions WHERE article_id = r.article_id AND number < r.number
);

-- Places in an article that change by themselves: what stands there makes no revision and alerts nobody.
CREATE TABLE jitter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    kind TEXT NOT NULL,             -- lines, or title (of which only headlines that it had before make no revision)
    line_before TEXT NOT NULL,      -- the line, folded, behind which it is; empty: the text begins there
    line_behind TEXT NOT NULL,      -- the line, folded, before which it is; empty: the text ends there
    most_lines INTEGER NOT NULL,    -- lines that stood there at most; more are an edit
    most_length INTEGER NOT NULL,   -- characters that stood there at most; many more are an edit
    why TEXT NOT NULL,              -- asked_twice (it differed between two answers of one run), each_check (it was another one at each of three checks) or flip (the text went back and forth twice)
    learned_at TEXT NOT NULL,       -- since when
    old TEXT NOT NULL,              -- what stood there in the latest revision when it was learned
    new TEXT NOT NULL,              -- what stood there then
    UNIQUE (article_id, kind, line_before, line_behind)
);

-- Lines in which re-checks found a page to differ without an edit: nothing that was seen is left out unsaid.
CREATE TABLE ignored_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    revision INTEGER NOT NULL,      -- its latest revision, which lacked the line, when it was first seen
    reason TEXT NOT NULL,           -- boilerplate (it changes so everywhere) or jitter (it was learned of this article)
    text TEXT NOT NULL,             -- the line
    first_seen_at TEXT NOT NULL,    -- first time
    last_seen_at TEXT NOT NULL,     -- last time; of the row with the greatest number of an article: of any line beyond the fifty that are kept
    count INTEGER NOT NULL,         -- how often
    capture_id INTEGER REFERENCES captures(id),  -- page that first showed it; NULL: not kept
    UNIQUE (article_id, text)
);

-- Texts that one answer gave and that wait for a second one: what they changed may change by itself. A row an article.
CREATE TABLE unconfirmed_texts (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),  -- article
    at TEXT NOT NULL,               -- time of the answer
    run_id INTEGER NOT NULL REFERENCES runs(id),  -- run
    revision INTEGER NOT NULL,      -- latest revision then
    title TEXT NOT NULL,            -- headline
    body TEXT NOT NULL,             -- text, one paragraph a line
    text_sha256 TEXT NOT NULL,      -- of the folded title and body
    capture_id INTEGER REFERENCES captures(id),  -- kept page
    settled TEXT NOT NULL           -- what became of it: empty while it waits, edit or jitter
);

ALTER TABLE articles ADD COLUMN
    live_since TEXT                 -- since when it is known to be a live blog, NULL: it is none
;

ALTER TABLE articles ADD COLUMN
    live_by TEXT                    -- by what that is known, words of crawler/changes/liveblog.py, NULL: it is none
;

CREATE INDEX articles_live ON articles (live_since) WHERE live_since IS NOT NULL;

-- Headlines that were changed after publication.
CREATE VIEW headline_changes AS
SELECT
    c.article_id AS article_id,             -- number of the article
    a.outlet_id AS outlet,                  -- outlet
    c.at AS at,                             -- when the change was seen
    c.number AS revision,                   -- revision that has the new headline
    c.old_title AS old_title,               -- headline before
    c.new_title AS new_title,               -- headline since
    CASE WHEN a.published_precision IN ('second', 'minute')
        THEN CAST(round((julianday(c.at) - julianday(a.published_at)) * 1440) AS INTEGER)
    END AS minutes,                         -- minutes from publication to when it was seen; NULL where no time of day is known
    a.url AS url                            -- citation
FROM changes AS c JOIN articles AS a ON a.id = c.article_id
WHERE c.headline AND a.merged_into IS NULL;

-- Live blogs: articles that are added to all the time; at most one revision an hour, later one a day.
CREATE VIEW live_blogs AS
SELECT
    a.id AS article_id,                     -- number of the article
    a.outlet_id AS outlet,                  -- outlet
    r.title AS title,                       -- headline
    a.live_since AS live_since,             -- since when it is known to be one
    a.live_by AS live_by,                   -- by what
    a.revision AS revision,                 -- number of the latest revision
    a.revised_at AS revised_at,             -- when that was seen
    a.checked_at AS checked_at,             -- when its page was last read
    r.word_count AS words,                  -- words of the body
    a.url AS url                            -- citation
FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision
WHERE a.live_since IS NOT NULL AND a.merged_into IS NULL;
