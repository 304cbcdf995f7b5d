DROP VIEW alerts;

ALTER TABLE outbox RENAME TO outbox_before;

-- Alerts that are to leave or have left: one row a rule, story, recipient and occasion. No address, no mail text.
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
    held_by INTEGER REFERENCES breaks(id),  -- break by which its text is in doubt, NULL: it is not
    held_until TEXT,                -- it does not leave before, unless the break ends, NULL: it is not held
    event TEXT NOT NULL DEFAULT 'match',  -- match, edit, unmatch, headline, removal or return
    occasion TEXT NOT NULL DEFAULT '',  -- empty for match and edit, of which a story has one; else what happened, to which article, in which revision or when
    UNIQUE (rule_id, story_id, recipient_id, occasion)
);

INSERT INTO outbox
SELECT o.id, o.rule_id, o.story_id, o.recipient_id, o.article_id, o.revision, o.created_at, o.due_at, o.digest, o.state,
    o.lease_until, o.attempts, o.next_try_at, o.error, o.sent_at, o.message_id, o.unknown_outcome, o.held_by, o.held_until,
    CASE WHEN o.revision = 1 THEN 'match' ELSE 'edit' END, ''
FROM outbox_before AS o;

DELETE FROM sqlite_sequence WHERE name = 'outbox';

INSERT INTO sqlite_sequence (name, seq) SELECT 'outbox', seq FROM sqlite_sequence WHERE name = 'outbox_before';

DROP TABLE outbox_before;

CREATE INDEX outbox_open ON outbox (due_at) WHERE state IN ('queued', 'leased');

CREATE INDEX outbox_unsent ON outbox (state) WHERE state != 'sent';

CREATE INDEX outbox_article ON outbox (article_id);

CREATE INDEX outbox_story ON outbox (story_id);

CREATE INDEX outbox_held ON outbox (held_by) WHERE held_by IS NOT NULL;

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
    o.error AS error,                       -- why the last one failed
    o.event AS event                        -- match, edit, unmatch, headline, removal or return
FROM outbox AS o
JOIN articles AS a ON a.id = o.article_id
JOIN revisions AS r ON r.article_id = o.article_id AND r.number = o.revision;
