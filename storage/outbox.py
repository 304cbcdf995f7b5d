"""The outbox: alerts that are to leave, taken under a lease so that a crash neither loses nor holds one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.items import Alert
from storage.alerting import spans_of
from storage.connection import Connection, Row
from storage.values import moment, published_of, stored, texts

CLAIM_LIMIT = 1000
"""Alerts taken at once: a backlog of months must not become one list in memory."""

_ALERT = """
SELECT o.id, o.rule_id, o.recipient_id, o.story_id, o.article_id, o.revision, o.created_at, o.due_at,
    o.attempts, o.digest, o.message_id, a.outlet_id, u.name AS outlet_name, a.url, a.first_seen_at,
    a.published_at, a.published_local, a.published_precision, a.published_source, a.published_raw,
    r.title, r.body, r.fetched_url, r.byline, r.section, r.language, m.spans
FROM outbox AS o
JOIN articles AS a ON a.id = o.article_id
JOIN outlets AS u ON u.id = a.outlet_id
JOIN revisions AS r ON r.article_id = o.article_id AND r.number = o.revision
LEFT JOIN matches AS m ON m.article_id = o.article_id AND m.revision = o.revision AND m.rule_id = o.rule_id
WHERE o.id = ?
"""
_SAME = (
    "id",
    "rule_id",
    "recipient_id",
    "story_id",
    "article_id",
    "revision",
    "attempts",
    "message_id",
    "outlet_id",
    "outlet_name",
    "title",
    "body",
    "url",
    "fetched_url",
    "section",
    "language",
)


def claim(db: Connection, now: datetime, lease_seconds: float, limit: int = CLAIM_LIMIT) -> list[Alert]:
    """Return the alerts that are due, earliest first, and lease them. A lease that ran out is taken again:
    its mail may have left, under the Message-ID that the alert names."""
    at = stored(now)
    ids = [
        row["id"]
        for row in db.rows(
            "SELECT id FROM outbox WHERE (state = 'queued' AND due_at <= :now"
            " AND (next_try_at IS NULL OR next_try_at <= :now))"
            " OR (state = 'leased' AND lease_until <= :now) ORDER BY due_at, id LIMIT :limit",
            {"now": at, "limit": limit},
        )
    ]
    until = stored(now + timedelta(seconds=lease_seconds))
    db.many(
        "UPDATE outbox SET unknown_outcome = max(unknown_outcome, state = 'leased' AND message_id != ''),"
        " state = 'leased', lease_until = ? WHERE id = ?",
        [(until, alert_id) for alert_id in ids],
    )
    return [_alert(db, alert_id) for alert_id in ids]


def _alert(db: Connection, alert_id: int) -> Alert:
    row = db.one(_ALERT, (alert_id,))
    assert row is not None
    return Alert(
        **{name: row[name] for name in _SAME},
        byline=texts(row["byline"]),
        published=published_of(row),
        first_seen_at=moment(row["first_seen_at"]),
        created_at=moment(row["created_at"]),
        due_at=moment(row["due_at"]),
        spans=spans_of(row["spans"]) if row["spans"] else (),
        copies=_copies(db, row),
        digest=bool(row["digest"]),
    )


def _copies(db: Connection, row: Row) -> tuple[str, ...]:
    """Return the names of other outlets whose article is in the same story."""
    rows = db.rows(
        "SELECT DISTINCT u.name FROM articles AS a JOIN outlets AS u ON u.id = a.outlet_id"
        " WHERE a.story_id = ? AND a.outlet_id != ? ORDER BY u.name",
        (row["story_id"], row["outlet_id"]),
    )
    return tuple(other["name"] for other in rows)


def mark_sending(db: Connection, ids: Sequence[int], message_id: str) -> None:
    """Write under which Message-ID the alerts are about to leave."""
    db.many("UPDATE outbox SET message_id = ? WHERE id = ?", [(message_id, alert_id) for alert_id in ids])


def mark_sent(db: Connection, ids: Sequence[int], now: str, message_id: str) -> None:
    """Write that the mail server took them."""
    db.many(
        "UPDATE outbox SET state = 'sent', sent_at = ?, message_id = ?, error = NULL, lease_until = NULL,"
        " next_try_at = NULL WHERE id = ?",
        [(now, message_id, alert_id) for alert_id in ids],
    )


def mark_deferred(
    db: Connection,
    ids: Sequence[int],
    error: str,
    next_try_at: str,
    message_id: str,
    *,
    unknown: bool = False,
) -> None:
    """Put alerts back into the queue; *message_id* is kept when the mail may have reached somebody."""
    db.many(
        "UPDATE outbox SET state = 'queued', attempts = attempts + 1, error = ?, next_try_at = ?,"
        " message_id = ?, lease_until = NULL, unknown_outcome = max(unknown_outcome, ?) WHERE id = ?",
        [(error, next_try_at, message_id, int(unknown), alert_id) for alert_id in ids],
    )


def mark_dead(db: Connection, ids: Sequence[int], error: str) -> None:
    """Give alerts up; they stay to be seen and retried by hand."""
    db.many(
        "UPDATE outbox SET state = 'dead', attempts = attempts + 1, error = ?, lease_until = NULL,"
        " next_try_at = NULL WHERE id = ?",
        [(error, alert_id) for alert_id in ids],
    )


def depth(db: Connection) -> dict[str, int]:
    """Return how many alerts wait (queued, leased) or were given up (dead); states without any are left out."""
    rows = db.rows(
        "SELECT state, count(*) AS n FROM outbox WHERE state != 'sent' GROUP BY state ORDER BY state DESC"
    )
    return {row["state"]: row["n"] for row in rows}
