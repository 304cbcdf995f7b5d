"""How often a source is polled, by what its lists show. Pure.

Consecutive polls should overlap: when at most a third of a list is new to us, nothing has passed through it
unseen. So the interval follows the share of a list that is new (at once), and the source's rate of new links
(slowly). A source that brings little news is polled less often, but only after a day of watching.

After Media Cloud's rss-fetcher (polling driven by overlap, weighted failures, no feed is given up).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.items import Outlet

MOST_TURNOVER = 1 / 3
"""Share of a list that may be new at a poll; above it the interval shrinks at once."""
AIM = 1 / 5
"""Share of a list that should be new at a poll on average, with room for chance."""
FASTEST, SLOWEST = 1 / 4, 4
"""Shares of the configured interval: it is never polled more nor less often than that."""
LEAST_INTERVAL = 60.0
"""Seconds; a shorter interval is never chosen by itself, only configured."""
GROWTH = 1.25
"""Factor by which an interval grows after a calm poll."""
LEAST_LIST = 5
"""A list of fewer links says nothing by its overlap."""
LEAST_FRESH = 3
"""So many new links at least before one poll alone shortens the interval."""
HALF_LIFE = timedelta(hours=24)
"""A new link of that long ago counts half in the rate: a day's rhythm is averaged out."""
RATE_AFTER = timedelta(hours=1)
"""Watching before the rate says anything about the interval."""
SLOW_AFTER = timedelta(hours=24)
SLOW_ANSWERS = 24
"""Watching, and answers, before a source is polled less often than configured."""
PATIENCE = 4
"""A quiet source is polled this often within its usual gap between two new links."""
BACK_OFF_AFTER = timedelta(hours=1)
"""Failing before a source is polled less often."""
DOUBLING = 4.0
"""Weight of failures that doubles the interval."""
_LASTING = frozenset(
    {"http_404", "http_410", "http_401", "http_403", "http_451", "not_a_feed", "parked", "seizure"}
)
"""Failures that seldom pass by themselves: they weigh 1, others a quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known of a source's rhythm, and how often it is polled now."""

    interval: float | None = None
    """Seconds. None: as configured."""
    rate: float | None = None
    """New links an hour, of the last day about. None: not known yet."""
    since: datetime | None = None
    """When the watch began that the rate is made of."""
    answers: int = 0
    """Usable answers since then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one usable answer showed."""

    at: datetime
    last: datetime | None
    """When it was last known for sure what the list held. None: never."""
    size: int
    """Links in the list."""
    fresh: int = 0
    """Links in it that nobody knew at *last*."""
    fresh_for: float = 0.0
    """Seconds for which the answer may be kept by caches (max-age less age)."""
    rolled_over: bool = False
    """True: more links may have come than the list shows, so it says nothing about the rate."""

    @property
    def elapsed(self) -> timedelta:
        """The time that *fresh* counts."""
        return timedelta() if self.last is None else max(timedelta(), self.at - self.last)

    @property
    def turnover(self) -> float:
        """Share of the list that is new; 0 for a list too short to tell."""
        return self.fresh / self.size if self.size >= LEAST_LIST else 0.0


def bounds(every: float) -> tuple[float, float]:
    """Return the shortest and the longest interval of a source that is configured to *every*, in seconds."""
    return max(every * FASTEST, min(every, LEAST_INTERVAL)), every * SLOWEST


def adapts(outlet: Outlet) -> bool:
    """Return whether the outlet's interval may be changed at all."""
    return not outlet.fixed and not outlet.cron


def after_answer(pace: Pace, look: Look, every: float) -> Pace:
    """Return the pace after a usable answer; *every* is the configured interval in seconds."""
    watched = _watched(pace, look)
    interval = _interval(watched, look, every)
    return replace(watched, interval=None if interval == every else interval)


def present_interval(interval: float | None, every: float) -> float:
    """Return a source's interval in seconds; one that was found under another configuration is kept in bounds."""
    floor, ceiling = bounds(every)
    return every if interval is None else min(max(interval, floor), ceiling)


def interval_after_failure(
    present: float | None, weight: float, failing_for: timedelta, every: float, *, alone: bool
) -> float | None:
    """Return the interval of a failing source: its present one (never a slowed one) for an hour, then longer with
    the *weight* of its failures, within bounds. *alone*: another source of the outlet answers, so it is the
    source that fails and not the way to the outlet; if none does, the return of the outlet is not to be missed."""
    if failing_for < BACK_OFF_AFTER or not alone:
        return None if present is None or present >= every else present
    return min(every * 2 ** (weight / DOUBLING), bounds(every)[1])


def failure_weight(error: str) -> float:
    """Return how much a failed poll counts, by the word that its *error* begins with."""
    return 1.0 if error.partition(" ")[0] in _LASTING else 0.25


def is_quiet(rate: float | None, rated_at: datetime | None, news_at: datetime | None, now: datetime) -> bool:
    """Return whether a source has brought nothing for a day at least, and for far longer than was usual: eight
    new links were to be expected by the rate that it had at its last news."""
    if rate is None or rated_at is None or news_at is None:
        return False
    silence = now - news_at
    then = rate * 2 ** (max(timedelta(), rated_at - news_at) / HALF_LIFE)
    return silence >= timedelta(days=1) and then * _hours(silence) >= 8


def _watched(pace: Pace, look: Look) -> Pace:
    """Return the pace with its rate brought up to date."""
    if pace.since is None or look.last is None:
        return replace(pace, since=look.at, rate=None, answers=1)
    if look.rolled_over:  # what came in between is not known: the watch has a hole there
        return replace(pace, since=min(look.at, pace.since + look.elapsed), answers=pace.answers + 1)
    if not look.elapsed:
        return pace
    kept = 0.5 ** (look.elapsed / HALF_LIFE)
    before = (pace.rate or 0.0) * (1 - 0.5 ** (max(timedelta(), look.last - pace.since) / HALF_LIFE))
    total = before * kept + (look.fresh / _hours(look.elapsed)) * (1 - kept)
    share = 1 - 0.5 ** (max(look.elapsed, look.at - pace.since) / HALF_LIFE)
    return replace(pace, rate=total / share, answers=pace.answers + 1)


def _interval(pace: Pace, look: Look, every: float) -> float:
    floor, ceiling = bounds(every)
    floor = max(floor, min(look.fresh_for, every))  # a cache would give the same answer again
    present = present_interval(pace.interval, every)
    if look.turnover > MOST_TURNOVER and look.fresh >= LEAST_FRESH:
        wanted = min(present, look.elapsed.total_seconds() * AIM / look.turnover)
    elif look.turnover > AIM:
        wanted = min(present, calm_interval(pace, look, every))
    else:
        wanted = min(present * GROWTH, calm_interval(pace, look, every))
    return min(max(wanted, floor), ceiling)


def calm_interval(pace: Pace, look: Look, every: float) -> float:
    """Return the interval in seconds that suits a source's rate, bounds aside."""
    watched = timedelta() if pace.since is None else look.at - pace.since
    if pace.rate is None or watched < RATE_AFTER:
        return every
    gap = 3600 / pace.rate if pace.rate > 0 else float("inf")
    overlapping = AIM * look.size * gap if look.size >= LEAST_LIST else float("inf")
    may_slow = watched >= SLOW_AFTER and pace.answers >= SLOW_ANSWERS
    return min(overlapping, max(every, gap / PATIENCE) if may_slow else every)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
