"""Ask only for what the host's robots.txt allows; its rules are shared by all crawls of the process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured, StopDownload

from crawler.errors import FetchFailed
from crawler.failover import Fetch, Purpose, robots_request
from crawler.faults import fault_of
from crawler.network import Network, fetch_of, network_of
from crawler.robots import LIMIT, RobotsCache, Rules, robots_url, rules_of_answer, rules_of_failure
from crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class RobotsMiddleware:
    """Refuses what is disallowed, and hosts whose rules cannot be had."""

    def __init__(self, crawler: Crawler, network: Network, cache: RobotsCache) -> None:
        self._crawler, self._network, self._cache = crawler, network, cache
        self._user_agent: str = crawler.settings["USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl.

        Raises:
            NotConfigured: ROBOTSTXT_OBEY is off.
        """
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured("ROBOTSTXT_OBEY is off")
        middleware = cls(crawler, network_of(crawler), crawler.settings.get("ROBOTS_CACHE") or RobotsCache())
        crawler.signals.connect(middleware.enough, signals.bytes_received)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Return when the address may be asked.

        Raises:
            FetchFailed: robots (disallowed), robots_unreachable, or why the host is not to be had.
        """
        fetch = fetch_of(request)
        if fetch is None or fetch.purpose is Purpose.ROBOTS:
            return
        rules = await self._rules(fetch, request.url)
        if rules.reason:
            raise FetchFailed(request.url, rules.reason, rules.detail)
        if not rules.allows(request.url, self._user_agent):
            raise FetchFailed(request.url, "robots", f"disallowed by {robots_url(request.url)}")

    def enough(self, data: bytes, request: Request) -> None:
        """Stop the download of a robots.txt after the bytes that count.

        Raises:
            StopDownload: they are here.
        """
        fetch = fetch_of(request)
        if fetch is None or fetch.purpose is not Purpose.ROBOTS:
            return
        request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
        if request.meta["robots_bytes"] > LIMIT:
            raise StopDownload(fail=False)

    async def _rules(self, fetch: Fetch, url: str) -> Rules:
        known = self._cache.known(url)
        if known is None:
            async with self._cache.asking(url):
                known = self._cache.known(url)
                if known is None:
                    known = await self._ask(fetch, url)
                    if known.reason != "resting":  # the gate knows for how long
                        self._cache.keep(url, known)
        self._network.gate.set_crawl_delay(host_of(url), known.crawl_delay(self._user_agent))
        return known

    async def _ask(self, fetch: Fetch, url: str) -> Rules:
        engine = self._crawler.engine
        assert engine is not None
        try:
            answer = await engine.download_async(robots_request(fetch, robots_url(url)))
        except Exception as error:  # noqa: BLE001  whatever kept the rules from us has a word in the ledger
            fault = fault_of(error)
            return rules_of_failure(fault.reason, fault.detail)
        return rules_of_answer(answer.status, answer.body)
