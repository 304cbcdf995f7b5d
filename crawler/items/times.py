"""Times with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a source gave a time."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    """Midnight UTC of the printed date: a name for the day, not an instant."""
    NONE = "none"


class TimeSource(StrEnum):
    """Where a publication time was read."""

    FEED = "feed"
    PAGE = "page"
    ADDRESS = "address"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """A publication time with its evidence."""

    at: datetime | None = None
    """Aware UTC. None if nothing was given or readable."""
    precision: Precision = Precision.NONE
    source: TimeSource = TimeSource.NONE
    local: str | None = None
    """The printed time with its offset (``2023-04-18T14:05:00+03:30``); the bare date at precision
    day; None at precision none."""
    raw: str | None = None
    """The characters as the site gave them."""


NO_TIME = Timestamp()
