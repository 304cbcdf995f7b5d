"""How things stand: what ``newshawk status`` shows. Read only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crawler.config import Config
from crawler.dates import iso
from crawler.runtime import utc_now
from schedules.cadence import first_poll
from storage.store import Store


def outlook(config: Config, now: datetime | None = None) -> dict[str, Any]:
    """Return ``{"outlets": {ID: {...}}, "outbox": {state: count}}``; works beside a running daemon.

    Raises:
        StoreError: there is a store and it cannot be read.
    """
    now = now or utc_now()
    if not config.store.path.exists():
        return {"outlets": {outlet.id: _unseen() for outlet in config.outlets}, "outbox": {}}
    with Store.open(config.store.path, read_only=True) as store:
        rows = store.status(now)
        last = store.last_good_polls()
        depth = store.outbox_depth()
    outlets = {}
    for outlet in config.outlets:
        row = rows.get(outlet.id) or _unseen()
        due = first_poll(outlet, last.get(outlet.id), now, 0.0)
        outlets[outlet.id] = row | {"next_due": iso(due.astimezone(UTC)) if due else None}
    return {"outlets": outlets, "outbox": depth}


def _unseen() -> dict[str, Any]:
    return {
        "last_good_poll": None,
        "lag_seconds": None,
        "next_due": None,
        "host": None,
        "articles": 0,
        "newest_article": None,
        "links": {},
        "error": None,
    }
