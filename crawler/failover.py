"""Which hosts are asked for an address, in which order, and what it means when they fail. Pure.

A ``Fetch`` travels in ``request.meta["fetch"]``: it knows which candidates are left and what was tried.
A candidate that fails gives way to the next (``next_request``); when none is left, ``gave_up`` says what
the whole came to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.errors import AddressRefused, AllHostsFailed
from crawler.identity import is_own_host
from crawler.items import Attempt, Link, Outlet, Source, Validators
from crawler.pagekind import PageKind
from crawler.reasons import CONNECTION_FAULTS, GONE, NO_PAGE, SKIPPED, telling
from crawler.redirectors import is_redirector
from crawler.urls import host_of, with_host

MAX_CANDIDATES = 12
"""Addresses tried for one link or source at most."""
PAGE_MAXSIZE = 8 * 1024 * 1024
SOURCE_MAXSIZE = 16 * 1024 * 1024
"""Bytes, as received and after decoding."""


class Purpose(StrEnum):
    """What a request is for."""

    SOURCE = "source"
    PAGE = "page"
    ROBOTS = "robots"


class Health(Protocol):
    """What is known of hosts (crawler/hosthealth.py)."""

    def order(self, outlet: Outlet) -> Sequence[str]:
        """Return the outlet's hosts, those to be asked first in front."""
        ...

    def rests(self, outlet_id: str, url: str) -> bool:
        """Return whether the host of *url* failed lately over this scheme."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One address at one host."""

    host: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """What a request is for, what was tried, and what is left to try."""

    purpose: Purpose
    outlet: Outlet
    candidates: tuple[Candidate, ...]
    """Still to try, in order; the present one first."""
    attempts: tuple[Attempt, ...] = ()
    """Tried, in order. Of a response that reached its spider the last is ``ok``."""
    source: Source | None = None
    link: Link | None = None
    validators: Mapping[str, Validators] = field(default_factory=dict, repr=False)
    """For conditional requests: of a source per host, of a page per address."""
    opinion: bool = False
    """One host is asked for a list, or a page, to compare it with another's; no poll, no re-check."""
    redirects: int = 0
    """Hops since the present candidate's own address."""
    reported: int = 0
    """How many of the attempts the host health has heard of."""

    @property
    def present(self) -> Candidate:
        """The candidate that is being asked."""
        return self.candidates[0]


# --- requests -------------------------------------------------------------------------------------


def source_request(
    outlet: Outlet,
    source: Source,
    health: Health,
    callback: Callable[..., Any],
    errback: Callable[..., Any],
    validators: Mapping[str, Validators],
    *,
    only_host: str = "",
) -> Request:
    """Return the request for a source: at each host of the outlet, or at its own if that is another; at
    *only_host* alone to compare its list."""
    candidates = source_candidates(outlet, source, health)
    fetch = Fetch(
        purpose=Purpose.SOURCE,
        outlet=outlet,
        candidates=tuple(each for each in candidates if not only_host or each.host == only_host),
        source=source,
        validators=validators,
        opinion=bool(only_host),
    )
    return request_for(fetch, callback, errback)


def page_request(
    outlet: Outlet,
    link: Link,
    health: Health,
    callback: Callable[..., Any],
    errback: Callable[..., Any],
    prefer_host: str = "",
) -> Request:
    """Return the request for a link's page: first at *prefer_host*, then at the host that named it."""
    candidates = page_candidates(outlet, link, health, prefer_host)
    fetch = Fetch(
        purpose=Purpose.PAGE, outlet=outlet, candidates=candidates, link=link, validators=link.validators
    )
    return request_for(fetch, callback, errback)


def original_request(
    outlet: Outlet,
    link: Link,
    health: Health,
    callback: Callable[..., Any],
    errback: Callable[..., Any],
) -> Request | None:
    """Return the request for an article's page at its own hosts alone (the one that served its text, the canonical
    one), resting or not; None when neither may be asked any more."""
    candidates = tuple(
        candidate
        for candidate in page_candidates(outlet, link, health)
        if is_own_host(outlet, candidate.host, link.host)
    )
    if not candidates:
        return None
    fetch = Fetch(purpose=Purpose.PAGE, outlet=outlet, candidates=candidates, link=link)
    return request_for(fetch, callback, errback)


def comparison_request(
    outlet: Outlet,
    link: Link,
    health: Health,
    callback: Callable[..., Any],
    errback: Callable[..., Any],
    only_host: str,
) -> Request | None:
    """Return the request for an article's page at one host, to compare it with the stored one; None when the host is
    no longer asked."""
    candidates = tuple(each for each in page_candidates(outlet, link, health) if each.host == only_host)
    if not candidates:
        return None
    fetch = Fetch(purpose=Purpose.PAGE, outlet=outlet, candidates=candidates, link=link, opinion=True)
    return request_for(fetch, callback, errback)


def robots_request(fetch: Fetch, url: str) -> Request:
    """Return the request for the robots.txt at *url*, asked on behalf of *fetch*."""
    candidate = Candidate(host=host_of(url), url=url)
    robots = Fetch(purpose=Purpose.ROBOTS, outlet=fetch.outlet, candidates=(candidate,))
    return request_for(robots, NO_CALLBACK, None, priority=1000)


def request_for(
    fetch: Fetch,
    callback: Callable[..., Any] | None,
    errback: Callable[..., Any] | None,
    *,
    url: str = "",
    priority: int = 0,
    cb_kwargs: dict[str, Any] | None = None,
) -> Request:
    """Return a fresh request for the present candidate (or *url*, after a redirect): no header of an
    earlier host goes along."""
    maxsize = SOURCE_MAXSIZE if fetch.purpose is Purpose.SOURCE else PAGE_MAXSIZE
    return Request(
        url or fetch.present.url,
        callback=callback,
        errback=errback,
        dont_filter=True,
        priority=priority,
        cb_kwargs=cb_kwargs,
        meta={"fetch": fetch, "download_maxsize": maxsize},
    )


# --- candidates -----------------------------------------------------------------------------------


def source_candidates(outlet: Outlet, source: Source, health: Health) -> tuple[Candidate, ...]:
    """Return the addresses at which a source is tried, in order of health and preference."""
    own = host_of(source.url)
    if own not in outlet.hosts:
        return (Candidate(host=own, url=source.url),)
    found = [Candidate(host=host, url=with_host(source.url, host)) for host in health.order(outlet)]
    found.sort(key=lambda candidate: health.rests(outlet.id, candidate.url))
    return tuple(found[:MAX_CANDIDATES])


def page_candidates(
    outlet: Outlet, link: Link, health: Health, prefer_host: str = ""
) -> tuple[Candidate, ...]:
    """Return the addresses at which a page is tried: the host that served the feed first, then the others
    by health and preference, resting ones last. A re-check asks the canonical host first, then the one that served
    the article's text: what came from a mirror alone may be what that mirror makes of it."""
    if is_redirector(outlet, link.url):
        return (Candidate(host=host_of(link.url), url=link.url),)
    own = (outlet.canonical_host or outlet.hosts[0],) if link.article_id is not None else ()
    wanted = dict.fromkeys((prefer_host, *own, link.host, *health.order(outlet)))
    found = [
        Candidate(host=host, url=with_host(link.url, host, scheme))
        for host in wanted
        if host in outlet.hosts
        for scheme in _schemes(outlet, link.url)
    ]
    found.sort(key=lambda candidate: health.rests(outlet.id, candidate.url))
    return tuple(found[:MAX_CANDIDATES])


def _schemes(outlet: Outlet, url: str) -> tuple[str, ...]:
    """Return the schemes to try, the stronger first, none weaker than the publisher linked or the operator
    configured: a source is tried at each host, so its scheme speaks for all of them."""
    declared = {_scheme(source.url) for source in outlet.sources if _is_own(outlet, source.url)}
    allowed = declared | {_scheme(url)}
    return tuple(scheme for scheme in ("https", "http") if scheme in allowed)


def _scheme(url: str) -> str:
    return "https" if url[:6].lower() == "https:" else "http"


def _is_own(outlet: Outlet, url: str) -> bool:
    try:
        return host_of(url) in outlet.hosts
    except AddressRefused:
        return False


# --- failures -------------------------------------------------------------------------------------


def attempt_of(
    request: Request,
    reason: str,
    status: int | None = None,
    detail: str = "",
    *,
    seconds: float = 0.0,
    rest: float = 0.0,
) -> Attempt:
    """Return the record of what the present candidate came to."""
    fetch: Fetch = request.meta["fetch"]
    found: PageKind | None = request.meta.get("page_kind")
    return Attempt(
        host=fetch.present.host,
        url=request.url,
        status=status,
        reason=reason,
        seconds=seconds,
        detail=(detail or (found.evidence if found else ""))[:300],
        rest=rest,
        kind=found.kind if found else "",
    )


def with_attempt(fetch: Fetch, attempt: Attempt) -> Fetch:
    """Return *fetch* with one attempt more. It takes the place of an ``ok`` of the same address: the body
    turned out unusable after all."""
    before = fetch.attempts
    if before and before[-1].reason == "ok" and before[-1].url == attempt.url:
        before = before[:-1]
    return replace(fetch, attempts=(*before, attempt), reported=min(fetch.reported, len(before)))


def next_request(request: Request, reason: str, status: int | None, detail: str = "") -> Request | None:
    """Return the request to the next candidate after the present one failed, None when none is left.

    Also for spiders whose parser found the body unusable. ``gave_up(failed_fetch(...))`` then tells what
    the whole came to.
    """
    return following_request(request, attempt_of(request, reason, status, detail))


def following_request(request: Request, attempt: Attempt) -> Request | None:
    """Return the request to the next candidate after *attempt* failed, None when none is left."""
    fetch = with_attempt(request.meta["fetch"], attempt)
    left = fetch.candidates[1:]
    if attempt.reason not in CONNECTION_FAULTS:
        left = tuple(candidate for candidate in left if candidate.host != fetch.present.host)
    if not left:
        return None
    return request_for(
        replace(fetch, candidates=left, redirects=0),
        request.callback,
        request.errback,
        priority=request.priority + 1,
        cb_kwargs=request.cb_kwargs,
    )


def redirected_request(request: Request, url: str) -> Request:
    """Return the request for the next hop of the present candidate."""
    fetch: Fetch = request.meta["fetch"]
    return request_for(
        replace(fetch, redirects=fetch.redirects + 1),
        request.callback,
        request.errback,
        url=url,
        priority=request.priority + 1,
        cb_kwargs=request.cb_kwargs,
    )


def gave_up(fetch: Fetch) -> AllHostsFailed:
    """Return what the attempts came to together, with the reason of the most telling one."""
    attempts = tuple(attempt for attempt in fetch.attempts if attempt.reason != "ok")
    told = min(attempts, key=lambda attempt: telling(attempt.reason))
    reasons = {attempt.reason for attempt in attempts}
    final = reasons <= GONE | SKIPPED | NO_PAGE
    return AllHostsFailed(
        told.url,
        told.reason,
        told.detail,
        attempts=attempts,
        permanent=final,
        skipped=final and told.reason in SKIPPED,
    )
