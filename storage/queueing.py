"""How an alert enters the outbox: one a rule, story, reader and occasion. One that a silence gave up was never told, so it
gives way to what is found when the silence is over."""

from __future__ import annotations

from typing import Any

from storage import silences
from storage.connection import Connection
from storage.values import moment

TOLD_OTHERWISE = """
EXISTS (
    SELECT 1 FROM articles AS member CROSS JOIN outbox AS other ON other.article_id = member.id
    WHERE member.story_id = (SELECT story_id FROM articles WHERE id = o.article_id) AND other.id != o.id
        AND +other.rule_id = o.rule_id AND other.recipient_id = o.recipient_id AND other.occasion = o.occasion
        AND other.state IN ('queued', 'leased', 'sent')
)
"""
"""Of a row ``o`` of the outbox: its reader was told of the story by another one, or is about to be. It asks for the story
by the articles: of two stories that became one, alerts may bear either number. Written so that it is found by these, not
by the rule, which may have very many."""
_SILENCED = "o.state = 'dead' AND o.silence_id IS NOT NULL"


def add(db: Connection, alert: dict[str, Any]) -> int:
    """Add an alert that arises at its ``created_at``, given up at once where a silence is in force; return 0 where its
    reader has one already, else 1. A silenced one of another silence gives way to another article, and to a later
    text of its own, but not to the same text that is read anew: that was found while it was silent."""
    state, error, silence_id = silences.columns_of(
        db, alert["rule_id"], alert["recipient_id"], moment(alert["created_at"])
    )
    values = alert | {"state": state, "error": error, "silence_id": silence_id}
    db.execute(
        "DELETE FROM outbox WHERE id IN (SELECT o.id FROM outbox AS o WHERE o.rule_id = :rule_id"  # noqa: S608 - ours
        " AND o.story_id = :story_id AND o.recipient_id = :recipient_id AND o.occasion = :occasion"
        f" AND {_SILENCED} AND o.silence_id IS NOT :silence_id"
        " AND (o.article_id != :article_id OR (:event = 'edit' AND o.revision < :revision))"
        f" AND NOT {TOLD_OTHERWISE})",
        values,
    )
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    cursor = db.execute(f"INSERT OR IGNORE INTO outbox ({names}) VALUES ({marks})", values)  # noqa: S608 - ours
    return int(cursor.rowcount)
