"""When an article's page is asked for again: often while edits are likely, then more and more seldom. Pure.

    promised    at fixed ages, whatever it costs: by 4 hours, again within a day, daily for a week, then seldom
    between     every 15 minutes for 3 hours, every hour for a day, daily, weekly; all of them stretched where the
                outlet's budget is short or it hardly ever edits, and drawn together where it edits much or the story is busy

What a check between costs is known beforehand, so the stretch that keeps a budget can be told from the number of new
articles a day; what was really asked in the last day corrects it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

RUNGS: tuple[timedelta, ...] = (
    *(hours * HOUR for hours in (1, 3, 10, 22)),
    *(22 * day * HOUR for day in range(2, 9)),
    *(days * DAY for days in (10, 17, 31, 61, 121, 241, 365)),
)
"""Ages of an article at its promised re-checks: within 4 hours, again within a day, then daily for a week (22 hours
apart, so that a late start still keeps to the day), then at growing intervals up to a year."""

STEPS: tuple[tuple[timedelta, timedelta], ...] = (
    (3 * HOUR, 15 * MINUTE),
    (DAY, HOUR),
    (8 * DAY, 22 * HOUR),
    (60 * DAY, 7 * DAY),
)
"""(age up to which, time between two checks) of those between the promised ones; older articles have none."""

BETWEEN = 33
"""Checks between the promised ones that an article has in all when nothing stretches them; a test counts them."""

LEAST_GAP = timedelta(minutes=30)
"""A rung nearer than this to the check that was just made is skipped."""

LEAST_PAUSE = 15 * MINUTE
"""Between two checks, however much an outlet edits."""

GRID = 5 * MINUTE
"""Checks between the promised ones fall on these minutes, so that an outlet's come together, in one run."""

NEVER = math.inf
"""The stretch that leaves the promised checks only."""
_LONGEST_STRETCH = 24.0
"""Beyond it checks between the promised ones are as seldom as these, and are left out."""
_USUAL_SHARE = 0.02
"""Share of checks that find an edit at which the steps stay as they are."""
_PRIOR_EDITS, _PRIOR_CHECKS = 2, 100
"""What an outlet of which nothing is known counts for."""
BUSY = 3
"""Articles of a story within BUSY_FOR by which it is busy: the steps of all its articles are halved."""
BUSY_FOR = 6 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often an outlet's articles are checked between the promised times."""

    arrivals: float
    """New articles a day, over the last week."""
    budget: int
    """Pages that re-checks may ask the outlet for a day."""
    done: int
    """Pages that they asked for in the last 24 hours, over all hosts."""
    edits: int
    """Of the last 30 days: how many found an edit ..."""
    checks: int
    """... of how many that found the article in its place."""

    @property
    def habit(self) -> float:
        """Factor by which the outlet's edits stretch the steps: 0.5 for one that edits much, 4 for one that hardly
        ever does, 1 for the usual one and for one of which nothing is known."""
        share = (self.edits + _PRIOR_EDITS) / (self.checks + _PRIOR_CHECKS)
        return min(max(math.sqrt(_USUAL_SHARE / share), 0.5), 4.0)

    @property
    def shortage(self) -> float:
        """Factor by which the budget stretches the steps at least; NEVER when the promised checks use it up."""
        left = self.budget - self.arrivals * len(RUNGS)
        if left <= 0:
            return NEVER
        needed = self.arrivals * BETWEEN / left
        if self.done > self.budget:
            needed = max(needed, 1.0) * self.done / self.budget
        return needed if needed <= _LONGEST_STRETCH else NEVER

    def stretch(self, *, is_busy: bool = False) -> float:
        """Return by what the steps are multiplied."""
        return max(self.habit * (0.5 if is_busy else 1.0), self.shortage)

    @property
    def is_over(self) -> bool:
        """Return whether the promised checks alone are more than the budget."""
        return self.arrivals * len(RUNGS) > self.budget


MISSING_PAUSE = timedelta(hours=12)
"""Between two checks that find a page removed before it counts as removed."""


def next_recheck(
    first_seen_at: datetime,
    now: datetime,
    *,
    stretch: float = NEVER,
    published_at: datetime | None = None,
) -> datetime | None:
    """Return when an article that was checked now is checked next: at the first rung, or before it by a step that is
    *stretch* times as long; None after the last rung. An article that was *published_at* long before it was seen is
    stepped by that age: nobody edits it every hour."""
    rung = next((first_seen_at + rung for rung in RUNGS if first_seen_at + rung - now >= LEAST_GAP), None)
    step = _step(max(now - first_seen_at, now - published_at if published_at else timedelta()))
    if rung is None or step is None or stretch == NEVER:
        return rung
    between = _on_grid(now + max(step * stretch, LEAST_PAUSE))
    return between if rung - between >= LEAST_GAP else rung


def _step(age: timedelta) -> timedelta | None:
    return next((step for until, step in STEPS if age < until), None)


def _on_grid(moment: datetime) -> datetime:
    over = (moment - datetime.min.replace(tzinfo=moment.tzinfo)) % GRID
    return moment - over + GRID if over else moment


def retry_recheck(first_seen_at: datetime, now: datetime) -> datetime:
    """Return when to try again after a re-check that proved nothing: in an hour while the article is young,
    in a tenth of its age later, and no later than the next rung."""
    soon = now + max(HOUR, (now - first_seen_at) / 10)
    rung = next_recheck(first_seen_at, now)
    return soon if rung is None else min(soon, rung)


FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
PATIENCE = timedelta(days=14)
"""A link that no host could give is tried for so long after it was found: an outage may last."""
PATIENCE_GONE = timedelta(days=1)
"""The same for one that every host says it does not have: feeds run ahead of their pages."""
LEAST_TRIES = 8
"""Tries that a link gets all the same, so that our own downtime does not use up its time."""


def next_try(failures: int, first_seen_at: datetime, now: datetime, *, is_gone: bool) -> datetime | None:
    """Return when a link that failed *failures* times is asked for again: after 5 minutes, doubled each time
    up to 6 hours; None when its time is over."""
    patience = PATIENCE_GONE if is_gone else PATIENCE
    if failures >= LEAST_TRIES and now - first_seen_at >= patience:
        return None
    return now + min(FIRST_PAUSE * (1 << min(max(failures - 1, 0), 20)), LONGEST_PAUSE)
