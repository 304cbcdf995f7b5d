"""Which stories a text shares: bands find candidates, the texts decide. Loads numpy, which readers never need.

An article is in its story by the text with which it entered it, its first revision. An edit, even one into another
text, neither moves it nor draws the copies of that text into a story whose readers were mailed long ago; what the
edit changed is told by the revisions. Two issues of a series (crawler/series.py) are two stories, whatever stands in
both: a text that has much of several issues is in the story of the nearest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Self

from crawler.fingerprint import COMPARED, Comparable, comparable, is_copy
from crawler.items import Article, Fingerprint, Timestamp
from crawler.query import fold_text
from crawler.series import is_same_piece, series_title
from storage import articles
from storage.connection import Connection, Row
from storage.stories import root
from storage.values import published_of

CANDIDATES = 50
"""Articles that share a band and are compared word by word at most; those that share most bands first."""
CHARACTERS = 2_000_000
"""Of candidates' texts read for one article at most: the writer must not stand still for a few books."""
MEMBERS = 200
"""Latest articles of a story that are looked at for issues of a series."""
MATES = 10
"""Articles of a story that a text read anew is compared with before others are looked for."""
_PER_BAND = 50
"""Newest articles looked at in one band: a band of boilerplate may hold thousands."""

_SHARED = (
    "SELECT b.article_id FROM json_each(?) AS j CROSS JOIN story_bands AS b ON b.band = j.value"
    " AND b.article_id IN"
    " (SELECT article_id FROM story_bands WHERE band = j.value ORDER BY article_id DESC LIMIT ?)"
    " GROUP BY b.article_id ORDER BY count(*) DESC, b.article_id DESC LIMIT ?"
)
_SAME = "SELECT article_id FROM revisions WHERE text_sha256 = ? AND number = 1 ORDER BY id LIMIT ?"
_TITLE = (
    "a.id, a.outlet_id, a.first_seen_at, a.published_at, a.published_local, a.published_precision, a.published_source,"
    " a.published_raw, r.title"
)
_FROM = "FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = 1"
_TEXT = f"SELECT {_TITLE}, a.story_id, substr(r.body, 1, ?) AS body {_FROM} WHERE a.id = ?"
_TITLES = f"SELECT {_TITLE} {_FROM} WHERE a.story_id = ? ORDER BY a.id DESC LIMIT ?"
_NAMED = (
    f"SELECT {_TITLE} {_FROM} WHERE a.outlet_id = ? AND a.id IN"  # noqa: S608 - ours
    " (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A text that looks for its story."""

    outlet_id: str
    title: str
    day: str
    """Printed day of its publication, else that of its discovery."""
    body: str = field(repr=False)
    fingerprint: Fingerprint = field(repr=False)

    @classmethod
    def of(cls, outlet_id: str, item: Article, published: Timestamp, seen_at: str) -> Self:
        """Return the text of a page that was discovered at *seen_at*."""
        return cls(
            outlet_id=outlet_id,
            title=item.title,
            day=articles.printed_day(published) or seen_at[:10],
            body=item.body,
            fingerprint=item.fingerprint,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text that is compared."""

    outlet_id: str
    title: str
    day: str
    body: Comparable = field(repr=False)


def sharing(db: Connection, text: Arriving, but: int | None = None) -> list[int]:
    """Return the stories, by their root, of which an article, *but* for this one, shares the text, the oldest first; none
    for a story of its own. Bodies are compared: a headline is often rewritten, or a standing one. Read only."""
    if not text.body.strip():
        return []
    ours = _Text(outlet_id=text.outlet_id, title=text.title, day=text.day, body=comparable(text.body))
    found: list[int] = []
    left = CHARACTERS
    for article_id in _candidates(db, text.fingerprint):
        if left <= 0:
            break
        if article_id == but:
            continue
        row = db.one(_TEXT, (COMPARED, article_id))
        assert row is not None
        story_id = root(db, row["story_id"])
        if story_id in found:
            continue
        left -= len(row["body"])
        theirs = _text(row)
        if (
            is_copy(ours.body, theirs.body)
            and not _are_other_issues(db, ours, theirs)
            and not any(_have_other_issues(db, story_id, nearer) for nearer in found)
        ):
            found.append(story_id)
    return sorted(found)


def mates(db: Connection, article: Row) -> list[str]:
    """Return the texts with which other articles entered an article's story: some of the first of them, whole or their
    beginning."""
    rows = db.rows(
        "SELECT substr(r.body, 1, ?) AS body FROM articles AS a"
        " JOIN revisions AS r ON r.article_id = a.id AND r.number = 1"
        " WHERE a.story_id = ? AND a.id != ? AND a.merged_into IS NULL ORDER BY a.id LIMIT ?",
        (COMPARED, article["story_id"], article["id"], MATES),
    )
    return [row["body"] for row in rows]


def _candidates(db: Connection, fingerprint: Fingerprint) -> list[int]:
    """Return the articles that share most bands, the newest first among equals; of a text too short for bands
    those with the very same title and body."""
    if not fingerprint.bands:
        return [row["article_id"] for row in db.rows(_SAME, (fingerprint.text_sha256, CANDIDATES))]
    rows = db.rows(_SHARED, (json.dumps(fingerprint.bands), _PER_BAND, CANDIDATES))
    return [row["article_id"] for row in rows]


def _text(row: Row) -> _Text:
    return _Text(outlet_id=row["outlet_id"], title=row["title"], day=_day(row), body=comparable(row["body"]))


def _day(row: Row) -> str:
    return articles.printed_day(published_of(row)) or str(row["first_seen_at"])[:10]


def _have_other_issues(db: Connection, one: int, other: int) -> bool:
    """Return whether two stories have different issues of one series: then no text makes them one."""
    by_series: dict[tuple[str, str], list[Row]] = {}
    for row in db.rows(_TITLES, (one, MEMBERS)):
        by_series.setdefault((row["outlet_id"], series_title(row["title"])), []).append(row)
    pairs = (
        (row["id"], like["id"])
        for row in db.all(_TITLES, (other, MEMBERS))
        for like in by_series.get((row["outlet_id"], series_title(row["title"])), ())
    )
    return any(_are_other_issues(db, _read(db, a), _read(db, b)) for a, b in pairs)


def _are_other_issues(db: Connection, one: _Text, other: _Text) -> bool:
    """Return whether both are issues of one series: of one outlet under one title, of different days, or of one day
    under a title that the outlet has used on another day too."""
    return (
        one.outlet_id == other.outlet_id
        and series_title(one.title) == series_title(other.title)
        and (one.day != other.day or _is_standing(db, one))
        and not is_same_piece(one.body, other.body)
    )


def _is_standing(db: Connection, text: _Text) -> bool:
    """Return whether an outlet has published under a text's title on another day; of very many articles whose titles
    have its words the newest count."""
    title = series_title(text.title)
    words = " AND ".join(f'"{word}"' for word in fold_text(title).replace('"', " ").split())
    if not words:
        return False
    rows = db.rows(
        _NAMED,
        (text.outlet_id, f"title : ({words})", MEMBERS),
    )
    return any(series_title(row["title"]) == title and _day(row) != text.day for row in rows)


def _read(db: Connection, article_id: int) -> _Text:
    row = db.one(_TEXT, (COMPARED, article_id))
    assert row is not None
    return _text(row)
