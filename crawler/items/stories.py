"""Stories: an article as a member of one, and what its members together say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.items.times import Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time within which an article was published: it was not before the one and before the other."""

    not_before: datetime | None
    """None: it states no time."""
    not_after: datetime
    """Always later than *not_before*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story."""

    id: int
    outlet_id: str
    first_seen_at: datetime
    """When it was discovered, aware UTC."""
    published: Timestamp
    timezone: str
    """IANA zone of the outlet: of a printed day."""
    silent: bool = False
    """True: it was discovered among old pieces, so that its discovery says nothing of its publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who was first in a story, and how fast it spread."""

    first_id: int
    """The article that was published first; where several may have been, the one of them that was seen first."""
    first_of: int
    """How many may have been first: 1 is knowledge. 0: none states a time, and *first_id* was seen first."""
    first_until: datetime
    """By then the first was published."""
    outlets: int
    first_seen_at: datetime
    latest_seen_at: datetime
    """When the last of its articles was discovered."""
    spread: int
    """Other outlets that had it soon after the first."""
    spread_seconds: int | None
    """From the first to the last of these; None without any."""
