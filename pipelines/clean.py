"""Extracted -> Article: boilerplate goes by rules anchored to place and line, and every cut line is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Article, Discovery, Extracted, Refusal, Untouched
from crawler.learning.sparing import cleaned
from crawler.runtime import Runtime
from pipelines.edge import refuses

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider


class CleanPipeline:
    """Clean each extracted page by the outlet's rules."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.runtime = Runtime.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CleanPipeline:
        """Return the pipeline of one crawl."""
        return cls(crawler)

    @refuses
    def process_item(
        self, item: Extracted | Refusal | Untouched | Discovery
    ) -> Article | Refusal | Untouched | Discovery:
        """Return the article of an extracted page."""
        if not isinstance(item, Extracted):
            return item
        spider: OutletSpider = self.crawler.spider  # type: ignore[assignment]
        return cleaned(item.draft, item.page, spider.run.outlet, self.runtime.matcher)
