"""What mirrors show beside other texts: another publication time, or no page where the others have it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawler.items import Article
from crawler.ladder import MISSING_PAUSE
from crawler.mirrorlook import is_other_time
from storage import captures, notes
from storage.connection import Connection, Row
from storage.values import moment, plain, published_of, stored

TIME, GONE = "time", "gone"


def compare_time(db: Connection, item: Article, article: Row) -> None:
    """Write that the page of a mirror bears another publication time than the article, or that this is over."""
    ours, at = published_of(article), stored(item.page.at)
    if item.published.at is None or ours.at is None:
        return
    if not is_other_time(ours, item.published):
        end(db, article["id"], item.page.host, TIME, at)
        return
    if not _again(db, article, item.page.host, TIME, stored(item.published.at), at):
        about = {
            "url": plain(item.page.url),
            "ours": stored(ours.at),
            "theirs": stored(item.published.at),
            "capture_id": captures.keep(db, item.page),
        }
        _add(db, article, item.page.host, TIME, at, about)


def missing_at(db: Connection, article: Row, host: str, url: str, how: str, now: datetime) -> None:
    """Write that one host has no page of an article that stands at another. It is told once, when it lasted for 12
    hours: a page that is new takes its time to reach all mirrors."""
    at = stored(now)
    if not _again(db, article, host, GONE, how, at):
        _add(db, article, host, GONE, at, {"url": plain(url), "ours": "", "theirs": how})
        return
    row = _open(db, article["id"], host, GONE)
    if row is None or row["told_at"] is not None or now - moment(row["first_seen_at"]) < MISSING_PAUSE:
        return
    told = (
        f"{host} has no page of {article['url']} ({how}) since {row['first_seen_at']}; another host shows it"
    )
    notes.add(db, "gone_on_mirror", told, at, outlet_id=article["outlet_id"], article_id=article["id"])
    db.execute("UPDATE mirror_differences SET told_at = ? WHERE id = ?", (at, row["id"]))


def _open(db: Connection, article_id: int, host: str, kind: str) -> Row | None:
    return db.one(
        "SELECT * FROM mirror_differences WHERE article_id = ? AND host = ? AND kind = ? AND ended_at IS NULL",
        (article_id, host, kind),
    )


def _again(db: Connection, article: Row, host: str, kind: str, theirs: str, at: str) -> bool:
    """Lengthen the difference that lasts, and return whether there is one. Another time ends it: that is another."""
    row = _open(db, article["id"], host, kind)
    if row is not None and kind == TIME and row["theirs"] != theirs:
        end(db, article["id"], host, kind, at)
        row = None
    if row is None:
        return False
    db.execute(
        "UPDATE mirror_differences SET last_seen_at = ?, count = count + 1, revision = ?, theirs = ? WHERE id = ?",
        (at, article["revision"], theirs, row["id"]),
    )
    return True


def _add(db: Connection, article: Row, host: str, kind: str, at: str, about: dict[str, Any]) -> None:
    values = {
        "article_id": article["id"],
        "host": host,
        "kind": kind,
        "revision": article["revision"],
        "first_seen_at": at,
        "last_seen_at": at,
        "count": 1,
    }
    db.insert("mirror_differences", values | about)


def end(db: Connection, article_id: int, host: str, kind: str, at: str) -> None:
    """Write that a host says the same as the others again."""
    db.execute(
        "UPDATE mirror_differences SET ended_at = ? WHERE article_id = ? AND host = ? AND kind = ? AND ended_at IS NULL",
        (at, article_id, host, kind),
    )


def end_of_article(db: Connection, article_id: int, at: str) -> None:
    """Write that no host has the page any more: none differs."""
    db.execute(
        "UPDATE mirror_differences SET ended_at = ? WHERE article_id = ? AND kind = ? AND ended_at IS NULL",
        (at, article_id, GONE),
    )


def of_article(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return in what mirrors differed about an article beside its text, the first one first."""
    rows = db.rows(
        "SELECT host, url, kind, ours, theirs, first_seen_at, last_seen_at, count, ended_at, capture_id"
        " FROM mirror_differences WHERE article_id = ? ORDER BY id",
        (article_id,),
    )
    return [dict(row) for row in rows]
