"""Stories: articles with largely the same text. Bands in a table find candidates, the texts decide.

An article is in its story by the text with which it entered it, its first revision: an edit into another text
neither moves it nor draws the copies of that text into a story whose readers were mailed long ago.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from crawler.items import Fingerprint
from storage.connection import Connection, Row

CANDIDATES = 50
"""Articles that share a band and are compared word by word at most; those that share most bands first."""
CHARACTERS = 2_000_000
"""Of candidates' texts read for one article at most: the writer must not stand still for a few books."""
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
_ENTRY = (
    "SELECT a.story_id, substr(r.body, 1, ?) AS body FROM articles AS a"
    " JOIN revisions AS r ON r.article_id = a.id AND r.number = 1 WHERE a.id = ?"
)


def story_for(db: Connection, fingerprint: Fingerprint, body: str, now: str) -> int:
    """Return the story of the earliest article whose text this one shares, else a new one."""
    found = _sharing(db, fingerprint, body) if body.strip() else set()
    return min(found) if found else db.insert("stories", {"created_at": now})


def story_of(db: Connection, fingerprint: Fingerprint, body: str) -> int | None:
    """Return the story that a text would join, None for none. Read only."""
    return min(_sharing(db, fingerprint, body), default=None) if body.strip() else None


def joined_by(db: Connection, fingerprint: Fingerprint, body: str, article_id: int) -> int | None:
    """Return the story that the text of an article would join if the article were in none, None for none. Read only."""
    return min(_sharing(db, fingerprint, body, but=article_id), default=None)


def mates(db: Connection, article: Row) -> list[str]:
    """Return the texts with which other articles entered an article's story: some of the first of them, whole or their
    beginning."""
    from crawler.fingerprint import COMPARED  # loads numpy, which readers never need

    rows = db.rows(
        "SELECT substr(r.body, 1, ?) AS body FROM articles AS a"
        " JOIN revisions AS r ON r.article_id = a.id AND r.number = 1"
        " WHERE a.story_id = ? AND a.id != ? AND a.merged_into IS NULL ORDER BY a.id LIMIT ?",
        (COMPARED, article["story_id"], article["id"], MATES),
    )
    return [row["body"] for row in rows]


def _sharing(db: Connection, fingerprint: Fingerprint, body: str, but: int | None = None) -> set[int]:
    """Return the stories, by their root, of which a member shares the text, *but* for one article. Bodies are
    compared: a headline is often rewritten, or a standing one."""
    from crawler.fingerprint import COMPARED, comparable, is_copy  # loads numpy, which readers never need

    found: set[int] = set()
    ours, left = comparable(body), CHARACTERS
    for article_id in _candidates(db, fingerprint):
        if left <= 0:
            break
        if article_id == but:
            continue
        row = db.one(_ENTRY, (COMPARED, article_id))
        assert row is not None
        story_id = root(db, row["story_id"])
        if story_id in found:
            continue
        left -= len(row["body"])
        if is_copy(ours, comparable(row["body"])):
            found.add(story_id)
    return found


def _candidates(db: Connection, fingerprint: Fingerprint) -> list[int]:
    """Return the articles that share most bands, the newest first among equals; of a text too short for bands
    those with the very same title and body."""
    if not fingerprint.bands:
        sql = "SELECT article_id FROM revisions WHERE text_sha256 = ? AND number = 1 ORDER BY id LIMIT ?"
        return [row["article_id"] for row in db.rows(sql, (fingerprint.text_sha256, CANDIDATES))]
    rows = db.rows(_SHARED, (json.dumps(fingerprint.bands), _PER_BAND, CANDIDATES))
    return [row["article_id"] for row in rows]


def add_bands(db: Connection, article_id: int, bands: Sequence[int]) -> None:
    """Make an article findable by the text with which it entered its story."""
    db.many(
        "INSERT OR IGNORE INTO story_bands (band, article_id) VALUES (?, ?)",
        [(band, article_id) for band in bands],
    )


def replace_bands(db: Connection, article_id: int, old: Sequence[int], new: Sequence[int]) -> None:
    """Make an article findable by another reading of the text with which it entered its story; the story stays."""
    db.many("DELETE FROM story_bands WHERE band = ? AND article_id = ?", [(band, article_id) for band in old])
    add_bands(db, article_id, new)


def root(db: Connection, story_id: int) -> int:
    """Return the story that a story was merged into, itself if it was not."""
    while (merged := db.value("SELECT merged_into FROM stories WHERE id = ?", (story_id,))) is not None:
        story_id = merged
    return story_id


def family(db: Connection, story_id: int) -> list[int]:
    """Return a story with all that were merged into it, at any distance."""
    rows = db.rows(
        "WITH RECURSIVE part(id) AS (VALUES (?)"
        " UNION SELECT s.id FROM part JOIN stories AS s ON s.merged_into = part.id) SELECT id FROM part ORDER BY id",
        (story_id,),
    )
    return [row["id"] for row in rows]
