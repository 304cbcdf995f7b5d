"""Alerts of what a text does not say any more: another article of the story takes their place, or they are deleted."""

from __future__ import annotations

from datetime import datetime

from storage import silences
from storage.connection import Connection, Row

TOLD_ALREADY = "told already"
"""How the reason begins of an alert that was given up since its reader has another one for the story."""
TOLD = f"{TOLD_ALREADY}: alert {{alert}} is of the same story, since two stories turned out to be one"
"""Why an alert that waited is given up when two stories become one; ``alerts list`` shows it."""


def standing_article(db: Connection, rule_id: str, story_id: int, since: str) -> Row | None:
    """Return the article of a story whose latest text holds a rule that is there *since* then, a sound one first."""
    return db.one(
        "SELECT a.id, a.revision, a.quarantined_by FROM articles AS a JOIN matches AS m ON m.article_id = a.id"
        " AND m.revision = a.revision AND m.rule_id = ? AND m.ended_at IS NULL JOIN links AS l ON l.id = a.link_id"
        " WHERE a.story_id = ? AND a.merged_into IS NULL AND (l.silent = 0 OR a.generation > 1)"
        " AND a.first_seen_at >= ? ORDER BY a.quarantined_by IS NOT NULL, a.id LIMIT 1",
        (rule_id, story_id, since),
    )


def drop(db: Connection, row: Row, now: datetime) -> None:
    """Delete an alert that its text does not give. Of those that were given up because of it in a merge of stories
    the first whose text still gives it waits in its place (but for a silence that is in force), the others are given up
    because of that one, and what no text gives any more is deleted too."""
    db.execute("DELETE FROM outbox WHERE id = ?", (row["id"],))
    given_up = db.all(
        "SELECT o.id, o.rule_id, o.recipient_id, m.revision FROM outbox AS o JOIN articles AS a ON a.id = o.article_id"
        " LEFT JOIN matches AS m"
        " ON m.article_id = a.id AND m.revision = a.revision AND m.rule_id = o.rule_id AND m.ended_at IS NULL"
        " WHERE o.state = 'dead' AND o.error = ? ORDER BY o.id",
        (TOLD.format(alert=row["id"]),),
    )
    gone = [(each["id"],) for each in given_up if each["revision"] is None]
    db.many("DELETE FROM outbox WHERE id = ?", gone)
    standing = [each for each in given_up if each["revision"] is not None]
    if not standing:
        return
    first, *others = standing
    db.execute(
        "UPDATE outbox SET state = ?, error = ?, silence_id = ?, story_id = ?, revision = ? WHERE id = ?",
        (
            *silences.columns_of(db, first["rule_id"], first["recipient_id"], now),
            row["story_id"],
            first["revision"],
            first["id"],
        ),
    )
    told = TOLD.format(alert=first["id"])
    db.many("UPDATE outbox SET error = ? WHERE id = ?", [(told, each["id"]) for each in others])
