"""Silences: what a rule finds while one is in force is on record, given up unsent with the reason."""

from __future__ import annotations

from datetime import datetime

from crawler.items import Silence, SilenceKind
from storage.connection import Connection, Row
from storage.values import moment, moment_or_none, plain, stored

BY_HAND = "silenced by hand"
"""Why a single alert that waited is given up, with no silence of its own; later ones are not held."""
_WORDS = {"hand": "", "mute": ": muted by the link of a mail", "leave": ": the reader unsubscribed"}
_IN_FORCE = "ended_at IS NULL AND (until_at IS NULL OR until_at > :now)"
_LIST = """
SELECT s.*, (SELECT count(*) FROM outbox WHERE silence_id = s.id) AS alerts FROM silences AS s
"""


def columns_of(
    db: Connection, rule_id: str, recipient_id: str, now: datetime
) -> tuple[str, str | None, int | None]:
    """Return state, error and silence of an alert that arises now: queued, or given up where a silence is in force."""
    row = db.one(
        f"SELECT * FROM silences WHERE {_IN_FORCE} AND rule_id IN ('', :rule)"  # noqa: S608 - ours
        " AND recipient_id IN ('', :way, :reader) AND (kind = 'hand' OR recipient_id IN ('', :way))"
        " ORDER BY coalesce(until_at, '9999') DESC, id LIMIT 1",
        {"now": stored(now), "rule": rule_id, "way": recipient_id, "reader": recipient_id.partition("/")[0]},
    )
    return ("queued", None, None) if row is None else ("dead", _why(row), row["id"])


def _why(row: Row) -> str:
    end = f" until {row['until_at']}" if row["until_at"] else ""
    return f"silence {row['id']}{end}{_WORDS[row['kind']]}" + (f": {row['reason']}" if row["reason"] else "")


def begin(
    db: Connection,
    rule_id: str,
    recipient_id: str,
    kind: SilenceKind,
    now: datetime,
    until: datetime | None,
    reason: str = "",
) -> tuple[int, int]:
    """Begin a silence, of all rules or readers where an id is empty, and give up what waits for it; return its number
    and how many alerts these were. By hand a reader is meant with all channels, ``desk/chat`` is that channel alone; a
    link is of the way that it came by. One that is being sent at the moment is given up if it does not leave. A link of a mail that is followed again leaves the silence as it is."""
    if kind != "hand" and (same := made_by_link(db, rule_id, recipient_id, kind, now)) is not None:
        return same["id"], 0
    values = {
        "rule_id": plain(rule_id),
        "recipient_id": plain(recipient_id),
        "kind": kind,
        "reason": plain(reason),
        "from_at": stored(now),
        "until_at": None if until is None else stored(until),
    }
    silence_id = db.insert("silences", values)
    row = db.one("SELECT * FROM silences WHERE id = ?", (silence_id,))
    assert row is not None
    told = {
        "why": _why(row),
        "id": silence_id,
        "rule": row["rule_id"],
        "reader": row["recipient_id"],
        "kind": kind,
    }
    concerned = (
        "silence_id IS NULL AND (:rule = '' OR rule_id = :rule) AND (:reader = '' OR recipient_id = :reader"
        " OR (:kind = 'hand' AND substr(recipient_id, 1, length(:reader) + 1) = :reader || '/'))"
    )
    given_up = db.execute(
        "UPDATE outbox SET state = 'dead', error = :why, silence_id = :id, next_try_at = NULL, lease_until = NULL"  # noqa: S608 - ours
        f" WHERE (state = 'queued' OR (state = 'leased' AND message_id = '')) AND {concerned}",
        told,
    ).rowcount
    db.execute(
        f"UPDATE outbox SET error = :why, silence_id = :id WHERE state = 'leased' AND {concerned}",  # noqa: S608 - ours
        told,
    )
    return silence_id, given_up


def made_by_link(
    db: Connection, rule_id: str, recipient_id: str, kind: SilenceKind, now: datetime
) -> Row | None:
    """Return the silence in force that a link made for this rule and reader."""
    return db.one(
        f"SELECT * FROM silences WHERE {_IN_FORCE} AND kind = :kind AND rule_id = :rule"  # noqa: S608 - ours
        " AND recipient_id = :reader ORDER BY id LIMIT 1",
        {"now": stored(now), "kind": kind, "rule": rule_id, "reader": recipient_id},
    )


def end(db: Connection, silence_id: int, now: datetime) -> bool:
    """End a silence; return whether one of that number was in force. What it gave up stays so."""
    sql = f"SELECT id FROM silences WHERE id = :id AND {_IN_FORCE}"  # noqa: S608 - ours
    if db.one(sql, {"id": silence_id, "now": stored(now)}) is None:
        return False
    db.execute("UPDATE silences SET ended_at = ? WHERE id = ?", (stored(now), silence_id))
    db.execute(
        "UPDATE outbox SET error = NULL, silence_id = NULL WHERE silence_id = ? AND state = 'leased'",
        (silence_id,),
    )
    return True


def listed(db: Connection, now: datetime, *, ended: bool = False) -> list[Silence]:
    """Return the silences in force, with *ended* also those that are over; newest first."""
    sql = f"{_LIST} WHERE :ended OR ({_IN_FORCE}) ORDER BY s.id DESC"
    return [_silence(row) for row in db.rows(sql, {"ended": ended, "now": stored(now)})]


def _silence(row: Row) -> Silence:
    return Silence(
        id=row["id"],
        rule_id=row["rule_id"],
        recipient_id=row["recipient_id"],
        kind=row["kind"],
        reason=row["reason"],
        from_at=moment(row["from_at"]),
        until_at=moment_or_none(row["until_at"]),
        ended_at=moment_or_none(row["ended_at"]),
        alerts=row["alerts"],
    )
