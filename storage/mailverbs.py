"""The verbs of the store about mail: the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crawler.items import Alert, BrokenRule, Storm
from storage import outbox, rules, storms
from storage.storepart import StorePart
from storage.values import stored


class MailVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def claim_alerts(self, now: datetime, lease_seconds: float) -> list[Alert]:
        """Return the alerts that are due and lease them; a lease that ran out is taken again."""
        with self._writing() as db:
            return outbox.claim(db, now, lease_seconds)

    def release_alerts(self) -> None:
        """Make ready what waits for its next try, and what a process that is gone had leased. Only for who
        holds the store: nobody else may be sending."""
        with self._writing() as db:
            outbox.release(db)

    def mark_sending(self, ids: Sequence[int], message_id: str) -> list[int]:
        """Write under which Message-ID they are about to leave: after a crash they leave as the same mail. Return those
        that must not leave: they were given up since they were claimed."""
        with self._writing() as db:
            return outbox.mark_sending(db, ids, message_id)

    def mark_sent(self, ids: Sequence[int], now: datetime, message_id: str, trouble: str = "") -> None:
        """Write that the mail server took them; *trouble* tells of addresses of the reader that it did not."""
        with self._writing() as db:
            outbox.mark_sent(db, ids, stored(now), message_id, trouble)

    def mark_deferred(
        self, ids: Sequence[int], error: str, next_try_at: datetime, message_id: str = ""
    ) -> None:
        """Queue them again; *message_id* is kept when the mail may have reached somebody."""
        with self._writing() as db:
            outbox.mark_deferred(db, ids, error, stored(next_try_at), message_id)

    def mark_unknown(self, ids: Sequence[int], error: str, next_try_at: datetime, message_id: str) -> None:
        """Queue them again as the same mail: the answer was lost."""
        with self._writing() as db:
            outbox.mark_deferred(db, ids, error, stored(next_try_at), message_id, unknown=True)

    def mark_dead(self, ids: Sequence[int], error: str) -> None:
        """Give them up; they stay to be seen."""
        with self._writing() as db:
            outbox.mark_dead(db, ids, error)

    def storms(self, now: datetime, limit: int) -> list[Storm]:
        """Return the rules that match too much: more than *limit* stories within an hour."""
        return storms.current(self._db, now, limit)

    def untold_storms(self, now: datetime, limit: int) -> list[Storm]:
        """Return the storms that ops was not told of; one without stories is over."""
        return storms.untold(self._db, now, limit)

    def mark_storm_told(self, storm: Storm, now: datetime) -> None:
        """Write that ops was told of a storm."""
        with self._writing() as db:
            storms.mark_told(db, storm, now)

    def untold_rules(self, broken: Sequence[BrokenRule]) -> tuple[list[BrokenRule], list[str]]:
        """Return which of the *broken* rules ops was not told of, and the names of those that are broken no more."""
        return rules.untold(self._db, broken)

    def mark_rules_told(self, broken: Sequence[BrokenRule], now: datetime) -> None:
        """Write that ops knows which rules are broken now, and that the others are not."""
        with self._writing() as db:
            rules.mark_told(db, broken, now)

    def alerts(self, states: Sequence[str] = (), *, limit: int = 100) -> list[dict[str, Any]]:
        """Return alerts in these states (queued, leased, sent, dead; all for none), newest first."""
        return outbox.listed(self._db, states, limit)

    def retry_alerts(self, ids: Sequence[int], now: datetime) -> list[int]:
        """Queue dead or waiting alerts for now; return the ids of those that were."""
        with self._writing() as db:
            return outbox.retry(db, ids, stored(now))

    def silence_alerts(self, ids: Sequence[int], error: str) -> list[int]:
        """Give up waiting alerts unsent, *error* says why; return the ids of those that were."""
        with self._writing() as db:
            return outbox.silence(db, ids, error)

    def outbox_depth(self) -> dict[str, int]:
        """Return how many alerts are queued, leased and dead."""
        return outbox.depth(self._db)
