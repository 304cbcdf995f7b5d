"""Gaps: spans in which a source may have named addresses that no poll saw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawler.items import Gap, Source, SourceKind
from storage.connection import Connection
from storage.values import moment, plain, stored


def open_gaps(db: Connection, outlet_id: str) -> list[Gap]:
    """Return the gaps of an outlet's sources that nobody has looked into, the oldest first."""
    rows = db.rows(
        "SELECT g.*, f.outlet_id, f.url, f.kind FROM gaps AS g JOIN feeds AS f ON f.id = g.feed_id"
        " WHERE g.state = 'open' AND f.outlet_id = ? ORDER BY g.from_at, g.id",
        (outlet_id,),
    )
    return [
        Gap(
            id=row["id"],
            outlet_id=row["outlet_id"],
            source=Source(kind=SourceKind(row["kind"]), url=row["url"]),
            from_at=moment(row["from_at"]),
            to_at=moment(row["to_at"]),
            estimate=row["estimate"],
        )
        for row in rows
    ]


def close_gap(db: Connection, gap_id: int, now: datetime, told: str, *, covered: bool) -> None:
    """Write whether what a gap may hold was found, and how, or why not."""
    db.execute(
        "UPDATE gaps SET state = ?, closed_at = ?, told = ? WHERE id = ?",
        ("covered" if covered else "uncovered", stored(now), plain(told), gap_id),
    )


def told_gaps(db: Connection, outlet_id: str, since: datetime) -> list[dict[str, Any]]:
    """Return gaps that are open, or closed since then without being covered, the newest first."""
    rows = db.rows(
        "SELECT f.url, g.from_at, g.to_at, g.estimate, g.state, g.told FROM gaps AS g"
        " JOIN feeds AS f ON f.id = g.feed_id WHERE f.outlet_id = ?"
        " AND (g.state = 'open' OR (g.state = 'uncovered' AND g.closed_at >= ?)) ORDER BY g.id DESC LIMIT 20",
        (outlet_id, stored(since)),
    )
    return [dict(row) for row in rows]
