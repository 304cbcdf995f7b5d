"""One SQLite connection: how it is opened, how a transaction runs, and what its errors mean."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crawler.errors import StoreError, StoreForeign, StoreFull, StoreLocked, StoreReadOnly
from storage.sqlite import sqlite3

APPLICATION_ID = 0x4E48574B
"""``NHWK`` in the header of each store (https://www.sqlite.org/fileformat.html, offset 68)."""
SCHEMA_VERSION = 17
"""Steps in storage/migrations.py: ``user_version`` of a store that needs none of them any more."""
BUSY_MILLISECONDS = 250
"""How long SQLite itself waits for a lock; verbs then retry with back-off."""
LOCK_PATIENCE = 10.0
"""Seconds in all that a verb waits for the lock before it raises StoreLocked."""

Row = sqlite3.Row
SQLiteError = sqlite3.Error
connect_raw = sqlite3.connect
Parameters = Sequence[Any] | dict[str, Any]

_ABOUT_DATA = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
"""Errors that say something about one item, nothing about the store: left as they are."""

_CURES: dict[str, tuple[type[StoreError], str, str]] = {
    "SQLITE_BUSY": (StoreLocked, "the store is locked by another writer.", "Try again later."),
    "SQLITE_LOCKED": (StoreLocked, "the store is locked by another writer.", "Try again later."),
    "SQLITE_FULL": (StoreFull, "the disk is full; nothing was written.", "Make room and try again."),
    "SQLITE_READONLY": (
        StoreReadOnly,
        "the store or its folder cannot be written.",
        "Check the owner and the rights of both, or choose another [store] path.",
    ),
    "SQLITE_CANTOPEN": (
        StoreReadOnly,
        "the store cannot be opened.",
        "Check that its folder exists and that you may read and write there.",
    ),
    "SQLITE_PERM": (StoreReadOnly, "the store may not be opened.", "Check its owner and its rights."),
    "SQLITE_NOTADB": (
        StoreForeign,
        "this file is not a newshawk store; it was left as it is.",
        "Choose another [store] path.",
    ),
    "SQLITE_CORRUPT": (
        StoreForeign,
        "the store is damaged.",
        'Run "newshawk doctor", then restore a backup; the file was left as it is.',
    ),
    "SQLITE_IOERR": (
        StoreError,
        "the disk failed while the store was read or written; nothing of the transaction was kept.",
        "Check the disk and free space, then try again.",
    ),
}


def translated(error: sqlite3.Error, path: Path) -> StoreError:
    """Return the store error with file, cause and cure for an error of SQLite."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    family = "_".join(name.split("_")[:2])
    if family in _CURES:
        kind, cause, cure = _CURES[family]
        return kind(str(path), cause, cure)
    return StoreError(str(path), f"SQLite says: {error}.", 'Run "newshawk doctor".')


class Connection:
    """A connection with foreign keys on, one transaction at a time, errors translated once."""

    def __init__(self, raw: sqlite3.Connection, path: Path, *, read_only: bool, patience: float) -> None:
        self.raw, self.path, self.read_only, self.patience = raw, path, read_only, patience

    @classmethod
    def open(cls, path: Path, *, read_only: bool, patience: float = LOCK_PATIENCE) -> Connection:
        """Return a connection to a newshawk store or to a new, empty file.

        Raises:
            StoreForeign: the file is no SQLite database, or another application's.
            StoreReadOnly: file or folder cannot be written (or, to read only, not be opened).
        """
        if path.is_dir():
            raise StoreForeign(str(path), "this is a directory, not a store.", "Choose another [store] path.")
        mode = "ro" if read_only else "rwc"
        address = f"file:{quote(str(path.absolute()))}?mode={mode}"
        try:
            raw = sqlite3.connect(
                address,
                uri=True,
                isolation_level=None,
                timeout=BUSY_MILLISECONDS / 1000,
                check_same_thread=False,  # one thread at a time, not always the one that opened it
            )
        except sqlite3.Error as error:
            raise translated(error, path) from error
        raw.row_factory = sqlite3.Row
        connection = cls(raw, path, read_only=read_only, patience=patience)
        try:
            connection._prepare()
        except BaseException:
            raw.close()
            raise
        return connection

    def _prepare(self) -> None:
        self._recognise()
        if not self.read_only:
            self._require_writable()
            self.execute("PRAGMA journal_mode = WAL")
            # FULL: a mail that was marked sent stays so over a power loss.
            self.execute("PRAGMA synchronous = FULL")
            self.execute("PRAGMA journal_size_limit = 67108864")
        self.execute("PRAGMA foreign_keys = ON")
        self.execute("PRAGMA cache_size = -16000")
        self.execute("PRAGMA temp_store = MEMORY")

    def _recognise(self) -> None:
        """Refuse another application's database before anything is changed in it."""
        application = self.value("PRAGMA application_id")
        if application == APPLICATION_ID:
            return
        if application or self.value("SELECT count(*) FROM sqlite_schema"):
            cause = "this SQLite file belongs to another application; it was left as it is."
            raise StoreForeign(str(self.path), cause, "Choose another [store] path.")

    def _require_writable(self) -> None:
        """SQLite opens a file it may not write as read-only without a word; say it at the start."""
        folder = self.path.absolute().parent
        if not (
            os.access(self.path, os.W_OK, effective_ids=True)
            and os.access(folder, os.W_OK, effective_ids=True)
        ):
            kind, cause, cure = _CURES["SQLITE_READONLY"]
            raise kind(str(self.path), cause, cure)

    def close(self) -> None:
        """Close the connection; a read-write one checkpoints the log first if it is the last."""
        self.raw.close()

    # --- statements -------------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Return the cursor of one statement."""
        try:
            return self.raw.execute(sql, parameters)
        except _ABOUT_DATA:
            raise
        except sqlite3.DatabaseError as error:
            raise translated(error, self.path) from error

    def many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Run one statement for each row."""
        try:
            self.raw.executemany(sql, rows)
        except _ABOUT_DATA:
            raise
        except sqlite3.DatabaseError as error:
            raise translated(error, self.path) from error

    def rows(self, sql: str, parameters: Parameters = ()) -> Generator[sqlite3.Row, None, None]:
        """Yield rows; errors while stepping are translated too."""
        cursor = self.execute(sql, parameters)
        try:
            yield from cursor
        except _ABOUT_DATA:
            raise
        except sqlite3.DatabaseError as error:
            raise translated(error, self.path) from error

    def all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows."""
        return list(self.rows(sql, parameters))

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row or None."""
        return next(iter(self.rows(sql, parameters)), None)

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """Return the first column of the first row, None without one."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    def insert(self, table: str, values: dict[str, Any]) -> int:
        """Add one row and return its rowid. Table and column names are ours, never input."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        return int(self.execute(sql, tuple(values.values())).lastrowid or 0)

    # --- transactions -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block as one write transaction: all of it or nothing.

        Raises:
            StoreLocked: another writer held the lock longer than the patience.
        """
        self._begin()
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.raw.in_transaction:  # a full disk may have rolled back already
                self.raw.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all reads of the block see the store as it is at the first of them, whoever writes meanwhile."""
        if self.raw.in_transaction:
            yield
            return
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.raw.rollback()

    def _begin(self) -> None:
        """Take the write lock at once: a lock that is upgraded later cannot be waited for."""
        deadline = time.monotonic() + self.patience
        pause = 0.02
        while True:
            try:
                self.execute("BEGIN IMMEDIATE")
            except StoreLocked:
                if time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause)
                pause = min(pause * 2, 0.5)
            else:
                return

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run the block so that its failure undoes only itself within the transaction."""
        self.execute("SAVEPOINT item")
        try:
            yield
        except BaseException:
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK TO item")
                self.raw.execute("RELEASE item")
            raise
        self.execute("RELEASE item")
