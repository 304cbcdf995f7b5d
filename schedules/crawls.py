"""One outlet's crawl is one coroutine; a pass is many of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler

from crawler.errors import StoreError
from crawler.items import Outlet, SourceKind
from crawler.run import Run, planned
from crawler.runtime import Runtime, scrapy_settings
from crawler.tally import COLUMNS
from spiders.feeds import FeedsSpider
from spiders.outlet import OutletSpider
from spiders.recheck import RecheckSpider
from spiders.sections import SectionsSpider
from spiders.sitemaps import SitemapsSpider

SPIDER_OF: dict[SourceKind, type[OutletSpider]] = {
    SourceKind.FEED: FeedsSpider,
    SourceKind.SITEMAP: SitemapsSpider,
    SourceKind.SECTION: SectionsSpider,
}
CRAWLS_AT_ONCE = 16
"""Outlets crawled at the same time; bounds memory, the gate bounds the load on hosts."""
GRACE = 10.0
"""Seconds that crawls get for what is on its way when they are told to end; what takes longer is asked again later."""

log = structlog.get_logger("newshawk.crawls")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What one crawl of one outlet came to."""

    outlet_id: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    host: str | None = None
    """The host that served."""
    error: str | None = None
    """Why the outlet could not be polled; None when it was."""
    is_store_error: bool = False
    """True when the store, not the outlet, is the cause: it concerns every outlet alike."""

    def as_json(self) -> dict[str, int | str | None]:
        """Return the object of ``crawl --json``."""
        return {**self.counts, "host": self.host, "error": self.error}


class Crawls:
    """The crawls of one process: one coroutine an outlet, one crawl of an outlet at a time."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._runner = AsyncCrawlerRunner(scrapy_settings(runtime))
        self._room = asyncio.Semaphore(CRAWLS_AT_ONCE)
        self._busy: dict[str, asyncio.Lock] = {}
        self._runs: set[Run] = set()
        self._at_work: set[asyncio.Task[object]] = set()
        self.stopping = False
        """True once ``stop`` was called."""

    async def crawl_outlet(self, outlet: Outlet, trigger: str, *, patient: bool) -> CrawlReport:
        """Poll an outlet's sources, fetch what is new, left over or due for a re-check; return the sums.

        Never raises, for one outlet must not stop the others: what ends the crawl is the report's error.
        *patient* (the daemon) polls only the sources that are due, and leaves failed links until their next try is.
        """
        return await self._run(outlet, trigger, patient=patient)

    async def recheck_outlet(self, outlet: Outlet) -> CrawlReport:
        """Fetch only what is pending or due for a re-check; the sources are not polled."""
        return await self._run(outlet, "recheck", patient=True, polls=False)

    async def fetch_outlet(self, outlet: Outlet, trigger: str) -> CrawlReport:
        """Fetch all that is pending, whatever its next try, and what is due for a re-check; no source is polled."""
        return await self._run(outlet, trigger, patient=False, polls=False)

    def is_at_work(self, outlet_id: str) -> bool:
        """Return whether the outlet is being crawled now."""
        return outlet_id in self._busy and self._busy[outlet_id].locked()

    async def crawl_all(
        self,
        outlets: Iterable[Outlet],
        trigger: str,
        *,
        on_done: Callable[[CrawlReport], None] = lambda _: None,
    ) -> dict[str, CrawlReport]:
        """Crawl outlets side by side; return their reports in the order given."""

        async def one(outlet: Outlet) -> CrawlReport:
            report = await self.crawl_outlet(outlet, trigger, patient=False)
            on_done(report)
            return report

        reports = await asyncio.gather(*(one(outlet) for outlet in outlets))
        return {report.outlet_id: report for report in reports}

    async def stop(self, grace: float = GRACE) -> None:
        """End all crawls early: what is on its way is finished within *grace* seconds or given up, what is not
        asked yet stays pending."""
        self.stopping = True
        self.runtime.gate.close()
        for run in self._runs:
            run.stopped.set()
        if not self._at_work:
            return
        _, late = await asyncio.wait(self._at_work, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            log.warning("crawls given up", crawls=len(late), grace=f"{grace:.0f} s")
            await asyncio.wait(late, timeout=1.0)

    @asynccontextmanager
    async def turn(self, outlet: Outlet) -> AsyncIterator[None]:
        """Wait until nobody else crawls the outlet and there is room, and be the one who does for the block."""
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        try:
            async with self._busy.setdefault(outlet.id, asyncio.Lock()), self._room:
                yield
        finally:
            self._at_work.discard(task)

    async def send(self, spider: type[OutletSpider], run: Run, **given: Any) -> None:
        """Let one spider work for a run, *given* to it; returns at once when the run or all crawls were stopped."""
        if self.stopping:
            run.stopped.set()
        if run.stopped.is_set():
            return
        self._runs.add(run)
        try:
            await self._crawl(spider, run, **given)
        finally:
            self._runs.discard(run)

    async def _run(self, outlet: Outlet, trigger: str, *, patient: bool, polls: bool = True) -> CrawlReport:
        try:
            async with self.turn(outlet):
                return await self._run_alone(outlet, trigger, patient=patient, polls=polls)
        except StoreError as error:
            return CrawlReport(outlet_id=outlet.id, error=str(error), is_store_error=True)
        except Exception as error:
            # The edge of one outlet: whatever nobody foresaw ends this crawl and no other.
            log.exception("crawl broke off", outlet=outlet.id)
            told = " ".join(str(error).split())
            return CrawlReport(outlet_id=outlet.id, error=f"{type(error).__name__}: {told}")

    async def _run_alone(self, outlet: Outlet, trigger: str, *, patient: bool, polls: bool) -> CrawlReport:
        if self.stopping:
            return CrawlReport(outlet_id=outlet.id, error="stopped before it was asked")
        plan = await planned(self.runtime, outlet, due_only=patient) if polls else {}
        if patient and polls and not plan and outlet.sources:
            return CrawlReport(outlet_id=outlet.id)  # nothing is due
        run = await Run.begin(self.runtime, outlet, trigger, patient=patient, plan=plan)
        self._runs.add(run)
        try:
            await self._poll(run)
            if not run.stopped.is_set() and await run.has_left_over():
                await self._crawl(RecheckSpider, run)
            if run.second_looks and not run.stopped.is_set():
                await self._crawl(RecheckSpider, run)
            await run.finish()
        finally:
            self._runs.discard(run)
        return CrawlReport(
            outlet_id=outlet.id,
            counts=run.tally.counts(),
            host=run.host,
            error=run.error,
            is_store_error=run.store_error is not None,
        )

    async def _poll(self, run: Run) -> None:
        """Poll the sources that are to be asked, one kind after the other."""
        for kind in SourceKind:
            if not run.stopped.is_set() and await run.sources(kind):
                await self._crawl(SPIDER_OF[kind], run)

    async def _crawl(self, spider: type[OutletSpider], run: Run, **given: Any) -> None:
        user_agent = self.runtime.config.network.user_agent  # a reload may have changed it
        self._runner.settings.set("USER_AGENT", user_agent, priority="cmdline")
        crawler: Crawler = self._runner.create_crawler(spider)
        started = asyncio.Event()
        crawler.signals.connect(started.set, signals.engine_started)
        ending = asyncio.create_task(_end_early(crawler, run, started))
        try:
            # the runner would merge its settings into the crawler's once more
            await crawler.crawl_async(run=run, **given)
        finally:
            ending.cancel()
            with suppress(asyncio.CancelledError):
                await ending


async def _end_early(crawler: Crawler, run: Run, started: asyncio.Event) -> None:
    await run.stopped.wait()
    await started.wait()  # stop_async does nothing to an engine that is still starting
    await crawler.stop_async()
