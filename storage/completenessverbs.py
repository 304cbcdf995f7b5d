"""The verbs of the store about completeness: comparisons with second channels, and what they found missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crawler.completeness import Comparison, Known
from crawler.identity import LinkClass
from crawler.items import Key, Outlet
from storage import completeness
from storage.storepart import StorePart


class CompletenessVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def standing(self, outlet_id: str) -> completeness.Standing:
        """Return how an outlet stands before it is compared with a second channel."""
        return completeness.standing(self._db, outlet_id)

    def comparisons_owed(self) -> dict[str, datetime | None]:
        """Return since when a comparison of each configured outlet is owed; None while it was never polled."""
        return completeness.owed(self._db)

    def known_articles(self, outlet_id: str, named: Sequence[LinkClass]) -> dict[Key, Known]:
        """Return what is known of the articles that these links name, by key; unknown ones are left out."""
        return completeness.known_articles(self._db, outlet_id, named)

    def record_comparison(
        self, outlet: Outlet, comparison: Comparison, trigger: str, first_polled: datetime | None
    ) -> int:
        """Write a comparison; each missing address enters the ledger as skipped/missed, which nothing asks for by
        itself. Return how many entered."""
        with self._writing() as db:
            return completeness.record(db, outlet, comparison, trigger, first_polled)

    def ask_missing(self, outlet_id: str) -> list[int]:
        """Make the missing links of an outlet pending; return their numbers."""
        with self._writing() as db:
            return completeness.ask(db, outlet_id)

    def link_states(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """Return url, state, reason and article of these links, in order of their numbers."""
        return completeness.states(self._db, ids)
