"""Processes that parse what outlets send, each killable, with limits on time and memory."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import structlog
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from crawler.errors import ExtractionError
from crawler.extract import worker
from crawler.extract.starting import start_method
from crawler.items import Draft, Outlet

if TYPE_CHECKING:
    from crawler.feeds import Listing
    from crawler.finding.front import FrontPage
    from crawler.shapes import Shape

log = structlog.get_logger(__name__)

PAGE_SECONDS = 10.0
LISTING_SECONDS = 20.0
MEMORY = 1 << 30
"""Bytes a worker may take beyond what it has when it starts: ten times what an 8 MiB page was seen to take."""
RECYCLE = 500
"""Documents after which a worker is replaced: libraries keep caches."""
_STOPPED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_TRIES = 3

T = TypeVar("T")


class ParserPool:
    """A pool of parser processes, used from one asyncio loop.

    Every method returns the parsed document or raises ExtractionError (``extract_timeout``,
    ``extract_memory``, ``extract_crash``) or NotAFeed; one document never harms another.
    """

    def __init__(
        self,
        workers: int = 0,
        *,
        timeout: float = PAGE_SECONDS,
        listing_timeout: float = LISTING_SECONDS,
        memory_limit: int = MEMORY,
        recycle: int = RECYCLE,
    ) -> None:
        """*workers* 0: as many as cores. Times in seconds, *memory_limit* in bytes above the start (0: none).

        No process starts before the first document.
        """
        self.workers = workers or os.cpu_count() or 1
        self.timeout, self.listing_timeout = timeout, listing_timeout
        self._memory_limit, self._recycle = memory_limit, recycle
        self._pool: ProcessPool | None = None
        self._starting = asyncio.Lock()
        self._futures: set[ProcessFuture[Any]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    async def page(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str = "",
        outlet: Outlet | None = None,
        now: datetime | None = None,
    ) -> Draft:
        """Return the draft of a page. *now*: when it was fetched, if that is not just now; later dates are none."""
        return await self._run(url, self.timeout, worker.parse_page, body, url, content_type, outlet, now)

    async def feed(
        self, body: bytes, *, url: str, content_type: str = "", limit: int = 500, zone: str = "UTC"
    ) -> Listing:
        """Return at most *limit* links of a feed; *zone* is that of times without one. Raises NotAFeed."""
        parse = worker.parse_feed
        return await self._run(url, self.listing_timeout, parse, body, url, content_type, limit, zone)

    async def sitemap(self, body: bytes, *, url: str, zone: str = "UTC") -> Listing:
        """Return the links of a sitemap. Raises NotAFeed."""
        return await self._run(url, self.listing_timeout, worker.parse_sitemap, body, url, zone)

    async def section(
        self, body: bytes, *, url: str, outlet: Outlet, shapes: tuple[Shape, ...] = ()
    ) -> Listing:
        """Return the links of a section page that look like articles of *outlet*: by its patterns, else by the
        *shapes* of its known articles, else by their form alone."""
        return await self._run(url, self.listing_timeout, worker.parse_section, body, url, outlet, shapes)

    async def front(self, body: bytes, *, url: str, content_type: str = "") -> FrontPage:
        """Return what a page says of its site: feeds, menu, name."""
        return await self._run(url, self.timeout, worker.parse_front, body, url, content_type)

    async def _run(self, url: str, seconds: float, function: Callable[..., T], *args: Any) -> T:
        """Run *function* in a worker. A worker that was stopped from outside, or a pool that lost an idle
        worker, did not fail on this document (a service manager signals the whole group): it is given
        to another."""
        for left in reversed(range(_TRIES)):
            try:
                pool = await self._started()
            except (BrokenProcessPool, OSError) as error:  # no process can be made: the machine is full
                log.error("no parser process", error=str(error))
                break
            try:
                return await self._once(pool, seconds, function, *args)
            except TimeoutError:
                raise ExtractionError(url, "extract_timeout") from None
            except BrokenProcessPool:
                self._discard(pool)
            except ProcessExpired as error:
                log.warning("parser process died", url=url, exitcode=error.exitcode)
                if not left or -(error.exitcode or 0) not in _STOPPED:
                    break
        raise ExtractionError(url, "extract_crash")

    async def _once(self, pool: ProcessPool, seconds: float, function: Callable[..., T], *args: Any) -> T:
        try:
            future = pool.schedule(function, args=args, timeout=seconds)
        except RuntimeError as error:  # pebble's word for a pool that broke or was closed meanwhile
            raise BrokenProcessPool(str(error)) from error
        self._futures.add(future)
        try:
            result: T = await asyncio.wrap_future(future)
        except CancelledError:  # of concurrent.futures: the pool was closed under us
            raise asyncio.CancelledError from None
        finally:
            self._futures.discard(future)
        return result

    async def _started(self) -> ProcessPool:
        """Return the running pool. It starts in a thread: the forkserver first loads the parsers."""
        async with self._starting:
            if self._closed:
                raise RuntimeError("the parser pool is closed")
            if self._pool is not None and not self._pool.active:
                self._discard(self._pool)
            if self._pool is None:
                self._pool = await asyncio.to_thread(self._start)
            return self._pool

    def _start(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=self._recycle,
            initializer=worker.prepare_process,
            initargs=(self._memory_limit,),
            context=start_method(),
        )
        if not pool.active:  # asking starts it
            raise RuntimeError("the parser pool did not start")
        return pool

    def _discard(self, pool: ProcessPool) -> None:
        """Let go of a pool that broke down, unless another document has seen to it already."""
        if self._pool is pool:
            log.error("parser pool broke down and is started anew")
            self._pool = None
            threading.Thread(target=_stop, args=(pool,), daemon=True).start()

    def close(self) -> None:
        """Stop all workers at once; what they were doing is cancelled. Safe to call twice."""
        self._closed = True
        for future in list(self._futures):
            future.cancel()  # type: ignore[no-untyped-call]
        pool, self._pool = self._pool, None
        if pool is not None:
            _stop(pool)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
