"""The verbs of the store about heartbeats."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from crawler.items import Beat
from storage import heartbeats
from storage.storepart import StorePart


class HeartbeatVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def begin_heartbeat(self, day: date, due: datetime, now: datetime) -> Beat | None:
        """Return the heartbeat of a day if it is to leave now; a day is looked at once."""
        if not heartbeats.owed(self._db, day, now):
            return None
        with self._writing() as db:
            return heartbeats.begin(db, day, due, now)

    def mark_heartbeat(
        self, day: str, state: str, now: datetime, error: str = "", next_try_at: datetime | None = None
    ) -> None:
        """Write what became of it: sending, sent, failed, or waiting for its next try."""
        with self._writing() as db:
            heartbeats.mark(db, day, state, now, error, next_try_at)

    def heartbeat_figures(self, since: datetime, now: datetime) -> dict[str, Any]:
        """Return what a heartbeat counts, by the names of ``Pulse``."""
        return heartbeats.figures(self._db, since, now)
