"""What is folded away at night: runs and polls that brought nothing and that nothing points to any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from storage import backfills, completeness, pagesignals
from storage.connection import Connection
from storage.values import stored

KEPT = timedelta(days=30)
"""Runs and polls younger than this are all kept."""
_IDLE = (
    "r.started_at < :before AND r.state != 'running' AND r.new + r.revised + r.duplicate + r.unchanged + r.skipped"
    " + r.failed + r.pending = 0"
)
"""Runs that found nothing, or nothing but what was known."""
_SAME = (
    "p.last_at < :before AND coalesce(p.new_links, 0) = 0 AND p.outcome != 'failed'"
    " AND p.id < (SELECT max(id) FROM polls AS n WHERE n.feed_id = p.feed_id)"
)
"""Answers that named nothing new; failures stay, they tell of outages, and so does the latest row of each source."""


def fold(db: Connection, now: datetime, limit: int) -> int:
    """Remove at most *limit* polls, as many runs, comparisons and documents of backfills and signals of pages of no further use; return how
    many rows went. What any other row points to stays."""
    before = {"before": stored(now - KEPT), "limit": limit}
    polls = db.execute(
        f"DELETE FROM polls WHERE id IN (SELECT id FROM polls AS p WHERE {_SAME} LIMIT :limit)",  # noqa: S608 - ours
        before,
    ).rowcount
    unused = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{column} = r.id)"  # noqa: S608 - names of the schema
        for table, column in _pointing_at_runs(db)
    )
    runs = db.execute(
        f"DELETE FROM runs WHERE id IN (SELECT id FROM runs AS r WHERE {_IDLE} AND {unused}"  # noqa: S608 - ours
        " AND r.id < (SELECT max(id) FROM runs AS n WHERE n.outlet_id = r.outlet_id) LIMIT :limit)",
        before,
    ).rowcount
    old = stored(now - timedelta(days=completeness.KEPT_DAYS))
    folded = polls + runs + completeness.fold(db, old, limit) + backfills.fold(db, old, limit)
    return folded + pagesignals.fold(db, old, limit)


def _pointing_at_runs(db: Connection) -> Iterator[tuple[str, str]]:
    """Yield table and column of each reference to runs, those of later migrations too."""
    for table in db.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
        for reference in db.all(f"PRAGMA foreign_key_list({table['name']})"):
            if reference["table"] == "runs":
                yield table["name"], reference["from"]
