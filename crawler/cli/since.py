"""The option ``--since``: a day, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, overload
from zoneinfo import ZoneInfo

import typer

from crawler.errors import UsageError

SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="WHEN",
        help="Only what was first seen since: 2026-11-23, or 30d, 12h, 90m ago.",
        show_default=False,
    ),
]
LAST_YEAR = 9999
_AGO = re.compile(r"(\d{1,6})([dhm])")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


@overload
def moment_since(text: str, now: datetime, option: str = "--since") -> datetime: ...
@overload
def moment_since(text: None, now: datetime, option: str = "--since") -> None: ...
@overload
def moment_since(text: str | None, now: datetime, option: str = "--since") -> datetime | None: ...
def moment_since(text: str | None, now: datetime, option: str = "--since") -> datetime | None:
    """Return the moment that *text* names (aware UTC; a day begins at midnight UTC), None for None.

    Raises:
        UsageError: it is neither a day nor a length of time.
    """
    if text is None:
        return None
    if ago := _AGO.fullmatch(text.strip()):
        length = int(ago[1]) * _UNITS[ago[2]]
        return (
            now - length
            if length < now - datetime.min.replace(tzinfo=UTC)
            else datetime.min.replace(tzinfo=UTC)
        )
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError(
            f'{option} "{text}" is neither a day such as 2026-11-23 nor 30d, 12h or 90m.'
        ) from error


def moment_until(text: str | None, now: datetime) -> datetime | None:
    """Return the end of what *text* names: of a day the midnight after it, for the day itself is meant too;
    of ``12h`` that moment. None for None.

    Raises:
        UsageError: it is neither a day nor a length of time.
    """
    moment = moment_since(text, now, "--until")
    if moment is None or _AGO.fullmatch((text or "").strip()):
        return moment
    return moment + timedelta(days=1) if moment.year < LAST_YEAR else moment


def moment_ahead(text: str, now: datetime, timezone: str = "UTC") -> datetime:
    """Return the moment that *text* names as an end to come (aware UTC): of a day the midnight after it on the clock of
    *timezone*, for the day itself is meant too; of ``7d`` that time from now.

    Raises:
        UsageError: it is neither, or no longer to come.
    """
    if ahead := _AGO.fullmatch(text.strip()):
        length = int(ahead[1]) * _UNITS[ahead[2]]
        end = (
            now + length
            if length < datetime.max.replace(tzinfo=UTC) - now
            else datetime.max.replace(tzinfo=UTC)
        )
    else:
        day = moment_until(text, now) or now
        end = day.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC) if day.year < LAST_YEAR else day
    if end <= now:
        raise UsageError(f'--until "{text}" is over already. Name a day to come, or 7d, 12h or 90m from now.')
    return end
