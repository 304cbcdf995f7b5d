"""Publication times as sites print them, read without guessing. Pure, but for the default clock.

A date is searched in the text by its form, then a time of day around it, then a zone behind that.
What cannot be read, lies more than a day ahead or before 1995 gives no time, and the raw characters
are kept (fault 30). Relative dates ("5 minutes ago") are not read: they move.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.datewords import AFTERNOON, ERAS, MONTHS, MORNING, SOLAR_MONTHS, US_ZONES, ZONES, folded
from crawler.items import NO_TIME, Precision, TimeSource, Timestamp

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""News on the web begins here; older dates are errors of a clock or a template (1970, 1980)."""
AHEAD = timedelta(hours=24)
"""How far in the future a publication time may lie."""
MAX_RAW = 200
"""Characters kept and read of a printed date."""


class _Printed(NamedTuple):
    """A time as printed: at precision day midnight UTC."""

    at: datetime
    precision: Precision


def parse_published(
    raw: str | None,
    *,
    zone: str = "UTC",
    source: TimeSource = TimeSource.PAGE,
    now: datetime | None = None,
) -> Timestamp:
    """Return the time that *raw* prints, with its precision (second, minute, day), or none of it.

    ``09/03/2026`` is month first with AM/PM or a zone of the United States, else day first, unless
    only the other reading is a date that has been. Solar (Jalali) years 1300-1499 and years of the Buddhist
    era from 2440 on are converted. Never raises.

    Args:
        zone: IANA name for times without a zone. Of a doubled hour the first counts; a time that
            a clock change skipped is read with the offset before it.
        now: to refuse times more than a day ahead; None: the system's clock.
    """
    shown = (raw or "").strip()[:MAX_RAW]
    if not shown:
        return NO_TIME
    readings = (_stamp(printed, shown, source, now) for printed in _readings(folded(shown), zone))
    return next((stamp for stamp in readings if stamp.at), Timestamp(raw=shown))


def other_reading(stamp: Timestamp, *, zone: str = "UTC", now: datetime | None = None) -> Timestamp:
    """Return the time that the raw characters of *stamp* print with day and month the other way round, or NO_TIME
    where that is no date or nothing else."""
    shown = stamp.raw or ""
    readings = (_stamp(printed, shown, stamp.source, now) for printed in _readings(folded(shown), zone))
    return next((other for other in readings if other.at and other.at != stamp.at), NO_TIME)


def _readings(text: str, zone: str) -> Iterator[_Printed]:
    """Yield what *text* may print, the likelier first."""
    if epoch := _epoch(text):
        yield epoch
        return
    text = _with_western_times(text)
    for swapped in (False, True) if "/" in text else (False,):
        if printed := _date_and_time(text, zone, swapped=swapped):
            yield printed


def date_in_address(url: str, *, now: datetime | None = None) -> Timestamp:
    """Return the day in the path of an address (``/2026/08/15/``, ``/2026-08-15-``, ``/20260815/``,
    ``/2023/apr/18/``, ``/1405/05/25/``) with precision day, or NO_TIME. Never raises."""
    for found in _IN_PATH.finditer(_path(url)):
        year, month, day = found.group(1, 2, 3) if found[1] else found.group(4, 5, 6)
        number = int(month) if month.isdecimal() else MONTHS[month]
        if printed := _day(int(year), number, int(day)):
            stamp = _stamp(_Printed(_midnight(printed), Precision.DAY), found[0], TimeSource.ADDRESS, now)
            if stamp.at:
                return stamp
    return NO_TIME


def day_in_number(url: str, *, now: datetime | None = None) -> Timestamp:
    """Return the day with which a long number in the last part of an address begins (``A20260815143200123``: day, hour
    and minute, then a count), or NO_TIME. Weaker than `date_in_address`: such a number may be anything."""
    for found in _IN_NUMBER.finditer(_path(url).rstrip("/").rpartition("/")[2]):
        printed = _day(*(int(part) for part in found.groups()))
        if printed:
            stamp = _stamp(_Printed(_midnight(printed), Precision.DAY), found[0], TimeSource.ADDRESS, now)
            if stamp.at:
                return stamp
    return NO_TIME


def iso(at: datetime) -> str:
    """Return ``2026-11-23T00:00:00Z``: the form of times in the store and in exports.

    Raises:
        ValueError: a time without zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no zone")
    return at.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def _stamp(printed: _Printed | None, raw: str, source: TimeSource, now: datetime | None) -> Timestamp:
    """Return the timestamp, or only its raw characters when it cannot be a publication time."""
    if printed is None or not EARLIEST <= printed.at <= (now or datetime.now(UTC)) + AHEAD:
        return Timestamp(raw=raw)
    is_day = printed.precision is Precision.DAY
    return Timestamp(
        at=printed.at.astimezone(UTC),
        precision=printed.precision,
        source=source,
        local=printed.at.date().isoformat() if is_day else printed.at.isoformat(timespec="seconds"),
        raw=raw,
    )


# --- days -----------------------------------------------------------------------------------------


def _alternatives(names: Iterable[str]) -> str:
    """Return an expression for any of *names*, the longest that fits; those of one first letter share a branch, since
    branches are tried one by one."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        groups.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())


_NAME = rf"(?P<name>{_alternatives(MONTHS | SOLAR_MONTHS)})"
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?"
_YEAR = r"(?P<year>\d{4})"
_DATES = tuple(
    re.compile(form)
    for form in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?=t\d{4}|\s|$)",
        rf"(?P<era>{_alternatives(ERAS)})\s*(?P<year>\d{{1,3}}|元)\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*日",
        r"(?<!\d)(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]",
        rf"{_DAY}[\s.,/-]*(?:de\s)?[בל]?{_NAME}(?![^\W\d_])[\s.,/-]*(?:de\s|del\s|พ\.ศ\.\s?)?(?P<year>\d{{4}}|\d\d(?![\d:]))",
        rf"\b{_NAME}(?![^\W\d_])[.,]?[\s-]*{_DAY}(?!\d)[\s,-]*{_YEAR}",
        rf"\b{_NAME}\s+{_DAY}\s(?=\d\d?:)(?:[\d:]+)\s(?:[a-z+\-\d:]+\s)?{_YEAR}",  # asctime, date(1)
        r"(?<!\d)(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?=\D|\d\d:|$)",
        r"(?<![\d.])(?P<first>\d{1,2})(?P<mark>\.)\s?(?P<second>\d{1,2})(?P=mark)\s?(?P<year>\d\d)(?![\d.:])",
    )
)
_IN_PATH = re.compile(
    rf"(?<=[/_-])(?:([12]\d{{3}})[/_-](\d{{1,2}}|{_alternatives(n for n in MONTHS if n.isascii())})[/_-](\d{{1,2}})"
    r"|((?:19|20)\d\d)(\d\d)(\d\d))(?=[/_.-]|$)"
)

_IN_NUMBER = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-3]\d)(?:[01]\d|2[0-3])[0-5]\d\d{0,8}(?!\d)")


def _find_date(text: str, month_first: bool) -> tuple[date, re.Match[str]] | None:
    for form in _DATES:
        for found in form.finditer(text):
            if printed := _printed_day(found.groupdict(), month_first):
                return printed, found
    return None


def _printed_day(part: dict[str, str], month_first: bool) -> date | None:
    year = _year(part)
    if "first" in part:
        first, second = int(part["first"]), int(part["second"])
        us = month_first and part["mark"] == "/"
        orders = ((first, second), (second, first)) if us else ((second, first), (first, second))
        return next((day for m, d in orders if (day := _day(year, m, d))), None)
    if "name" not in part:
        return _day(year, int(part["month"]), int(part["day"]))
    solar = part["name"] in SOLAR_MONTHS and (year < 1700 or part["name"] not in MONTHS)
    return _day(year, (SOLAR_MONTHS if solar else MONTHS).get(part["name"], 0), int(part["day"]))


def _year(part: dict[str, str]) -> int:
    """Return the year as printed, one of two digits or of an era in full."""
    if "era" in part:
        return ERAS[part["era"]] + (1 if part["year"] == "元" else int(part["year"]))
    year = int(part["year"])
    if len(part["year"]) > 2:
        return year
    if _THAI.match(part.get("name") or ""):
        return 2500 + year
    return year + (2000 if year < 70 else 1900)


_THAI = re.compile("[\u0e00-\u0e7f]")
_BUDDHIST = range(2440, 2700)


def _day(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day; years 1300-1499 are solar Hijri, 2440-2699 Buddhist. None if there is no such day."""
    if year in _BUDDHIST:
        year -= 543
    if 1300 <= year < 1500:
        return _from_solar(year, month, day)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_solar(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day of a solar Hijri one, by the 33-year cycle of leap years.

    The cycle (years whose remainder by 33 is 1, 5, 9, 13, 17, 22, 26 or 30 are leap) agrees with
    the astronomical calendar from 1206 to 1498.
    """
    if not 1 <= month <= 12 or not 1 <= day <= (31 if month < 7 else 30):
        return None
    if month == 12 and day == 30 and year % 33 not in _LEAP:
        return None
    in_year = (month - 1) * 31 - max(0, month - 7) + day - 1
    leap_days = _leaps_before(year) - _leaps_before(1300)
    return _NEW_YEAR_1300 + timedelta(days=(year - 1300) * 365 + leap_days + in_year)


_LEAP = (1, 5, 9, 13, 17, 22, 26, 30)
_NEW_YEAR_1300 = date(1921, 3, 21)


def _leaps_before(year: int) -> int:
    cycles, rest = divmod(year - 1, 33)
    return cycles * len(_LEAP) + sum(leap <= rest for leap in _LEAP)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _path(url: str) -> str:
    address = url[:8000]
    rest = address.partition("://")[2] or address
    return unquote(rest[rest.find("/") :].partition("?")[0].partition("#")[0]).lower() if "/" in rest else ""


# --- times of day ---------------------------------------------------------------------------------

_TIME = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?(?![\d:]|[.,]\d)"
    rf"\s*({_alternatives(MORNING | AFTERNOON)})?(?![^\W\d_])"
)
_TIME_BEFORE_ZONE = re.compile(r"(?<![\d:])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?(?![\d:])()")
_BASIC_TIME = re.compile(r"t(\d\d)(\d\d)(\d\d)?(?!\d)()")
_OFFSET = re.compile(r"\s*\(?(?:gmt|utc)?\s*([+−-])(\d{1,2}):?(\d\d)?(?!\d)")
_ABBREVIATION = re.compile(rf"\s*\(?({_alternatives(ZONES)}|[a-z]{{2,5}})(?![^\W\d_])")
_EASTERN_TIME = re.compile(
    r"(?:(오전|오후|午前|午後|上午|下午|凌晨|晚上)\s*)?(?<!\d)(\d{1,2})\s*(?:[時时點点시]\s*|:)(\d{1,2})(?!\d)(?:\s*[分분])?"
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3}|\.\d+)?")


def _with_western_times(text: str) -> str:
    """Return *text* with the times of day of East Asia in Western order: ``午後3時15分`` becomes ``3:15 午後``."""
    if not _EASTERN.search(text):
        return text
    return _EASTERN_TIME.sub(lambda found: f" {found[2]}:{found[3]:0>2} {found[1] or ''} ", text)


_EASTERN = re.compile("[時时點点시午凌晚오]")


def _epoch(text: str) -> _Printed | None:
    """Return the time of a bare number of seconds or milliseconds since 1970."""
    found = _EPOCH.fullmatch(text)
    return _Printed(datetime.fromtimestamp(int(found[1]), UTC), Precision.SECOND) if found else None


def _date_and_time(text: str, zone: str, *, swapped: bool = False) -> _Printed | None:
    halves = _TIME.search(text)
    month_first = bool(halves and halves[4]) or zone in US_ZONES
    found = _find_date(text, month_first != swapped)
    if found is None:
        return None
    day, where = found
    clock, behind = _find_time(text, where)
    if clock is None:
        return _Printed(_midnight(day), Precision.DAY)
    hour, minute, second = _hour(clock), int(clock[2]), min(int(clock[3] or 0), 59)
    if hour > 24 or minute > 59 or (hour == 24 and minute + second):
        return _Printed(_midnight(day), Precision.DAY)
    wall = datetime(day.year, day.month, day.day, hour % 24, minute, second)  # noqa: DTZ001 - placed below
    placed = _placed(wall + timedelta(days=hour // 24), behind, zone)
    return _Printed(placed, Precision.SECOND if clock[3] else Precision.MINUTE)


def _find_time(text: str, day: re.Match[str]) -> tuple[re.Match[str] | None, str]:
    """Return the time of day behind the date (``201202:05 AM``), else before or within it
    (``12:30 - 1405/05/25``, asctime), and the characters that follow it."""
    for part in (text[day.end() :], text):
        for form in (_BASIC_TIME, _TIME, _TIME_BEFORE_ZONE):
            if found := form.search(part):
                return found, part[found.end() :]
    return None, ""


def _hour(clock: re.Match[str]) -> int:
    hour, half = int(clock[1]), clock[4] or ""
    if half in AFTERNOON and hour < 12:
        return hour + 12
    return 0 if half in MORNING and hour == 12 else hour


def _placed(wall: datetime, behind: str, zone: str) -> datetime:
    """Return the printed time in the zone printed behind it, else in the outlet's zone."""
    home = wall.replace(tzinfo=_zone(zone))
    if offset := _OFFSET.match(behind):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes <= 14 * 60:
            return wall.replace(tzinfo=_fixed(-minutes if offset[1] != "+" else minutes))
    if (name := _ABBREVIATION.match(behind)) and name[1] != (home.tzname() or "").lower():
        return wall.replace(tzinfo=_fixed(ZONES[name[1]])) if name[1] in ZONES else home
    return home


def _fixed(minutes: int) -> timezone:
    return UTC if minutes == 0 else timezone(timedelta(minutes=minutes))


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | timezone:
    """Return the outlet's zone; config has checked the name, so that an unknown one here means UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
