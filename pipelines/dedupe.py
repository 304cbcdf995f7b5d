"""Article -> Article with its fingerprint; whether it is a copy is decided in the writer, where copies meet."""

from __future__ import annotations

from dataclasses import replace

from crawler.fingerprint import fingerprint
from crawler.items import Article, Discovery, Refusal, Untouched
from pipelines.edge import refuses


class DedupePipeline:
    """Fingerprint each article."""

    @refuses
    def process_item(
        self, item: Article | Refusal | Untouched | Discovery
    ) -> Article | Refusal | Untouched | Discovery:
        """Return the article with its text hash and LSH bands."""
        if not isinstance(item, Article):
            return item
        return replace(item, fingerprint=fingerprint(item.title, item.body))
