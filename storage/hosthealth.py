"""The health of hosts: a row a host and scheme as the process knows it, and the sum of it in ``hosts``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.hosthealth import Key, Memory, State, overall
from crawler.hoststate import state_of, told_of
from storage import divergences
from storage.connection import Connection, Row
from storage.values import moment, moment_or_none, stored_or_none

_TIMES = ("last_ok_at", "last_tried_at", "failing_since", "rest_until")
_SUMMED = (*_TIMES, "failures", "reason", "status")


def save(db: Connection, outlet_id: str, states: Mapping[Key, State]) -> None:
    """Write the states, and what they come to for each host."""
    for (host, scheme), state in states.items():
        add_host(db, outlet_id, host)
        key = {"outlet_id": outlet_id, "host": host, "scheme": scheme}
        db.execute(
            "INSERT OR REPLACE INTO host_health (outlet_id, host, scheme, last_ok_at, last_tried_at,"
            " failing_since, failures, astray, rest_until, reason, status) VALUES (:outlet_id, :host, :scheme,"
            " :last_ok_at, :last_tried_at, :failing_since, :failures, :astray, :rest_until, :reason, :status)",
            key | _values(state),
        )
    for host in dict.fromkeys(host for host, _ in states):
        _sum_up(db, outlet_id, host)


def add_host(db: Connection, outlet_id: str, host: str) -> None:
    """Make sure that a host that was asked has a row: that of a source elsewhere is in no list of hosts."""
    db.execute(
        "INSERT OR IGNORE INTO hosts (outlet_id, host, role, position, configured) VALUES (?, ?, 'source', 999, 0)",
        (outlet_id, host),
    )


def _values(state: State) -> dict[str, Any]:
    times = {name: stored_or_none(getattr(state, name)) for name in _TIMES}
    return times | {
        "failures": state.failures,
        "astray": state.astray,
        "reason": state.reason or None,
        "status": state.status,
    }


def _sum_up(db: Connection, outlet_id: str, host: str) -> None:
    rows = db.rows("SELECT * FROM host_health WHERE outlet_id = ? AND host = ?", (outlet_id, host))
    whole = _values(overall(_state(row) for row in rows))
    names = ", ".join(f"{name} = :{name}" for name in _SUMMED)
    db.execute(
        f"UPDATE hosts SET {names} WHERE outlet_id = :outlet AND host = :host",  # noqa: S608 - names are ours
        whole | {"outlet": outlet_id, "host": host},
    )


def read(db: Connection, outlet_id: str) -> Memory:
    """Return what is remembered of an outlet's hosts."""
    rows = db.rows("SELECT * FROM host_health WHERE outlet_id = ?", (outlet_id,))
    stale = db.rows(
        "SELECT host, stale_since FROM hosts WHERE outlet_id = ? AND stale_since IS NOT NULL", (outlet_id,)
    )
    return Memory(
        states={(row["host"], row["scheme"]): _state(row) for row in rows},
        stale={row["host"]: moment(row["stale_since"]) for row in stale},
    )


def listed(db: Connection, outlet_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return how each host of an outlet stands: the row of ``hosts``, of how many articles it shows another text,
    a word for its state (crawler/hoststate.py) and a sentence. Configured ones in order of preference, then the
    hosts of sources elsewhere."""
    divergent = divergences.open_by_host(db, outlet_id)
    rows = db.rows(
        "SELECT host, role, last_ok_at, last_tried_at, failing_since, failures, rest_until, reason, status,"
        " newest_at, fresh_at, stale_since, stale_as FROM hosts"
        " WHERE outlet_id = ? AND role != 'alias' AND (configured = 1 OR role = 'source') ORDER BY position, host",
        (outlet_id,),
    )
    found = [dict(row) | {"divergent": divergent.get(row["host"], 0)} for row in rows]
    return [host | {"state": state_of(host, now), "told": told_of(host, now)} for host in found]


def _state(row: Row) -> State:
    times = {name: moment_or_none(row[name]) for name in _TIMES}
    return State(
        **times,
        failures=row["failures"],
        astray=row["astray"],
        reason=row["reason"] or "",
        status=row["status"],
    )
