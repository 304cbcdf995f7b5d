"""The verbs of the store about archives: backfills, what they walk, and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crawler.items import ArchiveDocument, Backfill, Gap, Outlet, Source, SourceKind
from crawler.recorded import Walked
from crawler.walk import Walk
from storage import backfills, gaps
from storage.storepart import StorePart
from storage.values import stored


class ArchiveVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def begin_backfill(
        self,
        outlet_id: str,
        given: str,
        since: datetime,
        until: datetime | None,
        now: datetime,
        *,
        silent: bool = True,
        gap_id: int | None = None,
        anew: bool = False,
    ) -> Backfill:
        """Return a new backfill, or the unfinished one that was asked for in the same words (*given*)."""
        with self._writing() as db:
            return backfills.begin(
                db, outlet_id, given, since, until, now, silent=silent, gap_id=gap_id, anew=anew
            )

    def add_documents(self, backfill_id: int, documents: Sequence[ArchiveDocument]) -> None:
        """Write down archive documents to be walked; those that are there are left as they are."""
        with self._writing() as db:
            backfills.add_documents(db, backfill_id, documents)

    def waiting_documents(self, backfill_id: int, kind: SourceKind, limit: int) -> list[ArchiveDocument]:
        """Return documents that are still to be walked, the first written down first."""
        return backfills.waiting(self._db, backfill_id, kind, limit)

    def first_seen(self, outlet_id: str, ledger_keys: Sequence[str]) -> dict[str, datetime]:
        """Return when addresses entered the ledger, by ledger key; new ones are left out."""
        return backfills.first_seen(self._db, outlet_id, ledger_keys)

    def named_in_backfill(self, backfill_id: int) -> dict[str, bytes]:
        """Return the digests of what the walked pages of each feed and section named, by its address."""
        return backfills.named(self._db, backfill_id)

    def record_walk(
        self, run_id: int, outlet: Outlet, backfill: Backfill, walk: Walk, room: int | None = None
    ) -> Walked:
        """Write the links of one archive document, or of a part of it; with its last part where the archive goes on,
        and that it was walked. Without *room* for all its new links it waits on. Nothing of the outlet's regular sources changes."""
        with self._writing() as db:
            return backfills.record_walk(db, self._alerting, run_id, outlet, backfill, walk, room)

    def finish_backfill(self, backfill_id: int, state: str, told: str, now: datetime) -> None:
        """Write how a backfill ended (done, failed), or why it is paused."""
        with self._writing() as db:
            backfills.finish(db, backfill_id, state, told, stored(now))

    def backfill_documents(self, backfill_id: int) -> list[dict[str, Any]]:
        """Return what became of each document of a backfill."""
        return backfills.documents(self._db, backfill_id)

    def listed_now(self, outlet_id: str, source: Source) -> list[str]:
        """Return the addresses that stand in the latest answer of a source."""
        return backfills.listed_now(self._db, outlet_id, source)

    def article_addresses(self, outlet_id: str, limit: int) -> list[str]:
        """Return at most *limit* addresses of an outlet that led to articles, the newest first."""
        return backfills.article_addresses(self._db, outlet_id, limit)

    def open_gaps(self, outlet_id: str) -> list[Gap]:
        """Return the gaps of an outlet's sources that nobody has looked into to the end, the oldest first."""
        return gaps.open_gaps(self._db, outlet_id)

    def close_gap(self, gap_id: int, now: datetime, covered: bool, told: str) -> None:
        """Write whether what a gap may hold was found, and how, or why not."""
        with self._writing() as db:
            gaps.close_gap(db, gap_id, stored(now), covered, told)
            backfills.forget_names(db, gap_id)

    def postpone_gap(self, gap_id: int, next_try_at: datetime, told: str) -> None:
        """Write that a look into a gap did not come to its end, why, and when the next one is."""
        with self._writing() as db:
            gaps.postpone_gap(db, gap_id, stored(next_try_at), told)
