"""The care of kept pages: a dictionary for each outlet, older pages compressed again, and what is too old taken.

What reads and computes runs in a thread with a connection of its own; the store's thread only writes what came of it, in
short transactions. A stop or a kill at any moment leaves the rest for the next night.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from crawler.clock import utc_now
from crawler.config import Config
from crawler.errors import StoreError
from crawler.items.kept import PageLimits, PressedPages, Taking
from storage.hold import hold
from storage.store import Store
from storage.thread import StoreThread

log = structlog.get_logger("newshawk.keeping")

TAKEN_AT_ONCE = 100
"""Bodies taken in one transaction."""
TRIED_AGAIN = timedelta(days=1)
"""An outlet whose pages gave no dictionary worth having is tried again after this time."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one round came to."""

    dictionaries: tuple[str, ...] = ()
    """Outlets that got one."""
    saved: int = 0
    """Bytes saved by compressing older pages again."""
    taken: int = 0
    """Bodies taken."""
    freed: int = 0
    """Bytes that they took."""
    plan: Taking | None = field(default=None, repr=False)
    """What was to be taken."""


class PageKeeper:
    """Looks after the kept pages of one store."""

    def __init__(self, store: StoreThread, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._making = asyncio.Lock()
        self._tried: dict[str, datetime] = {}
        """When an outlet's pages last gave no dictionary worth having."""

    async def make_dictionaries(self) -> tuple[str, ...]:
        """Make those that are due; return the outlets that got one."""
        async with self._making:  # the night and the hour may meet
            now = self._clock()
            due = await self._read(lambda store: store.dictionaries_due(now))
            made = [
                outlet_id for outlet_id in due if self._may_try(outlet_id) and await self._make(outlet_id)
            ]
        return tuple(made)

    def _may_try(self, outlet_id: str) -> bool:
        last = self._tried.get(outlet_id)
        return last is None or self._clock() - last >= TRIED_AGAIN

    async def _make(self, outlet_id: str) -> bool:
        made = await self._read(lambda store: store.make_dictionary(outlet_id))
        if made is None:
            self._tried[outlet_id] = self._clock()
            return False
        number = await self._store.call("add_dictionary", made, self._clock())
        log.info("dictionary", outlet=outlet_id, number=number, ratio=made.ratio, before=made.ratio_before)
        return True

    async def press_older(self, outlets: Sequence[str]) -> int:
        """Compress older pages of these outlets again with their dictionaries; return the bytes saved."""
        saved = 0
        for outlet_id in outlets:
            while (done := await self._read(partial(_older_of, outlet_id))) is not None:
                saved += await self._store.call("put_pressed", done)
        return saved

    async def take(self, limits: PageLimits) -> Kept:
        """Take the bodies that are too old or too many."""
        now = self._clock()
        plan = await self._read(lambda store: store.plan_taking(limits, now))
        taken = freed = 0
        for batch in _batches(plan.captures):
            count, size = await self._store.call("drop_bodies", batch, now)
            taken, freed = taken + count, freed + size
        return Kept(taken=taken, freed=freed, plan=plan)

    async def keep(self, config: Config) -> Kept:
        """Do all of it, in the order that makes the most room before anything is taken."""
        made = await self.make_dictionaries()
        saved = await self.press_older([outlet.id for outlet in config.outlets])
        done = await self.take(limits_of(config))
        return Kept(dictionaries=made, saved=saved, taken=done.taken, freed=done.freed, plan=done.plan)

    async def _read(self, work: Callable[[Store], T]) -> T:
        return await asyncio.to_thread(_reading, self._store.path, work)


def keep_once(config: Config, clock: Callable[[], datetime] = utc_now) -> Kept:
    """Do at once what the daemon does at night; beside a running one too. Blocks.

    Raises:
        StoreError: there is no store, or it cannot be written.
    """
    return asyncio.run(_keep_once(config, clock))


async def _keep_once(config: Config, clock: Callable[[], datetime]) -> Kept:
    _require_store(config)
    store = StoreThread(config.store.path, create=False)
    try:
        await store.open()
        return await PageKeeper(store, clock).keep(config)
    finally:
        await store.close()


def planned(config: Config, clock: Callable[[], datetime] = utc_now) -> Taking:
    """Return which bodies would be taken now; nothing is written.

    Raises:
        StoreError: there is no store, or it cannot be read.
    """
    _require_store(config)
    now = clock()
    return _reading(config.store.path, lambda store: store.plan_taking(limits_of(config), now))


def shrink(config: Config) -> tuple[int, int]:
    """Give the free space of the file back to the disk; return its bytes before and after. Blocks.

    Raises:
        BusyError: another process holds the store.
        StoreError: there is no store, or no room for a second copy of it.
    """
    _require_store(config)
    path = config.store.path
    before = path.stat().st_size
    with hold(path), Store.open(path, create=False) as store:
        store.shrink()
    return before, path.stat().st_size


def _require_store(config: Config) -> None:
    """Raise StoreError when there is no store."""
    if not config.store.path.exists():
        raise StoreError(str(config.store.path), "there is no store here yet.", 'Run "newshawk crawl" first.')


def limits_of(config: Config) -> PageLimits:
    """Return how long the config keeps pages."""
    store = config.store
    return PageLimits(pages=store.keep_pages, refused=store.keep_refused, size=store.max_pages_size)


def _older_of(outlet_id: str, store: Store) -> PressedPages | None:
    return store.press_older(outlet_id)


def _reading(path: Path, work: Callable[[Store], T]) -> T:
    with Store.open(path, read_only=True) as store:
        return work(store)


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), TAKEN_AT_ONCE):
        yield list(numbers[start : start + TAKEN_AT_ONCE])
