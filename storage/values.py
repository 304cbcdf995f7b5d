"""How Python values stand in the store: times as text, tuples as JSON, text without what SQLite trips over."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.items import NO_TIME, Precision, TimeSource, Timestamp
from storage.connection import Row

PUBLISHED = ("at", "local", "precision", "source", "raw")
"""Columns ``published_*`` of links, articles and revisions."""


def stored(moment: datetime) -> str:
    """Return an aware time as ``2026-11-23T00:00:00Z``.

    Raises:
        ValueError: the time is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("a naive time cannot be stored")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


def stored_or_none(moment: datetime | None) -> str | None:
    """Return the time as text, None for None."""
    return None if moment is None else stored(moment)


def moment(text: str) -> datetime:
    """Return a stored time as an aware UTC datetime."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """Return a stored time as a datetime, None for None."""
    return None if text is None else moment(text)


def seconds_or_none(seconds: int | None) -> timedelta | None:
    """Return stored seconds as a span, None for None."""
    return None if seconds is None else timedelta(seconds=seconds)


def plain(text: str) -> str:
    """Return text that SQLite keeps whole: no NUL (its functions stop there), no lone surrogate."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def as_json(value: Any) -> str:
    """Return compact JSON; letters of all scripts stay readable."""
    return plain(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def texts(stored_json: str) -> tuple[str, ...]:
    """Return a stored JSON list of strings."""
    return tuple(json.loads(stored_json))


def attempts_json(attempts: Iterable[Any]) -> str:
    """Return tries at hosts as a JSON list of objects; empty details are left out."""
    told = [
        {
            "host": tried.host,
            "url": tried.url,
            "status": tried.status,
            "reason": tried.reason,
            "seconds": round(tried.seconds, 3),
        }
        | ({"kind": tried.kind} if tried.kind else {})
        | ({"detail": tried.detail} if tried.detail else {})
        for tried in attempts
    ]
    return as_json(told)


def published_columns(stamp: Timestamp) -> dict[str, str | None]:
    """Return a publication time as its five columns."""
    return {
        "published_at": stored_or_none(stamp.at),
        "published_local": None if stamp.local is None else plain(stamp.local),
        "published_precision": stamp.precision.value,
        "published_source": stamp.source.value,
        "published_raw": None if stamp.raw is None else plain(stamp.raw),
    }


def published_of(row: Row) -> Timestamp:
    """Return the publication time of a row that has the five columns."""
    if row["published_at"] is None and row["published_raw"] is None:
        return NO_TIME
    return Timestamp(
        at=moment_or_none(row["published_at"]),
        local=row["published_local"],
        precision=Precision(row["published_precision"]),
        source=TimeSource(row["published_source"]),
        raw=row["published_raw"],
    )
