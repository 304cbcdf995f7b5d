"""The outbox: alerts that are to leave, taken under a lease so that a crash neither loses nor holds one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from crawler.items import WHOLE, Alert, Copy
from storage.alerting import spans_of
from storage.connection import Connection, Row
from storage.takebacks import TOLD_ALREADY
from storage.values import moment, plain, published_of, stored, texts

CLAIM_LIMIT = 1000
"""Alerts taken at once: a backlog of months must not become one list in memory."""

_OPEN = "state IN ('queued', 'leased')"
"""Alerts that are still to leave; written so that the partial index outbox_open serves it."""
_ALERT = """
SELECT o.id, o.rule_id, o.recipient_id, o.story_id, o.article_id, o.revision, o.created_at, o.due_at,
    o.attempts, o.digest, o.event, o.message_id, o.held_by, a.outlet_id, u.name AS outlet_name, a.url, a.first_seen_at,
    a.published_at, a.published_local, a.published_precision, a.published_source, a.published_raw,
    r.title, r.body, r.fetched_url, r.byline, r.section, r.language, r.seen_at, m.spans, m.query,
    before.title AS headline_before, before.body AS body_before,
    EXISTS (SELECT 1 FROM visits WHERE article_id = o.article_id AND revision = o.revision AND reason = 'mended')
        AS is_mended
FROM outbox AS o
JOIN articles AS a ON a.id = o.article_id
JOIN outlets AS u ON u.id = a.outlet_id
JOIN revisions AS r ON r.article_id = o.article_id AND r.number = o.revision
LEFT JOIN revisions AS before ON before.article_id = o.article_id AND before.number =
    (SELECT max(number) FROM revisions WHERE article_id = o.article_id AND number < o.revision)
LEFT JOIN matches AS m ON m.article_id = o.article_id AND m.rule_id = o.rule_id
    AND m.revision = CASE o.event WHEN 'unmatch' THEN before.number ELSE o.revision END
    AND m.ended_at IS NULL
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
    "event",
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
    _give_up_silenced(db, "lease_until <= ?", at)
    ids = [
        row["id"]
        for row in db.rows(
            f"SELECT id FROM outbox WHERE {_OPEN} AND due_at <= :now"  # noqa: S608 - _OPEN is ours
            " AND (held_until IS NULL OR held_until <= :now)"
            " AND (lease_until <= :now OR (state = 'queued' AND (next_try_at IS NULL OR next_try_at <= :now)))"
            " ORDER BY due_at, id LIMIT :limit",
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


def release(db: Connection) -> None:
    """Make ready what waits for its next try, and what a process that is gone had leased. Which of a reader's addresses
    had a mail already was known to that process alone: the others get it again, so it is marked."""
    _give_up_silenced(db, "lease_until IS NOT ?", None)
    db.execute(
        "UPDATE outbox SET"  # noqa: S608 - _OPEN is ours
        " unknown_outcome = max(unknown_outcome, message_id != ''),"
        " state = 'queued', next_try_at = NULL, lease_until = NULL"
        f" WHERE {_OPEN} AND (state = 'leased' OR next_try_at IS NOT NULL)"
    )


def _give_up_silenced(db: Connection, condition: str, value: str | int | None) -> None:
    """Give up leased alerts that a silence took while they were being sent: nobody is sending them any more."""
    db.execute(
        "UPDATE outbox SET unknown_outcome = max(unknown_outcome, message_id != ''), state = 'dead', lease_until = NULL"  # noqa: S608 - ours
        f" WHERE {_OPEN} AND state = 'leased' AND +silence_id IS NOT NULL AND {condition}",
        (value,),
    )


def _alert(db: Connection, alert_id: int) -> Alert:
    row = db.one(_ALERT, (alert_id,))
    assert row is not None
    is_edit = row["revision"] > 1 and not row["is_mended"] and row["event"] not in WHOLE
    return Alert(
        **{name: row[name] for name in _SAME},
        byline=texts(row["byline"]),
        published=published_of(row),
        first_seen_at=moment(row["first_seen_at"]),
        created_at=moment(row["created_at"]),
        due_at=moment(row["due_at"]),
        spans=spans_of(row["spans"]) if row["spans"] else (),
        asked=row["query"] or "",
        edited_at=moment(row["seen_at"]) if is_edit else None,
        headline_before=_headline_before(row) if is_edit else "",
        body_before=(row["body_before"] or "") if is_edit else "",
        copies=_copies(db, row),
        digest=bool(row["digest"]),
        doubt=row["held_by"] is not None,
    )


def _headline_before(row: Row) -> str:
    """Return the headline that an edit replaced; empty where it left it."""
    before = str(row["headline_before"] or "")
    return before if before != row["title"] else ""


def _copies(db: Connection, row: Row) -> tuple[Copy, ...]:
    """Return the first article of each other outlet that has the story, in the order they were stored."""
    rows = db.rows(
        "SELECT u.name, r.title, a.url FROM articles AS a JOIN outlets AS u ON u.id = a.outlet_id"
        " JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision WHERE a.id IN ("
        "SELECT min(id) FROM articles"
        " WHERE story_id = ? AND outlet_id != ? AND merged_into IS NULL GROUP BY outlet_id"
        ") ORDER BY a.id",
        (row["story_id"], row["outlet_id"]),
    )
    return tuple(Copy(outlet_name=other["name"], title=other["title"], url=other["url"]) for other in rows)


def mark_sending(db: Connection, ids: Sequence[int], message_id: str) -> list[int]:
    """Write under which Message-ID the alerts are about to leave; return those that must not, since they were given up
    while the mail was written, or a silence that began takes them now."""
    for alert_id in ids:
        _give_up_silenced(db, "id = ?", alert_id)
    sql = "UPDATE outbox SET message_id = ? WHERE id = ? AND state = 'leased'"
    return [alert_id for alert_id in ids if not db.execute(sql, (plain(message_id), alert_id)).rowcount]


def mark_sent(db: Connection, ids: Sequence[int], now: str, message_id: str, trouble: str = "") -> None:
    """Write that the mail server took them, and what it said of addresses that it did not take."""
    db.many(
        "UPDATE outbox SET state = 'sent', sent_at = ?, message_id = ?, error = ?, lease_until = NULL,"
        " next_try_at = NULL, silence_id = NULL WHERE id = ?",
        [(now, plain(message_id), plain(trouble) or None, alert_id) for alert_id in ids],
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
    """Put alerts back into the queue, but those given up meanwhile, and those that a silence took while they were being
    sent; *message_id* is kept when the mail may have reached somebody."""
    db.many(
        "UPDATE outbox SET state = iif(silence_id IS NULL, 'queued', 'dead'), attempts = attempts + 1,"
        " error = iif(silence_id IS NULL, ?, error), next_try_at = iif(silence_id IS NULL, ?, NULL),"
        " message_id = ?, lease_until = NULL, unknown_outcome = max(unknown_outcome, ?) WHERE id = ?"
        " AND state != 'dead'",
        [(plain(error), next_try_at, plain(message_id), int(unknown), alert_id) for alert_id in ids],
    )


def mark_dead(db: Connection, ids: Sequence[int], error: str) -> None:
    """Give alerts up that were not meanwhile; they stay to be seen and retried by hand."""
    db.many(
        "UPDATE outbox SET state = 'dead', attempts = attempts + 1, error = ?, lease_until = NULL,"
        " next_try_at = NULL, silence_id = NULL WHERE id = ? AND state != 'dead'",
        [(plain(error), alert_id) for alert_id in ids],
    )


def depth(db: Connection) -> dict[str, int]:
    """Return how many alerts wait (queued, leased) or were given up (dead), but those that a silence gave up or whose
    reader was told otherwise; states without any are left out."""
    rows = db.rows(
        "SELECT state, count(*) AS n FROM outbox WHERE state != 'sent' AND silence_id IS NULL"
        " AND substr(coalesce(error, ''), 1, ?) != ?"
        " GROUP BY state ORDER BY state DESC",
        (len(TOLD_ALREADY), TOLD_ALREADY),
    )
    return {row["state"]: row["n"] for row in rows}


def listed(db: Connection, states: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """Return alerts in these states (all for none), newest first, without texts."""
    rows = db.rows(
        "SELECT o.id, o.state, o.rule_id AS rule, o.recipient_id AS recipient, o.story_id, o.article_id,"
        " o.revision, a.outlet_id AS outlet, r.title, a.url, o.created_at, o.due_at, o.digest, o.event,"
        " o.attempts,"
        " o.next_try_at, o.held_until, o.sent_at, o.message_id, o.unknown_outcome, o.error,"
        " o.silence_id AS silence"
        " FROM outbox AS o JOIN articles AS a ON a.id = o.article_id"
        " JOIN revisions AS r ON r.article_id = o.article_id AND r.number = o.revision"
        " WHERE :all OR o.state IN (SELECT value FROM json_each(:states)) ORDER BY o.id DESC LIMIT :limit",
        {"all": not states, "states": json.dumps(list(states)), "limit": limit},
    )
    flags = ("digest", "unknown_outcome")
    return [dict(row) | {flag: bool(row[flag]) for flag in flags} for row in rows]


def retry(db: Connection, ids: Sequence[int], now: str) -> list[int]:
    """Queue dead and waiting alerts for now, with a new count of tries; return those that were. One that was due
    before stays late, and says so."""
    return _change(
        db,
        ids,
        "state IN ('dead', 'queued')",
        "state = 'queued', attempts = 0, due_at = min(due_at, ?), next_try_at = NULL, error = NULL, held_until = NULL,"
        " silence_id = NULL",
        now,
    )


def silence(db: Connection, ids: Sequence[int], error: str) -> list[int]:
    """Give up waiting alerts that nobody is sending; return those that were."""
    return _change(db, ids, "state = 'queued'", "state = 'dead', error = ?, next_try_at = NULL", plain(error))


def _change(db: Connection, ids: Sequence[int], condition: str, change: str, value: str) -> list[int]:
    return [
        alert_id
        for alert_id in ids
        if db.execute(f"UPDATE outbox SET {change} WHERE id = ? AND {condition}", (value, alert_id)).rowcount  # noqa: S608
    ]
