"""When an article's page is asked for again at the latest, as promised: often while edits are likely, then more and
more seldom. What is wished beyond it is in crawler/habits.py."""

from __future__ import annotations

from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

RUNGS: tuple[timedelta, ...] = (
    *(hours * HOUR for hours in (1, 3, 10, 22)),
    *(22 * day * HOUR for day in range(2, 9)),
    *(days * DAY for days in (10, 17, 31, 61, 121, 241, 365)),
)
"""Ages of an article at which it is checked at the latest: within 4 hours, again within a day, then daily for a week (22 hours
apart, so that a late start still keeps to the day), then at growing intervals up to a year."""

WEEK = timedelta(days=8)
"""Age up to which an article is promised a check each day."""

LEAST_GAP = timedelta(minutes=30)
"""A rung nearer than this to the check that was just made is skipped."""

MISSING_PAUSE = timedelta(hours=12)
"""Between two checks that find a page removed before it counts as removed."""


def next_recheck(first_seen_at: datetime, now: datetime) -> datetime | None:
    """Return the first rung after *now* for an article that was checked now; None after the last."""
    for rung in RUNGS:
        if first_seen_at + rung - now >= LEAST_GAP:
            return first_seen_at + rung
    return None


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
