"""When an outlet is polled: pure functions of its declaration and its last poll."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.items import Outlet

START_WITHIN = timedelta(seconds=8)
"""Outlets that are due when the daemon starts are spread over this time."""
JITTER = 0.05
"""Share of an interval by which polls are moved, so that outlets do not march in step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """How a job recurs."""

    seconds: float | None
    """Interval; None for cron."""
    cron: str
    jitter: int
    """Seconds."""


def beat(outlet: Outlet) -> Beat:
    """Return how often an outlet is polled."""
    if outlet.cron:
        return Beat(seconds=None, cron=outlet.cron, jitter=0)
    seconds = outlet.every.total_seconds()
    return Beat(seconds=seconds, cron="", jitter=int(seconds * JITTER))


def first_poll(outlet: Outlet, last_good: datetime | None, now: datetime, place: float) -> datetime | None:
    """Return when an outlet is polled first after a start; None leaves it to its cron.

    Never polled or overdue: within START_WITHIN, at its *place* (0 to 1) among the outlets. Else when its
    interval is over.
    """
    if last_good is None:
        return now + START_WITHIN * place
    if outlet.cron:
        return None
    return max(last_good + outlet.every, now + START_WITHIN * place)
