"""What a monitoring system asks every few seconds: counts that indexes alone answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage import absences, breaks, hosthealth, keptsums, outbox, rechecks
from storage.connection import Connection
from storage.status import last_good_polls


def figures(db: Connection, now: datetime) -> dict[str, Any]:
    """Return ``{"outlets": {id: {...}}, "outbox": {state: alerts}}``.

    Of each configured outlet ``articles``, ``lag_seconds`` since the last good poll (None for never), ``links`` by
    state and ``hosts`` by state (crawler/hoststate.py), of both only states that any is in; ``kept``
    pages; ``break_open`` and the articles in quarantine, ``quarantined``; ``rechecks_overdue``, later
    than promised, and ``absences``: articles missing, in doubt and gone.
    """
    polls = last_good_polls(db)
    return {
        "outlets": {
            outlet_id: _of_outlet(db, outlet_id, polls[outlet_id], now) for outlet_id in sorted(polls)
        },
        "outbox": outbox.depth(db),
    }


def _of_outlet(db: Connection, outlet_id: str, last: datetime | None, now: datetime) -> dict[str, Any]:
    key = (outlet_id,)
    links = db.rows("SELECT state, count(*) AS n FROM links WHERE outlet_id = ? GROUP BY state", key)
    hosts: dict[str, int] = {}
    for host in hosthealth.listed(db, outlet_id, now):
        hosts[host["state"]] = hosts.get(host["state"], 0) + 1
    return {
        "articles": _articles(db, outlet_id),
        "lag_seconds": None if last is None else max(0, int((now - last).total_seconds())),
        "links": {row["state"]: row["n"] for row in links},
        "hosts": hosts,
        "kept": keptsums.of_outlet(db, outlet_id),
        "break_open": breaks.open_of(db, outlet_id) is not None,
        "rechecks_overdue": rechecks.standing(db, outlet_id, now)["overdue"],
        "absences": absences.standing(db, outlet_id),
        "quarantined": sum(each["quarantined"] for each in breaks.standing(db, outlet_id)),
    }


def _articles(db: Connection, outlet_id: str) -> int:
    """Return how many articles stand for themselves. Both counts read an index only; the few that live on in
    another one have an index of their own."""
    every = "SELECT count(*) FROM articles WHERE outlet_id = ?"
    merged = "SELECT count(*) FROM articles INDEXED BY articles_merged WHERE outlet_id = ? AND merged_into IS NOT NULL"
    return int(db.value(every, (outlet_id,))) - int(db.value(merged, (outlet_id,)))
