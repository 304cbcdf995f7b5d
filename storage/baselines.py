"""What is usual for each outlet: made anew once a day from the pages of the last weeks, and kept."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from crawler.baseline import Baseline, as_record, from_record, learned
from storage import pagesignals
from storage.connection import Connection, Row
from storage.values import as_json, moment, stored

ANEW = timedelta(days=1)
"""Between two times that it is made."""
DAYS, LEAST, SAMPLE = 30, 120, 400
"""It is made of the pages of so many days, or of so many pages if those are fewer; of more than the last a sample is
taken, evenly over the time."""
LEFT_OUT = 15
"""Newest pages that are left out: a break that is not noticed yet must not become usual."""


def current(db: Connection, outlet_id: str, now: datetime, *, may_change: bool = True) -> Baseline | None:
    """Return what is usual for an outlet now, None while too little is known; it is made anew when its time is over
    and it *may_change*, and when there is none."""
    row = db.one("SELECT made_at, usual FROM baselines WHERE outlet_id = ?", (outlet_id,))
    kept = _read(row)
    if row is not None and (not may_change or timedelta() <= now - moment(row["made_at"]) < ANEW):
        return kept
    return _made(db, outlet_id, now, kept)


def standing(db: Connection, outlet_id: str) -> Baseline | None:
    """Return what was usual for an outlet when that was last made, None where too little was known. Nothing is written."""
    return _read(db.one("SELECT usual FROM baselines WHERE outlet_id = ?", (outlet_id,)))


def _read(row: Row | None) -> Baseline | None:
    return from_record(json.loads(row["usual"])) if row is not None and row["usual"] else None


def _made(db: Connection, outlet_id: str, now: datetime, before: Baseline | None) -> Baseline | None:
    ids = _numbers(db, outlet_id, now)
    made = learned(pagesignals.observed(db, ids), before)
    db.execute(
        "INSERT OR REPLACE INTO baselines (outlet_id, made_at, pages, usual) VALUES (?, ?, ?, ?)",
        (outlet_id, stored(now), len(ids), None if made is None else as_json(as_record(made))),
    )
    return made


def _numbers(db: Connection, outlet_id: str, now: datetime) -> list[int]:
    """Return the numbers of the pages that it is made of, oldest first: none of a break, and none from before a break
    that was accepted as normal."""
    floor = db.value(
        "SELECT max(first_page) FROM breaks WHERE outlet_id = ? AND how = 'normal'", (outlet_id,)
    )
    rows = db.all(
        "SELECT id, at FROM page_signals WHERE outlet_id = ? AND break_id IS NULL AND id >= ?"
        " AND at >= ? ORDER BY at DESC, id DESC",
        (outlet_id, floor or 0, stored(now - timedelta(days=DAYS))),
    )
    if len(rows) < LEAST:
        rows = db.all(
            "SELECT id, at FROM page_signals WHERE outlet_id = ? AND break_id IS NULL AND id >= ?"
            " ORDER BY at DESC, id DESC LIMIT ?",
            (outlet_id, floor or 0, LEAST),
        )
    ids = [row["id"] for row in rows[LEFT_OUT:]]
    return ids[:: max(1, len(ids) // SAMPLE)][::-1]


def forget(db: Connection, outlet_id: str) -> None:
    """Let it be learned anew."""
    db.execute("DELETE FROM baselines WHERE outlet_id = ?", (outlet_id,))


def state(db: Connection, outlet_id: str) -> dict[str, object]:
    """Return ``{"state": learning or watching, "pages", "templates"}``."""
    row = db.one("SELECT pages, usual FROM baselines WHERE outlet_id = ?", (outlet_id,))
    if row is None or not row["usual"]:
        seen = db.value("SELECT count(*) FROM page_signals WHERE outlet_id = ?", (outlet_id,))
        return {"state": "learning", "pages": seen, "templates": 0}
    return {
        "state": "watching",
        "pages": row["pages"],
        "templates": len(json.loads(row["usual"])["families"]),
    }
