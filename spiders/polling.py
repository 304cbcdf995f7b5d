"""Poll sources: ask, see whether anything changed, have the links read in a worker, hand them to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from scrapy.http import Response

from crawler.caching import fresh_for
from crawler.errors import AllHostsFailed, ExtractionError, NotAFeed
from crawler.failover import Fetch, attempt_of, gave_up, next_request, source_request, with_attempt
from crawler.items import Discovery, Listing, PollOutcome, Source, SourceKind, Validators
from spiders.outlet import OutletSpider, body_hash, outcome_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy import Request
    from twisted.python.failure import Failure


class PollingSpider(OutletSpider):
    """A spider that polls all sources of one kind."""

    kind: ClassVar[SourceKind]

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each source of the outlet that is to be asked, those polled before first."""
        for source in await self.run.sources(self.kind):
            yield await self.ask(source)

    async def ask(self, source: Source, *, only_host: str = "") -> Request:
        """Return the request for a source at its best host, conditional where the host gave validators; at
        *only_host* alone to compare its list."""
        return source_request(
            self.run.outlet,
            source,
            self.runtime.health,
            self.parse_source,
            self.source_failed,
            await self.run.validators(source),
            only_host=only_host,
        )

    async def read(self, response: Response) -> Listing:
        """Return the links of an answer; runs in a worker.

        Raises:
            NotAFeed: the body is something else.
            ExtractionError: the body killed, hung or starved the worker.
        """
        return await self.read_list(self.kind, response)

    async def parse_source(self, response: Response) -> AsyncIterator[Discovery | Request]:
        """Yield the discovery of an answer, or a request to the next host when the body is unusable."""
        fetch: Fetch = response.meta["fetch"]
        assert fetch.source is not None
        host = fetch.attempts[-1].host
        before = fetch.validators.get(host, Validators())
        digest = body_hash(response.body)
        if response.status == 304 or (digest == before.body_sha256 and response.body):
            yield self._discovery(response, PollOutcome.UNCHANGED, _validators(response, before.body_sha256))
            if response.status == 304 and before.outdated:
                yield await self.ask(fetch.source)  # it says 304 to anything: ask again, for the whole
                return
            async for request in self._comparisons(fetch):
                yield request
            return
        try:
            listing = await self.read(response)
        except (NotAFeed, ExtractionError) as error:
            if (following := self._next_host(response, error.reason)) is not None:
                yield following
            return
        # an index is read at every poll: its sitemaps change when it does not
        seen = Validators() if listing.children else _validators(response, digest)
        yield self._discovery(response, PollOutcome.LISTED, seen, listing)
        if fetch.opinion:
            return
        for child in listing.children:
            yield await self.ask(Source(kind=fetch.source.kind, url=child))
        if not listing.children:
            async for request in self._comparisons(fetch):
                yield request

    async def _comparisons(self, fetch: Fetch) -> AsyncIterator[Request]:
        """Yield requests to other hosts for the same list, where the one that came is in doubt or it is time. The
        ledger has written that one when this runs."""
        if fetch.opinion or fetch.source is None:
            return
        asked = {attempt.host for attempt in fetch.attempts}
        for host in await self.run.hosts_to_compare(fetch.source, asked):
            yield await self.ask(fetch.source, only_host=host)

    def _next_host(self, response: Response, detail: str) -> Request | Discovery | None:
        request = response.request
        assert request is not None
        retry = next_request(request, "not_a_feed", response.status, detail)
        if retry is not None:
            return retry
        attempt = attempt_of(request, "not_a_feed", response.status, detail)
        fetch = with_attempt(response.meta["fetch"], attempt)
        self.runtime.health.report(self.run.outlet.id, attempt, self.runtime.clock(), for_source=True)
        return None if fetch.opinion else self._failure(fetch, gave_up(fetch))

    def source_failed(self, failure: Failure) -> Iterator[Discovery]:
        """Yield the failure of a source that no host answered usably."""
        error = outcome_of(failure)
        if self.run.stopped.is_set():
            return  # cut short by us: it says nothing about the source
        fetch: Fetch = failure.request.meta["fetch"]  # type: ignore[attr-defined]
        if not fetch.opinion:
            yield self._failure(fetch, error)

    def _failure(self, fetch: Fetch, error: AllHostsFailed) -> Discovery:
        assert fetch.source is not None
        last = error.attempts[-1] if error.attempts else None
        return Discovery(
            outlet_id=self.run.outlet.id,
            source=fetch.source,
            outcome=PollOutcome.FAILED,
            at=self.runtime.clock(),
            host=last.host if last else "",
            url=last.url if last else fetch.source.url,
            attempts=error.attempts,
            error=" ".join(filter(None, (error.reason, error.detail))),
        )

    def _discovery(
        self, response: Response, outcome: PollOutcome, validators: Validators, listing: Listing | None = None
    ) -> Discovery:
        fetch: Fetch = response.meta["fetch"]
        assert fetch.source is not None
        return Discovery(
            outlet_id=self.run.outlet.id,
            source=fetch.source,
            outcome=outcome,
            at=self.runtime.clock(),
            host=fetch.attempts[-1].host,
            url=response.url,
            validators=validators,
            entries=listing.entries if listing else (),
            not_modified=response.status == 304,
            attempts=fetch.attempts,
            children=listing.children if listing else (),
            truncated=listing.truncated if listing else False,
            conditional=_is_conditional(response),
            fresh_for=fresh_for(_header(response, "Cache-Control"), _header(response, "Age")),
            opinion=fetch.opinion,
        )


def _validators(response: Response, digest: str) -> Validators:
    return Validators(
        etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified"), body_sha256=digest
    )


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _is_conditional(response: Response) -> bool:
    """Return whether the host was asked for changes only."""
    asked = response.request.headers if response.request is not None else {}
    return "If-None-Match" in asked or "If-Modified-Since" in asked
