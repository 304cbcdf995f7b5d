"""The clock that is used where none is passed in."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment, aware, UTC, whole seconds: the resolution of the store."""
    return datetime.now(UTC).replace(microsecond=0)
