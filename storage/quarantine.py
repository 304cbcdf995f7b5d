"""Articles whose text is in doubt: kept and seen, their alerts held for a while, then let go, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from storage import articles
from storage.alerting import Alerting, Hold
from storage.connection import Connection
from storage.recalls import recall
from storage.values import as_json, plain, stored

GRACE = timedelta(hours=2)
"""An alert of a doubtful text leaves after this time once the break is over: time to read the texts anew."""


def put(db: Connection, alerting: Alerting, article_ids: Iterable[int], hold: Hold) -> None:
    """Put articles in quarantine and hold their alerts that have not left; what is urgent is marked and waits for
    nothing."""
    urgent = as_json([rule.id for rule in alerting.rules.values() if hold.until_for(rule) is None])
    for article_id in article_ids:
        db.execute("UPDATE articles SET quarantined_by = ? WHERE id = ?", (hold.break_id, article_id))
        recall(db, [article_id])
        db.execute(
            "UPDATE outbox SET held_by = ?, held_until = CASE WHEN rule_id IN (SELECT value FROM json_each(?))"
            " THEN NULL ELSE ? END WHERE article_id = ? AND state = 'queued' AND message_id = ''",
            (hold.break_id, urgent, hold.until, article_id),
        )


def numbers(db: Connection, break_id: int) -> list[int]:
    """Return the articles that a break holds."""
    return [row["id"] for row in db.rows("SELECT id FROM articles WHERE quarantined_by = ?", (break_id,))]


def shorten(db: Connection, break_id: int, now: datetime) -> None:
    """The break is over: its articles are read anew at once, and what they alert leaves soon."""
    db.execute(
        "UPDATE articles SET recheck_at = ? WHERE quarantined_by = ? AND merged_into IS NULL",
        (stored(now), break_id),
    )
    db.execute(
        "UPDATE outbox SET held_until = min(held_until, ?) WHERE held_by = ? AND state = 'queued'",
        (stored(now + GRACE), break_id),
    )


def release(db: Connection, alerting: Alerting, article_ids: Iterable[int], now: datetime) -> list[int]:
    """Take articles out of quarantine; return those that were in it. What their texts match now leaves, late and once;
    what they do not match any more does not. Without a matcher alerts leave as they are."""
    released = []
    for article_id in article_ids:
        article = articles.get(db, article_id)
        if article is None or article["quarantined_by"] is None:
            continue
        released.append(article["id"])
        db.execute("UPDATE articles SET quarantined_by = NULL WHERE id = ?", (article["id"],))
        recall(db, [article["id"]])
        if alerting.matcher is not None:
            alerting.match_anew(article, now)
        db.execute(
            "UPDATE outbox SET held_by = NULL, held_until = NULL WHERE article_id = ? AND state = 'queued'",
            (article["id"],),
        )
    return released


def let_go(db: Connection, break_id: int) -> None:
    """Let go alerts that a break holds of articles that are in quarantine no more: they live on in others."""
    db.execute(
        "UPDATE outbox SET held_by = NULL, held_until = NULL WHERE held_by = ? AND state = 'queued'",
        (break_id,),
    )


# --- texts of re-checks ---------------------------------------------------------------------------


def keep_doubtful(db: Connection, values: dict[str, Any]) -> None:
    """Keep a text that a re-check gave; one that is kept already stays as it is, with the break it belongs to."""
    values = {name: plain(value) if isinstance(value, str) else value for name, value in values.items()}
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    db.execute(
        f"INSERT INTO doubtful_texts ({names}) VALUES ({marks})"  # noqa: S608 - names of the schema
        " ON CONFLICT (article_id, text_sha256) DO UPDATE SET break_id = coalesce(excluded.break_id, break_id)",
        values,
    )


def page_of(db: Connection, article_id: int, text_sha256: str) -> int | None:
    """Return the kept page of a doubtful text that was kept before, None for a new one."""
    sql = "SELECT capture_id FROM doubtful_texts WHERE article_id = ? AND text_sha256 = ?"
    found: int | None = db.value(sql, (article_id, text_sha256))
    return found


def doubtful_of(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return the doubtful texts of an article, the first one first."""
    rows = db.rows(
        "SELECT at, url, title, body, signs, break_id, capture_id FROM doubtful_texts WHERE article_id = ?"
        " ORDER BY id",
        (article_id,),
    )
    return [dict(row) for row in rows]


def read_again(db: Connection, break_id: int, now: datetime) -> None:
    """Let the articles be re-checked whose re-checks gave doubtful texts."""
    db.execute(
        "UPDATE articles SET recheck_at = ? WHERE merged_into IS NULL"
        " AND id IN (SELECT article_id FROM doubtful_texts WHERE break_id = ?)",
        (stored(now), break_id),
    )
