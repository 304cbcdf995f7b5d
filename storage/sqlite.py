"""The one SQLite of the process, chosen as sqlite_utils chooses it: pysqlite3 where it is there.

Two copies of SQLite in one process break each other's locks
(https://www.sqlite.org/howtocorrupt.html, 2.2.1), so a test holds this choice to be that of sqlite_utils.
sqlite_utils itself, which brings numpy and click along, is loaded only where a store is migrated: a search
starts in half the time without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["sqlite3"]
