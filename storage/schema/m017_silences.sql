-- Times in which what a rule finds is not sent: to one reader or to all, with an end or without. It is found all the same.
CREATE TABLE silences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    rule_id TEXT NOT NULL,          -- rule; empty for all
    recipient_id TEXT NOT NULL,     -- id of the config; empty for all
    kind TEXT NOT NULL,             -- hand (by a command), mute or leave (by the link of a mail: for a week, for good)
    reason TEXT NOT NULL,           -- what was given for it; empty for nothing
    from_at TEXT NOT NULL,          -- since when
    until_at TEXT,                  -- end; NULL for none
    ended_at TEXT                   -- when somebody ended it before; NULL: nobody did
);

CREATE INDEX silences_open ON silences (rule_id, recipient_id) WHERE ended_at IS NULL;

ALTER TABLE outbox ADD COLUMN
    silence_id INTEGER REFERENCES silences(id)  -- silence by which it was given up, or is if a mail that is on its way does not arrive, NULL: none
;

CREATE INDEX outbox_silenced ON outbox (silence_id) WHERE silence_id IS NOT NULL;

-- Mails to ops that say that nothing is to be told: one row a day at most, also of days that needed none.
CREATE TABLE heartbeats (
    day TEXT PRIMARY KEY,           -- day on the clock of the first of ops
    due_at TEXT NOT NULL,           -- when it was due
    since_at TEXT NOT NULL,         -- begin of what it looks back on: the made_at of the row before, its since_at where that did not leave
    made_at TEXT NOT NULL,          -- end of that: when it was looked at
    state TEXT NOT NULL,            -- first (the day it began), matched (alerts arose: no mail), waiting, sending, sent or failed
    alerts INTEGER NOT NULL,        -- alerts that arose and were not silenced
    tries INTEGER NOT NULL DEFAULT 0,  -- tries that did not succeed
    next_try_at TEXT,               -- not before; NULL: at once
    sent_at TEXT,                   -- when the mail server took it
    error TEXT                      -- why the last try failed
) WITHOUT ROWID;
