"""Walk archives: sitemaps wholly, feeds and section pages page by page. ``newshawk backfill`` starts it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from scrapy.http import Response

from crawler.archive import failed_walk
from crawler.archiverun import ArchiveRun
from crawler.errors import ExtractionError, NotAFeed
from crawler.failover import (
    Fetch,
    attempt_of,
    gave_up,
    next_request,
    robots_request,
    source_request,
    with_attempt,
)
from crawler.faults import fault_of
from crawler.items import ArchiveDocument, Discovery, Link, PollOutcome, Source, SourceKind
from crawler.robots import Rules, robots_url, rules_of_answer, rules_of_failure
from crawler.walk import Walk
from spiders.outlet import OutletSpider, outcome_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from scrapy import Request
    from twisted.python.failure import Failure

    from crawler.errors import AllHostsFailed

log = structlog.get_logger("newshawk.backfill")

MOST_ENTRIES = 50_000
"""Entries read of one page of a feed: an archive is longer than a news feed."""
MOST_HOSTS = 3
"""Hosts whose robots.txt is asked for sitemaps."""
MOST_NAMED = 100
"""Sitemaps taken from one robots.txt."""


class ArchiveSpider(OutletSpider):
    """Walk the documents of one kind that wait in a backfill; nothing is fetched of what they name."""

    run: ArchiveRun

    def __init__(self, *args: Any, documents: Sequence[ArchiveDocument] = (), **kwargs: Any) -> None:
        super().__init__(*args, name="archive", **kwargs)  # not of the class: `scrapy crawl` has no backfill
        self.documents = documents
        """None: only the hosts are asked for the sitemaps that their robots.txt names."""

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each document that is given to this spider."""
        if not self.documents:
            await self._add_robots_sitemaps()
        for document in self.documents:
            yield self.document_request(document)

    def document_request(self, document: ArchiveDocument) -> Request:
        """Return the request for a document at its best host; never a conditional one."""
        request = source_request(
            self.run.outlet,
            Source(kind=document.kind, url=document.url),
            self.runtime.health,
            self.parse_document,
            self.document_failed,
            {},
        )
        return request.replace(cb_kwargs={"document": document})

    async def parse_document(
        self, response: Response, document: ArchiveDocument
    ) -> AsyncIterator[Walk | Request]:
        """Yield what a document came to, or a request to the next host when the body is unusable."""
        try:
            listing = await self.read_list(document.kind, response, limit=MOST_ENTRIES)
        except (NotAFeed, ExtractionError) as error:
            yield self._next_host(response, document, error.reason)
            return
        answer = self._answer(document, response.meta["fetch"], PollOutcome.LISTED, response.url)
        try:
            walk = await self.run.judged(document, listing, answer)
        except Exception as error:
            log.error("archive not judged", document=document.url, error=repr(error), exc_info=error)
            told = replace(answer, outcome=PollOutcome.FAILED, error=f"error {type(error).__name__}")
            walk = failed_walk(document, told, is_final=False)
        yield walk

    def _next_host(self, response: Response, document: ArchiveDocument, detail: str) -> Request | Walk:
        request = response.request
        assert request is not None
        retry = next_request(request, "not_a_feed", response.status, detail)
        if retry is not None:
            return retry
        fetch = with_attempt(
            response.meta["fetch"], attempt_of(request, "not_a_feed", response.status, detail)
        )
        return self._failure(document, fetch, gave_up(fetch), is_final=True)

    async def document_failed(self, failure: Failure) -> AsyncIterator[Request]:
        """Record that no host gave a document; yield the request for another form of its address where this one
        was guessed. (What an errback yields does not pass the ledger's middleware.)"""
        error = outcome_of(failure)
        if self.run.stopped.is_set():
            return  # cut short by us: the document waits on
        request: Request = failure.request  # type: ignore[attr-defined]
        document: ArchiveDocument = request.cb_kwargs["document"]
        walk = self._failure(document, request.meta["fetch"], error, is_final=error.permanent)
        for another in await self.run.record_walk(walk):
            yield self.document_request(another)

    def _failure(
        self, document: ArchiveDocument, fetch: Fetch, error: AllHostsFailed, *, is_final: bool
    ) -> Walk:
        told = " ".join(filter(None, (error.reason, error.detail)))
        answer = self._answer(document, fetch, PollOutcome.FAILED, document.url, error=told)
        return failed_walk(document, answer, is_final=is_final)

    def _answer(
        self, document: ArchiveDocument, fetch: Fetch, outcome: PollOutcome, url: str, *, error: str = ""
    ) -> Discovery:
        return Discovery(
            outlet_id=self.run.outlet.id,
            source=Source(kind=document.kind, url=document.url),
            outcome=outcome,
            at=self.runtime.clock(),
            host=fetch.attempts[-1].host if fetch.attempts else "",
            url=url,
            attempts=fetch.attempts,
            error=error,
        )

    # --- robots.txt -------------------------------------------------------------------------------

    async def _add_robots_sitemaps(self) -> None:
        """Write down the sitemaps that the first host to name some names in its robots.txt."""
        own = [source.url for source in self.run.outlet.sources]
        scheme = "http" if own and all(url.lower().startswith("http:") for url in own) else "https"
        for host in self.runtime.health.order(self.run.outlet)[:MOST_HOSTS]:
            rules = await self._rules(Source(kind=SourceKind.SITEMAP, url=f"{scheme}://{host}/"))
            if rules.sitemaps and await self.run.add_sitemaps(rules.sitemaps[:MOST_NAMED]):
                return

    async def _rules(self, source: Source) -> Rules:
        """Return the rules of a host, asked by the usual way unless they are known."""
        cache, engine = self.runtime.robots, self.crawler.engine
        assert engine is not None
        async with cache.asking(source.url):
            known = cache.known(source.url)
            if known is not None:
                return known
            given = (self.run.outlet, source, self.runtime.health, self.parse_document, self.document_failed)
            fetch: Fetch = source_request(*given, {}).meta["fetch"]
            try:
                answer = await engine.download_async(robots_request(fetch, robots_url(source.url)))
            except Exception as error:  # noqa: BLE001  whatever kept the rules from us, no sitemap is named
                fault = fault_of(error)
                return rules_of_failure(fault.reason, fault.detail)
            rules = rules_of_answer(answer.status, answer.body)
            cache.keep(source.url, rules)
            return rules


class ArchivePagesSpider(OutletSpider):
    """Fetch one batch of the pages that a backfill found."""

    def __init__(self, *args: Any, links: Sequence[Link] = (), **kwargs: Any) -> None:
        super().__init__(*args, name="archive pages", **kwargs)
        self.links = links

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each link of the batch."""
        for link in self.links:
            yield self.page_request(link)
