"""Many writes as one transaction: what arrives while a batch is being written makes the next batch."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from crawler.errors import StoreError

Item = TypeVar("Item")
Result = TypeVar("Result")

LARGEST = 64
"""Items of one batch at most: a transaction stays short."""


class Intake(Generic[Item, Result]):
    """Hands items to *write* in batches and each caller its own result, once its batch is written.

    Nobody waits for a batch to fill: the first item goes at once, and only then is there company.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        self._write = write
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """Return what *write* gave for this item.

        Raises:
            StoreError: the store could not write; every item of the batch hears it.
            Exception: what *write* raised for this item alone.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await future

    async def _write_all(self) -> None:
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(LARGEST, len(self._waiting)))]
                await self._write_batch(batch)
        finally:
            self._writing = None
            for _, future in (*batch, *self._waiting):  # left only when this task was cancelled
                future.cancel()

    async def _write_batch(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._write([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to those who wait
            if len(batch) > 1 and not isinstance(error, StoreError):
                for each in batch:  # nothing of the batch was kept: one bad item must not sink the others
                    await self._write_batch([each])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
