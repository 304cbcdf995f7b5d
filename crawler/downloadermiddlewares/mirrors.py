"""A host that fails gives way to the next. The one place where an answer is found usable or not."""

from __future__ import annotations

import re
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from crawler.failover import Fetch, Purpose, attempt_of, following_request, gave_up, with_attempt
from crawler.faults import Fault, fault_of
from crawler.identity import PATH, article_key
from crawler.items import SourceKind
from crawler.network import Network, fetch_of, network_of
from crawler.pagekind import FAULTS, PageKind, is_titled_not_found, page_kind
from crawler.redirection import names_front_page
from crawler.redirectors import is_redirector
from crawler.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.items import Attempt

log = structlog.get_logger("newshawk.mirrors")
_TELLING_KINDS = frozenset({"challenge", "seizure", "censor", "consent", "login", "parked"})
"""Kinds that say more than the status they come with."""
_NO_PAGES = FAULTS | {"feed", "not_html"}
_NO_ARTICLES = _NO_PAGES | {"list", "paywall"}
_MARKUP_KINDS = frozenset({"article", "list", "paywall"})


class MirrorsMiddleware:
    """Judges answers and failures, tells the host health, and moves on."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawl."""
        return cls(network_of(crawler))

    def process_request(self, request: Request) -> None:
        """Tell the host health of failures that the spider found (a body that is no feed)."""
        if fetch := fetch_of(request):
            request.meta["fetch"] = self._reported(fetch)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return a usable answer with its record, or the request to the next host.

        Raises:
            AllHostsFailed: this was the last one.
        """
        fetch = fetch_of(request)
        if fetch is None or (fetch.purpose is Purpose.ROBOTS and "fault" not in request.meta):
            return response
        fault = request.meta.pop("fault", None)
        if fault is None and "leads_to" not in request.meta:
            fault = judged(fetch, request, response)
        if fault is None and is_another_article(fetch, response.url):
            fault = Fault(reason="redirected", detail=response.url[:300])
            left = {candidate.host for candidate in fetch.candidates} - {fetch.present.host}
            if not left and all(each.reason == "redirected" for each in fetch.attempts):
                fault = None  # no host says otherwise
        if fault is not None:
            return self._give_way(request, fault, response.status)
        served = attempt_of(request, "ok", response.status, seconds=_seconds(request))
        asked_of = fetch.present.host
        if (host := host_of(request.url)) != asked_of:
            self._network.health.report(fetch.outlet.id, served, self._network.clock())
            served = replace(served, host=host)
        request.meta["fetch"] = self._reported(with_attempt(fetch, served))
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request to the next host after a failure.

        Raises:
            AllHostsFailed: this was the last one.
        """
        fetch = fetch_of(request)
        if fetch is None or fetch.purpose is Purpose.ROBOTS:
            return None
        return self._give_way(request, fault_of(exception), None)

    def _give_way(self, request: Request, fault: Fault, status: int | None) -> Request:
        attempt = attempt_of(
            request,
            fault.reason,
            status,
            fault.detail,
            seconds=_seconds(request),
            rest=request.meta.get("rest", 0.0),
        )
        following = following_request(request, attempt)
        if following is None:
            fetch = request.meta["fetch"] = self._reported(with_attempt(request.meta["fetch"], attempt))
            raise gave_up(fetch)
        following.meta["fetch"] = self._reported(following.meta["fetch"])
        return following

    def _reported(self, fetch: Fetch) -> Fetch:
        """Tell the host health what it has not heard yet. Where a robots.txt leads says nothing: what keeps the
        host from us is told by the request that waited for it."""
        if fetch.purpose is Purpose.ROBOTS:
            return fetch
        news: tuple[Attempt, ...] = fetch.attempts[fetch.reported :]
        for attempt in news:
            self._network.health.report(
                fetch.outlet.id,
                attempt,
                self._network.clock(),
                for_source=fetch.purpose is Purpose.SOURCE,
            )
        return replace(fetch, reported=len(fetch.attempts)) if news else fetch


def is_another_article(fetch: Fetch, url: str) -> bool:
    """True when a page was asked for by one article's number and *url*, which answered, bears another's.

    A broken or hostile mirror may lead every address to one article; so the word of one host is not enough.
    """
    if fetch.link is None or fetch.link.key.kind == PATH:
        return False
    asked, answered = article_key(fetch.outlet, fetch.link.address), article_key(fetch.outlet, url)
    return answered.kind != PATH and answered != asked


def judged(fetch: Fetch, request: Request, response: Response) -> Fault | None:
    """Return what fault_in says; an answer that makes it stumble is a fault of the host that gave it."""
    try:
        return fault_in(fetch, request, response)
    except Exception as error:
        log.error("answer not judged", url=request.url, error=repr(error), exc_info=error)
        return Fault(reason="error", detail=type(error).__name__)


def fault_in(fetch: Fetch, request: Request, response: Response) -> Fault | None:
    """Return why an answer is not usable for its purpose, None if it is."""
    if response.status == 304:
        asked = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        return None if asked else Fault(reason="http_304", detail="nothing was asked that could be unchanged")
    if is_redirector(fetch.outlet, request.url) and 200 <= response.status < 300:
        return Fault(reason="wrapper", detail="it leads nowhere")
    found = page_kind(
        response.status,
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in _headers(response)],
        response.body,
        response.url,
        fetch.present.url,
    )
    request.meta["page_kind"] = found  # attempt_of puts it on record
    if found.kind in _TELLING_KINDS:
        return Fault(reason=found.kind, detail=found.evidence)
    if not 200 <= response.status < 300:
        return Fault(reason=f"http_{response.status}", detail=found.evidence)
    if _is_replaced(fetch, found):
        return Fault(reason="soft_404", detail=f"titled {found.evidence}")
    if _is_front_page(fetch, found, response.body):
        return Fault(reason="front_page", detail=f"names itself the front page: {found.evidence}"[:200])
    return _misplaced(fetch, found.kind, found.evidence)


def _is_replaced(fetch: Fetch, found: PageKind) -> bool:
    """Return whether the page of an article that is known is called *not found* now, and was not before: some sites
    set that as an article."""
    link = fetch.link
    if link is None or link.article_id is None or found.kind != "article":
        return False
    return is_titled_not_found(found.evidence) and not is_titled_not_found(link.headline or link.title)


def _is_front_page(fetch: Fetch, found: PageKind, body: bytes) -> bool:
    """Return whether the page of an article that is known is the front page now. That it names that as its own
    address is not enough, for some sites do so on every page: no word of the article's headline is in its title."""
    link = fetch.link
    if link is None or link.article_id is None or found.kind not in ("article", "list"):
        return False
    if found.kind == "article" and _words(link.headline) & _words(found.evidence):
        return False
    return names_front_page(fetch, body)


def _words(title: str) -> set[str]:
    words = set(re.findall(r"\w+", title.casefold()))
    return {word for word in words if len(word) > 3} or words


def _misplaced(fetch: Fetch, kind: str, evidence: str) -> Fault | None:
    """Return the fault of a kind of page that does not serve the purpose."""
    if fetch.purpose is Purpose.PAGE:
        return Fault(reason=kind, detail=evidence) if kind in _NO_ARTICLES else None
    if fetch.source is None or fetch.source.kind is SourceKind.SECTION:
        return Fault(reason=kind, detail=evidence) if kind in _NO_PAGES - {"front_page"} else None
    if kind in _MARKUP_KINDS:
        return None  # the reader decides: it finds feeds inside markup, and says why not
    return Fault(reason=kind, detail=evidence) if kind in FAULTS else None


def _headers(response: Response) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in response.headers.items() for value in values]


def _seconds(request: Request) -> float:
    asked_at = request.meta.get("asked_at")
    return round(monotonic() - asked_at, 3) if asked_at is not None else 0.0
