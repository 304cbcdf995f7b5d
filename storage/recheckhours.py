"""What re-checks of an outlet came to, hour by hour: by it the budget is kept and a broken outlet is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.items import Page
from storage.connection import Connection
from storage.values import stored

KEPT = timedelta(days=35)
"""How long the hours are kept."""
_COUNTED = ("checks", "requests", "stood", "missing", "edits", "saved")


def count(db: Connection, outlet_id: str, now: datetime, page: Page, **more: int) -> None:
    """Count one re-check, the requests that it took, and what *more* came of it."""
    add(db, outlet_id, now, checks=1, requests=_requests(page), **more)


def ask(db: Connection, outlet_id: str, now: datetime, page: Page) -> None:
    """Count the requests of a look at a mirror."""
    add(db, outlet_id, now, requests=_requests(page))


def _requests(page: Page) -> int:
    return sum(tried.reason != "resting" for tried in page.attempts)


def add(db: Connection, outlet_id: str, now: datetime, **counts: int) -> None:
    """Add to the present hour of an outlet: checks, requests, stood, missing, edits, saved."""
    hour = stored(now)[:13]
    values = {name: counts.get(name, 0) for name in _COUNTED}
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTED)
    is_known = db.one("SELECT 1 FROM recheck_hours WHERE outlet_id = ? AND hour = ?", (outlet_id, hour))
    db.execute(
        f"INSERT INTO recheck_hours (outlet_id, hour, {', '.join(_COUNTED)})"  # noqa: S608 - ours
        f" VALUES (:outlet, :hour, {', '.join(f':{name}' for name in _COUNTED)}) ON CONFLICT DO UPDATE SET {sums}",
        values | {"outlet": outlet_id, "hour": hour},
    )
    if is_known is None:
        old = stored(now - KEPT)[:13]
        db.execute("DELETE FROM recheck_hours WHERE outlet_id = ? AND hour < ?", (outlet_id, old))


def stood(db: Connection, outlet_id: str, since: datetime) -> int:
    """Return how many re-checks found the article in its place since then."""
    sql = "SELECT coalesce(sum(stood), 0) FROM recheck_hours WHERE outlet_id = ? AND hour >= ?"
    return int(db.value(sql, (outlet_id, stored(since)[:13])))


def requests(db: Connection, outlet_id: str, since: datetime) -> int:
    """Return how many pages re-checks asked for since the hour of then."""
    sql = "SELECT coalesce(sum(requests), 0) FROM recheck_hours WHERE outlet_id = ? AND hour >= ?"
    return int(db.value(sql, (outlet_id, stored(since)[:13])))
