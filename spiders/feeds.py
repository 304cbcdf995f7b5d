"""``scrapy crawl feeds -a outlet=presstv``: RSS, Atom, RDF and JSON feeds."""

from __future__ import annotations

from scrapy.http import Response

from crawler.items import Listing, SourceKind
from spiders.polling import PollingSpider


class FeedsSpider(PollingSpider):
    """Poll an outlet's feeds and fetch what is new."""

    name = "feeds"
    kind = SourceKind.FEED

    async def read(self, response: Response) -> Listing:
        """Return the entries of a feed."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        zone = self.run.outlet.timezone
        return await self.runtime.pool.feed(
            response.body, url=response.url, content_type=content_type, zone=zone
        )
