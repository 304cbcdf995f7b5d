"""Outlets, their hosts and sources, as configured."""

from __future__ import annotations

from collections.abc import Container, Iterable
from urllib.parse import urlsplit

from crawler.identity import patterns_told
from crawler.items import Outlet, Source
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
        _note_patterns(db, outlet)
        _read_anew(db, outlet)
        _sync_hosts(db, outlet)
        _sync_feeds(db, outlet, now)
    known = [row["id"] for row in db.all("SELECT id FROM outlets WHERE removed_at IS NULL")]
    gone = sorted(set(known) - {outlet.id for outlet in configured})
    db.many("UPDATE outlets SET removed_at = ? WHERE id = ?", [(now, outlet_id) for outlet_id in gone])


def _rename(db: Connection, outlet: Outlet) -> None:
    """Give an outlet that is known under a former id its present one; rows follow by ON UPDATE CASCADE. An outlet that
    has rows of its own already takes over nothing: two ledgers are not one."""
    if db.one("SELECT 1 FROM outlets WHERE id = ?", (outlet.id,)) is not None:
        return
    for former in outlet.formerly:
        if db.one("SELECT 1 FROM outlets WHERE id = ?", (former,)) is not None:
            db.execute("UPDATE outlets SET id = ? WHERE id = ?", (outlet.id, former))
            return


def ids(db: Connection) -> list[str]:
    """Return the ids of all outlets, those that are no longer configured too."""
    return [row["id"] for row in db.rows("SELECT id FROM outlets ORDER BY id")]


def left_behind(db: Connection, outlet: Outlet) -> list[str]:
    """Return the former ids of an outlet that stand in the store beside its present one: what is stored under them
    stays there, since the outlet had a ledger of its own before it named them."""
    sql = "SELECT id FROM outlets WHERE id IN (SELECT value FROM json_each(?))"
    former = [row["id"] for row in db.rows(sql, (as_json(outlet.formerly),))]
    return former if db.value("SELECT 1 FROM outlets WHERE id = ?", (outlet.id,)) else []


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


def _read_anew(db: Connection, outlet: Outlet) -> None:
    """Forget the validators of all sources when what tells an outlet's articles changed (patterns, hosts, aliases): a
    list that is unchanged is to be read again by the new ones."""
    names = "|".join(sorted({*outlet.hosts, *outlet.aliases}))
    told = f"{patterns_told(outlet)} {names}"
    if db.value("SELECT read_by FROM outlets WHERE id = ?", (outlet.id,)) == told:
        return
    db.execute("UPDATE outlets SET read_by = ? WHERE id = ?", (told, outlet.id))
    db.execute(
        "UPDATE feed_hosts SET etag = '', last_modified = '', body_sha256 = '', stale_etag = '', stale_modified = ''"
        " WHERE feed_id IN (SELECT id FROM feeds WHERE outlet_id = ?)",
        (outlet.id,),
    )


def _note_patterns(db: Connection, outlet: Outlet) -> None:
    """Remember by what the keys are made, while there are none, or nobody knows by what they were."""
    db.execute(
        "UPDATE outlets SET keyed_by = ? WHERE id = ? AND (keyed_by IS NULL"
        " OR NOT EXISTS (SELECT 1 FROM links WHERE outlet_id = outlets.id))",
        (patterns_told(outlet), outlet.id),
    )


def is_rekey_due(db: Connection, outlet: Outlet) -> bool:
    """Return whether the keys of an outlet were made by other patterns than its present ones."""
    known = db.value("SELECT keyed_by FROM outlets WHERE id = ?", (outlet.id,))
    return known is not None and known != patterns_told(outlet)


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
        row = upsert_feed(db, outlet.id, source, now)
        # once named by an index, now configured itself: it is asked and told for its own sake
        db.execute("UPDATE feeds SET parent_id = NULL WHERE id = ? AND parent_id IS NOT NULL", (row["id"],))
    db.execute(
        "UPDATE feeds SET configured = 1 WHERE outlet_id = ?"
        " AND parent_id IN (SELECT id FROM feeds WHERE configured = 1)",
        (outlet.id,),
    )


# --- sources --------------------------------------------------------------------------------------


def source_key(db: Connection, outlet_id: str, url: str) -> str:
    """Return what identifies a source of an outlet; see key_of_source."""
    sql = "SELECT host FROM hosts WHERE outlet_id = ? AND host = ? AND role != 'source'"
    own = db.one(sql, (outlet_id, host_of(url)))
    return key_of_source(() if own is None else (own["host"],), url)


def key_of_source(own_hosts: Container[str], url: str) -> str:
    """Return what identifies a source: path and query at any of the outlet's own hosts (a mirror that serves
    a known feed is no new source), else the whole address."""
    if host_of(url) not in own_hosts:
        return url.partition("#")[0]
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


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
    key = source_key(db, outlet_id, source.url)
    known = _feed_of_key(db, outlet_id, key)
    if (
        known is not None
        and known["configured"]
        and (known["url"], known["kind"]) == (source.url, source.kind.value)
    ):
        return known
    db.execute(
        "INSERT INTO feeds (outlet_id, source_key, url, kind, parent_id, configured, added_at, first_complete_at)"
        " VALUES (?, ?, ?, ?, ?, 1, ?, ?)"
        " ON CONFLICT (outlet_id, source_key) DO UPDATE SET url = excluded.url, kind = excluded.kind,"
        " configured = 1,"
        " parent_id = CASE WHEN configured THEN parent_id ELSE coalesce(excluded.parent_id, parent_id) END",
        (outlet_id, key, source.url, source.kind.value, parent_id, now, known_since),
    )
    row = _feed_of_key(db, outlet_id, key)
    assert row is not None
    return row


def _feed_of_key(db: Connection, outlet_id: str, key: str) -> Row | None:
    sql = "SELECT * FROM feeds WHERE outlet_id = ? AND source_key = ?"
    return db.one(sql, (outlet_id, key))
