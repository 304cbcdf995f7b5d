"""Article -> Article or Refusal: what is not an article never becomes one."""

from __future__ import annotations

from crawler.extract.verdict import refusal
from crawler.items import Article, Discovery, Refusal, Untouched
from pipelines.edge import refuses


class ValidatePipeline:
    """Refuse lists, walls, log-in pages, stubs and empty texts. Length alone refuses nothing."""

    @refuses
    def process_item(
        self, item: Article | Refusal | Untouched | Discovery
    ) -> Article | Refusal | Untouched | Discovery:
        """Return the article, or the refusal that says why it is none."""
        if not isinstance(item, Article):
            return item
        return refusal(item, item.page) or item
