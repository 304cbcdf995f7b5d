-- Outlets that are or were configured.
CREATE TABLE outlets (
    id TEXT PRIMARY KEY,            -- id of the config; follows a rename (formerly)
    name TEXT NOT NULL,             -- name for people
    languages TEXT NOT NULL,        -- JSON list of language tags, as configured
    country TEXT NOT NULL,          -- country code, as configured; may be empty
    timezone TEXT NOT NULL,         -- IANA zone of times that pages give without one
    canonical_host TEXT NOT NULL,   -- host of new citations
    added_at TEXT NOT NULL,         -- first configured
    removed_at TEXT                 -- no longer configured since; NULL while it is
) WITHOUT ROWID;

-- Hosts of an outlet and their health.
CREATE TABLE hosts (
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    host TEXT NOT NULL,             -- host name, with a port where it has one
    role TEXT NOT NULL,             -- mirror (is asked) or alias (recognised, never asked)
    position INTEGER NOT NULL,      -- order of preference, from 0
    configured INTEGER NOT NULL,    -- 1 while it is in the config
    last_ok_at TEXT,                -- last usable answer
    last_tried_at TEXT,             -- last try of any result
    failing_since TEXT,             -- first failure after the last usable answer; NULL while it is well
    failures INTEGER NOT NULL DEFAULT 0,  -- failures in a row
    rest_until TEXT,                -- others are asked first until then
    reason TEXT,                    -- word of the last failure
    status INTEGER,                 -- HTTP status of the last try; NULL without an answer
    PRIMARY KEY (outlet_id, host)
) WITHOUT ROWID;

-- Addresses that are polled for links: feeds, sitemaps and section pages.
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number of the source
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    source_key TEXT NOT NULL,       -- path and query at the outlet's own hosts, else the whole address
    url TEXT NOT NULL,              -- address as configured
    kind TEXT NOT NULL,             -- feed, sitemap or section
    parent_id INTEGER REFERENCES feeds(id),  -- sitemap index that named it; NULL for a configured one
    configured INTEGER NOT NULL,    -- 1 while it (or its index) is in the config
    added_at TEXT NOT NULL,         -- first known
    first_complete_at TEXT,         -- first poll that listed links; NULL: still new, its links are silent
    polled_at TEXT,                 -- last poll of any result
    answered_at TEXT,               -- last usable answer, an unchanged one included
    listed_at TEXT,                 -- last answer that was read
    listing_sha256 TEXT,            -- body that listings stand in
    listing_seen_at TEXT,           -- last answer with that body, an unchanged one of any host included
    host TEXT,                      -- host of the last usable answer
    entries INTEGER,                -- links in the last answer that was read
    failing_since TEXT,             -- first failure after the last usable answer
    failures INTEGER NOT NULL DEFAULT 0,  -- failures in a row
    error TEXT,                     -- word and detail of the last failure; NULL while it is well
    UNIQUE (outlet_id, source_key)
);

-- What each host gave for a source: sent with the next conditional request.
CREATE TABLE feed_hosts (
    feed_id INTEGER NOT NULL REFERENCES feeds(id),  -- source
    host TEXT NOT NULL,             -- host that answered
    etag TEXT NOT NULL,             -- ETag as received, empty without one
    last_modified TEXT NOT NULL,    -- Last-Modified as received, empty without one
    body_sha256 TEXT NOT NULL,      -- of the body that was read last
    answered_at TEXT NOT NULL,      -- last usable answer of this host
    PRIMARY KEY (feed_id, host)
) WITHOUT ROWID;

-- One row a crawl of an outlet; found is the sum of the other counts.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number of the run
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    trigger TEXT NOT NULL,          -- what started it: schedule, crawl, backfill ...
    state TEXT NOT NULL,            -- running, done, failed or interrupted
    started_at TEXT NOT NULL,       -- start
    finished_at TEXT,               -- end; NULL while it runs and when it was interrupted
    host TEXT,                      -- host that served
    error TEXT,                     -- why it failed
    found INTEGER NOT NULL DEFAULT 0,      -- addresses seen, each once
    known INTEGER NOT NULL DEFAULT 0,      -- in the ledger before
    new INTEGER NOT NULL DEFAULT 0,        -- new articles
    revised INTEGER NOT NULL DEFAULT 0,    -- new revisions
    duplicate INTEGER NOT NULL DEFAULT 0,  -- other addresses of known articles
    unchanged INTEGER NOT NULL DEFAULT 0,  -- re-checks without a change
    skipped INTEGER NOT NULL DEFAULT 0,    -- refused on purpose
    failed INTEGER NOT NULL DEFAULT 0,     -- failed
    pending INTEGER NOT NULL DEFAULT 0     -- still to fetch at its end
);

CREATE INDEX runs_outlet ON runs (outlet_id, id);

-- Answers of sources: equal answers in a row are one row with an interval and a count.
CREATE TABLE polls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    feed_id INTEGER NOT NULL REFERENCES feeds(id),  -- source
    run_id INTEGER NOT NULL REFERENCES runs(id),    -- run of the first of them
    host TEXT NOT NULL,             -- host of the answer that counts, of a failure the last one tried
    url TEXT NOT NULL,              -- address actually asked
    outcome TEXT NOT NULL,          -- listed, unchanged or failed
    error TEXT,                     -- word and detail of a failure
    first_at TEXT NOT NULL,         -- first of these answers
    last_at TEXT NOT NULL,          -- last of these answers
    count INTEGER NOT NULL,         -- how many
    entries INTEGER,                -- links in it, when it was read
    new_links INTEGER,              -- of these never seen before
    truncated INTEGER NOT NULL,     -- 1 when the limit of items cut the list
    attempts TEXT NOT NULL          -- JSON list of the tries of the last one, host by host
);

CREATE INDEX polls_feed ON polls (feed_id, id);

-- The ledger: one row an outlet and canonical address, pending or final. No address is ever lost.
CREATE TABLE links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    ledger_key TEXT NOT NULL,       -- the same over all hosts and schemes of the outlet: path and query; else the address
    url TEXT NOT NULL,              -- address as first found, wrappers resolved
    address TEXT NOT NULL,          -- canonical address on the canonical host
    key_kind TEXT NOT NULL,         -- kind of the article's key: id or path
    key_value TEXT NOT NULL,        -- value of the article's key
    host TEXT NOT NULL,             -- host whose answer named it last: asked first
    feed_id INTEGER REFERENCES feeds(id),  -- source that named it first; NULL when a redirect did
    state TEXT NOT NULL,            -- pending, new, revision, duplicate, unchanged, skipped or failed
    reason TEXT NOT NULL DEFAULT '',  -- word for skipped and failed, and for odd cases of the others
    silent INTEGER NOT NULL DEFAULT 0,  -- 1: came with the first poll of a new source or a backfill; alerts nobody
    silent_run_id INTEGER REFERENCES runs(id),  -- run that silenced it
    first_seen_at TEXT NOT NULL,    -- first discovered
    last_seen_at TEXT NOT NULL,     -- last listed or fetched; while it stands in listings the source's listing_seen_at counts
    title TEXT NOT NULL DEFAULT '',  -- title as the source gave it
    published_at TEXT,              -- time as the source gave it, UTC
    published_local TEXT,           -- the printed time with its offset
    published_precision TEXT NOT NULL DEFAULT 'none',  -- second, minute, day or none
    published_source TEXT NOT NULL DEFAULT 'none',     -- feed, page, address or none
    published_raw TEXT,             -- the characters as given
    attempts INTEGER NOT NULL DEFAULT 0,  -- fetches that failed
    next_try_at TEXT,               -- a failed link that is tried again; NULL: the state is final
    article_id INTEGER REFERENCES articles(id),  -- article it led to
    settled_at TEXT,                -- when the state became final
    UNIQUE (outlet_id, ledger_key)
);

CREATE INDEX links_open ON links (outlet_id, id) WHERE state = 'pending' OR next_try_at IS NOT NULL;

CREATE INDEX links_key ON links (outlet_id, key_kind, key_value);

CREATE INDEX links_article ON links (article_id) WHERE article_id IS NOT NULL;

CREATE INDEX links_state ON links (outlet_id, state);

-- Which links stand in the latest answer of each source: an unchanged answer then costs one row.
CREATE TABLE listings (
    feed_id INTEGER NOT NULL REFERENCES feeds(id),  -- source
    link_id INTEGER NOT NULL REFERENCES links(id),  -- link in its latest answer
    PRIMARY KEY (feed_id, link_id)
) WITHOUT ROWID;

CREATE INDEX listings_link ON listings (link_id);

-- Each fetch and re-check of a link.
CREATE TABLE visits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    link_id INTEGER NOT NULL REFERENCES links(id),  -- link
    run_id INTEGER NOT NULL REFERENCES runs(id),    -- run
    article_id INTEGER REFERENCES articles(id),     -- article it led to or re-checked
    at TEXT NOT NULL,               -- time of the answer
    host TEXT NOT NULL,             -- host that answered, of a failure the last one tried
    requested_url TEXT NOT NULL,    -- address actually asked
    url TEXT NOT NULL,              -- address that gave the body, after redirects
    status INTEGER,                 -- HTTP status; NULL when no host answered
    verdict TEXT NOT NULL,          -- new, revision, duplicate, unchanged, skipped, failed or gone
    reason TEXT NOT NULL,           -- word for it, may be empty; returned: a removed page is back
    revision INTEGER,               -- number of the revision it showed
    capture_id INTEGER REFERENCES captures(id),  -- kept answer; NULL when none was kept
    raw_sha256 TEXT NOT NULL,       -- of the body as received; empty without one
    body_sha256 TEXT NOT NULL,      -- of the body after content decoding; empty without one
    attempts TEXT NOT NULL          -- JSON list of the tries, host by host
);

CREATE INDEX visits_link ON visits (link_id, id);

CREATE INDEX visits_article ON visits (article_id) WHERE article_id IS NOT NULL;

CREATE INDEX visits_capture ON visits (capture_id) WHERE capture_id IS NOT NULL;

CREATE INDEX visits_run ON visits (run_id);

-- Articles: one row a key of an outlet. Their texts are in revisions. Ids are never used again.
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    key_kind TEXT NOT NULL,         -- id, a pattern's own kind, or path
    key_value TEXT NOT NULL,        -- what identifies it within the outlet
    generation INTEGER NOT NULL DEFAULT 1,  -- counts up when an outlet uses a key for another article
    link_id INTEGER NOT NULL REFERENCES links(id),      -- link it was first fetched by
    url TEXT NOT NULL,              -- citation: canonical address on the canonical host, fixed when first stored
    story_id INTEGER NOT NULL REFERENCES stories(id),   -- story
    revision INTEGER NOT NULL,      -- number of the latest revision
    first_seen_at TEXT NOT NULL,    -- first discovered
    last_seen_at TEXT NOT NULL,     -- last fetched or listed; the view export adds what stands in listings
    revised_at TEXT NOT NULL,       -- when the latest revision was seen
    published_at TEXT,              -- publication time, UTC; midnight of the printed date at precision day
    published_local TEXT,           -- the printed time with its offset; the bare date at precision day
    published_precision TEXT NOT NULL,  -- second, minute, day or none
    published_source TEXT NOT NULL,     -- page, feed, address or none
    published_raw TEXT,             -- the characters as given
    checked_at TEXT NOT NULL,       -- last time its page was read
    recheck_at TEXT,                -- next re-check; NULL: none
    missing_since TEXT,             -- first check in which every host said it is gone
    gone_at TEXT,                   -- found removed on every host twice; NULL while it stands
    merged_into INTEGER REFERENCES articles(id),  -- article that it turned out to be
    UNIQUE (outlet_id, key_kind, key_value, generation)
);

CREATE INDEX articles_recheck ON articles (outlet_id, recheck_at) WHERE recheck_at IS NOT NULL;

CREATE INDEX articles_story ON articles (story_id);

CREATE INDEX articles_first_seen ON articles (first_seen_at);

CREATE INDEX articles_published ON articles (published_at);

CREATE INDEX articles_outlet ON articles (outlet_id, id);

CREATE INDEX articles_link ON articles (link_id);

-- The texts of an article, one row each time it changed. Never deleted.
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number over all articles
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    number INTEGER NOT NULL,        -- 1 for the first text of the article
    seen_at TEXT NOT NULL,          -- when this text was first fetched
    host TEXT NOT NULL,             -- host that served it
    fetched_url TEXT NOT NULL,      -- address that gave it
    capture_id INTEGER REFERENCES captures(id),  -- kept page
    title TEXT NOT NULL,            -- headline
    byline TEXT NOT NULL,           -- JSON list of authors
    section TEXT NOT NULL,          -- section, may be empty
    language TEXT NOT NULL,         -- BCP 47 primary tag, empty if unknown
    published_at TEXT,              -- publication time as this text gave it, UTC
    published_local TEXT,           -- the printed time with its offset
    published_precision TEXT NOT NULL,  -- second, minute, day or none
    published_source TEXT NOT NULL,     -- page, feed, address or none
    published_raw TEXT,             -- the characters as given
    image_url TEXT NOT NULL,        -- lead image, may be empty
    image_caption TEXT NOT NULL,    -- its caption with the credit, may be empty
    word_count INTEGER NOT NULL,    -- words of the body
    text_sha256 TEXT NOT NULL,      -- of the folded title and body: equal means that no reader would notice a change
    method TEXT NOT NULL,           -- which way gave the body: rule, trafilatura, jsonld, state, paragraphs
    body TEXT NOT NULL,             -- one paragraph a line
    UNIQUE (article_id, number)
);

CREATE INDEX revisions_capture ON revisions (capture_id) WHERE capture_id IS NOT NULL;

CREATE INDEX revisions_seen ON revisions (seen_at);

CREATE INDEX revisions_text ON revisions (text_sha256);

-- Lines that were on the page and are not in the body, with the rule that cut them.
CREATE TABLE cuts (
    revision_id INTEGER NOT NULL REFERENCES revisions(id),  -- text they were cut from
    number INTEGER NOT NULL,        -- order of the cuts, from 0
    position INTEGER NOT NULL,      -- number of the line among all lines of the page, from 0
    text TEXT NOT NULL,             -- the line
    rule TEXT NOT NULL,             -- id of the rule: an outlet's own, extractor or prune:why
    PRIMARY KEY (revision_id, number)
) WITHOUT ROWID;

-- Every address and host at which an article was seen: an interval and a count.
CREATE TABLE sightings (
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    url TEXT NOT NULL,              -- address as seen
    host TEXT NOT NULL,             -- host whose answer showed it
    via TEXT NOT NULL,              -- source, fetch, canonical, og or duplicate
    url_host TEXT NOT NULL,         -- host in the address
    first_seen_at TEXT NOT NULL,    -- first time
    last_seen_at TEXT NOT NULL,     -- last time that was written down
    count INTEGER NOT NULL,         -- how often
    PRIMARY KEY (article_id, url, host, via)
) WITHOUT ROWID;

CREATE INDEX sightings_url ON sightings (url);

-- Articles with largely the same text, over all outlets. The id stays that of the first article's story.
CREATE TABLE stories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    created_at TEXT NOT NULL,       -- when its first article was stored
    merged_into INTEGER REFERENCES stories(id)  -- story that it turned out to be
);

-- MinHash bands of texts: articles that share one are compared word by word.
CREATE TABLE story_bands (
    band INTEGER NOT NULL,          -- hash of one band, 63 bits
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article that has it
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;

-- Standing queries that are or were configured.
CREATE TABLE rules (
    id TEXT PRIMARY KEY,            -- id of the config
    query TEXT NOT NULL,            -- query as configured last
    recipients TEXT NOT NULL,       -- JSON list of recipient ids; addresses stay in the config
    cadence TEXT NOT NULL,          -- immediate, hourly, daily HH:MM, mon HH:MM
    severity TEXT NOT NULL,         -- normal or high
    events TEXT NOT NULL,           -- JSON list: match, edit, removal, headline
    outlets TEXT NOT NULL,          -- JSON list of outlet ids; empty for all
    created_at TEXT NOT NULL,       -- what was first seen earlier alerts nobody
    changed_at TEXT NOT NULL,       -- last change of the query
    removed_at TEXT                 -- no longer configured since; NULL while it is
) WITHOUT ROWID;

-- Which rule holds for which revision, and where.
CREATE TABLE matches (
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article
    revision INTEGER NOT NULL,      -- number of the revision
    rule_id TEXT NOT NULL REFERENCES rules(id),           -- rule
    at TEXT NOT NULL,               -- when it was found
    run_id INTEGER NOT NULL REFERENCES runs(id),          -- run
    query TEXT NOT NULL,            -- the rule's query at that time
    spans TEXT NOT NULL,            -- JSON list of [field, start, end] in the text as stored
    PRIMARY KEY (article_id, revision, rule_id)
) WITHOUT ROWID;

CREATE INDEX matches_rule ON matches (rule_id, article_id);

-- Alerts that are to leave or have left: one row a rule, story and recipient. No address, no mail text.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    rule_id TEXT NOT NULL REFERENCES rules(id),      -- rule
    story_id INTEGER NOT NULL REFERENCES stories(id),  -- story
    recipient_id TEXT NOT NULL,     -- id of the config
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- article that caused it
    revision INTEGER NOT NULL,      -- its revision
    created_at TEXT NOT NULL,       -- when the match was stored
    due_at TEXT NOT NULL,           -- when it should leave, by cadence and quiet hours
    digest INTEGER NOT NULL,        -- 1 when it goes into a digest
    state TEXT NOT NULL,            -- queued, leased, sent or dead
    lease_until TEXT,               -- a sender has it until then
    attempts INTEGER NOT NULL DEFAULT 0,  -- tries that did not succeed
    next_try_at TEXT,               -- not before; NULL: when due
    error TEXT,                     -- why the last try failed; of a mail sent, what was said of an address that did not take it
    sent_at TEXT,                   -- when the mail server took it
    message_id TEXT NOT NULL DEFAULT '',  -- Message-ID under which it left or may have left
    unknown_outcome INTEGER NOT NULL DEFAULT 0,  -- 1 when an answer was lost: it may have arrived twice
    UNIQUE (rule_id, story_id, recipient_id)
);

CREATE INDEX outbox_open ON outbox (due_at) WHERE state IN ('queued', 'leased');

CREATE INDEX outbox_unsent ON outbox (state) WHERE state != 'sent';

CREATE INDEX outbox_article ON outbox (article_id);

CREATE INDEX outbox_story ON outbox (story_id);

-- Answers as received. Each row carries the hash of itself and of the row before it.
CREATE TABLE captures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number, without gaps
    requested_url TEXT NOT NULL,    -- address actually asked
    url TEXT NOT NULL,              -- address that gave the body, after redirects
    host TEXT NOT NULL,             -- host that answered
    status INTEGER NOT NULL,        -- HTTP status
    fetched_at TEXT NOT NULL,       -- time of the answer
    headers TEXT NOT NULL,          -- JSON list of [name, value] as received
    raw_sha256 TEXT NOT NULL,       -- of the body as received
    raw_size INTEGER NOT NULL,      -- bytes as received
    body_sha256 TEXT NOT NULL,      -- of the body after content decoding
    body_size INTEGER NOT NULL,     -- bytes after content decoding
    prev_hash TEXT NOT NULL,        -- row_hash of the row before; 64 zeros for the first
    row_hash TEXT NOT NULL,         -- SHA-256 of the row, see "The chain of captures" in docs/schema.md
    dictionary_id INTEGER,          -- dictionary the body is compressed with; NULL for none
    body_dropped_at TEXT,           -- when retention took the body; the row stays
    body BLOB                       -- body after content decoding, zstandard; NULL after retention
);

-- What the store noticed and people should know.
CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    at TEXT NOT NULL,               -- when
    kind TEXT NOT NULL,             -- key_reused, divergent, store_error, malformed, gone, returned
    outlet_id TEXT REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    run_id INTEGER REFERENCES runs(id),          -- run
    article_id INTEGER REFERENCES articles(id),  -- article
    link_id INTEGER REFERENCES links(id),        -- link
    text TEXT NOT NULL              -- the sentence
);

CREATE INDEX notes_article ON notes (article_id) WHERE article_id IS NOT NULL;

CREATE INDEX notes_link ON notes (link_id) WHERE link_id IS NOT NULL;

-- Full-text index of the latest revision of each article, folded; rowid is the article's id.
CREATE VIRTUAL TABLE articles_fts USING fts5(
    title, body, byline, section,
    content='', contentless_delete=1, tokenize='ascii'
);

-- Full-text index of superseded revisions, folded; rowid is the revision's id.
CREATE VIRTUAL TABLE revisions_fts USING fts5(
    title, body, byline, section,
    content='', contentless_delete=1, tokenize='ascii'
);
