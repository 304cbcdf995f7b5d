"""``scrapy crawl recheck -a outlet=presstv``: what earlier runs left, and articles due for another look."""

from __future__ import annotations

from collections.abc import AsyncIterator

from scrapy import Request

from spiders.outlet import OutletSpider


class RecheckSpider(OutletSpider):
    """Fetch pending links and re-check articles."""

    name = "recheck"

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each link that is pending or due; in a second turn, to the articles' own hosts, for
        those of which a mirror alone showed another text, once more for those that may have changed by themselves, and
        to mirrors whose pages are to be compared."""
        compared, self.run.to_compare = self.run.to_compare, []
        for request in filter(None, (self.comparison_request(link, host) for link, host in compared)):
            yield request
        if contested := self.run.contested:
            self.run.contested = []
            for request in filter(None, map(self.original_request, contested)):
                yield request
        unconfirmed, self.run.unconfirmed = self.run.unconfirmed, []
        for link in (*unconfirmed, *await self.run.left_over()):
            yield self.page_request(link)
