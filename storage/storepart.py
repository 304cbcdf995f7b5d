"""What each part of the store works with: one connection, and transactions on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from storage.alerting import Alerting
from storage.connection import Connection


class StorePart:
    """A group of verbs of the store; see storage/store.py."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._alerting = Alerting(db, None, (), ())

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._db.transaction():
            yield self._db
