-- What newshawk learned of each outlet's template: lines that recur over its pages. A rule that changes is a new row with the next version.
CREATE TABLE learned_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number: cuts name the rule as learned:NUMBER
    outlet_id TEXT NOT NULL REFERENCES outlets(id) ON UPDATE CASCADE,  -- outlet
    signature TEXT NOT NULL,        -- the line folded, its numbers as 0 and its months as the word month
    version INTEGER NOT NULL,       -- from 1; the latest of a signature counts
    place TEXT NOT NULL,            -- head, tail or line: where it cuts
    text TEXT NOT NULL,             -- whole line; empty when the pattern counts
    pattern TEXT NOT NULL,          -- expression for the whole folded line; empty when the text counts
    to_end INTEGER NOT NULL,        -- 1 when what follows the line goes with it
    state TEXT NOT NULL,            -- proposed, applied, approved, pinned, refused or retired
    why TEXT NOT NULL,              -- why it is not applied, or what set it back; may be empty
    block TEXT NOT NULL,            -- signature of the first of the lines that stand together with it
    pages INTEGER NOT NULL,         -- pages that had it at the last look, copies of one story as one
    days INTEGER NOT NULL,          -- different days of these pages
    edge INTEGER NOT NULL,          -- of the pages: it stood at the edge of the text
    middle INTEGER NOT NULL,        -- of the pages: it stood between lines of the text
    inside INTEGER NOT NULL,        -- pages on which a longer line contained it
    coverage REAL NOT NULL,         -- share of the pages of its time that had it
    forms INTEGER NOT NULL,         -- different numbers or months that the line bore
    topic TEXT NOT NULL,            -- word that the pages with it share; may be empty
    carries TEXT NOT NULL,          -- JSON list of standing queries that held only with it
    first_on TEXT NOT NULL,         -- first day of these pages
    last_on TEXT NOT NULL,          -- last day of these pages
    valid_until TEXT,               -- last day of articles that it cuts, when the outlet gave it up; NULL while it has it
    examples TEXT NOT NULL,         -- JSON list of articles that had it, the newest first
    UNIQUE (outlet_id, signature, version)
);

-- The history of learned rules: each change of state, by whom, and each standing query that met a line which they cut.
CREATE TABLE learned_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- number
    rule_id INTEGER NOT NULL REFERENCES learned_rules(id),  -- learned rule
    at TEXT NOT NULL,               -- when
    state TEXT NOT NULL,            -- its state since then
    decided_by TEXT NOT NULL,       -- learning, crawl, or the option of the command: approve, refuse, pin or retire
    told TEXT NOT NULL              -- the sentence
);

CREATE INDEX learned_decisions_rule ON learned_decisions (rule_id, id);
