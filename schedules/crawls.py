"""One outlet's crawl is one coroutine; a pass is many of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from scrapy.crawler import AsyncCrawlerRunner, Crawler

from crawler.errors import StoreError
from crawler.items import Outlet, SourceKind
from crawler.run import Run
from crawler.runtime import Runtime, scrapy_settings
from crawler.tally import COLUMNS
from spiders.feeds import FeedsSpider
from spiders.outlet import OutletSpider
from spiders.recheck import RecheckSpider
from spiders.sections import SectionsSpider
from spiders.sitemaps import SitemapsSpider

SPIDER_OF = {
    SourceKind.FEED: FeedsSpider,
    SourceKind.SITEMAP: SitemapsSpider,
    SourceKind.SECTION: SectionsSpider,
}
CRAWLS_AT_ONCE = 16
"""Outlets crawled at the same time; bounds memory, the gate bounds the load on hosts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What one crawl of one outlet came to."""

    outlet_id: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    host: str | None = None
    """The host that served."""
    error: str | None = None
    """Why the outlet could not be polled; None when it was."""

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
        self.stopping = False
        """True once ``stop`` was called."""

    async def crawl_outlet(self, outlet: Outlet, trigger: str, *, patient: bool) -> CrawlReport:
        """Poll an outlet's sources, fetch what is new, left over or due for a re-check; return the sums.

        Never raises for what the outlet does; a store that cannot write ends the crawl and is the report's
        error. *patient* leaves failed links until their next try is due.
        """
        kinds = [kind for kind in SourceKind if any(source.kind is kind for source in outlet.sources)]
        spiders: list[type[OutletSpider]] = [*(SPIDER_OF[kind] for kind in kinds), RecheckSpider]
        return await self._run(outlet, trigger, spiders, patient=patient)

    async def recheck_outlet(self, outlet: Outlet) -> CrawlReport:
        """Fetch only what is pending or due for a re-check; the sources are not polled."""
        return await self._run(outlet, "recheck", [RecheckSpider], patient=True)

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

    async def stop(self) -> None:
        """End all crawls early: what is on its way is finished, what is not asked yet stays pending."""
        self.stopping = True
        for run in self._runs:
            run.stopped.set()
        await self._runner.join()

    async def _run(
        self, outlet: Outlet, trigger: str, spiders: list[type[OutletSpider]], *, patient: bool
    ) -> CrawlReport:
        async with self._busy.setdefault(outlet.id, asyncio.Lock()), self._room:
            if self.stopping:
                return CrawlReport(outlet_id=outlet.id, error="stopped before it was asked")
            try:
                run = await Run.begin(self.runtime, outlet, trigger, patient=patient)
                self._runs.add(run)
                try:
                    for spider in spiders:
                        if not run.stopped.is_set():
                            await self._crawl(spider, run)
                    await run.finish()
                finally:
                    self._runs.discard(run)
            except StoreError as error:
                return CrawlReport(outlet_id=outlet.id, error=str(error))
        trouble = run.error if trigger != "recheck" else None
        return CrawlReport(outlet_id=outlet.id, counts=run.tally.counts(), host=run.host, error=trouble)

    async def _crawl(self, spider: type[OutletSpider], run: Run) -> None:
        crawler: Crawler = self._runner.create_crawler(spider)
        ending = asyncio.create_task(_end_early(crawler, run))
        try:
            await self._runner.crawl(crawler, run=run)
        finally:
            ending.cancel()
            with suppress(asyncio.CancelledError):
                await ending


async def _end_early(crawler: Crawler, run: Run) -> None:
    await run.stopped.wait()
    await crawler.stop_async()
