"""Outlets, their hosts and sources, as configured."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.items import Outlet, Rule, Source, Validators
from crawler.urls import host_of
from storage.connection import Connection, Row
from storage.values import as_json

# --- configuration --------------------------------------------------------------------------------


def sync_outlets(db: Connection, outlets: Iterable[Outlet], now: str) -> None:
    """Write the configured outlets with hosts and sources; mark those that are gone, delete nothing."""
    configured = tuple(outlets)
    for outlet in configured:
        _rename(db, outlet)
        _upsert_outlet(db, outlet, now)
        _sync_hosts(db, outlet)
        _sync_feeds(db, outlet, now)
    known = [row["id"] for row in db.all("SELECT id FROM outlets WHERE removed_at IS NULL")]
    gone = sorted(set(known) - {outlet.id for outlet in configured})
    db.many("UPDATE outlets SET removed_at = ? WHERE id = ?", [(now, outlet_id) for outlet_id in gone])


def _rename(db: Connection, outlet: Outlet) -> None:
    """Give an outlet that is known under a former id its present one; rows follow by ON UPDATE CASCADE."""
    if db.one("SELECT 1 FROM outlets WHERE id = ?", (outlet.id,)) is not None:
        return
    for former in outlet.formerly:
        if db.one("SELECT 1 FROM outlets WHERE id = ?", (former,)) is not None:
            db.execute("UPDATE outlets SET id = ? WHERE id = ?", (outlet.id, former))
            return


def _upsert_outlet(db: Connection, outlet: Outlet, now: str) -> None:
    db.execute(
        "INSERT INTO outlets (id, name, languages, country, timezone, canonical_host, added_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, languages = excluded.languages,"
        " country = excluded.country, timezone = excluded.timezone,"
        " canonical_host = excluded.canonical_host, removed_at = NULL",
        (
            outlet.id,
            outlet.name,
            as_json(outlet.languages),
            outlet.country,
            outlet.timezone,
            outlet.canonical_host or outlet.hosts[0],
            now,
        ),
    )


def _sync_hosts(db: Connection, outlet: Outlet) -> None:
    db.execute("UPDATE hosts SET configured = 0 WHERE outlet_id = ?", (outlet.id,))
    named = dict.fromkeys(outlet.aliases, "alias") | dict.fromkeys(outlet.hosts, "mirror")
    ranked = sorted(
        named.items(), key=lambda item: outlet.hosts.index(item[0]) if item[1] == "mirror" else 999
    )
    db.many(
        "INSERT INTO hosts (outlet_id, host, role, position, configured) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (outlet_id, host) DO UPDATE SET role = excluded.role, position = excluded.position,"
        " configured = 1",
        [(outlet.id, host, role, position) for position, (host, role) in enumerate(ranked)],
    )


def _sync_feeds(db: Connection, outlet: Outlet, now: str) -> None:
    db.execute("UPDATE feeds SET configured = 0 WHERE outlet_id = ?", (outlet.id,))
    for source in outlet.sources:
        upsert_feed(db, outlet.id, source, now)
    db.execute(
        "UPDATE feeds SET configured = 1 WHERE outlet_id = ?"
        " AND parent_id IN (SELECT id FROM feeds WHERE configured = 1)",
        (outlet.id,),
    )


def sync_rules(db: Connection, rules: Iterable[Rule], now: str) -> None:
    """Write the configured rules; a rule that comes back after it was gone applies from now on."""
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
                "query": rule.query,
                "to": as_json(rule.to),
                "cadence": rule.cadence,
                "severity": rule.severity,
                "events": as_json(rule.on),
                "outlets": as_json(rule.outlets),
                "now": now,
            },
        )
    known = {row["id"] for row in db.all("SELECT id FROM rules WHERE removed_at IS NULL")}
    gone = sorted(known - {rule.id for rule in configured})
    db.many("UPDATE rules SET removed_at = ? WHERE id = ?", [(now, rule_id) for rule_id in gone])


# --- sources --------------------------------------------------------------------------------------


def source_key(db: Connection, outlet_id: str, url: str) -> str:
    """Return what identifies a source: path and query at any of the outlet's own hosts (a mirror that serves
    a known feed is no new source), else the whole address."""
    parts = urlsplit(url)
    own = db.one(
        "SELECT 1 FROM hosts WHERE outlet_id = ? AND host = ? AND role != 'source'", (outlet_id, host_of(url))
    )
    if own is None:
        return url.partition("#")[0]
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def find_feed(db: Connection, outlet_id: str, url: str) -> Row | None:
    """Return the row of a source, None if it was never configured nor named."""
    return db.one(
        "SELECT * FROM feeds WHERE outlet_id = ? AND source_key = ?",
        (outlet_id, source_key(db, outlet_id, url)),
    )


def upsert_feed(
    db: Connection,
    outlet_id: str,
    source: Source,
    now: str,
    *,
    parent_id: int | None = None,
    known_since: str | None = None,
) -> Row:
    """Return the row of a source, added if needed; *known_since* makes a new one count as polled before."""
    db.execute(
        "INSERT INTO feeds (outlet_id, source_key, url, kind, parent_id, configured, added_at, first_complete_at)"
        " VALUES (?, ?, ?, ?, ?, 1, ?, ?)"
        " ON CONFLICT (outlet_id, source_key) DO UPDATE SET url = excluded.url, kind = excluded.kind,"
        " configured = 1",
        (
            outlet_id,
            source_key(db, outlet_id, source.url),
            source.url,
            source.kind.value,
            parent_id,
            now,
            known_since,
        ),
    )
    row = find_feed(db, outlet_id, source.url)
    assert row is not None
    return row


def is_new_source(db: Connection, outlet_id: str, url: str) -> bool:
    """Return True while no poll of the source was complete."""
    row = find_feed(db, outlet_id, url)
    return row is None or row["first_complete_at"] is None


def validators(db: Connection, outlet_id: str, url: str, host: str) -> Validators:
    """Return what *host* gave last for the source; empty ones if it never answered."""
    feed = find_feed(db, outlet_id, url)
    sql = "SELECT etag, last_modified, body_sha256 FROM feed_hosts WHERE feed_id = ? AND host = ?"
    row = db.one(sql, (feed["id"], host)) if feed is not None else None
    return Validators() if row is None else Validators(**dict(row))
