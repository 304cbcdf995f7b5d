"""A plain read-only connection to a store, for counting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlite_utils.utils import sqlite3


def connect(path: Path) -> Any:
    """Return a connection that cannot write; a live WAL store can be read."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
