"""Texts that a mirror alone showed for an article: kept beside its revisions, told, never in their place."""

from __future__ import annotations

from typing import Any

from crawler.items import Article
from storage import captures, notes
from storage.connection import Connection, Row
from storage.values import plain, stored

MOST_TEXTS = 5
"""Different texts of one article that are kept of one mirror. One whose furniture changes with each fetch gives
a new one every time: beyond these they are only counted, in the row of the latest."""


def keep(db: Connection, item: Article, article: Row, capture_id: int | None = None) -> int | None:
    """Write that the host of *item* shows a text of its own. *capture_id*: its page, if that is kept already. Return
    the number of the kept page of a new text. It is told by *tell*, once an own host of the article has answered."""
    key = (article["id"], item.page.host, item.fingerprint.text_sha256)
    row = db.one("SELECT * FROM divergences WHERE article_id = ? AND host = ? AND text_sha256 = ?", key)
    if row is None:
        kept = db.all("SELECT * FROM divergences WHERE article_id = ? AND host = ? ORDER BY id", key[:2])
        if len(kept) < MOST_TEXTS:
            capture_id = captures.keep(db, item.page) if capture_id is None else capture_id
            _add(db, item, article, capture_id)
            return capture_id
        row = kept[-1]
    db.execute(
        "UPDATE divergences SET last_seen_at = ?, count = count + 1, revision = ?, ended_at = NULL WHERE id = ?",
        (stored(item.page.at), article["revision"], row["id"]),
    )
    return None


def _add(db: Connection, item: Article, article: Row, capture_id: int) -> None:
    at = stored(item.page.at)
    values = {
        "article_id": article["id"],
        "host": item.page.host,
        "url": plain(item.page.url),
        "text_sha256": item.fingerprint.text_sha256,
        "revision": article["revision"],
        "title": plain(item.title),
        "body": plain(item.body),
        "capture_id": capture_id,
        "first_seen_at": at,
        "last_seen_at": at,
        "count": 1,
    }
    db.insert("divergences", values)


def tell(db: Connection, article: Row, now: str) -> None:
    """Note the mirrors that still differ now that an own host of the article has shown it: each once an article.
    Before that it may be an edit that the mirror had first."""
    differing = db.rows(
        "SELECT host, title, max(last_seen_at) FROM divergences AS d WHERE article_id = ? AND ended_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM notes AS n WHERE n.article_id = d.article_id AND n.kind = 'divergent'"
        " AND substr(n.text, 1, length(d.host) + 1) = d.host || ' ') GROUP BY host",
        (article["id"],),
    )
    for row in differing:
        told = (
            f"{row['host']} shows another text at {article['url']} than the outlet's own hosts: {row['title']!r};"
            " both are kept"
        )
        notes.add(db, "divergent", told, now, outlet_id=article["outlet_id"], article_id=article["id"])


def end_of_host(db: Connection, article_id: int, host: str, now: str) -> None:
    """Write that the host shows the article's own text."""
    db.execute(
        "UPDATE divergences SET ended_at = ? WHERE article_id = ? AND host = ? AND ended_at IS NULL",
        (now, article_id, host),
    )


def end_of_text(db: Connection, article_id: int, text_sha256: str, now: str) -> None:
    """Write that a text that differed is the article's own now."""
    db.execute(
        "UPDATE divergences SET ended_at = ? WHERE article_id = ? AND text_sha256 = ? AND ended_at IS NULL",
        (now, article_id, text_sha256),
    )


def of_article(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return the texts that mirrors alone showed for an article, the first one first."""
    rows = db.rows(
        "SELECT host, url, revision, title, body, first_seen_at, last_seen_at, count, ended_at, capture_id"
        " FROM divergences WHERE article_id = ? ORDER BY id",
        (article_id,),
    )
    return [dict(row) for row in rows]


def open_by_host(db: Connection, outlet_id: str) -> dict[str, int]:
    """Return of how many articles each host of an outlet shows another text now."""
    rows = db.rows(
        "SELECT d.host, count(DISTINCT d.article_id) AS n FROM hosts AS h CROSS JOIN divergences AS d"
        " ON d.host = h.host AND d.ended_at IS NULL JOIN articles AS a ON a.id = d.article_id"
        " AND a.outlet_id = h.outlet_id WHERE h.outlet_id = ? GROUP BY d.host",
        (outlet_id,),
    )
    return {row["host"]: row["n"] for row in rows}
