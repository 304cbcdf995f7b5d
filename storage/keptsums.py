"""Sums over kept pages: written in the transaction that keeps, compresses again or takes a body."""

from __future__ import annotations

from typing import Any

from storage.connection import Connection, Row

NO_DICTIONARY = 0
"""dictionary_id of the sums over bodies that are compressed without one."""
_SUMS = (
    "coalesce(sum(bodies), 0) AS pages, coalesce(sum(size), 0) AS size, coalesce(sum(stored), 0) AS stored,"
    " coalesce(sum(dropped), 0) AS dropped, coalesce(sum(dropped_stored), 0) AS dropped_stored"
)


def add(
    db: Connection,
    outlet_id: str,
    dictionary_id: int | None,
    *,
    bodies: int = 0,
    size: int = 0,
    stored: int = 0,
    dropped: int = 0,
    dropped_stored: int = 0,
) -> None:
    """Add to the sums of an outlet's bodies with this dictionary; what leaves is negative."""
    db.execute(
        "INSERT INTO kept (outlet_id, dictionary_id, bodies, size, stored, dropped, dropped_stored)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (outlet_id, dictionary_id) DO UPDATE SET"
        " bodies = bodies + excluded.bodies, size = size + excluded.size, stored = stored + excluded.stored,"
        " dropped = dropped + excluded.dropped, dropped_stored = dropped_stored + excluded.dropped_stored",
        (outlet_id, dictionary_id or NO_DICTIONARY, bodies, size, stored, dropped, dropped_stored),
    )


def of_outlet(db: Connection, outlet_id: str) -> dict[str, Any]:
    """Return what the kept pages of an outlet come to: ``pages`` with their body, their ``size`` in bytes, what they
    take as ``stored``, the ``ratio`` of both (None without pages), and how many were ``dropped``."""
    return _told(db.one(f"SELECT {_SUMS} FROM kept WHERE outlet_id = ?", (outlet_id,)))  # noqa: S608 - ours


def of_all(db: Connection) -> dict[str, Any]:
    """Return the same of all outlets together, those that are no longer configured too."""
    return _told(db.one(f"SELECT {_SUMS} FROM kept"))  # noqa: S608 - ours


def stored(db: Connection) -> int:
    """Return the bytes that all bodies take in the store."""
    return int(db.value("SELECT coalesce(sum(stored), 0) FROM kept"))


def _told(row: Row | None) -> dict[str, Any]:
    assert row is not None
    return dict(row) | {"ratio": round(row["size"] / row["stored"], 2) if row["stored"] else None}
