"""The ledger: one row an outlet and canonical address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.identity import LinkClass
from crawler.items import NO_TIME, Key, Link, Outlet, Timestamp
from crawler.reasons import GONE
from storage import articles
from storage.connection import Connection, Row
from storage.values import moment, plain, published_columns, published_of, stored

OPEN = "(l.state = 'pending' OR l.next_try_at IS NOT NULL)"
"""Links that are still to be fetched; the partial index links_open serves it."""
WAITING = "waiting"
"""Reason of a duplicate whose article is still to be fetched under another address of the same key."""
MISSED = "missed"
"""Reason of a skipped link that a second channel named and no source did: nothing asks for it by itself."""
_GONE = f"(reason IN ({', '.join(repr(word) for word in sorted(GONE))}))"
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is written when an address enters the ledger."""

    at: str
    host: str
    feed_id: int | None = None
    title: str = ""
    published: Timestamp = NO_TIME
    silent_run_id: int | None = None
    """The run that silences it; None when it may alert."""
    silent: bool = False
    """True: it alerts nobody though no run silenced it."""


def as_link(row: Row, *, address: str | None = None, host: str | None = None) -> Link:
    """Return a row of links as the spiders see it."""
    return Link(
        id=row["id"],
        outlet_id=row["outlet_id"],
        url=row["url"] if address is None else address,
        address=row["address"] if address is None else address,
        key=Key(kind=row["key_kind"], value=row["key_value"]),
        host=row["host"] if host is None else host,
        first_seen_at=moment(row["first_seen_at"]),
        silent=bool(row["silent"]),
        title=row["title"],
        published=published_of(row),
        attempts=row["attempts"],
    )


def get(db: Connection, link_id: int) -> Row:
    """Return a row by number.

    Raises:
        LookupError: there is none.
    """
    row = db.one("SELECT * FROM links WHERE id = ?", (link_id,))
    if row is None:
        raise LookupError(f"no link {link_id}")
    return row


def find(db: Connection, outlet_id: str, ledger_key: str) -> Row | None:
    """Return the row of an address, None if it was never seen."""
    sql = "SELECT * FROM links WHERE outlet_id = ? AND ledger_key = ?"
    return db.one(sql, (outlet_id, plain(ledger_key)))


def find_many(db: Connection, outlet_id: str, ledger_keys: Iterable[str]) -> dict[str, Row]:
    """Return the rows of these addresses that are in the ledger, by ledger key."""
    found: dict[str, Row] = {}
    for keys in _chunks(list(ledger_keys)):
        marks = ", ".join("?" * len(keys))
        sql = f"SELECT * FROM links WHERE outlet_id = ? AND ledger_key IN ({marks})"  # noqa: S608
        found |= {row["ledger_key"]: row for row in db.rows(sql, (outlet_id, *keys))}
    return found


def _chunks(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def add(
    db: Connection,
    outlet_id: str,
    classed: LinkClass,
    found: Found,
    *,
    state: str = "pending",
    reason: str = "",
    article_id: int | None = None,
) -> Row:
    """Return the new row of an address that was not in the ledger."""
    values: dict[str, Any] = {
        "outlet_id": outlet_id,
        "ledger_key": plain(classed.ledger_key),
        "url": plain(classed.url),
        "address": plain(classed.address),
        "key_kind": classed.key.kind,
        "key_value": plain(classed.key.value),
        "host": found.host,
        "feed_id": found.feed_id,
        "state": state,
        "reason": reason,
        "silent": int(found.silent or found.silent_run_id is not None),
        "silent_run_id": found.silent_run_id,
        "first_seen_at": found.at,
        "last_seen_at": found.at,
        "title": plain(found.title),
        "article_id": article_id,
        "settled_at": None if state == "pending" else found.at,
    }
    link_id = db.insert("links", values | published_columns(found.published))
    row = db.one("SELECT * FROM links WHERE id = ?", (link_id,))
    assert row is not None
    return row


def settle(
    db: Connection, link_id: int, state: str, now: str, *, reason: str = "", article_id: int | None = None
) -> None:
    """Write the final state of a link."""
    db.execute(
        "UPDATE links SET state = ?, reason = ?, article_id = coalesce(?, article_id), next_try_at = NULL,"
        " settled_at = ?, last_seen_at = max(last_seen_at, ?) WHERE id = ?",
        (state, plain(reason), article_id, now, now, link_id),
    )


def fail(db: Connection, link_id: int, reason: str, now: str, next_try_at: str | None) -> None:
    """Write a failure; without *next_try_at* it is final."""
    db.execute(
        "UPDATE links SET state = 'failed', reason = ?, attempts = attempts + 1, next_try_at = ?,"
        " settled_at = ? WHERE id = ?",
        (plain(reason), next_try_at, now, link_id),
    )


def pending_key(db: Connection, outlet_id: str, key: Key) -> int | None:
    """Return a link of this key that is still to be fetched, None without one."""
    value = db.value(
        f"SELECT id FROM links AS l WHERE outlet_id = ? AND key_kind = ? AND key_value = ? AND {OPEN}"  # noqa: S608
        f" AND (state = 'pending' OR NOT {_GONE})",
        (outlet_id, key.kind, plain(key.value)),
    )
    return None if value is None else int(value)


def waiting_for(db: Connection, outlet_id: str, key: Key) -> list[Row]:
    """Return the duplicates of a key that wait for its article."""
    return db.all(
        "SELECT * FROM links WHERE outlet_id = ? AND key_kind = ? AND key_value = ?"
        " AND state = 'duplicate' AND article_id IS NULL",
        (outlet_id, key.kind, plain(key.value)),
    )


def release_waiting(db: Connection, outlet_id: str, key: Key) -> None:
    """Let the other addresses of a key be fetched: the one they waited for failed."""
    for row in waiting_for(db, outlet_id, key):
        reopen(db, row["id"])


RELEASED = 1000
"""Links let go at the start of one run: the transaction stays short, the next run goes on."""
_STUCK = (
    "l.state = 'duplicate' AND l.article_id IS NULL AND NOT EXISTS (SELECT 1 FROM links AS o"
    " WHERE o.outlet_id = l.outlet_id AND o.key_kind = l.key_kind AND o.key_value = l.key_value"
    " AND (o.state = 'pending' OR o.next_try_at IS NOT NULL))"
)
"""Duplicates that wait for an article which nothing will bring; the index links_waiting finds them."""


def stuck(db: Connection, outlet_id: str | None = None, limit: int = -1) -> list[Row]:
    """Return the links of an outlet (of all for None) that wait for another address which is not to be fetched, at
    most *limit* (all for -1)."""
    of = "" if outlet_id is None else " AND l.outlet_id = ?"
    sql = f"SELECT * FROM links AS l WHERE {_STUCK}{of} LIMIT {limit}"  # noqa: S608 - ours
    return db.all(sql, () if outlet_id is None else (outlet_id,))


def release_stuck(db: Connection, outlet_id: str, now: str) -> None:
    """Let links go that wait for nothing: a change of patterns may have parted them from what they waited for.
    Where the article is there by now it is theirs, else they are fetched. At most RELEASED at once."""
    for row in stuck(db, outlet_id, RELEASED):
        article = articles.find_by_key(db, outlet_id, Key(kind=row["key_kind"], value=row["key_value"]))
        if article is not None:
            settle(db, row["id"], "duplicate", now, article_id=article["id"])
        else:
            reopen(db, row["id"])


def newest(db: Connection) -> int:
    """Return the number of the newest link of all outlets, 0 before the first."""
    return int(db.value("SELECT max(id) FROM links") or 0)


def missed_of(db: Connection, outlet_id: str, key: Key) -> Row | None:
    """Return the link of a key that a second channel alone has named, None without one."""
    return db.one(
        "SELECT * FROM links WHERE outlet_id = ? AND key_kind = ? AND key_value = ? AND reason = ?",
        (outlet_id, key.kind, plain(key.value), MISSED),
    )


def reopen(db: Connection, link_id: int) -> None:
    """Let a link be fetched."""
    db.execute("UPDATE links SET state = 'pending', reason = '', settled_at = NULL WHERE id = ?", (link_id,))


def pending(
    db: Connection,
    outlet_id: str,
    now: datetime,
    *,
    ignore_backoff: bool,
    after: int = 0,
    limit: int | None = None,
) -> list[Link]:
    """Return the links still to be fetched, oldest first; with *ignore_backoff* also those whose next try
    is not due yet, unless every host said that it does not have the page. Only *limit* of those with a number
    above *after*."""
    sql = f"SELECT * FROM links AS l WHERE outlet_id = :outlet AND {OPEN}"  # noqa: S608
    due = "state = 'pending' OR next_try_at <= :now"
    sql += f" AND ({due} OR NOT {_GONE})" if ignore_backoff else f" AND ({due})"
    sql += " AND id > :after ORDER BY id LIMIT :limit"
    given = {"outlet": outlet_id, "now": stored(now), "after": after, "limit": -1 if limit is None else limit}
    rows = db.all(sql, given)
    return [as_link(row) for row in rows]


def outlets_with_open_links(db: Connection, now: datetime) -> list[str]:
    """Return the ids of configured outlets that have a link to be fetched now."""
    rows = db.rows(
        "SELECT id FROM outlets AS o WHERE removed_at IS NULL AND EXISTS"  # noqa: S608 - OPEN is ours
        f" (SELECT 1 FROM links AS l INDEXED BY links_open WHERE l.outlet_id = o.id AND {OPEN}"
        " AND (state = 'pending' OR next_try_at <= ?)) ORDER BY id",
        (stored(now),),
    )
    return [row["id"] for row in rows]


def outlet_of(outlet: Outlet, link: Link) -> None:
    """Refuse a link of another outlet: its verdict would be decided with the wrong identity.

    Raises:
        ValueError: the link belongs to another outlet.
    """
    if link.outlet_id != outlet.id:
        raise ValueError(f"link {link.id} belongs to {link.outlet_id}, not to {outlet.id}")
