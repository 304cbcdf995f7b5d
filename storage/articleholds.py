"""Holds on articles: their kept pages are never taken while one stands (table ``holds``)."""

from __future__ import annotations

from typing import Any

from storage import articles
from storage.connection import Connection, Row
from storage.values import plain

_LISTED = (
    "SELECT h.article_id, h.reason, h.placed_at, h.released_at, a.outlet_id AS outlet, a.url"
    " FROM holds AS h JOIN articles AS a ON a.id = h.article_id"
)

_PAGES = (
    "SELECT count(*) - count(body_dropped_at) AS pages_kept, count(body_dropped_at) AS pages_gone,"
    " min(body_dropped_at) AS gone_since FROM captures WHERE id IN"
    " (SELECT capture_id FROM revisions WHERE article_id = :article"
    " UNION SELECT capture_id FROM visits WHERE article_id = :article"
    " UNION SELECT capture_id FROM divergences WHERE article_id = :article)"
)


def place(db: Connection, article_id: int, reason: str, now: str) -> int | None:
    """Put an article on hold, one that lives on in another the other; return its number, None if there is none.
    A hold that stands gets the new reason, if one is given."""
    article = articles.get(db, article_id)
    if article is None:
        return None
    sql = "SELECT id FROM holds WHERE article_id = ? AND released_at IS NULL"
    standing = db.value(sql, (article["id"],))
    if standing is None:
        db.insert("holds", {"article_id": article["id"], "reason": plain(reason), "placed_at": now})
    elif reason:
        db.execute("UPDATE holds SET reason = ? WHERE id = ?", (plain(reason), standing))
    return int(article["id"])


def release(db: Connection, article_id: int, now: str) -> bool:
    """End the hold on an article; return whether there was one. It stays on record."""
    article = articles.get(db, article_id)
    sql = "UPDATE holds SET released_at = ? WHERE article_id = ? AND released_at IS NULL"
    return article is not None and db.execute(sql, (now, article["id"])).rowcount > 0


def standing(db: Connection) -> list[dict[str, Any]]:
    """Return the holds that stand, the first one first, each with how many ``pages_kept`` its article has, and how many
    are ``pages_gone``, ``gone_since`` when the first went."""
    return [_told(db, row) for row in db.all(f"{_LISTED} WHERE h.released_at IS NULL ORDER BY h.id")]


def of_article(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return the holds that an article has and had, the first one first, with its pages as in ``standing``."""
    return [
        _told(db, row) for row in db.all(f"{_LISTED} WHERE h.article_id = ? ORDER BY h.id", (article_id,))
    ]


def _told(db: Connection, hold: Row) -> dict[str, Any]:
    pages = db.one(_PAGES, {"article": hold["article_id"]})
    assert pages is not None
    return dict(hold) | dict(pages)
