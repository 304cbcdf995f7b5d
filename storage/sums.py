"""Whether what a run counted is what the ledger says, and whether all that it found was counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crawler.tally import column_by_ledger
from storage import notes
from storage.connection import Connection, Row
from storage.values import as_json

KIND = "sums"
"""Kind of the note about a run whose sums do not agree with the ledger."""
NAMED = 10
"""Addresses that such a note names."""
_OF_TALLY = (
    "SELECT l.id, l.address, l.state, l.reason, l.feed_id, (l.state = 'pending' OR l.next_try_at IS NOT NULL) AS is_open,"
    " (SELECT verdict FROM visits AS v WHERE v.link_id = l.id AND v.run_id = :run AND v.verdict != 'compared' ORDER BY v.id DESC LIMIT 1) AS verdict,"
    " EXISTS (SELECT 1 FROM notes AS n WHERE n.link_id = l.id AND n.run_id = :run AND n.kind = 'store_error')"
    " AS is_set_aside FROM json_each(:ids) AS j JOIN links AS l ON l.id = j.value"
)
_FOUND = (
    "SELECT l.id, l.address FROM links AS l JOIN runs AS r ON r.id = :run"
    " WHERE l.id > r.links_before AND l.outlet_id = r.outlet_id AND l.feed_id IS NOT NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the ledger says of a run's sums."""

    corrected: Mapping[int, str] = field(default_factory=dict)
    """Links that moved on while the run had them in another column, with the column where they belong."""
    faults: tuple[str, ...] = ()
    """What does not agree, an address each."""


def check(db: Connection, run_id: int, columns: Mapping[int, str]) -> Checked:
    """Compare the column of each link with the ledger, and what the run found with what it counted. Read only."""
    corrected: dict[int, str] = {}
    faults: list[str] = []
    rows = {row["id"]: row for row in db.rows(_OF_TALLY, {"run": run_id, "ids": as_json(list(columns))})}
    for link_id, column in columns.items():
        row = rows.get(link_id)
        belongs = None if row is None else _column(column, row)
        if belongs is None:
            faults.append(_told(link_id, column, row))
        elif belongs != column:
            corrected[link_id] = belongs
    faults += _uncounted(db, run_id, columns)
    return Checked(corrected=corrected, faults=tuple(faults))


def _column(column: str, row: Row) -> str | None:
    return column_by_ledger(
        column,
        row["state"],
        verdict=row["verdict"],
        is_open=bool(row["is_open"]),
        is_set_aside=bool(row["is_set_aside"]),
    )


def _told(link_id: int, column: str, row: Row | None) -> str:
    if row is None:
        return f"link {link_id} was counted as {column} and is not in the ledger"
    visited = f", its visit {row['verdict']}" if row["verdict"] else ""
    return f"{row['address']} was counted as {column}; in the ledger it is {row['state']}{visited}"


def _uncounted(db: Connection, run_id: int, columns: Mapping[int, str]) -> Iterator[str]:
    for row in db.rows(_FOUND, {"run": run_id}):
        if row["id"] not in columns:
            yield f"{row['address']} was found and not counted"
        elif columns[row["id"]] == "known":
            yield f"{row['address']} was found for the first time and counted as known"


def note(db: Connection, run_id: int, faults: tuple[str, ...], now: str) -> None:
    """Write down that the sums of a run do not agree with the ledger, with the first addresses."""
    outlet_id = db.value("SELECT outlet_id FROM runs WHERE id = ?", (run_id,))
    more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    told = f"run {run_id}: {'; '.join(faults[:NAMED])}{more}"
    notes.add(db, KIND, told, now, outlet_id=outlet_id, run_id=run_id)
