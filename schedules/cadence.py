"""When an outlet is polled: pure functions of its declaration and its last poll."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.items import Outlet
from crawler.pace import adapts, bounds, present_interval

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


def moved(outlet: Outlet, due: datetime, now: datetime, place: float) -> datetime:
    """Return when an outlet whose first source is *due* is polled next: then, moved by JITTER at most (*place* is -1
    to 1), and never sooner than its shortest interval allows, about."""
    wait = max(due - now, timedelta(seconds=bounds(outlet.every.total_seconds())[0] / 2))
    return now + wait * (1 + JITTER * place)


def shortest(outlet: Outlet, intervals: Sequence[float | None]) -> float | None:
    """Return the shortest interval in seconds among an outlet's sources; None: as configured."""
    if not adapts(outlet) or not intervals:
        return None
    every = outlet.every.total_seconds()
    found = min(present_interval(each, every) for each in intervals)
    return None if found == every else found


def shortest_intervals(
    outlets: Iterable[Outlet], intervals: Mapping[str, Sequence[float | None]]
) -> dict[str, float]:
    """Return the shortest interval in seconds of each outlet that is not polled as configured."""
    found = {outlet.id: shortest(outlet, intervals.get(outlet.id, ())) for outlet in outlets}
    return {outlet_id: seconds for outlet_id, seconds in found.items() if seconds is not None}


def told_pace(outlet: Outlet, intervals: Sequence[float | None]) -> str:
    """Return in words which sources are not polled as configured, and why; empty when all are."""
    every = outlet.every.total_seconds()
    present = [present_interval(each, every) for each in intervals] if adapts(outlet) else []
    more, less = [each for each in present if each < every], [each for each in present if each > every]
    told = []
    if more:
        told.append(
            f"{len(more)} of {len(present)} sources as often as every {span(min(more))}, since much of their lists"
            " is new at each poll"
        )
    if less:
        told.append(
            f"{len(less)} of {len(present)} sources as rarely as every {span(max(less))}, since they bring little"
            " or fail"
        )
    return "; ".join(told)


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
