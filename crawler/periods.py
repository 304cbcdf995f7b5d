"""The span of days that the name of an archive document stands for. Pure.

Sitemaps are cut by day, month or year: ``sitemap-2026-11.xml``, ``?yyyy=2026&mm=11&dd=05``,
``/sitemap/2026/11/``, ``post-sitemap-nov-2026.xml``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR = r"(?<!\d)((?:19|20)\d\d)"
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_FORM = re.compile(rf"{_YEAR}([-_./]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH_FORM = re.compile(rf"{_YEAR}[-_./]?(0[1-9]|1[0-2])(?!\d)")
_NAMED_FORMS = (
    re.compile(rf"{_YEAR}[-_./]?({_NAME})(?![a-z])"),
    re.compile(rf"(?<![a-z])({_NAME})[-_./]?((?:19|20)\d\d)(?!\d)"),
)
_YEAR_FORM = re.compile(rf"{_YEAR}(?!\d)")
_MONTH_FOLDER = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])(?=/)")
_PARTS = {
    "yyyy": "year",
    "year": "year",
    "y": "year",
    "yr": "year",
    "mm": "month",
    "month": "month",
    "m": "month",
    "dd": "day",
    "day": "day",
    "d": "day",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from *start* up to, not including, *end*."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length."""
        return (self.end - self.start).days


def period_in_name(url: str) -> Period | None:
    """Return the days for which a sitemap's address stands, None if it says nothing of days. Never raises.

    Several spans in one name (``2026-01_2026-06``) mean all from the first to the last. A month of one digit
    is not read: in ``sitemap-2026-1.xml`` it may be a part as well, so that the year counts.
    """
    try:
        parts = urlsplit(url)
        found = _in_query(parts.query)
    except ValueError:
        return None
    if found is None:
        text = unquote(f"{parts.path}?{parts.query}").lower()
        spans = next((spans for form in _FORMS if (spans := list(form(text)))), [])
        found = _union(spans)
    return found


def month_in_address(url: str) -> Period | None:
    """Return the month in the folders of an article's address (``/2026/11/slug``), None without one."""
    found = _MONTH_FOLDER.search(url.partition("://")[2].partition("?")[0])
    return _month(int(found[1]), int(found[2])) if found else None


def _in_query(query: str) -> Period | None:
    given: dict[str, int] = {}
    for name, value in parse_qsl(query, errors="replace"):
        if (part := _PARTS.get(name.lower())) and re.fullmatch(r"[0-9]{1,4}", value):
            given.setdefault(part, int(value))
    year = given.get("year", 0)
    if not 1900 <= year < 2100:
        return None
    if not 1 <= given.get("month", 0) <= 12:
        return _year(year)
    return _one_day(year, given["month"], given.get("day", 0)) or _month(year, given["month"])


def _days(text: str) -> Iterator[Period]:
    for found in _DAY_FORM.finditer(text):
        if span := _one_day(int(found[1]), int(found[3]), int(found[4])):
            yield span


def _months(text: str) -> Iterator[Period]:
    for found in _MONTH_FORM.finditer(text):
        yield _month(int(found[1]), int(found[2]))


def _named_months(text: str) -> Iterator[Period]:
    for found in _NAMED_FORMS[0].finditer(text):
        yield _month(int(found[1]), _MONTHS[found[2]])
    for found in _NAMED_FORMS[1].finditer(text):
        yield _month(int(found[2]), _MONTHS[found[1]])


def _years(text: str) -> Iterator[Period]:
    for found in _YEAR_FORM.finditer(text):
        yield _year(int(found[1]))


_FORMS = (_days, _months, _named_months, _years)
"""The most exact first."""


def _one_day(year: int, month: int, day: int) -> Period | None:
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    return Period(start=start, end=start + timedelta(days=1))


def _month(year: int, month: int) -> Period:
    start = date(year, month, 1)
    return Period(start=start, end=start + timedelta(days=monthrange(year, month)[1]))


def _year(year: int) -> Period:
    return Period(start=date(year, 1, 1), end=date(year + 1, 1, 1))


def _union(spans: list[Period]) -> Period | None:
    if not spans:
        return None
    return Period(start=min(span.start for span in spans), end=max(span.end for span in spans))
