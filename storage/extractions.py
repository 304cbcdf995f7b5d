"""Stored texts whose kept pages are read again: which there are, and the earlier readings of a revision."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from crawler.errors import PageDamaged
from crawler.items import Article, CutLine, Extraction, KeptText, Page, TextWindow
from storage import articles, captures, links
from storage.connection import Connection, Row
from storage.values import as_json, moment, stored, texts

MOST_REVISIONS = 5
"""Texts of one article, the latest ones, that a re-check has read again: a mirror may show any of the recent ones."""
Place = tuple[int, int]
"""A text by article and number of the revision."""
_TEXT = "SELECT * FROM revisions WHERE id = ?"


# --- which ----------------------------------------------------------------------------------------


def in_window(db: Connection, window: TextWindow, after: Place, limit: int) -> list[tuple[Place, int]]:
    """Return place and number of at most *limit* revisions behind a place whose kept pages are to be read again, in
    the order of articles."""
    condition, given = _condition(window)
    sql = (
        "SELECT a.id AS article, r.number, r.id FROM articles AS a CROSS JOIN revisions AS r ON r.article_id = a.id"  # noqa: S608 - ours
        f" JOIN captures AS c ON c.id = r.capture_id WHERE c.body IS NOT NULL AND {condition}"
        " AND a.id >= :article AND (a.id, r.number) > (:article, :number) ORDER BY a.id, r.number LIMIT :limit"
    )
    given |= {"article": after[0], "number": after[1], "limit": limit}
    return [((row["article"], row["number"]), row["id"]) for row in db.rows(sql, given)]


def count(db: Connection, window: TextWindow) -> tuple[int, int]:
    """Return how many texts of the window have a kept page, and how many have none."""
    condition, given = _condition(window)
    row = db.one(
        "SELECT count(*) AS n, coalesce(sum(c.body IS NULL), 0) AS bare"  # noqa: S608 - ours
        " FROM articles AS a CROSS JOIN revisions AS r ON r.article_id = a.id"
        f" LEFT JOIN captures AS c ON c.id = r.capture_id WHERE {condition}",
        given,
    )
    assert row is not None
    return row["n"] - row["bare"], row["bare"]


def _condition(window: TextWindow) -> tuple[str, dict[str, Any]]:
    parts, given = ["a.outlet_id = :outlet", "a.merged_into IS NULL"], {"outlet": window.outlet_id}
    if not window.history:
        parts.append("r.number = a.revision")
    if window.since is not None:
        parts.append("a.first_seen_at >= :since")
        given["since"] = stored(window.since)
    if window.until is not None:
        parts.append("a.first_seen_at < :until")
        given["until"] = stored(window.until)
    if not window.everything:
        parts.append("r.extraction != :version")
        given["version"] = window.version
    return " AND ".join(parts), given


def outdated(db: Connection, item: Article) -> list[KeptText]:
    """Return the recent texts of a re-checked article that other rules read than its page, with their kept pages;
    none when the page gives the text that is stored, or the same rules read both."""
    article = articles.get(db, item.page.link.article_id or 0)
    if article is None:
        return []
    latest = articles.latest(db, article)
    if latest["text_sha256"] == item.fingerprint.text_sha256 or latest["extraction"] == item.extraction:
        return []
    rows = db.all(
        "SELECT id FROM revisions WHERE article_id = ? AND extraction != ? ORDER BY number DESC LIMIT ?",
        (article["id"], item.extraction, MOST_REVISIONS),
    )
    found = []
    for row in rows:
        with suppress(PageDamaged):  # as if it were not kept; doctor tells of it
            found.append(kept(db, row["id"]))
    return [text for text in found if text is not None]


def kept(db: Connection, revision_id: int) -> KeptText | None:
    """Return a text with the page it was read from, None when that is not kept."""
    row = db.one(_TEXT, (revision_id,))
    if row is None or row["capture_id"] is None:
        return None
    capture = captures.read(db, row["capture_id"])
    if capture is None or capture.body is None:
        return None
    article = db.one("SELECT link_id, url FROM articles WHERE id = ?", (row["article_id"],))
    assert article is not None
    link = links.as_link(links.get(db, article["link_id"]), address=article["url"])
    page = Page(
        link=replace(link, article_id=row["article_id"]),
        at=moment(capture.fetched_at),
        url=capture.url,
        requested_url=capture.requested_url,
        host=capture.host,
        status=capture.status,
        headers=capture.headers,
        body=capture.body,
        raw_sha256=capture.raw_sha256,
        raw_size=capture.raw_size,
    )
    return KeptText(revision_id=row["id"], article_id=row["article_id"], number=row["number"], page=page)


# --- earlier readings -----------------------------------------------------------------------------


def keep(
    db: Connection, revision: Row, cuts: Sequence[CutLine], now: str, why: str, *, same_body: bool
) -> None:
    """Write what a revision says, and was cut from it, as an earlier reading: its row is about to say something
    else. With *same_body* the body is not written twice."""
    before = db.one(
        "SELECT number, replaced_at FROM extractions WHERE revision_id = ? ORDER BY number DESC LIMIT 1",
        (revision["id"],),
    )
    same = (
        *("extraction", "title", "byline", "section", "language", "image_url", "image_caption", "word_count"),
        *("published_at", "published_local", "published_precision", "published_source", "published_raw"),
        *("text_sha256", "method", "charset", "charset_doubt"),
    )
    values = {name: revision[name] for name in same} | {
        "revision_id": revision["id"],
        "number": 1 if before is None else before["number"] + 1,
        "made_at": revision["seen_at"] if before is None else before["replaced_at"],
        "replaced_at": now,
        "why": why,
        "body": None if same_body else revision["body"],
        "cuts": as_json([[cut.position, cut.text, cut.rule] for cut in cuts]),
    }
    db.insert("extractions", values)


def of_article(db: Connection, article_id: int) -> dict[int, list[Extraction]]:
    """Return the earlier readings of each revision of an article that was read again, the first one first."""
    rows = db.all(
        "SELECT r.number AS revision, r.body AS latest, e.* FROM revisions AS r JOIN extractions AS e"
        " ON e.revision_id = r.id WHERE r.article_id = ? ORDER BY r.number, e.number DESC",
        (article_id,),
    )
    found: dict[int, list[Extraction]] = {}
    bodies: dict[int, str] = {}
    for row in rows:
        number = row["revision"]
        body = bodies[number] = bodies.get(number, row["latest"]) if row["body"] is None else row["body"]
        found.setdefault(number, []).insert(0, _extraction(row, body))
    return found


def _extraction(row: Row, body: str) -> Extraction:
    return Extraction(
        number=row["number"],
        extraction=row["extraction"],
        made_at=moment(row["made_at"]),
        replaced_at=moment(row["replaced_at"]),
        why=row["why"],
        title=row["title"],
        body=body,
        byline=texts(row["byline"]),
        word_count=row["word_count"],
        method=row["method"],
        cut=tuple(CutLine(position=at, text=text, rule=rule) for at, text, rule in json.loads(row["cuts"])),
    )
