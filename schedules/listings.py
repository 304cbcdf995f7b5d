"""Lists asked as a crawl asks them, outside of any crawl: no validators are sent, and the ledger hears of nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from crawler.errors import ExtractionError, NotAFeed
from crawler.failover import Candidate, Fetch, Purpose, next_request, request_for, source_candidates
from crawler.items import Attempt, Listing, Outlet, Source
from crawler.listreading import read_list
from crawler.outage import outage
from crawler.pool import ParserPool
from crawler.shapes import Shape
from crawler.urls import with_host
from schedules.inquiry import LATE, Answer, Inquiry, Question

if TYPE_CHECKING:
    from scrapy import Request

ROUNDS = 4
"""Hosts of which a list is asked at most when what they send is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One list to ask for."""

    outlet: Outlet
    source: Source
    host: str = ""
    """The one host to ask; empty for all of the outlet's, in order of health."""
    shapes: tuple[Shape, ...] = field(default=(), repr=False)
    """Of the outlet's known articles, by which a section page is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What came of it."""

    listing: Listing | None = field(default=None, repr=False)
    """None when no host gave it."""
    host: str = ""
    """That gave it, else the last one tried."""
    url: str = ""
    """The address that gave it."""
    told: str = ""
    """Why there is none."""


async def listings(
    inquiry: Inquiry, pool: ParserPool, wanted: Sequence[Wanted], *, deadline: float
) -> list[Listed]:
    """Return what came of each list, in order. Needs the running reactor; *deadline* is a moment of the monotonic
    clock. A host that sends something else gives way to the next."""
    found = [Listed() for _ in wanted]
    questions: dict[int, Question] = {
        place: partial(_question, inquiry, each) for place, each in enumerate(wanted)
    }
    for _ in range(ROUNDS):
        if not questions:
            break
        answers = await _asked(inquiry, list(questions.values()), deadline)
        following: dict[int, Question] = {}
        for place, answer in zip(questions, answers, strict=True):
            found[place], request = await _listed(pool, wanted[place], answer)
            if request is not None:
                following[place] = partial(_again, request)
        questions = following
    return found


async def _asked(inquiry: Inquiry, questions: list[Question], deadline: float) -> list[Answer]:
    left = deadline - monotonic()
    return [LATE for _ in questions] if left <= 0 else await inquiry.ask(questions, seconds=left)


def _question(
    inquiry: Inquiry, wanted: Wanted, callback: Callable[..., Any], errback: Callable[..., Any]
) -> Request:
    outlet, source, host = wanted.outlet, wanted.source, wanted.host
    candidates = source_candidates(outlet, source, inquiry.health)
    if host:
        candidates = (Candidate(host=host, url=with_host(source.url, host)),)
    fetch = Fetch(purpose=Purpose.SOURCE, outlet=outlet, candidates=candidates, source=source)
    return request_for(fetch, callback, errback)


def _again(request: Request, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
    return request.replace(callback=callback, errback=errback)


async def _listed(pool: ParserPool, wanted: Wanted, answer: Answer) -> tuple[Listed, Request | None]:
    """Return what came of a list, and the request to its next host when this one sent something else."""
    host = answer.attempts[-1].host if answer.attempts else wanted.host
    failed = Listed(host=host, url=wanted.source.url)
    if answer.response is None:
        told = outage(answer.attempts) or _words(host, wanted.source.url, answer.reason, answer.detail)
        return replace(failed, told=told), None
    try:
        listing = await read_list(
            pool, wanted.source.kind, answer.response, outlet=wanted.outlet, shapes=wanted.shapes
        )
    except (NotAFeed, ExtractionError) as error:
        request = answer.response.request
        assert request is not None
        told = _words(host, wanted.source.url, "not_a_feed", error.reason)
        return replace(failed, told=told), next_request(
            request, "not_a_feed", answer.response.status, error.reason
        )
    return Listed(listing=listing, host=host, url=answer.response.url), None


def _words(host: str, url: str, reason: str, detail: str) -> str:
    if reason == "late":
        return "the time was over before it was asked"
    return outage([Attempt(host=host or "it", url=url, status=None, reason=reason, detail=detail)])
