"""How things stand and what comes: ``newshawk status`` and ``newshawk schedule``. Read only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.blackout import Blackout, blackouts
from crawler.clock import utc_now
from crawler.config import Config
from crawler.config.former import broken_rules
from crawler.dates import iso
from crawler.items import Outlet, Rule
from schedules.cadence import beat, first_poll, shortest, shortest_intervals, told_pace
from schedules.jobs import coming, next_due
from storage.funnel import empty
from storage.status import INTERRUPTED
from storage.store import Store

NO_PAGES: dict[str, Any] = {
    "pages": 0,
    "size": 0,
    "stored": 0,
    "dropped": 0,
    "dropped_stored": 0,
    "ratio": None,
}
"""Sums over kept pages where there are none."""
LastPolls = Mapping[str, datetime | None]
Intervals = Mapping[str, Sequence[float | None]]


def outlook(config: Config, now: datetime | None = None, only: Outlet | None = None) -> dict[str, Any]:
    """Return ``{"outlets": {ID: {...}}, "outbox": {state: count}, "silences": how many are in force,
    "kept": {...}, "blackouts": [...], "broken_rules": [{"id", "is_used", "cause", "told": [...]}]}``; works beside a running daemon. Of one outlet *only*, its row has ``failures``: reasons with the newest addresses.

    Raises:
        StoreError: there is a store and it cannot be read.
    """
    now = now or utc_now()
    rows: dict[str, dict[str, Any]] = {}
    last: LastPolls = {}
    depth: dict[str, int] = {}
    silent = 0
    former: list[Rule] = []
    intervals: Intervals = {}
    due: frozenset[str] = frozenset()
    failures: list[dict[str, Any]] = []
    kept: dict[str, Any] = NO_PAGES | {"chain": {"rows": 0, "row_hash": "", "at": None}}
    shown = config.outlets if only is None else (only,)
    if config.store.path.exists():
        with Store.open(config.store.path, read_only=True) as store:
            rows = store.status(now) if only is None else store.status(now, only.id)
            last, depth = store.last_good_polls(), store.outbox_depth()
            intervals, due = store.intervals(), frozenset(store.rekey_due(shown))
            kept, silent = store.kept(), len(store.silences(now))
            former = store.rules_as_they_were([rule.id for rule in config.broken if rule.id])
            failures = [] if only is None else store.failures(only.id)
    outlets = {
        outlet.id: (rows.get(outlet.id) or _unseen(outlet))
        | _pace(outlet, last, intervals, now)
        | {"rekey_due": outlet.id in due}
        for outlet in shown
    }
    if only is not None:
        outlets[only.id]["failures"] = failures
    dark = blackouts(
        {outlet.id: outlet.country for outlet in shown},
        [outlet_id for outlet_id, row in outlets.items() if row["error"] and row["error"] != INTERRUPTED],
    )
    return {
        "outlets": outlets,
        "outbox": depth,
        "silences": silent,
        "kept": kept,
        "blackouts": [_blackout(each) for each in dark],
        "broken_rules": broken_rules(config, former),
    }


def timetable(config: Config, hours: float, now: datetime | None = None) -> dict[str, Any]:
    """Return ``{"hours", "outlets": {ID: {"every", "last_good_poll", "next_due", "interval_seconds", "why"}},
    "polls": [{"at", "outlet"}]}``: what a daemon does in the coming *hours*, jitter left out.

    Raises:
        StoreError: there is a store and it cannot be read.
    """
    now = now or utc_now()
    last: LastPolls = {}
    intervals: Intervals = {}
    if config.store.path.exists():
        with Store.open(config.store.path, read_only=True) as store:
            last, intervals = store.last_good_polls(), store.intervals()
    outlets = {
        outlet.id: {
            "every": str(beat(outlet)),
            "last_good_poll": iso(polled) if (polled := last.get(outlet.id)) else None,
        }
        | _pace(outlet, last, intervals, now)
        for outlet in config.outlets
    }
    adapted = shortest_intervals(config.outlets, intervals)
    coming_polls = coming(config.outlets, last, now, hours, adapted)
    polls = [{"at": iso(at), "outlet": who} for at, who in coming_polls]
    return {"hours": hours, "outlets": outlets, "polls": polls}


def _pace(outlet: Outlet, last: LastPolls, intervals: Intervals, now: datetime) -> dict[str, Any]:
    """Return when an outlet is polled next, the shortest present interval of its sources (None for a cron), and
    in words what differs from the config."""
    known = intervals.get(outlet.id, ())
    present = shortest(outlet, known)
    return {
        "next_due": iso(first_poll(next_due(outlet, last.get(outlet.id), present), now, 0.0)),
        "interval_seconds": beat(outlet).seconds if present is None else present,
        "why": told_pace(outlet, known),
    }


def _blackout(found: Blackout) -> dict[str, Any]:
    return {
        "country": found.country,
        "outlets": list(found.outlets),
        "watched": found.watched,
        "told": str(found),
    }


def _unseen(outlet: Outlet) -> dict[str, Any]:
    return {
        "name": outlet.name,
        "country": outlet.country,
        "last_good_poll": None,
        "lag_seconds": None,
        "host": None,
        "articles": 0,
        "newest_article": None,
        "links": {},
        "funnel": empty(),
        "sums": [],
        "completeness": None,
        "error": None,
        "failing_sources": [],
        "sources": [],
        "gaps": {"open": 0, "uncovered": 0, "told": []},
        "backfill": None,
        "frozen_sources": [],
        "hosts": [],
        "kept": dict(NO_PAGES),
        "pages": {"state": "learning", "pages": 0, "templates": 0, "breaks": []},
    }
