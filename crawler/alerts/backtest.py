"""A rule tried on the past: what it would have found, how much mail it would have made, and what a change of it changes.

Pure: ``schedules.backtest`` reads the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.alerts.examples import Tried
from crawler.alerts.excerpts import Pieces
from crawler.alerts.policy import DIGEST_STORIES, due_at, is_digest, next_full_hour
from crawler.alerts.storm import storm_moments
from crawler.items import Recipient, Rule

BARS = "▁▂▃▄▅▆▇█"
MOST_BARS = 60
"""Bars of a plot; over a longer time each is of several days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that a rule holds for."""

    article_id: int
    story_id: int
    outlet: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A hit as it is shown, all of it inert."""

    article_id: int
    outlet: str
    at: str
    """published_at, else first_seen_at."""
    url: str
    title: Pieces = field(repr=False)
    shown: tuple[Pieces, ...] = field(repr=False)
    """The places of the match, marked."""
    why: tuple[str, ...] = ()
    """Of an article that a changed rule loses: the clauses that fail now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one reader would have got."""

    recipient_id: str
    alerts: int
    """Stories: one alert each."""
    at_once: int
    """Mails of their own."""
    digests: int
    """Mails with all that was due at one moment."""
    held: int
    """Alerts that quiet hours or days would have held."""
    calmed: int = 0
    """Alerts that the storm guard would have put into digests."""
    busiest: date | None = None
    """The reader's day with most mails, the first of them."""
    busiest_mails: int = 0

    @property
    def mails(self) -> int:
        """Return how many mails in all."""
        return self.at_once + self.digests


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a rule finds that another wording of it does not, and the other way round."""

    name: str
    """What it is compared with: ``the live version of rule "x"``."""
    query: str
    outlets: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = field(repr=False)
    gained: tuple[Hit, ...] = field(repr=False)
    lost: tuple[Hit, ...] = field(repr=False)
    gained_samples: tuple[Sample, ...] = ()
    """The newest ones, newest first."""
    lost_samples: tuple[Sample, ...] = ()
    loads: tuple[Load, ...] = ()
    """What the readers would have got under the other wording, at the same cadence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rule tried on the articles that were first seen in a time."""

    rule: Rule
    since: datetime
    until: datetime
    hits: tuple[Hit, ...] = field(repr=False)
    """Oldest first."""
    samples: tuple[Sample, ...] = ()
    """The newest ones, newest first."""
    loads: tuple[Load, ...] = ()
    examples: tuple[Tried, ...] = ()
    """What the rule's own examples say of its query."""
    against: Comparison | None = None
    holding: tuple[str, ...] = ()
    """What holds back its alerts at present, a sentence each."""

    @property
    def stories(self) -> int:
        """Return how many stories the hits are of."""
        return len({hit.story_id for hit in self.hits})


def compared(hits: Iterable[Hit], others: Iterable[Hit]) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
    """Return the hits that *others* lack, and the others that *hits* lack, each in its order."""
    these, those = tuple(hits), tuple(others)
    return _without(these, those), _without(those, these)


def _without(hits: Collection[Hit], others: Collection[Hit]) -> tuple[Hit, ...]:
    known = {other.article_id for other in others}
    return tuple(hit for hit in hits if hit.article_id not in known)


# --- by day, by outlet ----------------------------------------------------------------------------


def hits_by_day(hits: Iterable[Hit], since: datetime, until: datetime) -> list[tuple[date, int]]:
    """Return the hits of each day (UTC, by first_seen_at) from *since* to *until*, days without any included."""
    counts = Counter(hit.first_seen_at.astimezone(UTC).date() for hit in hits)
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    if counts:
        first, last = min(first, *counts), max(last, *counts)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return [(day, counts[day]) for day in days]


def hits_by_outlet(hits: Iterable[Hit]) -> list[tuple[str, int]]:
    """Return the hits of each outlet that has any, most first."""
    counts = Counter(hit.outlet for hit in hits)
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def bars(days: Sequence[tuple[date, int]], most: int = MOST_BARS) -> tuple[int, list[tuple[date, int]]]:
    """Return the days drawn together until there are at most *most* bars: how many days a bar is of, and first day
    and sum of each."""
    each = max(1, -(-len(days) // most))
    starts = range(0, len(days), each)
    return each, [(days[at][0], sum(count for _, count in days[at : at + each])) for at in starts]


def sparkline(counts: Sequence[int]) -> str:
    """Return a bar for each number; zero is a dot."""
    top = max(counts, default=0)
    return "".join(BARS[(len(BARS) - 1) * count // top] if count else "·" for count in counts)


# --- mails ----------------------------------------------------------------------------------------


def loads(rule: Rule, recipients: Iterable[Recipient], hits: Iterable[Hit]) -> list[Load]:
    """Return what each of the *recipients* would have got, had every article been found when it was and none
    been silent: one alert a story, at the rule's cadence and outside quiet hours and days; digests where the storm guard
    makes them. Silences of that time are left out: they are no property of the rule."""
    first_seen: dict[int, datetime] = {}
    for hit in hits:
        earliest = first_seen.setdefault(hit.story_id, hit.first_seen_at)
        first_seen[hit.story_id] = min(earliest, hit.first_seen_at)
    return [_load(rule, recipient, sorted(first_seen.values())) for recipient in recipients]


def _load(rule: Rule, recipient: Recipient, moments: Sequence[datetime]) -> Load:
    awake = replace(recipient, quiet="", quiet_days=())
    zone = ZoneInfo(recipient.timezone)
    stormy = set() if rule.severity == "high" else storm_moments(_singly(rule, recipient, moments))
    at_once: list[datetime] = []
    gathered: Counter[datetime] = Counter()
    held = calmed = 0
    for moment in moments:
        due = due_at(rule, recipient, moment)
        held += due != due_at(rule, awake, moment)
        if is_digest(rule, recipient, moment):
            gathered[due] += 1
        elif moment in stormy:
            gathered[next_full_hour(zone, due)] += 1
            calmed += 1
        else:
            at_once.append(due)
    digests = [due for due, stories in gathered.items() for _ in range(-(-stories // DIGEST_STORIES))]
    by_day = Counter(due.astimezone(zone).date() for due in (*at_once, *digests))
    busiest = min(by_day, key=lambda day: (-by_day[day], day), default=None)
    return Load(
        recipient_id=recipient.id,
        alerts=len(moments),
        at_once=len(at_once),
        digests=len(digests),
        held=held,
        calmed=calmed,
        busiest=busiest,
        busiest_mails=0 if busiest is None else by_day[busiest],
    )


def _singly(rule: Rule, recipient: Recipient, moments: Sequence[datetime]) -> list[datetime]:
    return [moment for moment in moments if not is_digest(rule, recipient, moment)]
