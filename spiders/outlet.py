"""What the spiders share: an outlet, its run, and how an answer becomes a Page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import structlog
from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.downloadermiddlewares.capture import Capture
from crawler.errors import AllHostsFailed, UsageError
from crawler.extensions.runlog import ending_in_one_line
from crawler.failover import (
    Fetch,
    attempt_of,
    comparison_request,
    gave_up,
    original_request,
    page_request,
    with_attempt,
)
from crawler.items import Link, Listing, Page, SourceKind, Untouched
from crawler.listreading import read_list
from crawler.run import Run
from crawler.runtime import Runtime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.config import Config

log = structlog.get_logger("newshawk.spiders")


class OutletSpider(Spider):
    """A spider of one outlet. ``scrapy crawl feeds -a outlet=presstv`` works as well as newshawk's own calls,
    which hand over the run."""

    run: Run

    def __init__(self, *args: Any, outlet: str = "", run: Run | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outlet_id = run.outlet.id if run else outlet
        if run is not None:
            self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider of one outlet. Under ``scrapy crawl`` a wrong config or an unknown outlet ends the
        process with one line; Scrapy would print a traceback."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if not hasattr(spider, "run"):
            with ending_in_one_line():
                config = Runtime.of(crawler).config
                _check_outlet(spider.outlet_id, config)
            crawler.settings.set("USER_AGENT", config.network.user_agent, priority="spider")
        return spider

    @property
    def runtime(self) -> Runtime:
        """The shared parts of the process."""
        return Runtime.of(self.crawler)

    async def read_list(self, kind: SourceKind, response: Response, **more: Any) -> Listing:
        """Return what a list of the outlet names; see crawler.listreading.read_list."""
        shapes = await self.run.shapes() if kind is SourceKind.SECTION else ()
        pool, outlet = self.runtime.pool, self.run.outlet
        return await read_list(pool, kind, response, outlet=outlet, shapes=shapes, **more)

    def page_request(self, link: Link) -> Request:
        """Return the request for a link's page, at the host that named it first."""
        return page_request(self.run.outlet, link, self.runtime.health, self.parse_page, self.page_failed)

    def original_request(self, link: Link) -> Request | None:
        """Return the request for an article's page at its own hosts, None when these may not be asked."""
        outlet, health = self.run.outlet, self.runtime.health
        return original_request(outlet, link, health, self.parse_page, self.page_failed)

    def comparison_request(self, link: Link, host: str) -> Request | None:
        """Return the request for an article's page at one mirror, None when that may not be asked."""
        outlet, health = self.run.outlet, self.runtime.health
        return comparison_request(outlet, link, health, self.parse_page, self.page_failed, host)

    async def parse_page(self, response: Response) -> AsyncIterator[Page | Untouched | Request]:
        """Yield the page of a usable answer; of a link that only leads to the article the request for that."""
        fetch: Fetch = response.meta["fetch"]
        assert fetch.link is not None
        if target := response.meta.get("leads_to"):
            link = await self.run.lead(fetch.link, target)
            if link is not None:
                yield self.page_request(link)
            return
        capture: Capture = response.meta["capture"]
        page = Page(
            link=fetch.link,
            at=self.runtime.clock(),
            url=response.url,
            requested_url=capture.requested_url,
            host=fetch.attempts[-1].host,
            status=response.status,
            headers=capture.raw_headers,
            body=response.body,
            raw_sha256=capture.raw_sha256,
            raw_size=capture.raw_size,
            attempts=fetch.attempts,
            opinion=fetch.opinion,
        )
        known = fetch.validators.get(response.url)
        is_known = known is not None and known.body_sha256 == body_hash(response.body)
        yield Untouched(page=page) if response.status == 304 or is_known else page

    def page_failed(self, failure: Failure) -> Iterator[Page]:
        """Yield the page that no host gave, with the reason."""
        request: Request = failure.request  # type: ignore[attr-defined]
        fetch: Fetch = request.meta["fetch"]
        assert fetch.link is not None
        error = outcome_of(failure)
        if self.run.stopped.is_set():
            return  # cut short by us: the link stays pending
        last = error.attempts[-1] if error.attempts else None
        yield Page(
            link=fetch.link,
            at=self.runtime.clock(),
            url=last.url if last else fetch.link.url,
            requested_url=fetch.link.url,
            host=last.host if last else "",
            status=last.status if last else None,
            attempts=error.attempts,
            reason=error.reason,
            permanent=error.permanent,
            skipped=error.skipped,
            opinion=fetch.opinion,
        )


def _check_outlet(outlet_id: str, config: Config) -> None:
    if config.outlet(outlet_id) is None:
        known = ", ".join(outlet.id for outlet in config.outlets) or "none"
        raise UsageError(f'No outlet "{outlet_id}" in the config: -a outlet=ID. Configured: {known}.')


def outcome_of(failure: Failure) -> AllHostsFailed:
    """Return what all hosts came to; a fault that nobody foresaw is told in the log and tried again later."""
    if isinstance(failure.value, AllHostsFailed):
        return failure.value
    request: Request = failure.request  # type: ignore[attr-defined]
    log.error("request failed", url=request.url, error=repr(failure.value), exc_info=failure.value)
    attempt = attempt_of(request, "error", None, type(failure.value).__name__)
    return gave_up(with_attempt(request.meta["fetch"], attempt))


def body_hash(body: bytes) -> str:
    """Return the SHA-256 by which an unchanged body is known."""
    return hashlib.sha256(body).hexdigest()
