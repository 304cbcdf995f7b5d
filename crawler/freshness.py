"""How old a list is: whether a host serves what the outlet publishes now, or an old copy of it. Pure.

The time of an entry is when it was first seen anywhere at the outlet, or when it was published, whichever is
earlier; so an old list is old whether its entries are known or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from crawler.dates import date_in_address
from crawler.items import Precision, Timestamp

BEHIND_LEAST = timedelta(hours=6)
GAPS_BEHIND = 3
"""A list is behind another when its newest entry is older by more than both: six hours, and three times what
usually lies between two entries."""
FROZEN_LEAST = timedelta(hours=12)
GAPS_FROZEN = 10
"""A list is frozen when it brought nothing for longer than both: half a day, and ten times the usual."""
FROZEN_UNKNOWN = timedelta(days=7)
"""The same where nothing is known of what is usual."""
OPINION_EVERY = timedelta(hours=1)
"""While a list is frozen another host is asked so often."""
PROBE_EVERY = timedelta(hours=6)
"""A host that did not serve for so long is asked for its list, to compare."""
OPINIONS = 2
"""Hosts asked at most when a list is in doubt."""


class Standing(StrEnum):
    """What a host's list is beside what the outlet's other hosts gave."""

    FRESH = "fresh"
    BEHIND = "behind"
    """An old list."""
    FROZEN = "frozen"
    """It was the newest there was, and another host turned out to have news."""
    OTHER = "other"
    """Not the outlet's list."""


def entry_time(first_seen_at: datetime, published: Timestamp, url: str) -> datetime:
    """Return the time of an entry. A day counts to its end: its hour is not known."""
    stamp = published if published.at is not None else date_in_address(url)
    if stamp.at is None:
        return first_seen_at
    end = stamp.at + timedelta(days=1) if stamp.precision is Precision.DAY else stamp.at
    return min(first_seen_at, end)


def usual_gap(times: Iterable[datetime]) -> timedelta | None:
    """Return what usually lies between two entries: the median; None when fewer than four times are known."""
    known = sorted(set(times))
    if len(known) < 4:
        return None
    seconds = median((later - earlier).total_seconds() for earlier, later in pairwise(known))
    return timedelta(seconds=int(seconds))


def is_behind(newest: datetime, best: datetime, gap: timedelta | None) -> bool:
    """Return whether a list whose newest entry is of *newest* misses what another has, up to *best*."""
    return best - newest > max(BEHIND_LEAST, (gap or timedelta()) * GAPS_BEHIND)


def is_frozen(newest: datetime, now: datetime, gap: timedelta | None) -> bool:
    """Return whether a list brought nothing for far longer than usual."""
    return now - newest > (FROZEN_UNKNOWN if gap is None else max(FROZEN_LEAST, gap * GAPS_FROZEN))


def standing(
    times: Sequence[datetime], *, is_ours: bool, newest: datetime | None, gap: timedelta | None
) -> Standing:
    """Return how a list with entries of these *times* stands beside the list of another host whose newest entry
    is of *newest* (None: there is none to compare with). *is_ours*: an entry of it is the outlet's."""
    if newest is None:
        return Standing.FRESH
    if not times or not is_ours:
        return Standing.OTHER
    return Standing.BEHIND if is_behind(max(times), newest, gap) else Standing.FRESH
