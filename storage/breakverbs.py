"""The verbs of the store about breaks of an outlet's pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crawler.items import BreakNotice
from storage import baselines, breaks, quarantine
from storage.storepart import StorePart
from storage.values import stored


class BreakVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def breaks(self, outlet_id: str | None = None, *, limit: int = 50) -> list[dict[str, Any]]:
        """Return the breaks of an outlet (None: of all), newest first."""
        return breaks.listed(self._db, outlet_id, limit=limit)

    def watched(self, outlet_id: str) -> dict[str, Any]:
        """Return ``{"state": learning or watching, "pages", "templates"}`` of an outlet."""
        return baselines.state(self._db, outlet_id)

    def close_break(self, break_id: int, how: str, now: datetime) -> int | None:
        """End a break as *fixed* or *normal*; return how many articles it still holds, None when there is nothing to
        end: no such break, or one that is over and holds nothing."""
        with self._writing() as db:
            row = breaks.get(db, break_id)
            if row is None or (row["closed_at"] and not quarantine.numbers(db, break_id)):
                return None
            return breaks.close(db, self._alerting, row, how, now)

    def release(self, article_ids: Sequence[int], now: datetime) -> list[int]:
        """Take articles out of quarantine, their latest text being sound; return those that were in it. What they
        match now leaves late and once; alerts held for what they no longer say are taken back."""
        with self._writing() as db:
            return quarantine.release(db, self._alerting, article_ids, now)

    def doubtful(self, article_id: int) -> list[dict[str, Any]]:
        """Return the texts of re-checks of an article that were in doubt, the first one first."""
        return quarantine.doubtful_of(self._db, article_id)

    def quarantined_by(self, article_id: int) -> dict[str, Any] | None:
        """Return the break by which the text of an article is in doubt, None when it is not."""
        found = self._db.value("SELECT quarantined_by FROM articles WHERE id = ?", (article_id,))
        return (
            None
            if found is None
            else next(each for each in breaks.listed(self._db, limit=-1) if each["id"] == found)
        )

    def untold_breaks(self, now: datetime) -> list[BreakNotice]:
        """Return what ops is to be told of breaks now."""
        return breaks.untold(self._db, now)

    def mark_break_told(self, break_id: int, event: str, now: datetime) -> None:
        """Write that ops was told that a break was *opened* or *closed*."""
        with self._writing() as db:
            breaks.mark_told(db, break_id, event, stored(now))

    def mark_break_untold(self, break_id: int, next_try_at: datetime) -> None:
        """Write that ops could not be told, and when it is tried again."""
        with self._writing() as db:
            breaks.mark_untold(db, break_id, stored(next_try_at))
