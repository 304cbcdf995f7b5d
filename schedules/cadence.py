"""When an outlet is polled: pure functions of its declaration and its last poll."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.items import Outlet

START_WITHIN = timedelta(seconds=3)
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

    def __str__(self) -> str:
        return f'cron "{self.cron}"' if self.seconds is None else f"every {span(self.seconds)}"


def beat(outlet: Outlet) -> Beat:
    """Return how often an outlet is polled."""
    if outlet.cron:
        return Beat(seconds=None, cron=outlet.cron, jitter=0)
    seconds = outlet.every.total_seconds()
    return Beat(seconds=seconds, cron="", jitter=int(seconds * JITTER))


def first_poll(due: datetime | None, now: datetime, place: float) -> datetime:
    """Return when an outlet is polled first after a start: when it is *due*.

    Never polled (*due* is None) or overdue: within START_WITHIN, at its *place* (0 to 1) among the outlets.
    """
    soonest = now + START_WITHIN * place
    return soonest if due is None else max(due, soonest)


def span(seconds: float) -> str:
    """Return a length of time as a person says it: ``45 s``, ``5 min``, ``90 min``, ``2 d``. Exact where whole
    minutes are; else rounded to its largest unit."""
    units = ((86_400, "d"), (3_600, "h"), (60, "min"))
    for size, unit in units:
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f} {unit}"
    for size, unit in units:
        if seconds >= size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.0f} s"
