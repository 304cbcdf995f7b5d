"""A run of its own for a spider started by ``scrapy crawl``; newshawk's own crawls bring theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.run import Run
from crawler.runtime import Runtime

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider


class RunLog:
    """Begin a run when the spider opens and write its sums when it closes."""

    def __init__(self, crawler: Crawler, runtime: Runtime) -> None:
        self.crawler, self.runtime = crawler, runtime
        self._own: Run | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunLog:
        """Return the extension of one crawl.

        Raises:
            NotConfigured: the crawl has no runtime.
        """
        try:
            extension = cls(crawler, Runtime.of(crawler))
        except RuntimeError as error:
            raise NotConfigured(str(error)) from error
        crawler.signals.connect(extension.open, signals.spider_opened)
        crawler.signals.connect(extension.close, signals.spider_closed)
        return extension

    async def open(self, spider: OutletSpider) -> None:
        """Give the spider a run if it came without one."""
        if hasattr(spider, "run"):
            return
        await self.runtime.start()
        outlet = next(each for each in self.runtime.config.outlets if each.id == spider.outlet_id)
        spider.run = self._own = await Run.begin(self.runtime, outlet, "scrapy", patient=False)

    async def close(self) -> None:
        """Finish the run that this extension began."""
        if self._own is not None:
            await self._own.finish()
            await self.runtime.stop()
