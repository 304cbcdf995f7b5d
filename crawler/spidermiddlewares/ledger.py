"""Links before validators: what a source names is in the ledger before anything is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from scrapy.http import Response

from crawler.items import Discovery
from crawler.walk import Walk

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from spiders.archive import ArchiveSpider
    from spiders.outlet import OutletSpider


class LedgerMiddleware:
    """Record each Discovery, and each Walk of an archive, and put requests for what is new in its place."""

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
            if isinstance(found, Walk):
                for request in await self._walked(found):
                    yield request
                continue
            if not isinstance(found, Discovery):
                yield found
                continue
            spider: OutletSpider = self.crawler.spider  # type: ignore[assignment]
            for link in await spider.run.record(found):
                yield spider.page_request(link)

    async def _walked(self, walk: Walk) -> list[Request]:
        """Record what an archive document named; return requests for the pages of its list behind it."""
        spider: ArchiveSpider = self.crawler.spider  # type: ignore[assignment]
        return [spider.document_request(each) for each in await spider.run.record_walk(walk)]
