"""How often an outlet edits its articles, by their age, and how often they are looked at because of it. Pure.

With a fixed number of requests, edits are seen soonest on average when articles are asked for in proportion to the
square root of how often they change: one that is edited four times as often is asked twice as often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import sqrt

from crawler.ladder import DAY, HOUR, WEEK, next_recheck

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A time in the life of an article in which it is looked at equally often."""

    name: str
    until: timedelta
    """Age at which it ends."""
    every: timedelta
    """Between two checks at an outlet that edits as usual, when requests are not short."""
    usual: float
    """Edits an hour that are usual at that age."""


BANDS: tuple[Band, ...] = (
    Band(name="first hours", until=2 * HOUR, every=15 * MINUTE, usual=0.05),
    Band(name="first day", until=DAY, every=HOUR, usual=0.01),
    Band(name="first week", until=8 * DAY, every=DAY, usual=0.001),
    Band(name="two months", until=60 * DAY, every=7 * DAY, usual=0.0001),
    Band(name="first year", until=365 * DAY, every=30 * DAY, usual=0.00002),
)
SHORTEST = 15 * MINUTE
"""Between two checks of one article, whatever speaks for more."""
WIDEST = 4.0
"""By how much habits lengthen or shorten the time between two checks at most."""
_PRIOR = 3.0
"""Edits that the usual rate counts for: with fewer seen, an outlet counts as usual."""
FORGET = 4000.0
"""Checks of a band after which earlier ones begin to be forgotten: an outlet may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What re-checks of articles of one band found."""

    checks: float = 0.0
    hours: float = 0.0
    """Time between these checks and those before, summed."""
    edits: float = 0.0


Habits = Mapping[str, Seen]
"""By the name of the band."""


def band_of(age: timedelta) -> Band:
    """Return the band of an age; the last one after it has ended."""
    return next((band for band in BANDS if age < band.until), BANDS[-1])


def rate(seen: Seen, band: Band) -> float:
    """Return the edits an hour to be expected, between what was seen and what is usual."""
    return (seen.edits + _PRIOR) / (seen.hours + _PRIOR / band.usual)


def factor(seen: Seen, band: Band) -> float:
    """Return by how much the time between two checks is longer than usual; below 1 for an outlet that edits more."""
    return min(max(sqrt(band.usual / rate(seen, band)), 1 / WIDEST), WIDEST)


def with_check(seen: Seen, hours: float, *, is_edit: bool) -> Seen:
    """Return what is known after one check more, *hours* after the one before it."""
    kept = min(1.0, FORGET / (seen.checks + 1.0))
    return Seen(
        checks=seen.checks * kept + 1.0,
        hours=seen.hours * kept + hours,
        edits=seen.edits * kept + float(is_edit),
    )


def interval(band: Band, habit: float, stretch: float) -> timedelta:
    """Return the time between two checks for a habit (see ``factor``) when requests are so short (1: they are not)."""
    return max(band.every * habit * stretch, SHORTEST)


@cache
def _promised(rungs: tuple[timedelta, ...]) -> tuple[tuple[float, int], ...]:
    """Return of each band how often it holds its usual interval, and how many rungs stand in it."""
    starts = (timedelta(), *(band.until for band in BANDS))
    return tuple(
        ((band.until - start) / band.every, sum(start < rung <= band.until for rung in rungs))
        for start, band in zip(starts, BANDS, strict=False)
    )


def checks_of_a_life(habits: Sequence[float], rungs: tuple[timedelta, ...], stretch: float) -> float:
    """Return how often an article is checked in its year: in each band as often as wished, and never less than at
    the *rungs* that are promised. *habits*: the factor of each band."""
    shortest = (SHORTEST / band.every for band in BANDS)
    return sum(
        max(times / max(habit * stretch, least), promised)
        for (times, promised), habit, least in zip(_promised(rungs), habits, shortest, strict=True)
    )


LONGEST_STRETCH = 64.0


def stretch_for(
    habits: Sequence[float], rungs: tuple[timedelta, ...], new_a_day: float, budget: float
) -> float:
    """Return by how much all intervals are to be longer so that the checks of *new_a_day* articles a day fit into
    *budget* requests a day; 1 when they fit as they are. The rungs are kept, so it may not be enough."""
    if new_a_day * checks_of_a_life(habits, rungs, 1.0) <= budget:
        return 1.0
    low, high = 1.0, LONGEST_STRETCH
    for _ in range(12):
        middle = sqrt(low * high)
        if new_a_day * checks_of_a_life(habits, rungs, middle) <= budget:
            high = middle
        else:
            low = middle
    return high


# --- the budget -----------------------------------------------------------------------------------

PER_ARTICLE = 40
"""Requests a day for re-checks for each new article a day: the promised rungs take 18, all that is wished about 55."""
LEAST_BUDGET = 200
HOST_SHARE = 0.25
"""Of the requests that a host's delay leaves room for in a day."""
USABLE = 0.85
"""Of the budget that is planned with: failures, other hosts and bursts take the rest."""
HOUR_SHARE = 3 / 24
"""Of the budget that may be used within one hour, and one request at least: a burst leaves room for the rest of the day."""
WISHED_SHARE = 0.9
"""Of the budget that may be used while something is only wished; the rest of the day is for what is promised."""
OLD_ONE_OF = 5
"""Of so many promised checks one is of an older article when those of young ones would take all."""


def daily_budget(configured: int, new_a_day: float, delay: float) -> int:
    """Return the requests a day for re-checks of an outlet: as *configured*, else (0) in proportion to its new
    articles, and never more than a quarter of what *delay* seconds between requests leave room for."""
    if configured:
        return configured
    possible = HOST_SHARE * 86_400 / (delay + 1.0)
    return int(min(possible, max(LEAST_BUDGET, PER_ARTICLE * new_a_day)))


def rooms(budget: int, in_a_day: int, in_an_hour: int) -> tuple[int, int]:
    """Return how many requests may be made now, and how many of these for what is only wished, after so many in the
    last 24 hours and in this one."""
    of_hour = max(int(budget * HOUR_SHARE), 1) - in_an_hour
    room = max(0, min(budget - in_a_day, of_hour))
    return room, max(0, min(int(budget * WISHED_SHARE) - in_a_day, of_hour))


def helping(
    young: Sequence[int], old: Sequence[int], wished: Sequence[int], *, room: int, hour: int
) -> list[int]:
    """Return what is asked for now, *room* at most: what is promised goes before what is wished, young articles
    before older ones, which have a fifth of the room to themselves. *hour*: a number that grows by one each hour; by
    it a fifth is rounded up in some hours and down in others, so that a room for one is theirs in one hour of five."""
    for_old = min(len(old), (room + hour % OLD_ONE_OF) // OLD_ONE_OF)
    first = [*young[: max(room - for_old, 0)], *old[:for_old]]
    return list(dict.fromkeys([*first, *young, *old, *wished]))[:room]


UNCONDITIONAL = 4
"""Every so manieth check of an article asks for the whole page, whatever the host says of changes."""


def is_unconditional(checks: int) -> bool:
    """Return whether the check after so many asks for the whole page."""
    return checks % UNCONDITIONAL == UNCONDITIONAL - 1


# --- one article ----------------------------------------------------------------------------------

BUSY_SPAN = timedelta(hours=6)
BUSY_MEMBERS = 3
"""Articles of one story first seen within BUSY_SPAN that make it busy."""
EDITED_SPAN = timedelta(hours=24)
HASTE = 0.5
"""Share of the interval for an article of a busy story, or edited within EDITED_SPAN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the re-checks of one outlet are planned."""

    factors: tuple[float, ...] = (1.0,) * len(BANDS)
    """By which the outlet's habits change the interval of each band."""
    stretch: float = 1.0
    """By which the budget lengthens all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """When an article should be looked at again, and why then."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The next look at an article."""

    at: datetime
    """When it is wished, and no later than promised."""
    by: datetime
    """When it is promised."""
    is_old: bool
    """Whether that is later than its first week."""
    why: str


NEAR = 0.7
"""Share of the time until a promised check after which no wished one is made before it."""


def next_look(
    plan: Plan,
    first_seen_at: datetime,
    born_at: datetime,
    now: datetime,
    *,
    is_busy: bool = False,
    is_edited: bool = False,
) -> Next | None:
    """Return when an article that was checked now is checked next; None when its year is over. *born_at*: when its
    age begins, the time of publication where that is long before it was first seen."""
    promised = next_recheck(first_seen_at, now)
    if promised is None:
        return None
    wished = wish(plan, born_at, now, is_busy=is_busy, is_edited=is_edited)
    if wished.at - now > NEAR * (promised - now):
        wished = Wish(at=promised, why=f"promised at the age of {span(promised - first_seen_at)}")
    is_old = promised - first_seen_at > WEEK
    return Next(at=wished.at, by=promised, is_old=is_old, why=wished.why)


def wish(
    plan: Plan, first_seen_at: datetime, now: datetime, *, is_busy: bool = False, is_edited: bool = False
) -> Wish:
    """Return when an article that was checked now should be looked at again, apart from what is promised."""
    band = band_of(now - first_seen_at)
    habit = plan.factors[BANDS.index(band)]
    haste = (HASTE if is_busy else 1.0) * (HASTE if is_edited else 1.0)
    after = max(interval(band, habit, plan.stretch) * haste, SHORTEST)
    told = [f"{band.name}: every {span(band.every)}"]
    if habit < 0.8:
        told.append(f"the outlet edits often at that age ({1 / habit:.1f} times as often)")
    if habit > 1.25:
        told.append(f"the outlet seldom edits at that age ({habit:.1f} times as long)")
    if plan.stretch > 1.05:
        told.append(f"the budget is short ({plan.stretch:.1f} times as long)")
    if is_busy:
        told.append("its story is busy (twice as often)")
    if is_edited:
        told.append("it was edited lately (twice as often)")
    return Wish(at=now + after, why=", ".join(told))


def span(time: timedelta) -> str:
    """Return a span in words: ``15 minutes``, ``1 hour``, ``7 days``."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if time >= unit:
            count = round(time / unit)
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{int(time.total_seconds())} seconds"
