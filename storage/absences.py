"""Absences: from the first check in which every host said that an article is not there until it is seen again."""

from __future__ import annotations

from typing import Any

from crawler.removal import joined
from storage.connection import Connection, Row


def open_of(db: Connection, article_id: int) -> Row | None:
    """Return the absence of an article that lasts, None when it stands."""
    return db.one("SELECT * FROM absences WHERE article_id = ? AND returned_at IS NULL", (article_id,))


def missed(db: Connection, article: Row, how: str, now: str) -> Row:
    """Write that every host said that the article is not there; return its absence, which may begin with it."""
    before = open_of(db, article["id"])
    if before is None:
        values = {
            "outlet_id": article["outlet_id"],
            "article_id": article["id"],
            "missing_since": now,
            "last_missing_at": now,
            "checks": 1,
            "how": how,
            "revision": article["revision"],
        }
        db.insert("absences", values)
        db.execute("UPDATE articles SET missing_since = ? WHERE id = ?", (now, article["id"]))
    else:
        db.execute(
            "UPDATE absences SET last_missing_at = ?, checks = checks + 1, how = ? WHERE id = ?",
            (now, joined((how, before["how"])), before["id"]),
        )
    row = open_of(db, article["id"])
    assert row is not None
    return row


_UNDECIDED = "outlet_id = ? AND gone_at IS NULL AND returned_at IS NULL"


def is_any_doubted(db: Connection, outlet_id: str) -> bool:
    """Return whether an article of the outlet is missing in doubt."""
    sql = f"SELECT 1 FROM absences WHERE {_UNDECIDED} AND doubted_at IS NOT NULL LIMIT 1"  # noqa: S608 - ours
    return db.one(sql, (outlet_id,)) is not None


def undecided(db: Connection, outlet_id: str, since: str, most: int) -> int:
    """Return how many articles of an outlet were found missing since then and do not count as removed; counted up
    to *most*."""
    found = f"SELECT 1 FROM absences WHERE {_UNDECIDED} AND last_missing_at >= ? LIMIT ?"  # noqa: S608 - ours
    return int(db.value(f"SELECT count(*) FROM ({found})", (outlet_id, since, most)))  # noqa: S608 - ours


def doubt(db: Connection, absence_id: int, now: str) -> None:
    """Write that an absence does not count as a removal, because the whole outlet seems broken."""
    sql = "UPDATE absences SET doubted_at = coalesce(doubted_at, ?) WHERE id = ?"
    db.execute(sql, (now, absence_id))


def remove(db: Connection, absence: Row, now: str) -> None:
    """Write that a missing article counts as removed from now on."""
    db.execute("UPDATE absences SET gone_at = ?, doubted_at = NULL WHERE id = ?", (now, absence["id"]))
    db.execute("UPDATE articles SET gone_at = ? WHERE id = ?", (now, absence["article_id"]))


def end(db: Connection, article_id: int, now: str) -> None:
    """Write that an article was seen again; nothing when it was not missing."""
    db.execute(
        "UPDATE absences SET returned_at = ?, doubted_at = NULL WHERE article_id = ? AND returned_at IS NULL",
        (now, article_id),
    )


def of_article(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return the absences of an article, the first one first."""
    rows = db.rows(
        "SELECT missing_since, last_missing_at, checks, how, doubted_at, gone_at, returned_at FROM absences"
        " WHERE article_id = ? ORDER BY id",
        (article_id,),
    )
    return [dict(row) for row in rows]


def standing(db: Connection, outlet_id: str) -> dict[str, int]:
    """Return how many articles of an outlet are ``missing`` (one check more decides), in ``doubt`` (with most of the
    outlet) and ``gone``."""
    row = db.one(
        "SELECT count(*) FILTER (WHERE gone_at IS NULL AND doubted_at IS NULL) AS missing,"
        " count(*) FILTER (WHERE gone_at IS NULL AND doubted_at IS NOT NULL) AS doubt,"
        " count(*) FILTER (WHERE gone_at IS NOT NULL) AS gone"
        " FROM absences WHERE outlet_id = ? AND returned_at IS NULL",
        (outlet_id,),
    )
    assert row is not None
    return dict(row)
