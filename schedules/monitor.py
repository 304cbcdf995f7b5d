"""How things stand and what comes: ``newshawk status`` and ``newshawk schedule``. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.clock import utc_now
from crawler.config import Config
from crawler.dates import iso
from crawler.items import Outlet
from schedules.cadence import beat, first_poll
from schedules.jobs import coming, next_due
from storage.store import Store

LastPolls = Mapping[str, datetime | None]


def outlook(config: Config, now: datetime | None = None) -> dict[str, Any]:
    """Return ``{"outlets": {ID: {...}}, "outbox": {state: count}}``; works beside a running daemon.

    Raises:
        StoreError: there is a store and it cannot be read.
    """
    now = now or utc_now()
    rows: dict[str, dict[str, Any]] = {}
    last: LastPolls = {}
    depth: dict[str, int] = {}
    if config.store.path.exists():
        with Store.open(config.store.path, read_only=True) as store:
            rows, last, depth = store.status(now), store.last_good_polls(), store.outbox_depth()
    outlets = {
        outlet.id: (rows.get(outlet.id) or _unseen(outlet)) | {"next_due": _next_due(outlet, last, now)}
        for outlet in config.outlets
    }
    return {"outlets": outlets, "outbox": depth}


def timetable(config: Config, hours: float, now: datetime | None = None) -> dict[str, Any]:
    """Return ``{"hours", "outlets": {ID: {"every", "last_good_poll", "next_due"}}, "polls": [{"at", "outlet"}]}``:
    what a daemon does in the coming *hours*, jitter left out.

    Raises:
        StoreError: there is a store and it cannot be read.
    """
    now = now or utc_now()
    last: LastPolls = {}
    if config.store.path.exists():
        with Store.open(config.store.path, read_only=True) as store:
            last = store.last_good_polls()
    outlets = {
        outlet.id: {
            "every": str(beat(outlet)),
            "last_good_poll": iso(polled) if (polled := last.get(outlet.id)) else None,
            "next_due": _next_due(outlet, last, now),
        }
        for outlet in config.outlets
    }
    polls = [{"at": iso(at), "outlet": who} for at, who in coming(config.outlets, last, now, hours)]
    return {"hours": hours, "outlets": outlets, "polls": polls}


def _next_due(outlet: Outlet, last: LastPolls, now: datetime) -> str:
    return iso(first_poll(next_due(outlet, last.get(outlet.id)), now, 0.0))


def _unseen(outlet: Outlet) -> dict[str, Any]:
    return {
        "name": outlet.name,
        "last_good_poll": None,
        "lag_seconds": None,
        "host": None,
        "articles": 0,
        "newest_article": None,
        "links": {},
        "error": None,
        "failing_sources": [],
        "gaps": [],
        "backfill": None,
    }
