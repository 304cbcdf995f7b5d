"""A run of its own for a spider started by ``scrapy crawl``; newshawk's own crawls bring theirs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from scrapy import signals

from crawler.errors import NewshawkError
from crawler.log import log_through_scrapy
from crawler.run import Run
from crawler.runtime import Runtime

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider

log = structlog.get_logger("newshawk.run")


class RunLog:
    """Begin a run when the spider opens and write its sums when it closes."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._own: Run | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunLog:
        """Return the extension of one crawl."""
        extension = cls(crawler)
        crawler.signals.connect(extension.open, signals.spider_opened)
        crawler.signals.connect(extension.close, signals.spider_closed)
        return extension

    async def open(self, spider: OutletSpider) -> None:
        """Give the spider a run if it came without one; without a store the process ends."""
        if hasattr(spider, "run"):
            return
        log_through_scrapy()
        runtime = Runtime.of(self.crawler)
        outlet = runtime.config.outlet(spider.outlet_id)
        assert outlet is not None  # the spider has checked it
        with ending_in_one_line():
            await runtime.start()
            spider.run = self._own = await Run.begin(runtime, outlet, "scrapy", patient=False)

    async def close(self) -> None:
        """Finish the run that this extension began and say what it came to."""
        if self._own is None:
            return
        run = self._own
        try:
            await run.finish()
        finally:
            await run.runtime.stop()
        log.info("crawled", outlet=run.outlet.id, host=run.host, error=run.error, **run.tally.counts())


@contextmanager
def ending_in_one_line() -> Iterator[None]:
    """End the process with an error's own line and exit code, for ``scrapy crawl`` knows only tracebacks."""
    try:
        yield
    except NewshawkError as error:
        print(f"newshawk: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
