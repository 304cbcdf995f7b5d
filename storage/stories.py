"""Stories: articles with largely the same text. Bands in a table find candidates, the texts decide."""

from __future__ import annotations

import json
from collections.abc import Sequence

from crawler.items import Fingerprint
from storage.connection import Connection, Row

CANDIDATES = 50
"""Newest articles that share a band and are compared word by word."""
_PER_BAND = 50
"""Newest articles looked at in one band: a band of boilerplate may hold thousands."""

_SHARED = (
    "SELECT DISTINCT b.article_id FROM json_each(?) AS j CROSS JOIN story_bands AS b ON b.band = j.value"
    " AND b.article_id IN"
    " (SELECT article_id FROM story_bands WHERE band = j.value ORDER BY article_id DESC LIMIT ?)"
)


def story_for(db: Connection, fingerprint: Fingerprint, body: str, now: str) -> int:
    """Return the story of the earliest article whose text this one shares, else a new one."""
    found = _sharing(db, fingerprint, body) if body.strip() else set()
    return min(found) if found else db.insert("stories", {"created_at": now})


def story_of(db: Connection, fingerprint: Fingerprint, body: str) -> int | None:
    """Return the story that a text would join, None for none. Read only."""
    return min(_sharing(db, fingerprint, body), default=None) if body.strip() else None


def _sharing(db: Connection, fingerprint: Fingerprint, body: str) -> set[int]:
    """Return the stories, by their root, of which a member shares the text. Bodies are compared: a headline
    is often rewritten, or a standing one."""
    from crawler.fingerprint import same_story  # loads numpy, which readers of the store never need

    found: set[int] = set()
    for row in _candidates(db, fingerprint):
        story_id = root(db, row["story_id"])
        if story_id not in found and same_story(body, row["body"]):
            found.add(story_id)
    return found


def _candidates(db: Connection, fingerprint: Fingerprint) -> list[Row]:
    """Return the newest articles that share a band; of a text too short for bands those with the very same
    title and body."""
    newest = sorted(_ids(db, fingerprint), reverse=True)[:CANDIDATES]
    marks = ", ".join("?" * len(newest))
    return db.all(
        "SELECT a.story_id, r.body FROM articles AS a"  # noqa: S608 - marks only
        " JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
        f" WHERE a.id IN ({marks}) ORDER BY a.id",
        newest,
    )


def _ids(db: Connection, fingerprint: Fingerprint) -> set[int]:
    if not fingerprint.bands:
        sql = "SELECT article_id FROM revisions WHERE text_sha256 = ? ORDER BY id DESC LIMIT ?"
        return {row["article_id"] for row in db.rows(sql, (fingerprint.text_sha256, CANDIDATES))}
    rows = db.rows(_SHARED, (json.dumps(fingerprint.bands), _PER_BAND))
    return {row["article_id"] for row in rows}


def add_bands(db: Connection, article_id: int, bands: Sequence[int]) -> None:
    """Make an article findable by its text; the bands of its earlier texts stay."""
    db.many(
        "INSERT OR IGNORE INTO story_bands (band, article_id) VALUES (?, ?)",
        [(band, article_id) for band in bands],
    )


def root(db: Connection, story_id: int) -> int:
    """Return the story that a story was merged into, itself if it was not."""
    while (merged := db.value("SELECT merged_into FROM stories WHERE id = ?", (story_id,))) is not None:
        story_id = merged
    return story_id
