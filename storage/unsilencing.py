"""What a silence gave up leaves when somebody ends it and wants that: as it would leave had it waited meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import silences
from storage.alerting import HOLD
from storage.connection import Connection, Row
from storage.queueing import TOLD_OTHERWISE
from storage.takebacks import standing_article
from storage.values import stored

SENT_WITHIN = timedelta(days=7)
"""What a silence gave up earlier stays given up when it is ended: nobody reads the alerts of last month."""

_HELD = f"""
SELECT o.*, a.story_id AS told_in, a.gone_at, a.revision AS latest, r.created_at AS since, r.severity, r.events,
    r.id IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(r.recipients) WHERE value = o.recipient_id) AS is_asked,
    {TOLD_OTHERWISE} AS is_told
FROM outbox AS o JOIN articles AS a ON a.id = o.article_id
LEFT JOIN rules AS r ON r.id = o.rule_id AND r.removed_at IS NULL
WHERE o.id = ? AND o.state = 'dead'
"""  # noqa: S608 - ours


def send(db: Connection, silence_id: int, now: datetime) -> int:
    """Queue what a silence that is over gave up in the last seven days, as one digest for each reader; return how many
    alerts. What another silence holds, what is told otherwise and what holds no more stay unsent, with the reason."""
    held = db.all(
        "SELECT id FROM outbox WHERE silence_id = ? AND state = 'dead' AND created_at >= ? ORDER BY id",
        (silence_id, stored(now - SENT_WITHIN)),
    )
    return sum(_send(db, each["id"], now) for each in held)


def _send(db: Connection, alert_id: int, now: datetime) -> int:
    alert = db.one(_HELD, (alert_id,))
    if alert is None:
        return 0
    state, error, silence_id = silences.columns_of(db, alert["rule_id"], alert["recipient_id"], now)
    if silence_id is not None:
        db.execute("UPDATE outbox SET error = ?, silence_id = ? WHERE id = ?", (error, silence_id, alert_id))
        return 0
    place = (alert["article_id"], alert["revision"]) if _holds(db, alert) else _elsewhere(db, alert)
    if place is None or not alert["is_asked"] or alert["is_told"]:
        reason = f"{alert['error'].partition('; not sent')[0]}; not sent when it ended: {_unsent(alert)}"
        db.execute("UPDATE outbox SET error = ? WHERE id = ?", (reason, alert_id))
        return 0
    db.execute("UPDATE OR IGNORE outbox SET story_id = ? WHERE id = ?", (alert["told_in"], alert_id))
    held_by, held_until = _doubt(db, alert, place, now)
    db.execute(
        "UPDATE outbox SET state = ?, error = ?, silence_id = ?, article_id = ?, revision = ?, held_by = ?,"
        " held_until = ?, digest = 1, attempts = 0, due_at = min(due_at, ?) WHERE id = ?",
        (state, error, silence_id, *place, held_by, held_until, stored(now), alert_id),
    )
    return 1


def _unsent(alert: Row) -> str:
    """Return why an alert stays unsent."""
    if not alert["is_asked"]:
        return "the rule no longer sends to this reader"
    if alert["is_told"]:
        return "the reader has another alert of the story"
    return "it holds no more"


def _holds(db: Connection, alert: Row) -> bool:
    """Return whether what an alert tells is still so: its match stands, or its article is still gone."""
    if alert["event"] == "removal":
        return bool(alert["occasion"] == f"removal {alert['article_id']} {alert['gone_at']}")
    if alert["event"] in ("headline", "return"):
        return True
    revision = alert["latest"] if alert["event"] == "unmatch" else alert["revision"]
    stands = db.one(
        "SELECT 1 FROM matches WHERE article_id = ? AND revision = ? AND rule_id = ? AND ended_at IS NULL",
        (alert["article_id"], revision, alert["rule_id"]),
    )
    return (stands is None) if alert["event"] == "unmatch" else (stands is not None)


def _elsewhere(db: Connection, alert: Row) -> tuple[int, int] | None:
    """Return an article and revision of the story that say what the alert's text does not say any more."""
    if alert["occasion"] or not alert["is_asked"] or '"match"' not in alert["events"]:
        return None
    other = standing_article(db, alert["rule_id"], alert["told_in"], alert["since"])
    return None if other is None else (other["id"], other["revision"])


def _doubt(
    db: Connection, alert: Row, place: tuple[int, int], now: datetime
) -> tuple[int | None, str | None]:
    """Return ``held_by`` and ``held_until`` as the text is in doubt now."""
    break_id = db.value("SELECT quarantined_by FROM articles WHERE id = ?", place[:1])
    if break_id is None or alert["event"] not in ("match", "edit", "unmatch"):
        return None, None
    if alert["severity"] == "high":
        return break_id, None
    return break_id, alert["held_until"] or stored(now + HOLD)
