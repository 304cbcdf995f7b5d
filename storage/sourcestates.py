"""The state of each source in one word: well, unchanged, empty, quiet or failing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawler.pace import is_quiet
from storage.connection import Connection, Row
from storage.values import moment_or_none, stored

SECTION = "section"
EMPTY_AFTER = 2
"""Answers without a link in a row, of a source that had some, before it counts as empty."""


def states(db: Connection, outlet_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return the configured sources of an outlet with their states; sitemaps of an index are not among them."""
    rows = db.rows(
        "SELECT * FROM feeds WHERE outlet_id = ? AND configured = 1 AND parent_id IS NULL ORDER BY id",
        (outlet_id,),
    )
    liars = _distrusted(db, outlet_id, now)
    return [_state(row, liars.get(row["id"], []), now) for row in rows]


def _distrusted(db: Connection, outlet_id: str, now: datetime) -> dict[int, list[str]]:
    """Return the hosts whose 304 is not believed now, by source."""
    found: dict[int, list[str]] = {}
    for row in db.rows(
        "SELECT h.feed_id, h.host FROM feeds AS f JOIN feed_hosts AS h ON h.feed_id = f.id"
        " WHERE f.outlet_id = ? AND f.configured = 1 AND f.parent_id IS NULL AND h.distrusted_until > ?"
        " ORDER BY h.host",
        (outlet_id, stored(now)),
    ):
        found.setdefault(row["feed_id"], []).append(row["host"])
    return found


def _state(row: Row, distrusted: list[str], now: datetime) -> dict[str, Any]:
    word = state_of(row, now)
    return {
        "url": row["url"],
        "kind": row["kind"],
        "state": word,
        "told": _told(row, word),
        "answered_at": row["answered_at"],
        "listed_at": row["listed_at"],
        "news_at": row["news_at"],
        "entries": row["entries"],
        "rate": None if row["rate"] is None else round(row["rate"], 3),
        "interval_seconds": row["interval_seconds"],
        "distrusted_hosts": distrusted,
    }


def state_of(row: Row, now: datetime) -> str:
    """Return the state of a source: ``failing`` (no host answered usably, a 304 does not end that), ``empty`` (its
    list had links and now has none, or never had any), ``quiet`` (it answers, and has brought nothing for far longer than usual),
    ``unchanged`` (its last answer was the one before), ``well``, or ``new`` (never asked)."""
    if row["failing_since"] is not None:
        return "failing"
    if row["answered_at"] is None:
        return "new"
    if row["empty_polls"] >= EMPTY_AFTER or _is_barren(row):
        return "empty"
    if is_quiet(row["rate"], moment_or_none(row["listing_seen_at"]), moment_or_none(row["news_at"]), now):
        return "quiet"
    return "unchanged" if row["listed_at"] is None or row["answered_at"] > row["listed_at"] else "well"


def _is_barren(row: Row) -> bool:
    """True for a source that was read and has never named a link of the outlet."""
    return row["listed_at"] is not None and row["filled_at"] is None and not row["entries"]


def _told(row: Row, word: str) -> str:
    if word == "empty" and _is_barren(row):
        cure = (
            "its articles are told by article_id, where their addresses do not show it"
            if row["kind"] == SECTION
            else "look at the address in a browser"
        )
        return f"{row['url']} answers, and has never named an article of the outlet: {cure}"
    if word == "empty":
        return f"{row['url']} answers with an empty list, {row['empty_polls']} times since {row['filled_at']}"
    if word == "quiet":
        return (
            f"{row['url']} answers, and has named nothing new since {row['news_at']}, far longer than usual"
        )
    return f"{row['url']} failed: {row['error']}" if word == "failing" else ""
