"""Addresses of one site asked and read, each as whatever it turns out to be: a list of links, a page, or neither.

Asked as a crawl asks, by guard, gate, robots.txt and proxy; read in the parser pool. Nothing is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from crawler.errors import AddressRefused, ExtractionError, NotAFeed
from crawler.failover import source_request
from crawler.finding.front import FrontPage
from crawler.finding.offers import SERVICES, Offer, offer_key
from crawler.finding.sites import same_site
from crawler.items import Listing, Outlet, Source, SourceKind
from crawler.outage import outage
from crawler.pool import ParserPool
from crawler.reasons import CONNECTION_FAULTS
from crawler.urls import host_of, with_host
from schedules.inquiry import LATE, Answer, Inquiry

MOST_ASKED = 80
"""Requests of one search, robots.txt and redirects not counted."""
FEED_ITEMS = 500
LONGEST_ADDRESS = 2_000
"""Characters of an address that a config may hold."""

Read = Listing | FrontPage | str
"""What an answer was: a list of links, a page, or the reason why it was neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One offer, and what its address answered."""

    offer: Offer
    url: str
    """The address to declare: where the answer came from."""
    read: Read
    answer: Answer


class Listener:
    """Asks each address of a search once, and reads what comes."""

    def __init__(self, inquiry: Inquiry, pool: ParserPool, deadline: float) -> None:
        self.inquiry, self.pool, self.deadline = inquiry, pool, deadline
        self.asked: set[str] = set()
        """Keys of the addresses asked so far."""

    async def hear(
        self, offers: Iterable[Offer], kind: SourceKind = SourceKind.FEED, outlet: Outlet | None = None
    ) -> list[Heard]:
        """Ask each address that was not asked yet, and read what comes."""
        written = {offer_key(offer.url): replace(offer, url=plain_address(offer.url)) for offer in offers}
        fresh = [offer for key, offer in written.items() if offer.url and key not in self.asked]
        fresh = fresh[: max(0, MOST_ASKED - len(self.asked))]
        self.asked |= {offer_key(offer.url) for offer in fresh}
        answers = await self._answers([offer.url for offer in fresh])
        reads = await asyncio.gather(*(self.read(answer, kind, outlet) for answer in answers))
        return [
            Heard(offer=offer, url=_settled(offer.url, answer), read=read, answer=answer)
            for offer, answer, read in zip(fresh, answers, reads, strict=True)
        ]

    async def _answers(self, urls: Sequence[str]) -> list[Answer]:
        """Return the answers. A redirect to another host of the site, or to a service that keeps its feeds, is
        followed once."""
        answers = await self._ask(urls)
        moved = {
            place: target
            for place, (url, answer) in enumerate(zip(urls, answers, strict=True))
            if (target := _moved_to(url, answer))
        }
        for place, answer in zip(moved, await self._ask(list(moved.values())), strict=True):
            answers[place] = answer
        return answers

    async def _ask(self, urls: Sequence[str]) -> list[Answer]:
        left = self.deadline - monotonic()
        if left <= 0 or not urls:
            return [LATE for _ in urls]
        return await self.inquiry.ask([partial(self._question, url) for url in urls], seconds=left)

    def _question(self, url: str, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
        outlet = Outlet(id="finding", name="", hosts=(host_of(url),))
        source = Source(kind=SourceKind.FEED, url=url)  # of a feed any answer is let through that has markup
        return source_request(outlet, source, self.inquiry.health, callback, errback, {})

    async def read(self, answer: Answer, kind: SourceKind, outlet: Outlet | None = None) -> Read:
        """Return what an answer is. A page that answers in a feed's place is read as one."""
        if answer.response is None:
            return answer.reason
        body, url = answer.response.body, answer.response.url
        content_type = (answer.response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            if kind is SourceKind.SITEMAP:
                return await self.pool.sitemap(body, url=url)
            if kind is SourceKind.SECTION and outlet is not None:
                return await self.pool.section(body, url=url, outlet=outlet)
            return await self.pool.feed(body, url=url, content_type=content_type, limit=FEED_ITEMS)
        except (NotAFeed, ExtractionError) as error:
            reason = error.reason
        if kind is not SourceKind.FEED or reason not in ("html", "unknown"):
            return reason
        try:
            if reason == "unknown":
                return await self.pool.sitemap(body, url=url)
        except (NotAFeed, ExtractionError):
            pass  # then it is a page, or nothing
        try:
            return await self.pool.front(body, url=url, content_type=content_type)
        except ExtractionError as error:
            return error.reason


# --- answers --------------------------------------------------------------------------------------

READ_WORDS = {
    "html": "a page, not a list",
    "empty": "it is empty",
    "json": "no JSON Feed",
    "unknown": "it is no feed",
    "late": "it was not asked: the time was over",
    "entities": "it was built to harm its reader",
    "too_large": "it is larger than is read",
    "too_deep": "it is nested deeper than is read",
    "extract_timeout": "it took too long to read",
    "extract_memory": "it takes too much memory to read",
    "extract_crash": "it crashed its reader",
}
_CURES = {
    "dns": "Check the name, and that this machine is on the network and has a resolver.",
    "private": "If it is meant (a test, an intranet), set allow_private = true in [network].",
    "port": "Only usual ports are asked. If this one is meant, add it to ports in [network], or (a test, an intranet)"
    " set allow_private = true.",
    "proxy": "Check proxy in [network], and http_proxy and https_proxy of the environment.",
    "tls": "Its certificate is not trusted: an authority of its own can be named by ca_file in [network].",
    "robots": "Its robots.txt asks not to be crawled.",
    "foreign": "It has moved: add the address it redirects to.",
    "late": "It is slow: try again.",
}


def trouble_of(heard: Heard) -> str:
    """Return why the address given could not be read, hosts and causes named."""
    answer = heard.answer
    if answer.response is not None:
        return f"{heard.url}: {READ_WORDS.get(str(heard.read), str(heard.read))}"
    told = outage(answer.attempts) or f"{heard.offer.url}: {answer.reason} {answer.detail}".rstrip()
    target = _redirect_of(answer)
    return f"{told}: {target}" if target else told


def cure_of(heard: Heard) -> str:
    reason = heard.answer.reason
    if reason in _CURES:
        return _CURES[reason]
    if reason in CONNECTION_FAULTS:
        return "Check the address and that this machine is on the network; a proxy is set in [network]."
    return "Look at it in a browser; the address of one of its feeds can be given in its place."


def is_out_of_reach(answer: Answer) -> bool:
    """Return whether no host answered at all, so that asking for more is idle; also a move to another site."""
    return answer.response is None and answer.reason in CONNECTION_FAULTS | {
        "foreign",
        "late",
        "robots_unreachable",
    }


def plain_address(url: str) -> str:
    """Return an address as it can stand in a config, spaces and letters escaped; '' for what is none."""
    try:
        written = with_host(url, host_of(url))
    except AddressRefused:
        return ""
    return written if len(written) <= LONGEST_ADDRESS else ""


def _redirect_of(answer: Answer) -> str:
    """Return the address that an answer redirects to, when it was not followed; '' otherwise."""
    last = answer.attempts[-1] if answer.attempts else None
    target = last.detail.partition("redirect to ")[2] if last and last.reason == "foreign" else ""
    return plain_address(target) if target.startswith("http") else ""


def _moved_to(url: str, answer: Answer) -> str:
    """Return where an answer redirects to within the site, or to a service that keeps feeds; '' otherwise."""
    target = _redirect_of(answer)
    return (
        target if target and (same_site(host_of(target), host_of(url)) or host_of(target) in SERVICES) else ""
    )


def _settled(asked: str, answer: Answer) -> str:
    """Return the address to declare: the one asked, or the one that answered where only scheme, host or closing slash
    differ. A redirect elsewhere may be of today only."""
    if answer.response is None:
        return asked
    answered, wanted = urlsplit(answer.response.url), urlsplit(asked)
    same = (answered.path.rstrip("/"), answered.query) == (wanted.path.rstrip("/"), wanted.query)
    moved = host_of(asked) != host_of(answer.response.url)
    return str(answer.response.url) if same or moved else asked
