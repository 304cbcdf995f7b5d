"""``scrapy crawl sections -a outlet=example``: section and front pages, for outlets without a good feed."""

from __future__ import annotations

from crawler.items import SourceKind
from spiders.polling import PollingSpider


class SectionsSpider(PollingSpider):
    """Poll an outlet's section pages and fetch what is new."""

    name = "sections"
    kind = SourceKind.SECTION
