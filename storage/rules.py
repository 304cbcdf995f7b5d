"""The rules as configured last, and what ops was told of those that broke."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from crawler.items import BrokenRule, Rule
from storage import notes
from storage.connection import Connection, Row
from storage.values import as_json, plain, stored

BROKEN, SOUND = "rule_broken", "rule_sound"


def sync(db: Connection, rules: Iterable[Rule], now: str, broken: Collection[str] = ()) -> None:
    """Write the configured rules; a rule that comes back after it was gone applies from now on. Those that are *broken*
    stay as they are."""
    configured = tuple(rules)
    for rule in configured:
        db.execute(
            "INSERT INTO rules (id, query, recipients, cadence, severity, events, outlets, created_at, changed_at)"
            " VALUES (:id, :query, :to, :cadence, :severity, :events, :outlets, :now, :now)"
            " ON CONFLICT (id) DO UPDATE SET"
            " changed_at = CASE WHEN query = excluded.query THEN changed_at ELSE excluded.changed_at END,"
            " created_at = CASE WHEN removed_at IS NULL THEN created_at ELSE excluded.created_at END,"
            " query = excluded.query, recipients = excluded.recipients, cadence = excluded.cadence,"
            " severity = excluded.severity, events = excluded.events, outlets = excluded.outlets,"
            " removed_at = NULL",
            {
                "id": rule.id,
                "query": rule.full_query,
                "to": as_json(rule.to),
                "cadence": rule.cadence,
                "severity": rule.severity,
                "events": as_json(rule.on),
                "outlets": as_json(rule.outlets),
                "now": now,
            },
        )
    known = {row["id"] for row in db.all("SELECT id FROM rules WHERE removed_at IS NULL")}
    gone = sorted(known - {rule.id for rule in configured} - set(broken))
    db.many("UPDATE rules SET removed_at = ? WHERE id = ?", [(now, rule_id) for rule_id in gone])


def listed(db: Connection) -> dict[str, dict[str, Any]]:
    """Return each rule that is or was configured, by id, with since when it applies."""
    lists = ("recipients", "events", "outlets")
    return {
        row["id"]: dict(row) | {name: json.loads(row[name]) for name in lists}
        for row in db.rows("SELECT * FROM rules ORDER BY id")
    }


def as_they_were(db: Connection, rule_ids: Iterable[str]) -> list[Rule]:
    """Return the rules of these ids that are in force, as they were configured last; without their examples."""
    sql = "SELECT * FROM rules WHERE id = ? AND removed_at IS NULL"
    return [_rule(row) for rule_id in rule_ids if (row := db.one(sql, (rule_id,))) is not None]


def _rule(row: Row) -> Rule:
    return Rule(
        id=row["id"],
        query=row["query"],
        to=tuple(json.loads(row["recipients"])),
        cadence=row["cadence"],
        severity=row["severity"],
        on=tuple(json.loads(row["events"])),
        outlets=tuple(json.loads(row["outlets"])),
    )


# --- what ops was told ----------------------------------------------------------------------------


def untold(db: Connection, broken: Sequence[BrokenRule]) -> tuple[list[BrokenRule], list[str]]:
    """Return which of the *broken* rules ops was not told of, and the names of those that ops was told of and that are
    broken no more."""
    known, present = _known(db), {_name(rule) for rule in broken}
    return [rule for rule in broken if _name(rule) not in known], sorted(known - present)


def mark_told(db: Connection, broken: Sequence[BrokenRule], now: datetime) -> None:
    """Write that ops knows which rules are broken now, and that the others are not."""
    began, over = untold(db, broken)
    for rule in began:
        notes.add(db, BROKEN, f"{_name(rule)}: {rule.cause}", stored(now))
    for name in over:
        notes.add(db, SOUND, f"{name}: it can be used again", stored(now))


def _known(db: Connection) -> set[str]:
    """Return the names of those that ops was told of and that are not mended."""
    latest: dict[str, str] = {}
    sql = "SELECT kind, text FROM notes WHERE outlet_id IS NULL AND kind IN (?, ?) ORDER BY id"
    for row in db.rows(sql, (BROKEN, SOUND)):
        latest[row["text"].partition(": ")[0]] = row["kind"]
    return {name for name, kind in latest.items() if kind == BROKEN}


def _name(rule: BrokenRule) -> str:
    """Return what a rule is told as: its id, else where it stands. The name ends at the first colon with a space, so an id
    (one that is none may have anything in it) is told without colons."""
    return plain(rule.id.replace(":", " ") or rule.told[0].partition(": ")[0])
