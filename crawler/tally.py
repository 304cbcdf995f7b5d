"""The sums of one run: every address once, in exactly one column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

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
