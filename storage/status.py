"""How things stand, for ops; and what is known of one address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crawler.errors import AddressRefused
from crawler.urls import canonical_url, path_and_query, sorted_query
from storage import backfills, gaps
from storage.connection import Connection, Row
from storage.values import moment_or_none, plain

GAPS_SHOWN = timedelta(days=7)
"""How long status shows a gap that could not be covered."""


def last_good_polls(db: Connection) -> dict[str, datetime | None]:
    """Return when a source of each configured outlet last answered usably; None for never."""
    rows = db.rows(
        "SELECT o.id, max(f.answered_at) AS at FROM outlets AS o LEFT JOIN feeds AS f ON f.outlet_id = o.id"
        " WHERE o.removed_at IS NULL GROUP BY o.id"
    )
    return {row["id"]: moment_or_none(row["at"]) for row in rows}


def status(db: Connection, now: datetime) -> dict[str, dict[str, Any]]:
    """Return figures of each configured outlet by id: last good poll, lag, host in use, articles, links by
    state, sources that fail, and why the last run failed."""
    rows = db.all("SELECT id, name FROM outlets WHERE removed_at IS NULL ORDER BY id")
    polls = last_good_polls(db)
    return {row["id"]: _outlet_status(db, row, polls.get(row["id"]), now) for row in rows}


def _outlet_status(db: Connection, outlet: Row, last: datetime | None, now: datetime) -> dict[str, Any]:
    key = (outlet["id"],)
    run = db.one(
        "SELECT * FROM runs WHERE outlet_id = ? AND state != 'running' ORDER BY id DESC LIMIT 1", key
    )
    feed = db.one(
        "SELECT host, answered_at FROM feeds WHERE outlet_id = ? ORDER BY answered_at DESC LIMIT 1", key
    )
    newest = db.one("SELECT first_seen_at FROM articles WHERE outlet_id = ? ORDER BY id DESC LIMIT 1", key)
    states = db.rows("SELECT state, count(*) AS n FROM links WHERE outlet_id = ? GROUP BY state", key)
    failing = db.rows(
        "SELECT url, error, failing_since, failures FROM feeds WHERE outlet_id = ? AND configured = 1"
        " AND failing_since IS NOT NULL ORDER BY id",
        key,
    )
    return {
        "name": outlet["name"],
        "last_good_poll": feed["answered_at"] if feed is not None and last is not None else None,
        "lag_seconds": None if last is None else max(0, int((now - last).total_seconds())),
        "host": (run["host"] if run is not None else None) or (feed["host"] if feed is not None else None),
        "articles": db.value("SELECT count(*) FROM articles WHERE outlet_id = ?", key),
        "newest_article": None if newest is None else newest["first_seen_at"],
        "links": {row["state"]: row["n"] for row in states},
        "error": _error(run),
        "failing_sources": [dict(row) for row in failing],
        "gaps": gaps.told_gaps(db, outlet["id"], now - GAPS_SHOWN),
        "backfill": backfills.last(db, outlet["id"]),
    }


def _error(run: Row | None) -> str | None:
    if run is None:
        return None
    return "the last run was interrupted" if run["state"] == "interrupted" else run["error"]


# --- one address ----------------------------------------------------------------------------------

_LINK = (
    "SELECT l.id, l.outlet_id AS outlet, l.url, l.address, l.state, l.reason, l.silent, l.first_seen_at,"
    " l.last_seen_at, l.title, l.attempts, l.next_try_at, l.article_id, l.host, f.url AS source"
    " FROM links AS l LEFT JOIN feeds AS f ON f.id = l.feed_id"
)
_VISITS = (
    "SELECT at, host, requested_url, url, status, verdict, reason, revision, capture_id, attempts"
    " FROM visits WHERE link_id = ? ORDER BY id"
)


def find_address(db: Connection, url: str) -> list[dict[str, Any]]:
    """Return what is known of an address: rows of the ledger (of any outlet) with their visits, and articles
    that were seen there. Empty if it was never met."""
    url = plain(url)
    ids = {row["id"] for row in db.rows("SELECT id FROM links WHERE url = ? OR address = ?", (url, url))}
    ids |= {row["id"] for form in ledger_forms(url) for row in _in_ledger(db, url, form)}
    ids |= {
        row["link_id"]
        for row in db.rows(
            "SELECT a.link_id FROM sightings AS s JOIN articles AS a ON a.id = s.article_id WHERE s.url = ?",
            (url,),
        )
    }
    return [_address(db, link_id) for link_id in sorted(ids)]


def ledger_forms(url: str) -> tuple[str, ...]:
    """Return the keys under which an address may stand in a ledger: whole, and as one of the outlet's own."""
    try:
        canonical = sorted_query(canonical_url(url))
    except AddressRefused:
        return (url,)
    return (canonical, path_and_query(canonical))


def _in_ledger(db: Connection, url: str, form: str) -> list[Row]:
    host = url.partition("://")[2].partition("/")[0].lower()
    return db.all(
        "SELECT l.id FROM outlets AS o CROSS JOIN links AS l ON l.outlet_id = o.id AND l.ledger_key = :form"
        " WHERE :form NOT LIKE '/%' OR EXISTS (SELECT 1 FROM hosts AS h WHERE h.outlet_id = o.id"
        " AND h.role != 'source' AND h.host IN (:host, 'www.' || :host, substr(:host, 5)))",
        {"form": form, "host": host},
    )


def _address(db: Connection, link_id: int) -> dict[str, Any]:
    row = db.one(f"{_LINK} WHERE l.id = ?", (link_id,))
    assert row is not None
    found = dict(row) | {"silent": bool(row["silent"])}
    found["visits"] = [dict(visit) for visit in db.rows(_VISITS, (link_id,))]
    sightings = db.rows(
        "SELECT url, host, via, first_seen_at, last_seen_at, count FROM sightings WHERE article_id = ?"
        " ORDER BY first_seen_at, url, host",
        (row["article_id"],),
    )
    found["sightings"] = [dict(sighting) for sighting in sightings]
    return found
