"""Spans of time in which links of a source may have been missed: opened by a poll, closed by a backfill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crawler.items import Gap, Source, SourceKind
from storage.connection import Connection, Row
from storage.values import moment, moment_or_none, plain, stored


def open_gap(db: Connection, feed: Row, from_at: datetime, to_at: datetime, estimate: int | None) -> bool:
    """Open a gap, or lengthen the open one that ends where this one begins; return whether it is a new one."""
    last = db.one(
        "SELECT * FROM gaps WHERE feed_id = ? AND state = 'open' ORDER BY id DESC LIMIT 1", (feed["id"],)
    )
    if last is not None and moment(last["to_at"]) >= from_at:
        known = [each for each in (last["estimate"], estimate) if each is not None]
        db.execute(
            "UPDATE gaps SET to_at = ?, estimate = ? WHERE id = ?",
            (stored(to_at), sum(known) if known else None, last["id"]),
        )
        return False
    values = {
        "feed_id": feed["id"],
        "from_at": stored(from_at),
        "to_at": stored(to_at),
        "found_at": stored(to_at),
        "estimate": estimate,
        "state": "open",
    }
    db.insert("gaps", values)
    return True


def open_gaps(db: Connection, outlet_id: str) -> list[Gap]:
    """Return the gaps of an outlet that nobody has looked into to the end, the oldest first."""
    rows = db.rows(
        "SELECT g.id, g.from_at, g.to_at, g.estimate, g.tries, g.next_try_at, f.kind, f.url FROM feeds AS f"
        " JOIN gaps AS g ON g.feed_id = f.id AND g.state = 'open'"
        " WHERE f.outlet_id = ? AND f.configured = 1 ORDER BY g.from_at, g.id",
        (outlet_id,),
    )
    return [
        Gap(
            id=row["id"],
            source=Source(kind=SourceKind(row["kind"]), url=row["url"]),
            from_at=moment(row["from_at"]),
            to_at=moment(row["to_at"]),
            estimate=row["estimate"],
            tries=row["tries"],
            next_try_at=moment_or_none(row["next_try_at"]),
        )
        for row in rows
    ]


def close_gap(db: Connection, gap_id: int, now: str, covered: bool, told: str) -> None:
    """Write what came of looking into a gap."""
    state = "covered" if covered else "uncovered"
    sql = "UPDATE gaps SET state = ?, closed_at = ?, told = ?, next_try_at = NULL WHERE id = ?"
    db.execute(sql, (state, now, plain(told), gap_id))


def postpone_gap(db: Connection, gap_id: int, next_try_at: str, told: str) -> None:
    """Write that a look into a gap did not come to its end, why, and when the next one is."""
    sql = "UPDATE gaps SET tries = tries + 1, next_try_at = ?, told = ? WHERE id = ? AND state = 'open'"
    db.execute(sql, (next_try_at, plain(told), gap_id))


def summary(db: Connection, outlet_id: str, since: datetime) -> dict[str, Any]:
    """Return ``{"open", "uncovered", "told"}``: how many gaps are open, or closed *since* without being covered, and
    each in words, newest first."""
    rows = db.all(
        "SELECT g.*, f.url FROM feeds AS f JOIN gaps AS g ON g.feed_id = f.id"
        " WHERE f.outlet_id = ? AND f.configured = 1"
        " AND (g.state = 'open' OR (g.state = 'uncovered' AND g.closed_at >= ?)) ORDER BY g.id DESC",
        (outlet_id, stored(since)),
    )
    states = [row["state"] for row in rows]
    return {
        "open": states.count("open"),
        "uncovered": states.count("uncovered"),
        "told": [_told(row) for row in _shown(rows)],
    }


def _shown(rows: Sequence[Row], most: int = 5) -> Sequence[Row]:
    return rows[:most]


def _told(row: Row) -> str:
    about = f"about {row['estimate']} links" if row["estimate"] else "links"
    return (
        f"{row['url']} may have named {about} unseen between {row['from_at']} and {row['to_at']}; {_end(row)}"
    )


def _end(row: Row) -> str:
    if row["state"] != "open":
        return f"not covered: {row['told'] or 'no reason given'}"
    if not row["next_try_at"]:
        return "the daemon looks for them"
    return f"the daemon looks for them again at {row['next_try_at']} ({row['told']})"
