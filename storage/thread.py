"""The one thread that writes: the daemon's event loop never waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from storage.store import Store

T = TypeVar("T")


class StoreThread:
    """A store with a thread of its own. Verbs run one after the other, in the order they were called.

    Errors of the store reach the caller unchanged.
    """

    def __init__(self, path: Path, *, read_only: bool = False, create: bool = True) -> None:
        self.path, self.read_only, self.create = path, read_only, create
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._store: Store | None = None

    async def open(self) -> None:
        """Open the store, created or migrated where needed; to read only, or without *create*, it must be there and of
        this version."""
        self._store = await self._run(
            lambda: Store.open(self.path, read_only=self.read_only, create=self.create)
        )

    async def call(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        """Return what the store's *verb* returns for these arguments."""
        if self._store is None:
            raise RuntimeError("the store is not open")
        method = getattr(self._store, verb)
        return await self._run(lambda: method(*args, **kwargs))

    async def call_each(self, verb: str, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Return what the store's *verb* returns for each of these arguments, after one wait for the thread."""
        if self._store is None:
            raise RuntimeError("the store is not open")
        method = getattr(self._store, verb)
        return await self._run(lambda: [method(*each) for each in arguments])

    async def close(self) -> None:
        """Close the store after everything that was asked of it is done."""
        if self._store is not None:
            await self._run(self._store.close)
            self._store = None
        self._executor.shutdown(wait=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)
