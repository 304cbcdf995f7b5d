"""The sums of one run: every address once, in exactly one column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from crawler.items import LinkState, Outcome

COLUMNS = ("found", "known", "new", "revised", "duplicate", "unchanged", "skipped", "failed", "pending")
"""Keys of the counts, in the order of the contract; found is the sum of the rest."""

_COLUMN_OF = {
    LinkState.NEW: "new",
    LinkState.REVISION: "revised",
    LinkState.DUPLICATE: "duplicate",
    LinkState.UNCHANGED: "unchanged",
    LinkState.SKIPPED: "skipped",
    LinkState.FAILED: "failed",
    LinkState.PENDING: "pending",
}
_COLUMN_OF_VERDICT = {
    "new": "new",
    "revision": "revised",
    "duplicate": "duplicate",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "failed": "failed",
    "gone": "failed",
}


class Tally:
    """Which address of this run stands in which column. A later, more telling word replaces an earlier one:
    known gives way to pending, pending to an outcome."""

    def __init__(self) -> None:
        self._column: dict[int, str] = {}

    def add_known(self, link_ids: Iterable[int]) -> None:
        """Count links that were in the ledger before, unless this run says more of them."""
        for link_id in link_ids:
            self._column.setdefault(link_id, "known")

    def add_pending(self, link_ids: Iterable[int]) -> None:
        """Count links that are about to be fetched."""
        for link_id in link_ids:
            if self._column.get(link_id, "known") == "known":
                self._column[link_id] = "pending"

    def settle(self, outcome: Outcome) -> None:
        """Count the state a link ended in."""
        self._column[outcome.link_id] = _COLUMN_OF[outcome.state]

    def is_counted(self, link_id: int) -> bool:
        """Return True when this run has already asked, or is about to ask, for the link."""
        return self._column.get(link_id, "known") != "known"

    def counts(self) -> dict[str, int]:
        """Return all columns; ``found`` is their sum."""
        by_column = Counter(self._column.values())
        return {"found": len(self._column)} | {name: by_column[name] for name in COLUMNS[1:]}

    def columns(self) -> dict[int, str]:
        """Return the column of each link."""
        return dict(self._column)

    def correct(self, columns: Mapping[int, str]) -> None:
        """Take over what the ledger knows better of these links."""
        self._column |= columns


def column_by_ledger(
    column: str, state: str, *, verdict: str | None, is_open: bool, is_set_aside: bool
) -> str | None:
    """Return the column in which a link belongs at the end of a run, by the ledger; None if the two contradict.

    *verdict*: of the link's last visit in this run, None if there was none. *is_open*: it is still to be fetched.
    *is_set_aside*: it could not be stored, which leaves no visit. A link may have moved on without a visit: one that
    was to be fetched turned out to be another's address, one that waited for another address is to be fetched after all.
    """
    if column == "known":
        return column
    if verdict is not None:
        return column if _COLUMN_OF_VERDICT[verdict] == column and _stands(column, state) else None
    if column == "failed" and is_set_aside:
        return column
    if column == "pending":
        if is_open or state == "new":  # a re-check that the run did not come to leaves the link as it is
            return column
        return state if state in ("duplicate", "skipped") else None
    if column == "duplicate" and is_open:
        return "pending"
    return column if state == column else None


def _stands(column: str, state: str) -> bool:
    """Return whether the ledger bears out what a visit came to. Of a re-check, and of a link that another address
    settled meanwhile, the state tells of the article."""
    return state in (column, "new", "duplicate") or column in ("revised", "unchanged")
