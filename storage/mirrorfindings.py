"""What a mirror says otherwise than the article's own host though it has no other text: another time, or no page."""

from __future__ import annotations

from crawler.items import Article, Attempt, Precision, Timestamp
from crawler.reasons import GONE
from storage import articles, notes
from storage.connection import Connection, Row
from storage.values import plain, published_of, stored

GONE_THERE = "gone_on_mirror"
"""Kind of the note that tells of a page that one host denies and another has, once each time."""


def compare(db: Connection, item: Article, article: Row, own_host: str) -> None:
    """Write what the hosts asked in a re-check say otherwise, and what they say otherwise no longer; *own_host* gave
    the article's text."""
    served = item.page.host
    tried = {attempt.host: attempt for attempt in item.page.attempts}
    for host, attempt in tried.items():
        if attempt.reason in GONE:
            _keep(db, article, attempt.url, host, "gone", served, _word(attempt.reason), stored(item.page.at))
    _end(db, article["id"], served, "gone", stored(item.page.at))
    if served == own_host:
        return
    ours = published_of(article)
    if is_other_time(ours, item.published):
        address = _address(tried, served, item)
        _keep(db, article, address, served, "time", _told(ours), _told(item.published), stored(item.page.at))
    else:
        _end(db, article["id"], served, "time", stored(item.page.at))


def _word(reason: str) -> str:
    return reason.removeprefix("http_")


def is_other_time(ours: Timestamp, theirs: Timestamp) -> bool:
    """Return whether two publication times differ beyond what both say: a day is compared with days, as printed."""
    if ours.at is None or theirs.at is None:
        return False
    if Precision.DAY in (ours.precision, theirs.precision):
        return articles.printed_day(ours) != articles.printed_day(theirs)
    if Precision.MINUTE in (ours.precision, theirs.precision):
        return ours.at.replace(second=0, microsecond=0) != theirs.at.replace(second=0, microsecond=0)
    return ours.at != theirs.at


def _told(stamp: Timestamp) -> str:
    return "" if stamp.at is None else f"{stamp.local or stored(stamp.at)} ({stamp.precision})"


def _address(tried: dict[str, Attempt], host: str, item: Article) -> str:
    return tried[host].url if host in tried else item.page.url


def _keep(
    db: Connection, article: Row, url: str, host: str, kind: str, ours: str, theirs: str, at: str
) -> None:
    key = (article["id"], host, kind, plain(theirs))
    sql = "SELECT id, ended_at FROM mirror_findings WHERE article_id = ? AND host = ? AND kind = ? AND theirs = ?"
    row = db.one(sql, key)
    if kind == "gone" and (row is None or row["ended_at"] is not None):
        told = f"{host} has no page for {article['url']} any more ({theirs}); {ours} has it"
        notes.add(db, GONE_THERE, told, at, outlet_id=article["outlet_id"], article_id=article["id"])
    if row is not None:
        db.execute(
            "UPDATE mirror_findings SET last_seen_at = ?, count = count + 1, revision = ?, ours = ?, ended_at = NULL"
            " WHERE id = ?",
            (at, article["revision"], plain(ours), row["id"]),
        )
        return
    values = {
        "article_id": article["id"],
        "host": host,
        "url": plain(url),
        "kind": kind,
        "ours": plain(ours),
        "theirs": plain(theirs),
        "revision": article["revision"],
        "first_seen_at": at,
        "last_seen_at": at,
        "count": 1,
    }
    db.insert("mirror_findings", values)


def _end(db: Connection, article_id: int, host: str, kind: str, at: str) -> None:
    db.execute(
        "UPDATE mirror_findings SET ended_at = ?"
        " WHERE article_id = ? AND host = ? AND kind = ? AND ended_at IS NULL",
        (at, article_id, host, kind),
    )
