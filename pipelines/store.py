"""Hand everything to the writer: verdict, story, matches, outbox rows and the link's state in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Article, Discovery, Refusal, Untouched

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider


class StorePipeline:
    """Write articles, refusals and failed polls. When the store cannot write, the run stops the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Return the pipeline of one crawl."""
        return cls(crawler)

    async def process_item(
        self, item: Article | Refusal | Untouched | Discovery
    ) -> Article | Refusal | Untouched | Discovery:
        """Return the item once it is stored."""
        spider: OutletSpider = self.crawler.spider  # type: ignore[assignment]
        if isinstance(item, Discovery):  # a failed poll: errbacks do not pass through the ledger middleware
            await spider.run.record(item)
        else:
            await spider.run.write(item)
        return item
