"""Articles, their revisions, cut lines and sightings, and the full-text index over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.errors import AddressRefused
from crawler.items import Article, CutLine, Document, Key, Precision, Timestamp
from crawler.query.fold import fold_text
from crawler.urls import host_of
from storage.connection import Connection, Row
from storage.values import (
    as_json,
    moment,
    moment_or_none,
    plain,
    published_columns,
    published_of,
    stored,
    texts,
)

_EXACTNESS = {Precision.NONE: 0, Precision.DAY: 1, Precision.MINUTE: 2, Precision.SECOND: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of an article."""

    article_id: int
    number: int
    seen_at: datetime
    host: str
    fetched_url: str
    capture_id: int | None
    title: str
    body: str = field(repr=False)
    byline: tuple[str, ...]
    section: str
    language: str
    published: Timestamp
    image_url: str
    image_caption: str
    word_count: int
    text_sha256: str
    method: str
    extraction: str
    """Version of newshawk and of the outlet's rules that read its page."""


# --- reading --------------------------------------------------------------------------------------


def find_by_key(db: Connection, outlet_id: str, key: Key) -> Row | None:
    """Return the article of a key: its latest generation, or what that was merged into when none stands for itself."""
    row = db.one(
        "SELECT * FROM articles WHERE outlet_id = ? AND key_kind = ? AND key_value = ?"
        " ORDER BY merged_into IS NOT NULL, generation DESC LIMIT 1",
        (outlet_id, key.kind, plain(key.value)),
    )
    return row if row is None or row["merged_into"] is None else get(db, row["merged_into"])


def next_generation(db: Connection, outlet_id: str, key: Key) -> int:
    """Return the generation of a further article of a key: 1 for the first."""
    latest = db.value(
        "SELECT max(generation) FROM articles WHERE outlet_id = ? AND key_kind = ? AND key_value = ?",
        (outlet_id, key.kind, plain(key.value)),
    )
    return 1 + int(latest or 0)


def get(db: Connection, article_id: int) -> Row | None:
    """Return an article by number, or what it was merged into."""
    seen: set[int] = set()
    row = db.one("SELECT * FROM articles WHERE id = ?", (article_id,))
    while row is not None and row["merged_into"] is not None and row["id"] not in seen:
        seen.add(row["id"])
        row = db.one("SELECT * FROM articles WHERE id = ?", (row["merged_into"],))
    return row


def latest(db: Connection, article: Row) -> Row:
    """Return the row of the latest revision of an article."""
    sql = "SELECT * FROM revisions WHERE article_id = ? AND number = ?"
    row = db.one(sql, (article["id"], article["revision"]))
    assert row is not None
    return row


def revisions(db: Connection, article_id: int) -> list[Revision]:
    """Return all texts of an article, the first one first."""
    sql = "SELECT * FROM revisions WHERE article_id = ? ORDER BY number"
    return [_revision(row) for row in db.rows(sql, (article_id,))]


def _revision(row: Row) -> Revision:
    same = Revision.__dataclass_fields__.keys() - {"seen_at", "byline", "published"}
    return Revision(
        **{name: row[name] for name in same},
        seen_at=moment(row["seen_at"]),
        byline=texts(row["byline"]),
        published=published_of(row),
    )


def cuts(db: Connection, article_id: int, number: int) -> list[CutLine]:
    """Return the lines that were cut from a revision, in order."""
    rows = db.rows(
        "SELECT c.position, c.text, c.rule FROM cuts AS c JOIN revisions AS r ON r.id = c.revision_id"
        " WHERE r.article_id = ? AND r.number = ? ORDER BY c.number",
        (article_id, number),
    )
    return [CutLine(**dict(row)) for row in rows]


def document(article: Row, revision: Row | dict[str, Any]) -> Document:
    """Return what a query sees of a revision, stored or about to be."""
    return Document(
        title=revision["title"],
        body=revision["body"],
        byline="\n".join(texts(revision["byline"])),
        section=revision["section"],
        outlet=article["outlet_id"],
        language=revision["language"],
        date=moment_or_none(article["published_at"]) or moment(article["first_seen_at"]),
    )


# --- writing --------------------------------------------------------------------------------------


def add(
    db: Connection, link: Row, item: Article, published: Timestamp, story_id: int, generation: int
) -> int:
    """Return the number of a new article; its first revision is added by add_revision."""
    at = stored(item.page.at)
    values: dict[str, Any] = {
        "outlet_id": link["outlet_id"],
        "key_kind": item.key.kind,
        "key_value": plain(item.key.value),
        "generation": generation,
        "link_id": link["id"],
        "url": plain(item.address),
        "story_id": story_id,
        "revision": 0,
        "first_seen_at": link["first_seen_at"] if generation == 1 else at,
        "last_seen_at": max(at, link["last_seen_at"]),
        "revised_at": at,
        "checked_at": at,
    }
    return db.insert("articles", values | published_columns(published))


def add_revision(db: Connection, article_id: int, number: int, item: Article, capture_id: int | None) -> int:
    """Return the rowid of a new latest revision; the one before moves to the index of superseded texts."""
    values: dict[str, Any] = {
        "article_id": article_id,
        "number": number,
        "seen_at": stored(item.page.at),
        "host": item.page.host,
        "fetched_url": plain(item.page.url),
        "capture_id": capture_id,
    }
    values |= read_columns(item)
    revision_id = db.insert("revisions", values)
    add_cuts(db, revision_id, item.cut)
    _index(db, article_id, number, values)
    db.execute(
        "UPDATE articles SET revision = ?, revised_at = ? WHERE id = ?",
        (number, values["seen_at"], article_id),
    )
    return revision_id


def read_columns(item: Article) -> dict[str, Any]:
    """Return the columns of a revision that depend on how its page was read."""
    values: dict[str, Any] = {
        "title": plain(item.title),
        "byline": as_json(item.byline),
        "section": plain(item.section),
        "language": plain(item.language),
        "image_url": plain(item.image_url),
        "image_caption": plain(item.image_caption),
        "word_count": item.word_count,
        "text_sha256": item.fingerprint.text_sha256,
        "method": item.method,
        "charset": item.charset,
        "charset_doubt": item.charset_doubt,
        "body": plain(item.body),
        "extraction": item.extraction,
    }
    return values | published_columns(item.published)


def add_cuts(db: Connection, revision_id: int, lines: tuple[CutLine, ...]) -> None:
    """Write the lines that were cut from a revision, which has none yet."""
    db.many(
        "INSERT INTO cuts (revision_id, number, position, text, rule) VALUES (?, ?, ?, ?, ?)",
        [(revision_id, number, cut.position, plain(cut.text), cut.rule) for number, cut in enumerate(lines)],
    )


def _index(db: Connection, article_id: int, number: int, values: dict[str, Any]) -> None:
    if number > 1:
        before = db.one(
            "SELECT * FROM revisions WHERE article_id = ? AND number = ?", (article_id, number - 1)
        )
        assert before is not None
        _index_row(db, "revisions_fts", before["id"], dict(before))
        db.execute("DELETE FROM articles_fts WHERE rowid = ?", (article_id,))
    _index_row(db, "articles_fts", article_id, values)


def copy_revision(db: Connection, revision: Row, article_id: int, number: int) -> None:
    """Make a stored text the latest revision of another article too, with the lines that were cut from it."""
    values = {name: revision[name] for name in revision.keys() if name != "id"}  # noqa: SIM118 - a sqlite3.Row
    values |= {"article_id": article_id, "number": number}
    revision_id = db.insert("revisions", values)
    db.execute(
        "INSERT INTO cuts (revision_id, number, position, text, rule)"
        " SELECT ?, number, position, text, rule FROM cuts WHERE revision_id = ?",
        (revision_id, revision["id"]),
    )
    _index(db, article_id, number, values)
    db.execute(
        "UPDATE articles SET revision = ?, revised_at = ? WHERE id = ?",
        (number, revision["seen_at"], article_id),
    )


def unindex(db: Connection, article: Row) -> None:
    """Take all texts of an article out of the full-text index."""
    db.execute("DELETE FROM articles_fts WHERE rowid = ?", (article["id"],))
    sql = "SELECT id FROM revisions WHERE article_id = ?"
    ids = [row["id"] for row in db.rows(sql, (article["id"],))]
    db.many("DELETE FROM revisions_fts WHERE rowid = ?", [(revision_id,) for revision_id in ids])


def reindex(db: Connection, article: Row) -> None:
    """Put all texts of an article into the full-text index, whatever was there of them before."""
    unindex(db, article)
    for row in db.all("SELECT * FROM revisions WHERE article_id = ? ORDER BY number", (article["id"],)):
        is_latest = row["number"] == article["revision"]
        table, rowid = ("articles_fts", article["id"]) if is_latest else ("revisions_fts", row["id"])
        _index_row(db, table, rowid, dict(row))


def index_again(db: Connection, article: Row, revision: Row) -> None:
    """Bring the full-text index to what a revision, read anew, says now."""
    is_latest = revision["number"] == article["revision"]
    table, rowid = ("articles_fts", article["id"]) if is_latest else ("revisions_fts", revision["id"])
    db.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608 - ours
    if article["merged_into"] is None:
        _index_row(db, table, rowid, dict(revision))


def _index_row(db: Connection, table: str, rowid: int, values: dict[str, Any]) -> None:
    sql = f"INSERT INTO {table} (rowid, title, body, byline, section) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
    byline = "\n".join(texts(values["byline"]))
    fields = (values["title"], values["body"], byline, values["section"])
    db.execute(sql, (rowid, *map(fold_text, fields)))


def sight(db: Connection, article_id: int, url: str, host: str, via: str, at: str) -> None:
    """Lengthen the interval in which an article was seen at an address and host."""
    try:
        url_host = host_of(url)
    except AddressRefused:
        url_host = ""
    db.execute(
        "INSERT INTO sightings (article_id, url, host, via, url_host, first_seen_at, last_seen_at, count)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET"
        " first_seen_at = min(first_seen_at, excluded.first_seen_at),"
        " last_seen_at = max(last_seen_at, excluded.last_seen_at), count = count + 1",
        (article_id, plain(url), host, via, url_host, at, at),
    )


def read_again(db: Connection, article_id: int, at: str) -> None:
    """Write that the page of an article was read: it stands, and is no longer missing or gone."""
    db.execute(
        "UPDATE articles SET checked_at = :at, last_seen_at = max(last_seen_at, :at), checks = checks + 1,"
        " missing_since = NULL, gone_at = NULL WHERE id = :id",
        {"at": at, "id": article_id},
    )


def set_recheck(
    db: Connection, article_id: int, at: str | None, why: str = "", *, promised: bool = False
) -> None:
    """Write when an article is checked next, and *why* then; *promised*: before all that is only wished. A promise
    that is earlier waits until then. None for never."""
    db.execute(
        "UPDATE articles SET recheck_at = :at, recheck_why = :why, recheck_by = CASE WHEN :at IS NULL THEN NULL"
        " WHEN :promised THEN :at ELSE max(coalesce(recheck_by, :at), :at) END WHERE id = :id",
        {"at": at, "why": why, "promised": promised, "id": article_id},
    )


def set_published(db: Connection, article_id: int, published: Timestamp) -> None:
    """Write a better publication time."""
    values = published_columns(published)
    names = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(f"UPDATE articles SET {names} WHERE id = :id", values | {"id": article_id})  # noqa: S608


# --- publication time -----------------------------------------------------------------------------


def best_published(*given: Timestamp) -> Timestamp:
    """Return the first time that is given (page, feed, address in this order), or a more exact one that
    a later source gives for the same day."""
    stamps = [stamp for stamp in given if stamp.at is not None]
    if not stamps:
        return next((stamp for stamp in given if stamp.raw), Timestamp())
    first = stamps[0]
    same_day = [stamp for stamp in stamps if printed_day(stamp) == printed_day(first)]
    return max(same_day, key=lambda stamp: _EXACTNESS[stamp.precision])


def printed_day(stamp: Timestamp) -> str:
    """Return the day as the outlet printed it, ``2023-04-18``; empty when none is known."""
    if stamp.local:
        return stamp.local[:10]
    return "" if stamp.at is None else stored(stamp.at)[:10]
