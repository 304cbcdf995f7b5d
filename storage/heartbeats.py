"""Which day's heartbeat was looked at, and what became of it: once a day at most, over restarts too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from crawler.items import Beat
from storage.connection import Connection, Row
from storage.silences import BY_HAND
from storage.takebacks import TOLD_ALREADY
from storage.values import moment, plain, stored

LATELY = timedelta(days=7)
"""How long an alert that was given up is told as something to be done."""
_UNSENT = ("waiting", "sending", "failed")
"""Of a day that was left so nobody may have heard: the next heartbeat looks back on it too."""


def owed(db: Connection, day: date, now: datetime) -> bool:
    """Return whether the heartbeat of a day is to be looked at, or to be sent, now."""
    row = db.one("SELECT state, next_try_at FROM heartbeats WHERE day = ?", (day.isoformat(),))
    if row is not None:
        return row["state"] == "waiting" and (row["next_try_at"] is None or row["next_try_at"] <= stored(now))
    # a clock that was put back, or another zone: the day of the last one is not over
    return db.one("SELECT 1 FROM heartbeats WHERE day > ?", (day.isoformat(),)) is None


def begin(db: Connection, day: date, due: datetime, now: datetime) -> Beat | None:
    """Write that the heartbeat of a day is looked at; return it if it is to leave: nothing matched, or a reader
    unsubscribed. The first day of all has nothing to look back on."""
    known = db.one("SELECT * FROM heartbeats WHERE day = ?", (day.isoformat(),))
    if known is not None:
        return _beat(known)
    last = db.one("SELECT * FROM heartbeats ORDER BY day DESC LIMIT 1")
    since = stored(now) if last is None else last["since_at" if last["state"] in _UNSENT else "made_at"]
    db.execute("UPDATE heartbeats SET state = 'failed', next_try_at = NULL WHERE state = 'waiting'")
    alerts = db.value("SELECT count(*) FROM outbox WHERE created_at >= ? AND silence_id IS NULL", (since,))
    left = db.value(
        "SELECT count(*) FROM silences WHERE kind = 'leave' AND ended_at IS NULL AND from_at >= ?", (since,)
    )
    values = {
        "day": day.isoformat(),
        "due_at": stored(due),
        "since_at": since,
        "made_at": stored(now),
        "state": "first" if last is None else "matched" if alerts and not left else "waiting",
        "alerts": alerts,
    }
    db.insert("heartbeats", values)
    row = db.one("SELECT * FROM heartbeats WHERE day = ?", (day.isoformat(),))
    assert row is not None
    return _beat(row) if row["state"] == "waiting" else None


def _beat(row: Row) -> Beat:
    return Beat(
        day=row["day"],
        since=moment(row["since_at"]),
        made_at=moment(row["made_at"]),
        alerts=row["alerts"],
        tries=row["tries"],
    )


def mark(
    db: Connection, day: str, state: str, now: datetime, error: str, next_try_at: datetime | None
) -> None:
    """Write what became of it: sending, sent, failed, or waiting for its next try."""
    db.execute(
        "UPDATE heartbeats SET state = :state, error = :error, next_try_at = :next,"
        " tries = tries + (:state = 'waiting'), sent_at = CASE WHEN :state = 'sent' THEN :now END WHERE day = :day",
        {
            "state": state,
            "error": plain(error) or None,
            "next": None if next_try_at is None else stored(next_try_at),
            "now": stored(now),
            "day": day,
        },
    )


def figures(db: Connection, since: datetime, now: datetime) -> dict[str, Any]:
    """Return what a heartbeat counts: articles and texts since then, rules and those that never matched, alerts given
    up, and those that a silence holds."""
    key = {
        "since": stored(since),
        "lately": stored(now - LATELY),
        "told": TOLD_ALREADY,
        "long": len(TOLD_ALREADY),
        "by_hand": BY_HAND,
    }
    dead = (
        "SELECT count(*) FROM outbox WHERE state = 'dead' AND silence_id IS NULL AND substr(error, 1, :long) != :told"
        " AND error != :by_hand"
    )
    never = db.rows(
        "SELECT id, created_at FROM rules WHERE removed_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM matches WHERE rule_id = rules.id) ORDER BY created_at, id"
    )
    return {
        "articles": db.value("SELECT count(*) FROM articles WHERE first_seen_at >= :since", key),
        "texts": db.value("SELECT count(*) FROM revisions WHERE seen_at >= :since", key),
        "rules": db.value("SELECT count(*) FROM rules WHERE removed_at IS NULL"),
        "never": tuple((row["id"], moment(row["created_at"])) for row in never),
        "dead": db.value(f"{dead} AND created_at >= :lately", key),
        "dead_before": db.value(f"{dead} AND created_at < :lately", key),
        "silenced": db.value(
            "SELECT count(*) FROM outbox WHERE created_at >= :since AND silence_id IS NOT NULL", key
        ),
    }
