"""Article of a re-check -> with what the kept pages say now, where other rules read the stored text.

Without this an upgrade, or a new rule of an outlet, would make each re-check of an unchanged page an edit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.errors import StoreError
from crawler.items import Article, Discovery, Refusal, Untouched
from crawler.rereading import reread
from crawler.runtime import Runtime
from pipelines.edge import refusal_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outlet import OutletSpider


class RereadPipeline:
    """Have kept pages read again when the stored text and that of a re-check differ and cannot be compared."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.runtime = Runtime.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RereadPipeline:
        """Return the pipeline of one crawl."""
        return cls(crawler)

    async def process_item(
        self, item: Article | Refusal | Untouched | Discovery
    ) -> Article | Refusal | Untouched | Discovery:
        """Return the article with the kept pages read again; most items as they are."""
        if not isinstance(item, Article) or item.page.link.article_id is None:
            return item
        spider: OutletSpider = self.crawler.spider  # type: ignore[assignment]
        try:
            kept = await self.runtime.store.call("outdated_texts", item)
            pool, matcher, outlet = self.runtime.pool, self.runtime.matcher, spider.run.outlet
            rereads = [await reread(pool, each, outlet, matcher) for each in kept]
        except StoreError:
            return item  # the writer meets the same store, and compares with care
        except Exception as error:  # noqa: BLE001  the edge of one page
            return refusal_of(item, error)
        return replace(item, rereads=tuple(rereads))
