"""Page -> Extracted: the page is read in a worker process, with limits on time and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import ExtractionError
from crawler.items import Discovery, Extracted, LinkState, Page, Refusal, Untouched
from crawler.runtime import Runtime
from pipelines.edge import refusal_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider


class ExtractPipeline:
    """Have each page read; a page without an answer becomes a refusal."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.runtime = Runtime.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ExtractPipeline:
        """Return the pipeline of one crawl."""
        return cls(crawler)

    async def process_item(
        self, item: Page | Untouched | Discovery
    ) -> Extracted | Refusal | Untouched | Discovery:
        """Return the page with what the parser made of it."""
        if isinstance(item, Discovery | Untouched):
            return item
        if item.reason:
            state = LinkState.SKIPPED if item.skipped else LinkState.FAILED
            retry = not (item.skipped or item.permanent)
            return Refusal(page=item, state=state, reason=item.reason, retry=retry)
        spider: OutletSpider = self.crawler.spider  # type: ignore[assignment]
        try:
            draft = await self.runtime.pool.page(
                item.body, url=item.url, content_type=item.content_type, outlet=spider.run.outlet
            )
        except ExtractionError as error:
            return Refusal(page=item, state=LinkState.FAILED, reason=error.reason)
        except Exception as error:  # noqa: BLE001  the edge of one page
            return refusal_of(item, error)
        return Extracted(page=item, draft=draft)
