"""``scrapy crawl feeds -a outlet=presstv``: RSS, Atom, RDF and JSON feeds."""

from __future__ import annotations

from crawler.items import SourceKind
from spiders.polling import PollingSpider


class FeedsSpider(PollingSpider):
    """Poll an outlet's feeds and fetch what is new."""

    name = "feeds"
    kind = SourceKind.FEED
