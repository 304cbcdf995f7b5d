"""``scrapy crawl sections -a outlet=example``: section and front pages, for outlets without a good feed."""

from __future__ import annotations

from scrapy.http import Response

from crawler.items import Listing, SourceKind
from spiders.polling import PollingSpider


class SectionsSpider(PollingSpider):
    """Poll an outlet's section pages and fetch what is new."""

    name = "sections"
    kind = SourceKind.SECTION

    async def read(self, response: Response) -> Listing:
        """Return the article links of a section page."""
        shapes = await self.run.shapes()
        return await self.runtime.pool.section(
            response.body, url=response.url, outlet=self.run.outlet, shapes=shapes
        )
