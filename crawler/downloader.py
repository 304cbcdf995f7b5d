"""The download handler: guard, gate, proxy, time limits, one dial.

Scrapy's HTTP/1.1 handler (crawler/dialling.py) does the talking. Around it stand the rules it lacks: no
address that the guard refuses, one request at a time to a host, the proxy of the outlet, and one word of
the ledger for whatever goes wrong.
"""

from __future__ import annotations

import base64
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from twisted.internet.error import DNSLookupError

from crawler.dialling import BoundedHandler
from crawler.errors import AddressRefused, FetchFailed, HostResting
from crawler.failover import Fetch, Purpose
from crawler.faults import fault_of
from crawler.network import fetch_of, network_of
from crawler.trust import TrustPolicy
from crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_PROXY_WORDS = frozenset({"refused", "dns"})
"""What a request through a proxy meets before it leaves: the proxy itself."""


class PoliteDownloadHandler(BaseDownloadHandler):
    """Ask for http and https addresses, politely and within limits. Every failure is a FetchFailed."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._network = network_of(crawler)
        self._http = BoundedHandler(crawler, TrustPolicy(self._network.config.ca_files))
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT") or 30.0

    async def download_request(self, request: Request) -> Response:
        """Return the answer, whole.

        Raises:
            FetchFailed: reason private, port, scheme, resting, dns, refused, reset, tls, timeout, proxy,
                too_large, truncated or protocol.
        """
        proxy = self._choose_proxy(request)
        host = self._checked_host(request, via_proxy=bool(proxy))
        async with self._network.gate.turn(host):
            self._yield_to_mirror(request, host)
            request.meta["asked_at"] = monotonic()
            request.meta.setdefault("download_timeout", self._timeout)
            response = await self._ask(request, proxy)
            retry_after = (response.headers.get("Retry-After") or b"").decode("latin-1")
            # before the turn ends: whoever waits for it waits longer after a 429
            request.meta["rest"] = self._network.gate.answered(host, response.status, retry_after)
        return response

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._http.close()

    async def _ask(self, request: Request, proxy: str) -> Response:
        try:
            response = await self._http.download_request(request)
        except Exception as error:
            raise self._failure(request, proxy, error) from error
        if "partial" in response.flags and not _ends_with_connection(request):
            raise FetchFailed(request.url, "truncated", "the connection ended before the body did")
        return response

    def _failure(self, request: Request, proxy: str, error: Exception) -> FetchFailed:
        fault = fault_of(error)
        if proxy and fault.reason in _PROXY_WORDS:
            return FetchFailed(request.url, "proxy", f"{proxy}: {fault.reason}")
        if fault.reason == "dns" and isinstance(error.__cause__, DNSLookupError):
            private = self._network.guard.private_address_of(urlsplit(request.url).hostname or "")
            if private:
                return FetchFailed(request.url, "private", f"the name stands for {private}")
        return FetchFailed(request.url, fault.reason, fault.detail)

    def _checked_host(self, request: Request, *, via_proxy: bool) -> str:
        try:
            self._network.guard.check(request.url, via_proxy=via_proxy)
            return agreed_host(request.url)
        except AddressRefused as refused:
            raise FetchFailed(request.url, refused.reason, "an address that is never asked") from refused

    def _yield_to_mirror(self, request: Request, host: str) -> None:
        """Give up the turn when the host failed while this request waited for it."""
        fetch, health = fetch_of(request), self._network.health
        if fetch is None or fetch.purpose is Purpose.ROBOTS or not health.rests(fetch.outlet.id, request.url):
            return
        if self._has_better(fetch) or (
            fetch.purpose is Purpose.PAGE and health.is_lost(fetch.outlet.id, request.url)
        ):
            raise HostResting(host, 0, "it has just failed")

    def _has_better(self, fetch: Fetch) -> bool:
        """Return whether a candidate is left that does not rest."""
        rests = self._network.health.rests
        return any(not rests(fetch.outlet.id, candidate.url) for candidate in fetch.candidates[1:])

    def _choose_proxy(self, request: Request) -> str:
        """Return the address of the proxy to use, empty for none, and set the request up for it."""
        fetch = fetch_of(request)
        proxy = self._network.config.proxy_for(request.url, fetch.outlet) if fetch else ""
        if not proxy:
            return ""
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._network.guard.trust_proxy(address)
        request.meta["proxy"] = address
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            request.headers["Proxy-Authorization"] = b"Basic " + base64.b64encode(pair.encode())
        return address


def agreed_host(url: str) -> str:
    """Return the host of an address, with its port, as the guard reads it and as Scrapy will.

    Raises:
        AddressRefused: malformed: they would not ask the same host (``http://a.example\\@10.0.0.1/``).
    """
    host = host_of(url)
    try:
        parts = urlsplit(url)
        dialled = host_of(f"{parts.scheme}://{parts.netloc}/")
    except (AddressRefused, ValueError):
        raise AddressRefused(url, "malformed") from None
    if dialled != host or parts.username is not None:
        raise AddressRefused(url, "malformed")
    return host


def _ends_with_connection(request: Request) -> bool:
    """Return whether the head allowed the body to end with the connection: no length was promised."""
    names = {name.lower() for name, _ in request.meta.get("raw_headers", ())}
    return bool(names) and not names & {"content-length", "transfer-encoding"}
