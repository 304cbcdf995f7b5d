"""How things stand, for ops; and what is known of one address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crawler.errors import AddressRefused
from crawler.identity import is_same_site
from crawler.items import LinkState
from crawler.urls import canonical_url, path_and_query, sorted_query
from storage import (
    absences,
    backfills,
    baselines,
    breaks,
    completeness,
    freshness,
    gaps,
    hosthealth,
    keptsums,
    links,
    rechecks,
    sourcestates,
)
from storage import funnel as funnels
from storage.connection import Connection, Row
from storage.values import moment_or_none, plain

INTERRUPTED = "the last run was interrupted"
"""The error of an outlet whose last run never ended."""
GAPS_SHOWN = timedelta(days=7)
"""How long status shows a gap that could not be covered."""


def last_good_polls(db: Connection) -> dict[str, datetime | None]:
    """Return when a source of each configured outlet last answered usably; None for never."""
    rows = db.rows(
        "SELECT o.id, max(f.answered_at) AS at FROM outlets AS o LEFT JOIN feeds AS f ON f.outlet_id = o.id"
        " WHERE o.removed_at IS NULL GROUP BY o.id"
    )
    return {row["id"]: moment_or_none(row["at"]) for row in rows}


def status(db: Connection, now: datetime, only: str | None = None) -> dict[str, dict[str, Any]]:
    """Return figures of each configured outlet by id: last good poll, lag, host in use, articles, links by
    state, the funnel, completeness, sources and their states, those that fail or are frozen, gaps, how each host
    stands, whether its pages broke, and why the last run failed."""
    rows = db.all(
        "SELECT id, name, country FROM outlets WHERE removed_at IS NULL AND id = coalesce(?, id) ORDER BY id",
        (only,),
    )
    polls = last_good_polls(db)
    return {row["id"]: _outlet_status(db, row, polls.get(row["id"]), now) for row in rows}


def _outlet_status(db: Connection, outlet: Row, last: datetime | None, now: datetime) -> dict[str, Any]:
    key = (outlet["id"],)
    run = db.one(
        "SELECT * FROM runs WHERE outlet_id = ? AND state != 'running' AND trigger != 'reextract'"
        " ORDER BY id DESC LIMIT 1",
        key,
    )
    feed = db.one(
        "SELECT host, answered_at FROM feeds WHERE outlet_id = ? ORDER BY answered_at DESC LIMIT 1", key
    )
    newest = db.one("SELECT first_seen_at FROM articles WHERE outlet_id = ? ORDER BY id DESC LIMIT 1", key)
    funnel = funnels.funnel(db, outlet["id"], now)
    failing = db.rows(
        "SELECT url, error, failing_since, failures FROM feeds WHERE outlet_id = ? AND configured = 1"
        " AND failing_since IS NOT NULL ORDER BY id",
        key,
    )
    return {
        "name": outlet["name"],
        "country": outlet["country"],
        "last_good_poll": feed["answered_at"] if feed is not None and last is not None else None,
        "lag_seconds": None if last is None else max(0, int((now - last).total_seconds())),
        "host": (run["host"] if run is not None else None) or (feed["host"] if feed is not None else None),
        "articles": db.value(
            "SELECT count(*) FROM articles WHERE outlet_id = ? AND merged_into IS NULL", key
        ),
        "newest_article": None if newest is None else newest["first_seen_at"],
        "links": _by_state(funnel["all"]),
        "funnel": funnel,
        "sums": funnels.faults(db, outlet["id"], now),
        "completeness": completeness.latest(db, outlet["id"]),
        "error": _error(run),
        "failing_sources": [dict(row) for row in failing],
        "sources": sourcestates.states(db, outlet["id"], now),
        "gaps": gaps.summary(db, outlet["id"], now - GAPS_SHOWN),
        "backfill": backfills.last(db, outlet["id"]),
        "frozen_sources": freshness.frozen_sources(db, outlet["id"], now),
        "hosts": hosthealth.listed(db, outlet["id"], now),
        "rechecks": rechecks.standing(db, outlet["id"], now),
        "absences": absences.standing(db, outlet["id"]),
        "kept": keptsums.of_outlet(db, outlet["id"]),
        "pages": baselines.state(db, outlet["id"]) | {"breaks": breaks.standing(db, outlet["id"])},
    }


def rechecks_standing(db: Connection, now: datetime) -> dict[str, dict[str, Any]]:
    """Return the parts ``rechecks`` and ``absences`` of the status, of each configured outlet."""
    outlets = db.all("SELECT id FROM outlets WHERE removed_at IS NULL ORDER BY id")
    return {
        row["id"]: {
            "rechecks": rechecks.standing(db, row["id"], now),
            "absences": absences.standing(db, row["id"]),
        }
        for row in outlets
    }


def _by_state(funnel: dict[str, Any]) -> dict[str, int]:
    """Return how many links are in each state that any is in."""
    counts = {
        state.value: sum(n.values()) if isinstance(n := funnel[state.value], dict) else n
        for state in LinkState
    }
    return {state: n for state, n in counts.items() if n}


def _error(run: Row | None) -> str | None:
    if run is None:
        return None
    return INTERRUPTED if run["state"] == "interrupted" else run["error"]


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
    ids = {
        row["id"] for form in dict.fromkeys((url, *ledger_forms(url))) for row in _in_ledger(db, url, form)
    }
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
    """Return the links of that key: a path belongs to the outlets of which the address's host is one."""
    outlets = {row["id"] for row in db.rows("SELECT id FROM outlets")}
    if form.startswith("/"):
        host = url.partition("://")[2].partition("/")[0]
        hosts = db.rows("SELECT outlet_id, host FROM hosts WHERE role != 'source'")
        outlets &= {row["outlet_id"] for row in hosts if is_same_site(row["host"], host)}
    return [row for outlet_id in sorted(outlets) if (row := links.find(db, outlet_id, form)) is not None]


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
