"""When a notice to ops that did not leave is tried again; kept in memory, so that a new process tries at once."""

from __future__ import annotations

import random
from collections.abc import Collection, Hashable
from datetime import datetime

from crawler.alerts.policy import next_try

_JITTER = random.Random()  # noqa: S311 - spreads tries, guards nothing


class Pauses:
    """The notices that did not leave, each with its tries."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, tuple[int, datetime]] = {}

    def is_due(self, notice: Hashable, now: datetime) -> bool:
        """Return whether a notice may be tried at *now*."""
        return notice not in self._waiting or self._waiting[notice][1] <= now

    def is_new(self, notice: Hashable) -> bool:
        """Return whether a notice was not tried yet."""
        return notice not in self._waiting

    def put_off(self, notice: Hashable, now: datetime) -> None:
        """Let a notice wait, the longer the more often it was tried."""
        tries = self._waiting[notice][0] + 1 if notice in self._waiting else 1
        self._waiting[notice] = (tries, next_try(tries, now, _JITTER))

    def keep(self, notices: Collection[Hashable]) -> None:
        """Forget all that are not to be told any more."""
        self._waiting = {notice: waits for notice, waits in self._waiting.items() if notice in notices}
