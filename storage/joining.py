"""How an article enters a story, and what is written when two stories turn out to be one.

Nothing is deleted: the younger story points to the older one, whose number stays, and readers who hold the younger
number are led there. An alert of either counts for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import standings, stories
from storage.connection import Connection, Row
from storage.takebacks import TOLD

if TYPE_CHECKING:
    from storage.copies import Arriving


def join(db: Connection, text: Arriving, now: str) -> int:
    """Return the story that a text enters: the oldest of those that share it, which become one by that, else a new
    one."""
    from storage.copies import sharing  # loads numpy, which readers never need

    oldest, *others = sharing(db, text) or [db.insert("stories", {"created_at": now})]
    for other in others:
        merge(db, oldest, other)
    return oldest


def merge(db: Connection, one: int, other: int) -> None:
    """Make two stories one, the older: what was sent for either counts for both."""
    one, other = stories.root(db, one), stories.root(db, other)
    older, younger = min(one, other), max(one, other)
    if older != younger:
        db.execute("UPDATE stories SET merged_into = ? WHERE id = ?", (older, younger))
        db.execute("UPDATE articles SET story_id = ? WHERE story_id = ?", (older, younger))
        db.execute("UPDATE story_parts SET story_id = ? WHERE story_id = ?", (older, younger))
        for row in db.all("SELECT * FROM outbox WHERE story_id = ?", (younger,)):
            join_alerts(db, row, older)
        standings.refresh(db, younger)
    standings.refresh(db, older)


def join_alerts(db: Connection, row: Row, story_id: int) -> None:
    """Let an alert count for *story_id*. Where the reader has one for it already, at most one of both leaves: of two that
    wait the sound one, for what is held may be taken back when its text is read anew. What a silence gave up stays so: it
    is no reader's alert of the story."""
    sql = "SELECT * FROM outbox WHERE rule_id = ? AND story_id = ? AND recipient_id = ? AND occasion = ?"
    other = db.one(sql, (row["rule_id"], story_id, row["recipient_id"], row["occasion"]))
    if other is None:
        db.execute("UPDATE outbox SET story_id = ? WHERE id = ?", (story_id, row["id"]))
        return
    kept, given_up = (other, row) if _rank(other) <= _rank(row) else (row, other)
    if _rank(given_up) < _WAITS or _rank(kept) > _HELD:
        return
    if _is_silenced(given_up):
        _exchange(db, kept, given_up, story_id)
        return
    if _rank(given_up) == _HELD and _rank(kept) == _WAITS:
        db.execute("DELETE FROM outbox WHERE id = ?", (given_up["id"],))
        db.execute("UPDATE outbox SET story_id = ? WHERE id = ?", (story_id, kept["id"]))
        return
    db.execute(
        "UPDATE outbox SET state = 'dead', error = ?, next_try_at = NULL, lease_until = NULL WHERE id = ?",
        (TOLD.format(alert=kept["id"]), given_up["id"]),
    )


_WAITS, _HELD = 2, 3


def _is_silenced(alert: Row) -> bool:
    return alert["state"] == "dead" and alert["silence_id"] is not None


def _exchange(db: Connection, kept: Row, silenced: Row, story_id: int) -> None:
    """Let the one that leaves count for the story, and the silenced one for that of the other."""
    if kept["story_id"] == story_id:
        return
    aside = {"silenced": silenced["id"], "kept": kept["id"], "here": story_id, "there": kept["story_id"]}
    db.execute("UPDATE outbox SET occasion = 'aside ' || occasion WHERE id = :silenced", aside)
    db.execute("UPDATE outbox SET story_id = :here WHERE id = :kept", aside)
    db.execute(
        "UPDATE outbox SET story_id = :there, occasion = substr(occasion, 7) WHERE id = :silenced", aside
    )


def _rank(alert: Row) -> int:
    """Return 0 for an alert that left, 1 for one that may have, 2 for one that waits, 3 for one that is held for a
    doubtful text, 4 for one that was given up."""
    if alert["state"] == "sent":
        return 0
    if alert["state"] == "dead":
        return 4
    if alert["unknown_outcome"] or alert["message_id"]:
        return 1
    return _WAITS if alert["held_by"] is None else _HELD
