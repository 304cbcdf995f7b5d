"""A few addresses asked as a crawl asks them, by guard, gate, robots.txt and mirrors; nothing is written.

There is no store and no hold, so it runs beside the daemon. What it learns of hosts stays in this process.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, cast

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.clock import utc_now
from crawler.config import Config
from crawler.downloadermiddlewares.capture import Capture
from crawler.errors import AllHostsFailed
from crawler.failover import Fetch
from crawler.faults import fault_of
from crawler.gate import Gate
from crawler.guard import Guard, install_guard
from crawler.hosthealth import HostHealth
from crawler.items import Attempt
from crawler.robots import RobotsCache

if TYPE_CHECKING:
    from crawler.runtime import Runtime

T = TypeVar("T")

GRACE = 3.0
"""Seconds that requests on their way get once the time is over."""

Question: TypeAlias = Callable[[Callable[..., Any], Callable[..., Any]], Request]
"""Makes a request of its callback and errback, as the builders of crawler/failover.py do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one question."""

    response: Response | None = field(default=None, repr=False)
    """None when no host gave a usable answer."""
    attempts: tuple[Attempt, ...] = ()
    """Each try; the last one of a usable answer is ``ok``."""
    error: AllHostsFailed | None = None
    """Why there is no response, of a page or a source that was asked of all its hosts."""
    reason: str = ""
    """Word of the ledger for a failure; ``late`` when the time was over first. Empty for an answer."""
    detail: str = ""
    at: datetime | None = None
    """When it came; None if it did not."""

    @property
    def capture(self) -> Capture | None:
        """The answer as it was received."""
        return None if self.response is None else cast("Capture", self.response.meta["capture"])


LATE = Answer(reason="late", detail="the time was over before it was asked")


class Inquiry:
    """What crawls of a process share, less the store (see crawler.network.Network)."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Callable[[], datetime] = utc_now,
        health: HostHealth | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """*health* brings what earlier crawls knew of hosts; *settings* go before those of crawler/settings.py."""
        self.config, self.clock = config, clock
        self.gate = Gate(delay=config.network.delay)
        self.guard = Guard(allow_private=config.network.allow_private, ports=config.network.ports)
        self.health = health or HostHealth(clock)
        self.robots = RobotsCache()
        self._is_shared = False
        self._settings = _settings(self, settings or {})

    @classmethod
    def within(cls, runtime: Runtime, settings: Mapping[str, Any] | None = None) -> Self:
        """Return an inquiry of a process that crawls: it shares gate, guard, robots.txt and health of hosts."""
        inquiry = cls(runtime.config, clock=runtime.clock, health=runtime.health)
        inquiry.gate, inquiry.guard, inquiry.robots = runtime.gate, runtime.guard, runtime.robots
        inquiry._is_shared = True
        inquiry._settings = _settings(inquiry, settings or {})
        return inquiry

    def __deepcopy__(self, memo: dict[int, object]) -> Inquiry:
        return self  # Scrapy copies settings for each crawl

    async def ask(self, questions: Sequence[Question], *, seconds: float) -> list[Answer]:
        """Return the answers in the order of the questions. Needs the running reactor.

        What is not answered within *seconds* is LATE.
        """
        from twisted.internet import reactor

        install_guard(reactor, self.guard)
        asked = [_Asked(question, self.clock) for question in questions]
        runner = AsyncCrawlerRunner(self._settings)
        crawler: Crawler = runner.create_crawler(_Asking)
        crawl = asyncio.ensure_future(_crawled(runner, crawler, asked))
        try:
            done, _ = await asyncio.wait([crawl], timeout=seconds)
        except asyncio.CancelledError:
            await self._break_off(crawler, crawl)
            raise
        if not done:
            await self._break_off(crawler, crawl)
        else:
            crawl.result()
        return [each.answer for each in asked]

    async def _break_off(self, crawler: Crawler, crawl: asyncio.Future[None]) -> None:
        if not self._is_shared:
            self.gate.close()
        if crawler.engine is not None and crawler.engine.running:
            stopping = asyncio.ensure_future(crawler.stop_async())
            await asyncio.wait([crawl, stopping], timeout=GRACE)
            stopping.cancel()
        crawl.cancel()
        with suppress(asyncio.CancelledError):
            await crawl


async def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Return what *work* returns; Ctrl-C ends it in order, so that no parser process is left to be waited for.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    task = asyncio.ensure_future(work)
    if threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _crawled(runner: AsyncCrawlerRunner, crawler: Crawler, asked: list[_Asked]) -> None:
    await runner.crawl(crawler, asked=asked)


def _settings(inquiry: Inquiry, more: Mapping[str, Any]) -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    for name in ("SPIDER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"):
        ours = {
            path: None if path.startswith(("crawler.", "pipelines.")) else number
            for path, number in settings.getdict(name).items()
        }
        settings.set(name, ours, priority="cmdline")
    settings.set("USER_AGENT", inquiry.config.network.user_agent, priority="cmdline")
    settings.set("RUNTIME", cast("Any", inquiry), priority="cmdline")
    settings.set("ROBOTS_CACHE", cast("Any", inquiry.robots), priority="cmdline")
    for name, value in more.items():
        settings.set(name, value, priority="cmdline")
    return settings


class _Asked:
    """One question and what came of it."""

    def __init__(self, question: Question, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.request = question(self.arrived, self.failed)
        self.answer = LATE

    def arrived(self, response: Response) -> None:
        fetch: Fetch = response.meta["fetch"]
        self.answer = Answer(response=response, attempts=fetch.attempts, at=self._clock())

    def failed(self, failure: Failure) -> None:
        error = failure.value
        if isinstance(error, AllHostsFailed):
            self.answer = Answer(
                attempts=error.attempts, error=error, reason=error.reason, detail=error.detail
            )
            return
        if error is None:  # Twisted's types allow it; no failure is without one
            return
        fault = fault_of(error)
        self.answer = Answer(reason=fault.reason, detail=fault.detail)


class _Asking(Spider):
    """Asks, and keeps what comes. Not in SPIDER_MODULES: it is nobody's to call."""

    name = "asking"
    asked: list[_Asked]

    async def start(self) -> AsyncIterator[Request]:
        for each in self.asked:
            yield each.request
