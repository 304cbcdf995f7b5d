"""Notes: what the store noticed and people should know. Their kinds (``notes.kind``), and what each tells:

key_reused      an outlet gave the key of an article to another one
divergent       a mirror shows another text of an article
gone_on_mirror  one host has no page of an article that another shows
gone, returned  all hosts say that a page is removed; it is back
removals_in_doubt  most pages of an outlet are missing at once: none counts as removed yet
stale           a host serves an old list, or one that is not the outlet's
caught_up       it serves fresh ones again
validators_lie  a host says 304 when its list has changed
gap             a list rolled over between two polls: links may have been missed
incomplete      a second channel names addresses that no source did
unmatched       a text that was read again no longer holds what a rule matched
withheld        a text that a re-check had read again would lose so much that it stands
sums            the sums of a run do not agree with the ledger
chrome_applied  a line that recurs on an outlet's pages is cut from now on
chrome_match    a standing query matches only in a line that a learned rule cuts
break, mended   the pages of an outlet broke; that is over
redesign        they have a new template, and the texts are sound
malformed       an address in a list could not be judged
storm, storm_over  a rule matches too much, its alerts come as digests; that is over
rule_broken, rule_sound  a rule of the config cannot be used as it is written; that is over
store_error     an item could not be stored
"""

from __future__ import annotations

from typing import Any

from storage.connection import Connection
from storage.values import plain


def add(db: Connection, kind: str, text: str, at: str, **about: Any) -> None:
    """Add a note; *about* names what it is about: outlet_id, run_id, article_id, link_id."""
    db.insert("notes", {"at": at, "kind": kind, "text": plain(text)} | about)
