ALTER TABLE revisions ADD COLUMN
    charset TEXT                    -- encoding in which the page was read, by the name that Python has for it, empty for texts older than the column
        NOT NULL DEFAULT ''
;

ALTER TABLE revisions ADD COLUMN
    charset_doubt TEXT              -- why that reading may be wrong: damaged, guessed, overruled or disputed, empty when it is sure
        NOT NULL DEFAULT ''
;
