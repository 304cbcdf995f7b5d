"""Comparisons with second channels: what the ledger knows, what was missing, and how complete an outlet is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.completeness import Comparison, Known, Named, Outcome, is_news
from crawler.identity import LinkClass
from crawler.items import Key, Outlet
from storage import articles, links, notes
from storage.connection import Connection, Row
from storage.links import MISSED
from storage.values import as_json, moment_or_none, plain, stored, stored_or_none

KIND = "incomplete"
"""Kind of the note about addresses that no source named."""
NAMED = 5
"""Addresses that such a note names."""
KEPT_DAYS = 90
"""Comparisons older than this are folded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the store knows before a comparison."""

    is_known: bool
    """False when the outlet is not in the store yet."""
    first_polled: datetime | None
    """When a source of the outlet was first read whole; None if none was."""
    last: datetime | None
    """Time of the last comparison."""
    newest: datetime | None
    """Newest publication time of its links."""


def standing(db: Connection, outlet_id: str) -> Standing:
    """Return how an outlet stands before a comparison."""
    last = db.value("SELECT max(at) FROM reconciliations WHERE outlet_id = ?", (outlet_id,))
    first = db.value(
        "SELECT min(first_complete_at) FROM feeds WHERE outlet_id = ? AND parent_id IS NULL", (outlet_id,)
    )
    newest = db.value(
        "SELECT max(published_at) FROM (SELECT published_at FROM links WHERE outlet_id = ? AND reason != ?"
        " ORDER BY first_seen_at DESC LIMIT 500)",
        (outlet_id, MISSED),
    )
    is_known = db.one("SELECT 1 FROM outlets WHERE id = ?", (outlet_id,)) is not None
    return Standing(
        is_known=is_known,
        first_polled=moment_or_none(first),
        last=moment_or_none(last),
        newest=moment_or_none(newest),
    )


def owed(db: Connection) -> dict[str, datetime | None]:
    """Return for each configured outlet since when a comparison is owed: the last one, else its first complete
    poll; None before that."""
    rows = db.rows(
        "SELECT o.id, coalesce((SELECT max(at) FROM reconciliations AS r WHERE r.outlet_id = o.id),"
        " (SELECT min(first_complete_at) FROM feeds AS f WHERE f.outlet_id = o.id AND f.parent_id IS NULL)) AS at"
        " FROM outlets AS o WHERE removed_at IS NULL"
    )
    return {row["id"]: moment_or_none(row["at"]) for row in rows}


def known_articles(db: Connection, outlet_id: str, named: Iterable[LinkClass]) -> dict[Key, Known]:
    """Return what is known of these keys: by links of the key or of the address, and by articles."""
    found: dict[Key, Known] = {}
    for link in named:
        rows = db.all(
            "SELECT id, reason FROM links WHERE outlet_id = ? AND key_kind = ?"
            " AND key_value = ? UNION SELECT id, reason FROM links"
            " WHERE outlet_id = ? AND ledger_key = ?",
            (outlet_id, link.key.kind, plain(link.key.value), outlet_id, plain(link.ledger_key)),
        )
        article = articles.find_by_key(db, outlet_id, link.key)
        if rows or article is not None:
            found[link.key] = _known(db, rows, article)
    return found


def _known(db: Connection, rows: list[Row], article: Row | None) -> Known:
    sources = {
        row["url"]
        for row in db.rows(
            "SELECT f.url FROM links AS l JOIN feeds AS f ON f.id = l.feed_id"
            " WHERE l.id IN (SELECT value FROM json_each(:ids)) UNION SELECT f.url FROM listings AS s"
            " JOIN feeds AS f ON f.id = s.feed_id WHERE s.link_id IN (SELECT value FROM json_each(:ids))",
            {"ids": as_json([row["id"] for row in rows])},
        )
    }
    return Known(
        is_missed=article is None and all(row["reason"] == MISSED for row in rows),
        sources=frozenset(sources),
    )


# --- writing --------------------------------------------------------------------------------------


def record(
    db: Connection, outlet: Outlet, comparison: Comparison, trigger: str, first_polled: datetime | None
) -> int:
    """Write a comparison: each missing address enters the ledger, and what is new among them is noted. Return how
    many entered."""
    now = stored(comparison.at)
    before = _channels_before(db, outlet.id)
    values = {
        "outlet_id": outlet.id,
        "at": now,
        "trigger": trigger,
        "since_at": stored(comparison.since),
        "outcome": comparison.outcome.value,
        "told": plain(comparison.told),
        "expected": len(comparison.expected),
        "met": len(comparison.met),
        "listed": len(comparison.listed),
        "undated": sum(named.published.at is None for _, named in comparison.missing),
    }
    number = db.insert("reconciliations", values)
    _record_channels(db, number, comparison)
    entered: list[str] = []
    for position, named in comparison.missing:
        channel = comparison.channels[position].channel
        was_compared = (channel.kind.value, channel.source.url) in before
        loud = first_polled is not None and is_news(named, first_polled, is_new_on_channel=was_compared)
        host = comparison.channels[position].host
        row, is_new = _enter(db, outlet, named, now, host if host in outlet.hosts else "", silent=not loud)
        if row["reason"] == MISSED:
            db.insert(
                "missing",
                {
                    "reconciliation_id": number,
                    "link_id": row["id"],
                    "position": position,
                    "is_dated": int(named.published.at is not None),
                },
            )
        entered += [row["url"]] if is_new else []
    if entered:
        _note(db, outlet.id, comparison, entered, now)
    return len(entered)


def _channels_before(db: Connection, outlet_id: str) -> set[tuple[str, str]]:
    rows = db.rows(
        "SELECT DISTINCT c.kind, c.url FROM reconciliations AS r JOIN channels AS c ON c.reconciliation_id = r.id"
        " WHERE r.outlet_id = ? AND c.outcome = 'compared'",
        (outlet_id,),
    )
    return {(row["kind"], row["url"]) for row in rows}


def _record_channels(db: Connection, number: int, comparison: Comparison) -> None:
    for position, each in enumerate(comparison.channels):
        values = {
            "reconciliation_id": number,
            "position": position,
            "kind": each.channel.kind.value,
            "url": plain(each.channel.source.url),
            "host": each.host,
            "outcome": each.outcome.value,
            "told": plain(each.told),
            "entries": each.entries,
            "expected": len(each.expected),
            "met": len(each.met),
            "listed": len(each.listed),
            "undated": each.undated,
            "newest_at": stored_or_none(each.newest_at),
        }
        db.insert("channels", values)


def _enter(
    db: Connection, outlet: Outlet, named: Named, now: str, host: str, *, silent: bool
) -> tuple[Row, bool]:
    """Return the ledger's row of a missing article, and whether it is new there. One that a source named meanwhile
    stays as it is."""
    row = links.find(db, outlet.id, named.link.ledger_key) or links.missed_of(db, outlet.id, named.link.key)
    if row is not None:
        if row["reason"] == MISSED:
            db.execute("UPDATE links SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", (now, row["id"]))
        return row, False
    found = links.Found(
        at=now, host=host, title=named.entry.title, published=named.entry.published, silent=silent
    )
    return links.add(db, outlet.id, named.link, found, state="skipped", reason=MISSED), True


def _note(db: Connection, outlet_id: str, comparison: Comparison, entered: list[str], now: str) -> None:
    more = f" and {len(entered) - NAMED} more" if len(entered) > NAMED else ""
    kinds = ", ".join(dict.fromkeys(each.channel.kind.value for each in comparison.compared if each.missing))
    told = (
        f"{len(entered)} of {len(comparison.expected)} articles of a second channel ({kinds}) were named by no"
        f" source: {', '.join(entered[:NAMED])}{more}"
    )
    notes.add(db, KIND, told, now, outlet_id=outlet_id)


def ask(db: Connection, outlet_id: str) -> list[int]:
    """Let the missing links of an outlet be fetched; return their numbers. One whose article came under another
    address meanwhile is its duplicate, and is not among them."""
    rows = db.all("SELECT * FROM links WHERE outlet_id = ? AND reason = ? ORDER BY id", (outlet_id, MISSED))
    asked = []
    for row in rows:
        article = articles.find_by_key(db, outlet_id, Key(kind=row["key_kind"], value=row["key_value"]))
        if article is not None:
            links.settle(db, row["id"], "duplicate", row["last_seen_at"], article_id=article["id"])
        else:
            links.reopen(db, row["id"])
            asked.append(int(row["id"]))
    return asked


def fold(db: Connection, before: str, limit: int) -> int:
    """Remove comparisons of before that time, at most *limit*, never an outlet's latest; return how many. What they
    found stays in the ledger."""
    sql = (
        "DELETE FROM reconciliations WHERE id IN (SELECT id FROM reconciliations AS r WHERE at < ? AND EXISTS"
        " (SELECT 1 FROM reconciliations AS n WHERE n.outlet_id = r.outlet_id AND n.id > r.id) LIMIT ?)"
    )
    return db.execute(sql, (before, limit)).rowcount


# --- reading --------------------------------------------------------------------------------------


def latest(db: Connection, outlet_id: str) -> dict[str, Any] | None:
    """Return the last comparison of an outlet for ``status``, None if there was none.

    ``{"at", "outcome", "told", "since", "expected", "met", "recall", "listed", "undated", "missing", "addresses",
    "channels"}``: *recall* is met of expected, None when nothing was expected; *missing* counts the links that are
    still not fetched, whenever they were found; *addresses* names the first of them.
    """
    row = db.one("SELECT * FROM reconciliations WHERE outlet_id = ? ORDER BY id DESC LIMIT 1", (outlet_id,))
    if row is None:
        return None
    channels = db.rows(
        "SELECT kind, url, host, outcome, told, entries, expected, met, listed, undated, newest_at FROM channels"
        " WHERE reconciliation_id = ? ORDER BY position",
        (row["id"],),
    )
    key = (outlet_id, MISSED)
    first = db.rows("SELECT url FROM links WHERE outlet_id = ? AND reason = ? ORDER BY id DESC LIMIT 10", key)
    return {
        "at": row["at"],
        "outcome": row["outcome"],
        "told": row["told"],
        "since": row["since_at"],
        "expected": row["expected"],
        "met": row["met"],
        "recall": recall(row["met"], row["expected"]),
        "listed": row["listed"],
        "undated": row["undated"],
        "missing": db.value("SELECT count(*) FROM links WHERE outlet_id = ? AND reason = ?", key),
        "addresses": [link["url"] for link in first],
        "channels": [dict(each) for each in channels],
    }


def recall(met: int, expected: int) -> float | None:
    """Return the share of the expected that was met, None when nothing was expected."""
    return round(met / expected, 4) if expected else None


def states(db: Connection, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Return what became of these links: ``{"id", "url", "state", "reason", "article_id"}``, in order."""
    rows = db.rows(
        "SELECT id, url, state, reason, article_id FROM links WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (as_json(list(ids)),),
    )
    return [dict(row) for row in rows]


def counted(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return how many of these links are in each state."""
    return dict(Counter(str(row["state"]) for row in rows))


def unpolled(outlet: Outlet, now: datetime) -> Comparison:
    """Return the comparison of an outlet whose sources never answered: there is nothing to compare yet."""
    told = "no source of it has answered yet"
    return Comparison(outlet_id=outlet.id, at=now, since=now, outcome=Outcome.UNPOLLED, told=told)
