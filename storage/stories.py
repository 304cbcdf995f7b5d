"""Stories: their numbers, which stay for readers when stories become one, and the bands by which texts meet."""

from __future__ import annotations

from collections.abc import Sequence

from storage.connection import Connection


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
