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
        looks = self.run.second_looks
        for request in filter(None, (self.comparison_request(*each) for each in looks.take_to_compare())):
            yield request
        for request in filter(None, map(self.original_request, looks.take_contested())):
            yield request
        for link in (*looks.take_unconfirmed(), *await self.run.left_over()):
            yield self.page_request(link)
