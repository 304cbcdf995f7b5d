"""Is what an archive names inside the window that is looked for? Pure.

What counts, the strongest first: the publication time that the document gives; the day or month in the address;
and as an upper bound the time of the last change (``lastmod``) or the first sighting in the ledger: what was
changed or seen before the window was published before it, while a later change proves nothing. What nothing
places outside counts as inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from crawler.dates import date_in_address
from crawler.items import FeedEntry, Precision, Timestamp
from crawler.periods import Period, month_in_address, period_in_name

NAME_MARGIN = timedelta(days=2)
"""By which the days in a sitemap's name may miss those of its entries: zones, and articles late at night."""
CHANGE_MARGIN = timedelta(days=1)
"""By which the last change of a whole sitemap may be wrong."""
COARSE = 45
"""Days from which on a span in a name says less than a time of change."""
_DAY = timedelta(days=1)


class Place(StrEnum):
    """Where something lies, as seen from a window."""

    OLDER = "older"
    INSIDE = "inside"
    """Or nothing proves that it is not."""
    NEWER = "newer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of time, aware UTC."""

    since: datetime
    until: datetime | None = None
    """Itself outside. None: no end."""

    def place_of(self, at: datetime) -> Place:
        """Return where an instant lies."""
        if at < self.since:
            return Place.OLDER
        return Place.NEWER if self.until is not None and at >= self.until else Place.INSIDE

    def place_of_days(self, start: date, end: date) -> Place:
        """Return where days (*end* itself outside) lie: outside only when no part of them is inside. Days are
        compared as names, since nobody knows the zone in which they were printed."""
        if end <= self.since.date():
            return Place.OLDER
        if self.until is None:
            return Place.INSIDE
        last = self.until.date() if self.until.time() == datetime.min.time() else self.until.date() + _DAY
        return Place.NEWER if start >= last else Place.INSIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One entry of an archive and where it lies."""

    entry: FeedEntry
    place: Place
    at: datetime | None = None
    """The evidence: when it was published, or the day of it; of an upper bound that bound. None: undated."""
    is_bound: bool = False
    """True when *at* only says that it was published before."""


def placed(entry: FeedEntry, window: Window, first_seen: datetime | None = None) -> Placed:
    """Return where an entry lies; *first_seen*: when its address entered the ledger, None for a new one."""
    stamp = entry.published if entry.published.at is not None else date_in_address(entry.url)
    if stamp.at is not None:
        return Placed(entry=entry, place=_place_of_stamp(stamp, window), at=stamp.at)
    month = month_in_address(entry.url)
    if month is not None and window.place_of_days(month.start, month.end) is not Place.INSIDE:
        place = window.place_of_days(month.start, month.end)
        return Placed(entry=entry, place=place, at=_midnight(month.start))
    bounds = [each for each in (_latest(entry.changed), first_seen) if each is not None]
    if not bounds:
        return Placed(entry=entry, place=Place.INSIDE)
    bound = min(bounds)
    place = Place.OLDER if bound < window.since else Place.INSIDE
    return Placed(entry=entry, place=place, at=bound, is_bound=True)


def is_dated(entry: FeedEntry) -> bool:
    """Return whether the document or the address says when an entry was published; else the ledger may know."""
    return entry.published.at is not None or date_in_address(entry.url).at is not None


def _place_of_stamp(stamp: Timestamp, window: Window) -> Place:
    assert stamp.at is not None
    if stamp.precision is Precision.DAY:
        return window.place_of_days(stamp.at.date(), stamp.at.date() + _DAY)
    return window.place_of(stamp.at)


def _latest(stamp: Timestamp) -> datetime | None:
    """Return the last instant that a time of change can mean."""
    if stamp.at is None or stamp.precision is not Precision.DAY:
        return stamp.at
    return stamp.at + _DAY


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


# --- sitemaps of an index -------------------------------------------------------------------------


def chosen_children(
    children: Sequence[str], changed: Sequence[Timestamp], window: Window
) -> tuple[tuple[str, ...], bool]:
    """Return the sitemaps of an index that may hold something of the window, the newest first where they are
    dated, and whether others were passed over as older.

    When the times of change rule out every one, the newest is chosen all the same: an index whose times stand
    still is more frequent than an outlet that published nothing.
    """
    stamps = [*changed, *[Timestamp()] * (len(children) - len(changed))]
    places = [child_place(child, stamp, window) for child, stamp in zip(children, stamps, strict=True)]
    chosen = [child for child, place in zip(children, places, strict=True) if place is Place.INSIDE]
    if not chosen and children:
        dated = [(stamp.at, child) for child, stamp in zip(children, stamps, strict=True) if stamp.at]
        if dated and not any(period_in_name(child) for child in children):
            chosen = [max(dated)[1]]
    return tuple(chosen), Place.OLDER in places


def child_place(url: str, changed: Timestamp, window: Window) -> Place:
    """Return where a sitemap lies, by the days in its name, then by its last change."""
    period = period_in_name(url)
    if period is not None:
        place = _with_margin(period, window)
        if place is not Place.INSIDE or period.days < COARSE:
            return place
    bound = _latest(changed)
    return Place.OLDER if bound is not None and bound + CHANGE_MARGIN < window.since else Place.INSIDE


def _with_margin(period: Period, window: Window) -> Place:
    return window.place_of_days(period.start - NAME_MARGIN, period.end + NAME_MARGIN)


# --- how far a list reaches -----------------------------------------------------------------------


def reaches_back(entries: Sequence[Placed]) -> bool:
    """Return whether a page of a list shows that everything of the window stands on it or before it: its last
    third, at least two entries, is older. One old entry alone may be pinned."""
    dated = [each for each in entries if each.at is not None]
    if dated and all(each.place is Place.OLDER for each in entries):
        return True
    tail = dated[-max(2, len(dated) // 3) :]
    return len(tail) >= 2 and all(each.place is Place.OLDER for each in tail)


def holds_older(entries: Sequence[Placed]) -> bool:
    """Return whether a document that stands in no order holds what is older than the window, more than once."""
    return sum(each.place is Place.OLDER for each in entries) >= 2


def span_of(entries: Sequence[Placed]) -> tuple[datetime | None, datetime | None]:
    """Return the oldest and the newest evidence, None without any; an upper bound is no evidence of newness."""
    oldest = min((each.at for each in entries if each.at is not None), default=None)
    newest = max((each.at for each in entries if each.at is not None and not each.is_bound), default=None)
    return oldest, newest
