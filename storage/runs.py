"""Runs: one crawl of one outlet, its sums and its end."""

from __future__ import annotations

from storage import links as ledger
from storage.connection import Connection
from storage.values import plain

COUNTS = ("found", "known", "new", "revised", "duplicate", "unchanged", "skipped", "failed", "pending")


def begin_run(db: Connection, outlet_id: str, now: str, trigger: str) -> int:
    """Return the number of a new run; earlier ones of the outlet that never ended were interrupted."""
    db.execute(
        "UPDATE runs SET state = 'interrupted' WHERE outlet_id = ? AND state = 'running'", (outlet_id,)
    )
    ledger.release_stuck(db, outlet_id, now)
    values = {
        "outlet_id": outlet_id,
        "trigger": trigger,
        "state": "running",
        "started_at": now,
        "links_before": ledger.newest(db),
    }
    return db.insert("runs", values)


def finish_run(
    db: Connection, run_id: int, now: str, counts: dict[str, int], host: str | None, error: str | None
) -> None:
    """Write the sums and the end of a run.

    Raises:
        ValueError: found is not the sum of the other counts.
    """
    told = None if error is None else plain(error)
    sums = {name: int(counts.get(name, 0)) for name in COUNTS}
    if sums["found"] != sum(sums[name] for name in COUNTS[1:]):
        raise ValueError(f"found is not the sum of the other counts: {sums}")
    db.execute(
        "UPDATE runs SET state = :state, finished_at = :now, host = :host, error = :error, found = :found,"
        " known = :known, new = :new, revised = :revised, duplicate = :duplicate, unchanged = :unchanged,"
        " skipped = :skipped, failed = :failed, pending = :pending WHERE id = :id",
        sums
        | {"state": "failed" if error else "done", "now": now, "host": host, "error": told, "id": run_id},
    )
