"""The funnel of an outlet: what became of the addresses that were found, by state and reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from storage.connection import Connection
from storage.values import stored

DAY = timedelta(hours=24)
WITH_REASONS = ("skipped", "failed")
"""States that say little without their reasons."""
_STATES = ("new", "revision", "duplicate", "unchanged", "pending")
_ASKED = "EXISTS (SELECT 1 FROM visits AS v WHERE v.link_id = l.id)"


def funnel(db: Connection, outlet_id: str, now: datetime) -> dict[str, dict[str, Any]]:
    """Return ``{"day": {...}, "all": {...}}``: the addresses first found in the last 24 hours, and all.

    Each has ``found``, which is the sum of ``new, revision, duplicate, unchanged, pending``, of the numbers in
    ``skipped`` and of those in ``failed`` (both by reason); ``fetched``, how many of them were asked for at least
    once; and ``rechecks``: ``revised`` and ``unchanged``, what later looks at articles came to in that time.
    """
    since = stored(now - DAY)
    return {"day": _since(db, outlet_id, since), "all": _since(db, outlet_id, None)}


def empty() -> dict[str, dict[str, Any]]:
    """Return the funnel of an outlet that was never polled."""
    return {span: _zero() | {"rechecks": {"revised": 0, "unchanged": 0}} for span in ("day", "all")}


def _zero() -> dict[str, Any]:
    return {"found": 0, "fetched": 0, **dict.fromkeys(_STATES, 0), "skipped": {}, "failed": {}}


def _since(db: Connection, outlet_id: str, since: str | None) -> dict[str, Any]:
    of = "outlet_id = :outlet" + ("" if since is None else " AND first_seen_at >= :since")
    key = {"outlet": outlet_id, "since": since}
    told = _zero()
    sql = f"SELECT state, reason, count(*) AS n FROM links AS l WHERE {of} GROUP BY state, reason"  # noqa: S608
    for row in db.rows(sql, key):
        told["found"] += row["n"]
        if row["state"] in WITH_REASONS:
            told[row["state"]][row["reason"]] = row["n"]
        else:
            told[row["state"]] += row["n"]
    # an article is never without a fetch: only the other states have to be looked up
    sql = f"SELECT count(*) FROM links AS l WHERE {of} AND state IN ('duplicate', 'pending', 'skipped', 'failed')"  # noqa: S608
    told["fetched"] = told["new"] + int(db.value(f"{sql} AND {_ASKED}", key))
    return told | {"rechecks": _rechecks(db, outlet_id, since)}


def _rechecks(db: Connection, outlet_id: str, since: str | None) -> dict[str, int]:
    of = "" if since is None else " AND started_at >= :since"
    row = db.one(
        "SELECT coalesce(sum(revised), 0) AS revised, coalesce(sum(unchanged), 0) AS unchanged FROM runs"  # noqa: S608
        f" WHERE outlet_id = :outlet{of}",
        {"outlet": outlet_id, "since": since},
    )
    return {} if row is None else dict(row)


def examples(db: Connection, outlet_id: str, each: int) -> list[dict[str, Any]]:
    """Return for each reason of skipped and failed links how many there are and the newest *each* of them:
    ``{"state", "reason", "links", "examples": [{"url", "first_seen_at", "next_try_at", "attempts"}]}``."""
    rows = db.all(
        "SELECT state, reason, count(*) AS links FROM links WHERE outlet_id = ? AND state IN ('skipped', 'failed')"
        " GROUP BY state, reason ORDER BY state, links DESC, reason",
        (outlet_id,),
    )
    newest = (
        "SELECT url, first_seen_at, next_try_at, attempts FROM links WHERE outlet_id = ? AND state = ? AND reason = ?"
        " ORDER BY id DESC LIMIT ?"
    )
    return [
        dict(row)
        | {"examples": [dict(one) for one in db.rows(newest, (outlet_id, row["state"], row["reason"], each))]}
        for row in rows
    ]


def faults(db: Connection, outlet_id: str, now: datetime) -> list[str]:
    """Return the notes of the last 24 hours about runs whose sums did not agree with the ledger."""
    sql = "SELECT text FROM notes WHERE outlet_id = ? AND kind = 'sums' AND at >= ? ORDER BY id DESC LIMIT 5"
    return [row["text"] for row in db.rows(sql, (outlet_id, stored(now - DAY)))]
