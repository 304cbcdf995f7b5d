"""Articles whose text is in doubt: kept and seen, their alerts held for a while, then let go, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from storage import articles
from storage.alerting import Alerting, Hold
from storage.connection import Connection
from storage.values import plain, stored

HOLD = timedelta(hours=24)
"""An alert of a doubtful text leaves after this time, marked, if nobody has mended the text until then."""
GRACE = timedelta(hours=2)
"""The same once the break is over: time to read the texts anew."""


def hold_of(break_id: int, now: datetime) -> Hold:
    """Return the hold of alerts that arise now."""
    return Hold(break_id=break_id, until=stored(now + HOLD))


def put(db: Connection, article_ids: Iterable[int], hold: Hold) -> None:
    """Put articles in quarantine and hold their alerts that have not left."""
    for article_id in article_ids:
        db.execute("UPDATE articles SET quarantined_by = ? WHERE id = ?", (hold.break_id, article_id))
        db.execute(
            "UPDATE outbox SET held_by = ?, held_until = ? WHERE article_id = ? AND state = 'queued'"
            " AND message_id = ''",
            (hold.break_id, hold.until, article_id),
        )


def numbers(db: Connection, break_id: int) -> list[int]:
    """Return the articles that a break holds."""
    return [row["id"] for row in db.rows("SELECT id FROM articles WHERE quarantined_by = ?", (break_id,))]


def shorten(db: Connection, break_id: int, now: datetime) -> None:
    """The break is over: its articles are read anew at once, and what they alert leaves soon."""
    db.execute("UPDATE articles SET recheck_at = ? WHERE quarantined_by = ?", (stored(now), break_id))
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
        if alerting.matcher is not None:
            alerting.match_anew(article, now)
        db.execute(
            "UPDATE outbox SET held_by = NULL, held_until = NULL WHERE article_id = ? AND state = 'queued'",
            (article["id"],),
        )
    return released


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
        "UPDATE articles SET recheck_at = ? WHERE id IN (SELECT article_id FROM doubtful_texts WHERE break_id = ?)",
        (stored(now), break_id),
    )
