"""A rule tried on the past: how much it would have found, and how much mail it would have made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.alerts.policy import due_at, is_digest
from crawler.items import Recipient, Rule

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that a rule holds for."""

    story_id: int
    outlet: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one reader would have got."""

    recipient_id: str
    alerts: int
    """Stories: one alert each."""
    mails: int
    """One for each immediate alert, one for each moment at which a digest was due."""


def hits_by_day(hits: Iterable[Hit], since: datetime, until: datetime) -> list[tuple[date, int]]:
    """Return the hits of each day (UTC, by first_seen_at) from *since* to *until*, days without any included."""
    counts = Counter(hit.first_seen_at.astimezone(UTC).date() for hit in hits)
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    if counts:
        first, last = min(first, *counts), max(last, *counts)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return [(day, counts[day]) for day in days]


def sparkline(counts: Sequence[int]) -> str:
    """Return a bar for each number; zero is a dot."""
    top = max(counts, default=0)
    return "".join(BARS[(len(BARS) - 1) * count // top] if count else "·" for count in counts)


def loads(rule: Rule, recipients: Iterable[Recipient], hits: Iterable[Hit]) -> list[Load]:
    """Return what each of the *recipients* would have got, had every article been found when it was and none
    been silent: one alert a story, at the rule's cadence and outside quiet hours."""
    first_seen: dict[int, datetime] = {}
    for hit in hits:
        earliest = first_seen.setdefault(hit.story_id, hit.first_seen_at)
        first_seen[hit.story_id] = min(earliest, hit.first_seen_at)
    return [_load(rule, recipient, list(first_seen.values())) for recipient in recipients]


def _load(rule: Rule, recipient: Recipient, moments: list[datetime]) -> Load:
    digests = {due_at(rule, recipient, moment) for moment in moments if is_digest(rule, recipient, moment)}
    at_once = sum(not is_digest(rule, recipient, moment) for moment in moments)
    return Load(recipient_id=recipient.id, alerts=len(moments), mails=at_once + len(digests))
