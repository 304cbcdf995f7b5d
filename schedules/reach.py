"""Whether the hosts and sources of outlets can be reached: robots.txt of each host, then each source, once.

Asked as a crawl asks, by guard, gate, proxy and mirrors, within a time limit; nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any

from crawler.config import Config
from crawler.errors import ExtractionError, NotAFeed
from crawler.failover import (
    Candidate,
    Fetch,
    Purpose,
    next_request,
    request_for,
    source_request,
)
from crawler.identity import PATH, classify_link
from crawler.items import Attempt, Listing, Outlet, Source, SourceKind
from crawler.outage import outage
from crawler.pool import ParserPool
from crawler.reasons import CONNECTION_FAULTS
from crawler.robots import robots_url, rules_of_answer, rules_of_failure
from schedules.inquiry import LATE, Answer, Inquiry, Question

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

HOST_SECONDS = 15
"""For one answer: who looks at the screen does not wait as long as a crawl does."""
ROUNDS = 4
"""Hosts of which a source is asked at most when what they send is no feed."""
DIGITS = 5
"""Fewer are a year, a day, or the number of a section."""
MANY_LINKS = 3
"""From so many links on, an article_id that finds a number in none of them is out of date."""
OLD = timedelta(days=14)
"""A source whose newest item is older than this seems to be kept no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReport:
    """What one host did when asked for its robots.txt."""

    host: str
    url: str
    reason: str = ""
    """Word of the ledger for a failure; empty when it answered."""
    detail: str = ""
    status: int | None = None
    offset: float | None = None
    """Seconds by which this machine's clock is ahead of the answer's Date; None without one."""

    @property
    def told(self) -> str:
        """What it did, as a sentence; empty when all is well."""
        return _words(self.host, self.url, self.reason, self.detail, self.status) if self.reason else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What came of one source."""

    url: str
    kind: str
    host: str = ""
    """That served it."""
    links: int | None = None
    """None when no host gave it usably."""
    foreign: int = 0
    """Links that lead to hosts which are not the outlet's."""
    undated: int = 0
    """Links that the source gives without a time."""
    numbered: int | None = None
    """Own links in which article_id finds the article's number; None for an outlet without article_id."""
    countable: int = 0
    """Own links with a run of `DIGITS` digits or more in their path: what an article_id could take."""
    newest: datetime | None = None
    reason: str = ""
    told: str = ""
    """What is amiss; empty when all is well."""

    @property
    def own(self) -> int:
        """Links that lead to the outlet's hosts."""
        return (self.links or 0) - self.foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletReport:
    """What came of one outlet."""

    outlet_id: str
    hosts: tuple[HostReport, ...] = field(repr=False)
    sources: tuple[SourceReport, ...] = field(repr=False)

    @property
    def level(self) -> str:
        """fail when no source can be had, warn when anything is amiss, else ok."""
        if all(source.links is None for source in self.sources):
            return "fail"
        return "warn" if self.troubles else "ok"

    @property
    def notes(self) -> list[str]:
        """Sentences of what the links show about article_id, where that is not all well and yet no trouble."""
        own = sum(source.own for source in self.sources)
        if own == 0:
            return []
        counts = [source.numbered for source in self.sources if source.numbered is not None]
        if counts:
            without = sum(source.own for source in self.sources if source.numbered is not None) - sum(counts)
            return [f"{without} of {own} links have no article number"] if 0 < without < own else []
        countable = sum(source.countable for source in self.sources)
        return [f"no article_id: {countable} of {own} links carry a number of {DIGITS} digits or more"]

    @property
    def troubles(self) -> list[tuple[str, str]]:
        """(reason, sentence) of what is amiss, the worst first: sources that nobody gives, sources that look
        wrong, hosts."""
        lost = [(each.reason, each.told) for each in self.sources if each.links is None]
        odd = [(each.reason, each.told) for each in self.sources if each.links is not None and each.told]
        told = " ".join(words for _, words in (*lost, *odd))
        hosts = [(each.reason, each.told) for each in self.hosts if each.told and each.told not in told]
        return [*lost, *odd, *hosts]


def clock_offset(reports: Iterable[OutletReport]) -> float | None:
    """Return by how many seconds this clock is ahead of what the hosts say (the median); None if none told."""
    offsets = [host.offset for report in reports for host in report.hosts if host.offset is not None]
    return median(offsets) if offsets else None


async def reach(
    config: Config, clock: Callable[[], datetime], pool: ParserPool, *, seconds: float
) -> list[OutletReport]:
    """Return what came of each watched outlet, within *seconds*. Needs the running reactor."""
    settings = {"DOWNLOAD_TIMEOUT": HOST_SECONDS, "CONCURRENT_REQUESTS": 64}
    inquiry = Inquiry(config, clock=clock, settings=settings)
    lookout = _Lookout(config, inquiry, pool, monotonic() + seconds)
    hosts = await lookout.hosts()
    sources = await lookout.sources()
    return [
        OutletReport(
            outlet_id=outlet.id,
            hosts=tuple(hosts[outlet.id]),
            sources=tuple(sources[outlet.id]),
        )
        for outlet in config.outlets
    ]


class _Lookout:
    """One look at all outlets."""

    def __init__(self, config: Config, inquiry: Inquiry, pool: ParserPool, deadline: float) -> None:
        self.config, self.inquiry, self.pool, self.deadline = config, inquiry, pool, deadline

    async def _ask(self, questions: Sequence[Question]) -> list[Answer]:
        left = self.deadline - monotonic()
        if left <= 0:
            return [LATE for _ in questions]
        return await self.inquiry.ask(questions, seconds=left)

    # --- hosts ------------------------------------------------------------------------------------

    async def hosts(self) -> dict[str, list[HostReport]]:
        """Return the hosts of each outlet. Where https fails on the way and a source is plain http, that counts."""
        first = [
            (outlet, host, _schemes(outlet, host)) for outlet in self.config.outlets for host in outlet.hosts
        ]
        reports = await self._robots([(outlet, f"{schemes[0]}://{host}/") for outlet, host, schemes in first])
        again = [
            place
            for place, ((_, _, schemes), report) in enumerate(zip(first, reports, strict=True))
            if len(schemes) > 1 and report.reason in CONNECTION_FAULTS
        ]
        seconds = await self._robots([(first[place][0], f"http://{first[place][1]}/") for place in again])
        for place, report in zip(again, seconds, strict=True):
            if not report.reason:
                told = f"{reports[place].detail}; http works"
                reports[place] = replace(reports[place], detail=told, offset=report.offset)
        found: dict[str, list[HostReport]] = {outlet.id: [] for outlet in self.config.outlets}
        for (outlet, _, _), report in zip(first, reports, strict=True):
            found[outlet.id].append(report)
        return found

    async def _robots(self, asked: list[tuple[Outlet, str]]) -> list[HostReport]:
        """Ask for robots.txt of each host, and keep it: the sources need not ask again."""
        if not asked:
            return []
        questions = [partial(_robots_question, outlet, url) for outlet, url in asked]
        answers = await self._ask(questions)
        return [self._host(url, answer) for (_, url), answer in zip(asked, answers, strict=True)]

    def _host(self, url: str, answer: Answer) -> HostReport:
        host = url.partition("://")[2].rstrip("/")
        if answer.response is None:
            if answer.reason not in ("late", "resting"):
                self.inquiry.robots.keep(url, rules_of_failure(answer.reason, answer.detail))
            reason = "" if answer.reason in _SAID_BY_SITE else answer.reason
            return HostReport(host=host, url=url, reason=reason, detail=answer.detail)
        rules = rules_of_answer(answer.response.status, answer.response.body)
        self.inquiry.robots.keep(url, rules)
        return HostReport(
            host=host,
            url=url,
            reason=rules.reason,
            detail=rules.detail,
            status=answer.response.status,
            offset=_offset(answer),
        )

    # --- sources ----------------------------------------------------------------------------------

    async def sources(self) -> dict[str, list[SourceReport]]:
        """Return the sources of each outlet; a host that sends no feed gives way to the next."""
        asked = [(outlet, source) for outlet in self.config.outlets for source in outlet.sources]
        questions: dict[int, Callable[..., Request]] = {
            place: partial(self._source_question, outlet, source)
            for place, (outlet, source) in enumerate(asked)
        }
        reports: dict[int, SourceReport] = {}
        for _ in range(ROUNDS):
            if not questions:
                break
            answers = await self._ask(list(questions.values()))
            following: dict[int, Callable[..., Request]] = {}
            for place, answer in zip(questions, answers, strict=True):
                reports[place], request = await self._source(*asked[place], answer)
                if request is not None:
                    following[place] = partial(_again, request)
            questions = following
        found: dict[str, list[SourceReport]] = {outlet.id: [] for outlet in self.config.outlets}
        for place, (outlet, _) in enumerate(asked):
            found[outlet.id].append(reports[place])
        return found

    def _source_question(
        self, outlet: Outlet, source: Source, callback: Callable[..., Any], errback: Callable[..., Any]
    ) -> Request:
        return source_request(outlet, source, self.inquiry.health, callback, errback, {})

    async def _source(
        self, outlet: Outlet, source: Source, answer: Answer
    ) -> tuple[SourceReport, Request | None]:
        """Return what came of a source, and the request to its next host when this one sent no feed."""
        report = SourceReport(url=source.url, kind=source.kind.value)
        if answer.response is None:
            words = outage(answer.attempts) or _words(
                source.url, source.url, answer.reason, answer.detail, None
            )
            return replace(report, reason=answer.reason, told=f"{source.url}: {words}"), None
        host = answer.attempts[-1].host
        try:
            listing = await self._read(outlet, source, answer.response)
        except (NotAFeed, ExtractionError) as error:
            words = _words(host, source.url, "not_a_feed", error.reason, answer.response.status)
            request = answer.response.request
            assert request is not None
            following = next_request(request, "not_a_feed", answer.response.status, error.reason)
            return replace(report, reason="not_a_feed", told=f"{source.url}: {words}"), following
        return _judged(report, outlet, host, listing, self.inquiry.clock()), None

    async def _read(self, outlet: Outlet, source: Source, response: Response) -> Listing:
        match source.kind:
            case SourceKind.FEED:
                content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
                return await self.pool.feed(response.body, url=response.url, content_type=content_type)
            case SourceKind.SITEMAP:
                return await self.pool.sitemap(response.body, url=response.url)
            case _:
                return await self.pool.section(response.body, url=response.url, outlet=outlet)


# --- questions ------------------------------------------------------------------------------------

_SAID_BY_SITE = frozenset({"foreign", "dead_mirror", "redirects", "bad_redirect", "too_large"})
"""What a robots.txt may come to without anything being wrong with its host (RFC 9309, 2.3.1)."""


def _robots_question(
    outlet: Outlet, url: str, callback: Callable[..., Any], errback: Callable[..., Any]
) -> Request:
    candidate = Candidate(host=url.partition("://")[2].rstrip("/"), url=robots_url(url))
    fetch = Fetch(purpose=Purpose.ROBOTS, outlet=outlet, candidates=(candidate,))
    return request_for(fetch, callback, errback)


def _again(request: Request, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
    return request.replace(callback=callback, errback=errback)


def _schemes(outlet: Outlet, host: str) -> list[str]:
    """Return the schemes to ask a host by: https, then http where a source is written so; of a host with a port
    those of the sources alone, for a port speaks one of them."""
    declared = {source.url.partition(":")[0].lower() for source in outlet.sources}
    if ":" in host:
        return ["https"] if "https" in declared else ["http"]
    return ["https", "http"] if "http" in declared else ["https"]


# --- answers --------------------------------------------------------------------------------------


def _counted(report: SourceReport, outlet: Outlet, listing: Listing) -> SourceReport:
    """Return the report with what the links of the source are to the outlet."""
    links = [classify_link(outlet, entry.url) for entry in listing.entries]
    own = [link for link in links if not link.refusal]
    times = [entry.published.at for entry in listing.entries]
    return replace(
        report,
        links=len(links),
        foreign=sum(link.refusal == "foreign" for link in links),
        undated=times.count(None),
        numbered=sum(link.key.kind != PATH for link in own) if outlet.article_id else None,
        countable=sum(bool(_NUMBER.search(link.ledger_key)) for link in own),
        newest=max((at for at in times if at), default=None),
    )


_NUMBER = re.compile(rf"(?<!\d)\d{{{DIGITS},}}(?!\d)")


def _judged(report: SourceReport, outlet: Outlet, host: str, listing: Listing, now: datetime) -> SourceReport:
    report = replace(_counted(report, outlet, listing), host=host)
    newest = report.newest
    if not listing.entries and not listing.children:
        return replace(report, reason="no_links", told=f"{report.url}: it names no link")
    if listing.entries and report.foreign == len(listing.entries):
        told = f"all of its {report.foreign} links lead to hosts that are not the outlet's"
        return replace(report, reason="all_foreign", told=f"{report.url}: {told}")
    if report.numbered == 0 and report.own >= MANY_LINKS:
        told = f"article_id finds a number in none of its {report.own} links"
        return replace(report, reason="no_number", told=f"{report.url}: {told}")
    if newest is not None and now - newest > OLD:
        return replace(report, reason="old", told=f"{report.url}: its newest item is of {newest:%Y-%m-%d}")
    return report


def _words(host: str, url: str, reason: str, detail: str, status: int | None) -> str:
    if reason == "late":
        return f"{host} was not asked: the time was over"
    attempt = Attempt(host=host, url=url, status=status, reason=reason, detail=detail)
    told = outage([attempt])
    return f"{told} ({detail})" if detail.endswith("; http works") and detail not in told else told


def _offset(answer: Answer) -> float | None:
    """Return the seconds by which our clock is ahead of the answer's Date; the Age of a cached one counts."""
    if answer.capture is None or answer.at is None:
        return None
    headers = {name.lower(): value for name, value in answer.capture.raw_headers}
    try:
        said = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    age = headers.get("age", "").strip()
    return (answer.at - said).total_seconds() - (int(age[:9]) if age.isascii() and age.isdecimal() else 0)
