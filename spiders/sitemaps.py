"""``scrapy crawl sitemaps -a outlet=reuters``: news sitemaps and the indexes that name them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy.http import Response

from crawler.identity import at_our_host
from crawler.items import Listing, Source, SourceKind
from spiders.polling import PollingSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy import Request

MOST_SITEMAPS = 20
"""Sitemaps of one outlet that are asked in one run; an index lists the newest first."""


class SitemapsSpider(PollingSpider):
    """Poll an outlet's sitemaps and fetch what is new."""

    name = "sitemaps"
    kind = SourceKind.SITEMAP

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each configured sitemap."""
        self._asked: set[str] = set()
        async for request in super().start():
            yield request

    async def ask(self, source: Source, *, only_host: str = "") -> Request:
        """Return the request for a sitemap and remember that it was asked."""
        self._asked.add(source.url)
        return await super().ask(source, only_host=only_host)

    async def read(self, response: Response) -> Listing:
        """Return the addresses of a sitemap, or the sitemaps of an index."""
        listing = await super().read(response)
        room = max(0, MOST_SITEMAPS - len(self._asked))
        ours = dict.fromkeys(
            filter(None, (at_our_host(self.run.outlet, child) for child in listing.children))
        )
        fresh = [child for child in ours if child not in self._asked]
        return replace(listing, children=tuple(fresh[:room]))
