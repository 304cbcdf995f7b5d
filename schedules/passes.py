"""``newshawk crawl``: one pass over outlets now, the due mail, and out."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from crawler.alerts import make_transport
from crawler.clock import utc_now
from crawler.config import Config
from crawler.errors import NewshawkError
from crawler.items import Outlet
from crawler.pool import ParserPool
from crawler.runtime import Runtime
from schedules.crawls import CrawlReport, Crawls
from schedules.deliver import DeliveryReport, deliver
from schedules.heartbeat import send_heartbeat
from schedules.opsmail import tell_ops
from schedules.session import run_in_reactor

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReport:
    """What one pass came to."""

    outlets: dict[str, CrawlReport] = field(default_factory=dict)
    delivery: DeliveryReport | None = None
    delivery_error: str | None = None
    """Why the outbox could not be drained; what waits leaves another time."""
    seconds: float = 0.0
    interrupted: bool = False
    """True when a signal ended it early; what was not asked stays pending."""

    @property
    def polled_all(self) -> bool:
        """True when a source of every outlet answered usably."""
        return all(report.error is None for report in self.outlets.values())


def crawl_once(
    config: Config,
    outlets: Sequence[Outlet],
    *,
    at: datetime | None = None,
    on_done: Callable[[CrawlReport], None] = lambda _: None,
) -> PassReport:
    """Crawl outlets once, send what is due, and return the report. Blocks; once per process.

    *at* sets the clock of the pass: it starts there and runs on.

    Raises:
        BusyError: another instance holds the store.
        StoreError: the store cannot be opened.
    """
    return run_in_reactor(lambda: crawl_pass(config, outlets, clock_from(at), on_done, stop_on_signals))


def clock_from(at: datetime | None) -> Callable[[], datetime]:
    """Return a clock that shows *at* now and runs on; the real one for None."""
    if at is None:
        return utc_now
    started = time.monotonic()
    return lambda: (at + timedelta(seconds=time.monotonic() - started)).replace(microsecond=0)


async def crawl_pass(
    config: Config,
    outlets: Sequence[Outlet],
    clock: Callable[[], datetime],
    on_done: Callable[[CrawlReport], None] = lambda _: None,
    on_start: Callable[[Crawls], None] = lambda _: None,
    *,
    pool: ParserPool | None = None,
) -> PassReport:
    """Crawl outlets once and send what is due, in a running reactor; see crawl_once."""

    async def crawl(crawls: Crawls) -> dict[str, CrawlReport]:
        return await crawls.crawl_all(outlets, "crawl", on_done=on_done)

    done = await run_pass(config, clock, crawl, on_start=on_start, pool=pool)
    return PassReport(
        outlets=done.result,
        delivery=done.delivery,
        delivery_error=done.delivery_error,
        seconds=done.seconds,
        interrupted=done.interrupted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass(Generic[Result]):
    """What came of work in a runtime of its own."""

    result: Result
    delivery: DeliveryReport | None
    delivery_error: str | None
    seconds: float
    interrupted: bool


async def run_pass(
    config: Config,
    clock: Callable[[], datetime],
    work: Callable[[Crawls], Awaitable[Result]],
    after: Callable[[Crawls, Result], Awaitable[None]] | None = None,
    *,
    on_start: Callable[[Crawls], None] = lambda _: None,
    pool: ParserPool | None = None,
) -> Pass[Result]:
    """Do *work*, then *after*, and send what is due; an error after the work becomes `delivery_error`."""
    started = time.monotonic()
    runtime = Runtime.build(config, clock, pool=pool)
    await runtime.start()
    delivery, delivery_error = None, None
    try:
        crawls = Crawls(runtime)
        on_start(crawls)
        result = await work(crawls)
        try:
            if after is not None:
                await after(crawls, result)
            used = runtime.config
            delivery = await deliver(
                runtime.store.call, used, make_transport(used), runtime.clock(), anew=True
            )
            await tell_ops(runtime.store.call, used, runtime.clock())
            await send_heartbeat(runtime.store.call, used, runtime.clock())
        except NewshawkError as error:  # what became of the work is to be told all the same
            delivery_error = str(error)
    finally:
        await runtime.stop()
    return Pass(
        result=result,
        delivery=delivery,
        delivery_error=delivery_error,
        seconds=round(time.monotonic() - started, 3),
        interrupted=crawls.stopping,
    )


def stop_on_signals(crawls: Crawls) -> None:
    """End the pass early at SIGINT or SIGTERM. SIGHUP is a daemon's word and must not end a pass."""
    tasks: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        task = loop.create_task(crawls.stop())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, lambda: None)
