"""Times in words: in the reader's zone and UTC, never more exact than the source was."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.items import Precision, Timestamp

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""English whatever the process's locale: the mail's own words are English too."""

STORED = re.compile(r"(?<![^\s(])\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?![^\s;,.:)])")
"""A time as the store writes it, standing as a word of its own: within an address it is left alone."""


def day_words(at: datetime) -> str:
    """Return ``Mon 23 Nov 2026``: the day of *at* in the zone it carries."""
    return f"{WEEKDAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"


def clock_words(at: datetime, timezone: str) -> str:
    """Return ``Mon 23 Nov 2026, 13:00 Tehran time (09:30 UTC)``; the day too where UTC has
    another, and just ``(= UTC)`` where the two are the same."""
    local, utc = at.astimezone(ZoneInfo(timezone)), at.astimezone(UTC)
    shown = f"{day_words(local)}, {local:%H:%M}"
    if timezone in ("UTC", "Etc/UTC"):
        return f"{shown} UTC"
    if local.utcoffset() == utc.utcoffset():
        return f"{shown} {_place(timezone)} time (= UTC)"
    day = "" if local.date() == utc.date() else f"{day_words(utc)}, "
    return f"{shown} {_place(timezone)} time ({day}{utc:%H:%M} UTC)"


def in_zone(text: str, timezone: str) -> str:
    """Return *text* with each time that it names as the store does (``2026-11-23T09:30:00Z``) told as by ``clock_words``;
    what is no time of any clock stays as it is."""

    def words(found: re.Match[str]) -> str:
        try:
            return clock_words(datetime.fromisoformat(found[0]), timezone)
        except (ValueError, OverflowError):
            return found[0]

    return STORED.sub(words, text)


def published_words(published: Timestamp, timezone: str) -> str:
    """Return the publication time in words. One that is only a day stays that day in every zone."""
    if published.at is None or published.precision is Precision.NONE:
        return "no date given"
    if published.precision is Precision.DAY:
        return f"{day_words(published.at.astimezone(UTC))} (no time given)"
    return clock_words(published.at, timezone)


def span_words(length: timedelta) -> str:
    """Return ``3 days 4 h``, ``5 h 20 min`` or ``12 min``."""
    minutes = max(0, int(length.total_seconds()) // 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min"


def _place(timezone: str) -> str:
    return timezone.rpartition("/")[2].replace("_", " ")
