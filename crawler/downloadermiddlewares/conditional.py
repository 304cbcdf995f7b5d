"""Ask for a source, and for the page of a re-check, only if it changed since that host last gave it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from crawler.failover import Purpose
from crawler.items import Validators
from crawler.network import Network, fetch_of, network_of
from crawler.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

CLOCK_SKEW = timedelta(days=1)
"""A Last-Modified further ahead than this was made up: with one of 2041 a feed says 304 for ever."""


class ConditionalMiddleware:
    """Sends If-None-Match and If-Modified-Since, with the validators of the host that is asked."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl."""
        return cls(network_of(crawler))

    def process_request(self, request: Request) -> None:
        """Add the validators to a request for a source or for the page of a re-check."""
        fetch = fetch_of(request)
        if fetch is None or not fetch.validators:
            return
        asked = host_of(request.url) if fetch.purpose is Purpose.SOURCE else request.url
        known = fetch.validators.get(asked, Validators())
        if _is_sendable(known.etag):
            request.headers["If-None-Match"] = known.etag
        if _is_sendable(known.last_modified) and is_past(known.last_modified, self._network.clock()):
            request.headers["If-Modified-Since"] = known.last_modified


def is_past(last_modified: str, now: datetime) -> bool:
    """Return whether a Last-Modified is a date that a document can have."""
    try:
        moment = parsedate_to_datetime(last_modified)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment <= now + CLOCK_SKEW


def _is_sendable(value: str) -> bool:
    return bool(value) and value.isprintable() and len(value) < 1000
