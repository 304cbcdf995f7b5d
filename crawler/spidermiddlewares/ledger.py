"""Links before validators: what a source names is in the ledger before anything is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from scrapy.http import Response

from crawler.items import Discovery

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider


class LedgerMiddleware:
    """Record each Discovery and put requests for what is new in its place."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LedgerMiddleware:
        """Return the middleware of one crawl."""
        return cls(crawler)

    async def process_spider_output(
        self,
        response: Response,  # noqa: ARG002  Scrapy passes it by name
        result: AsyncIterator[Any],
    ) -> AsyncIterator[Any]:
        """Yield what the spider yields; of a Discovery the requests for the links not known yet."""
        async for found in result:
            if not isinstance(found, Discovery):
                yield found
                continue
            spider: OutletSpider = self.crawler.spider  # type: ignore[assignment]
            for link in await spider.run.record(found):
                yield spider.page_request(link)
