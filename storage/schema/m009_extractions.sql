ALTER TABLE revisions ADD COLUMN
    extraction TEXT                 -- version of newshawk and of the outlet's rules that read the page, empty for what an early version read
        NOT NULL DEFAULT ''
;

ALTER TABLE revisions ADD COLUMN
    extracted_at TEXT               -- when the kept page was read again, with another result, NULL: it stands as first read
;

ALTER TABLE matches ADD COLUMN
    ended_at TEXT                   -- when the page was read again and the text no longer held the match, NULL while it does
;

-- What revisions said before their kept pages were read again by a newer version or other rules. Never deleted.
CREATE TABLE extractions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number over all revisions
    revision_id INTEGER NOT NULL REFERENCES revisions(id),  -- revision; its row has the latest reading
    number INTEGER NOT NULL,        -- 1 for the first reading of the page
    extraction TEXT NOT NULL,       -- version that read the page, as in revisions
    made_at TEXT NOT NULL,          -- when it was read so
    replaced_at TEXT NOT NULL,      -- when the next reading took its place
    why TEXT NOT NULL,              -- what had the page read again: reextract, or recheck (the page was fetched anew and had to be compared)
    title TEXT NOT NULL,            -- headline
    byline TEXT NOT NULL,           -- JSON list of authors
    section TEXT NOT NULL,          -- section, may be empty
    language TEXT NOT NULL,         -- BCP 47 primary tag, empty if unknown
    published_at TEXT,              -- publication time, UTC
    published_local TEXT,           -- the printed time with its offset
    published_precision TEXT NOT NULL,  -- second, minute, day or none
    published_source TEXT NOT NULL,     -- page, feed, address or none
    published_raw TEXT,             -- the characters as given
    image_url TEXT NOT NULL,        -- lead image, may be empty
    image_caption TEXT NOT NULL,    -- its caption with the credit, may be empty
    word_count INTEGER NOT NULL,    -- words of the body
    text_sha256 TEXT NOT NULL,      -- of the folded title and body
    method TEXT NOT NULL,           -- which way gave the body
    charset TEXT NOT NULL,          -- encoding in which the page was read
    charset_doubt TEXT NOT NULL,    -- why that may be wrong, empty when it is sure
    body TEXT,                      -- one paragraph a line; NULL: the same as in the reading that followed
    cuts TEXT NOT NULL,             -- JSON list of [position, text, rule]: the lines cut from the page
    UNIQUE (revision_id, number)
);
