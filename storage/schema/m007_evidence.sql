ALTER TABLE visits ADD COLUMN
    kind TEXT                       -- class of the answer: article, list, challenge, paywall and others, empty without an answer
        NOT NULL DEFAULT ''
;

ALTER TABLE visits ADD COLUMN
    evidence TEXT                   -- what the class was known by: a title, a mark of a service, a header
        NOT NULL DEFAULT ''
;
