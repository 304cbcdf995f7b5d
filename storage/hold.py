"""The exclusive hold on a store: one daemon or one crawl at a time, named by its pid."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.errors import BusyError, StoreReadOnly


@contextmanager
def hold(path: Path | str) -> Iterator[None]:
    """Hold the store for the block: ``newshawk.db.lock`` is locked, ``newshawk.db.pid`` names the holder.

    The lock is the operating system's and ends with the process, however it ends; the pid file only tells
    people whom to look for.

    Raises:
        BusyError: another process holds it.
        StoreReadOnly: the folder cannot be written.
    """
    store = Path(path).resolve()
    pid_file = store.with_name(f"{store.name}.pid")
    lock = FileLock(store.with_name(f"{store.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as taken:
        raise BusyError(str(store), holder(store)) from taken
    except OSError as refused:
        cure = "Check that the folder exists and that you may write there."
        raise StoreReadOnly(
            str(store), "the lock file beside the store cannot be written.", cure
        ) from refused
    try:
        with suppress(OSError):  # a full disk: the lock holds all the same, only nobody is told by whom
            pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        pid_file.unlink(missing_ok=True)
        lock.release()


def holder(path: Path | str) -> int | None:
    """Return the pid of the process that holds the store; None when nobody does, or it cannot be told who.

    A pid file that a killed process left names nobody: by now its number may be another process's.
    """
    store = Path(path).resolve()
    try:
        pid = int(store.with_name(f"{store.name}.pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    lock = FileLock(store.with_name(f"{store.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return pid
    lock.release()
    return None
