"""The comparison of an outlet's sources with second channels, and the fetching of what they missed.

First the channels are asked, then the sources: what the channels name was published before the sources were read, so
an article that came in between is not called missing.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any

import structlog

from crawler.completeness import (
    MOST_LISTED,
    MOST_SOURCES,
    Answered,
    Channel,
    ChannelKind,
    ChannelReport,
    Comparison,
    Known,
    Named,
    Outcome,
    articles,
    channels,
    compare,
    named_by_robots,
    window,
)
from crawler.identity import ownership
from crawler.items import FeedEntry, Key, Outlet, Source, SourceKind
from crawler.listreading import known_shapes
from crawler.pool import ParserPool
from crawler.shapes import Shape
from crawler.urls import host_of
from schedules.inquiry import Inquiry
from schedules.listings import Listed, Wanted, listings
from storage.completeness import Standing, unpolled

SECONDS = 300.0
"""For one outlet."""
MOST_CHILDREN = 3
"""Sitemaps of an index that are asked, the newest first."""

Call = Callable[..., Awaitable[Any]]
"""Calls a verb of the store, as StoreThread.call does."""

log = structlog.get_logger("newshawk.reconcile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What one comparison came to."""

    comparison: Comparison
    entered: int = 0
    """Missing addresses that are new in the ledger."""
    asked: tuple[int, ...] = ()
    """Links that were made pending, by number."""
    left_to: int | None = None
    """Pid of the process that holds the store and fetches them; None when they were fetched here, or none were."""
    links: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """What became of the links asked for."""


async def reconcile(
    outlet: Outlet,
    inquiry: Inquiry,
    pool: ParserPool,
    call: Call,
    *,
    trigger: str,
    seconds: float = SECONDS,
) -> Reconciled:
    """Compare an outlet with its second channels, write what came of it, and return it. Needs the running reactor.

    Raises:
        StoreError: the store cannot be read or written.
    """
    now = inquiry.clock()
    standing: Standing = await call("standing", outlet.id)
    if not standing.is_known or standing.first_polled is None:
        return Reconciled(comparison=unpolled(outlet, now))
    shapes = await known_shapes(call, outlet)
    asking = _Asking(outlet, inquiry, pool, shapes, monotonic() + seconds)
    answers = await asking.channels()
    listed = await asking.sources()
    answers = [each for each in answers if not _is_source_itself(each, listed)]
    # long lists take seconds: in a thread, so that the process goes on meanwhile
    named = await asyncio.to_thread(_named, outlet, answers, shapes, now)
    by_source = await asyncio.to_thread(_by_source, outlet, listed, shapes, now)
    known = await call("known_articles", outlet.id, [one.link for each in named for one in each])
    since = window(now, standing.last)
    reports = await asyncio.to_thread(_reports, answers, named, by_source, known, since, standing.newest)
    is_compared = any(report.outcome is Outcome.COMPARED for report in reports)
    comparison = Comparison(
        outlet_id=outlet.id,
        at=now,
        since=since,
        channels=tuple(reports),
        outcome=Outcome.COMPARED if is_compared else Outcome.NONE,
        told="" if is_compared else "no second channel",
    )
    if inquiry.gate.is_closed:  # cut short by us: it says nothing about the outlet
        return Reconciled(comparison=replace(comparison, outcome=Outcome.NONE, told="stopped before its end"))
    entered = await call("record_comparison", outlet, comparison, trigger, standing.first_polled)
    return Reconciled(comparison=comparison, entered=entered)


class _Asking:
    """The asking for one outlet."""

    def __init__(
        self,
        outlet: Outlet,
        inquiry: Inquiry,
        pool: ParserPool,
        shapes: tuple[Shape, ...],
        deadline: float,
    ) -> None:
        self.outlet, self.inquiry, self.pool, self.deadline = outlet, inquiry, pool, deadline
        self.shapes = shapes

    async def channels(self) -> list[Answered]:
        """Return what each channel gave; those that robots.txt names come last, for it is read on the way."""
        first = [each for each in channels(self.outlet) if self._is_second(each)]
        answers = await self._answers(first)
        by_robots = named_by_robots(self.outlet, self._sitemaps())
        return [*answers, *await self._answers(by_robots)]

    async def sources(self) -> list[tuple[str, Listed]]:
        """Return what each source lists now, by its address, the sitemaps of an index behind it."""
        asked = self.outlet.sources[:MOST_SOURCES]
        found = await self._ask([self._wanted(source) for source in asked])
        pairs = [(source.url, one) for source, one in zip(asked, found, strict=True)]
        for source, one in zip(asked, found, strict=True):
            pairs += [(source.url, child) for child in await self._children(one, "")]
        return pairs

    async def _answers(self, asked: Sequence[Channel]) -> list[Answered]:
        wanted = [self._wanted(each.source, each.host) for each in asked]
        found = await self._ask(wanted)
        answers = []
        for channel, one in zip(asked, found, strict=True):
            entries = None if one.listing is None else list(one.listing.entries)
            for child in await self._children(one, channel.host):
                entries = [*(entries or ()), *_entries((channel.source.url, child))]
            answers.append(
                Answered(
                    channel=channel,
                    host=one.host,
                    entries=None if entries is None else tuple(entries),
                    told=one.told,
                )
            )
        return answers

    async def _children(self, one: Listed, host: str) -> list[Listed]:
        """Return the newest sitemaps of an index, empty when it is none."""
        if one.listing is None or not one.listing.children:
            return []
        ours = [url for url in one.listing.children if ownership(self.outlet, host_of(url)) == "host"]
        wanted = [
            self._wanted(Source(kind=SourceKind.SITEMAP, url=url), host) for url in ours[:MOST_CHILDREN]
        ]
        return await self._ask(wanted)

    def _wanted(self, source: Source, host: str = "") -> Wanted:
        return Wanted(outlet=self.outlet, source=source, host=host, shapes=self.shapes)

    async def _ask(self, wanted: Sequence[Wanted]) -> list[Listed]:
        return await listings(self.inquiry, self.pool, wanted, deadline=self.deadline) if wanted else []

    def _sitemaps(self) -> Iterable[str]:
        """Yield the sitemaps that the robots.txt of any host names, as far as it was read."""
        for host in self.outlet.hosts:
            for scheme in ("https", "http"):
                rules = self.inquiry.robots.known(f"{scheme}://{host}/")
                if rules is not None:
                    yield from rules.sitemaps

    def _is_second(self, channel: Channel) -> bool:
        """Return whether a channel tells more than the sources do: not a mirror that the sources are asked of first,
        nor one that rests."""
        health = self.inquiry.health
        if channel.kind is not ChannelKind.MIRROR:
            return True
        return channel.host != health.order(self.outlet)[0] and not health.rests(
            self.outlet.id, channel.source.url
        )


def _entries(pair: tuple[str, Listed]) -> tuple[FeedEntry, ...]:
    listing = pair[1].listing
    return () if listing is None else listing.entries


def _is_source_itself(answer: Answered, listed: Sequence[tuple[str, Listed]]) -> bool:
    """Return whether a mirror gave what the source itself was read from: there is nothing to compare."""
    if answer.channel.kind is not ChannelKind.MIRROR:
        return False
    return any(one.listing is not None and one.host == answer.channel.host for _, one in listed)


def _named(
    outlet: Outlet, answers: Iterable[Answered], shapes: Sequence[Shape], now: datetime
) -> list[list[Named]]:
    """Return the articles that each channel names."""
    return [articles(outlet, each.entries or (), now, shapes) for each in answers]


def _by_source(
    outlet: Outlet, listed: Iterable[tuple[str, Listed]], shapes: Sequence[Shape], now: datetime
) -> dict[str, list[Named]]:
    """Return the articles that each source lists now, by its address."""
    found: dict[str, list[Named]] = defaultdict(list)
    for pair in listed:
        found[pair[0]] += articles(outlet, _entries(pair), now, shapes, limit=MOST_LISTED)
    return dict(found)


def _reports(
    answers: Sequence[Answered],
    named: Sequence[list[Named]],
    by_source: Mapping[str, list[Named]],
    known: Mapping[Key, Known],
    since: datetime,
    newest_in_ledger: datetime | None,
) -> list[ChannelReport]:
    """Return what each channel says of the sources other than itself."""
    keys = {url: frozenset(each.link.key for each in found) for url, found in by_source.items()}
    newest = _newest((each for found in by_source.values() for each in found), newest_in_ledger)
    return [
        compare(
            answer,
            each,
            since=since,
            known=known,
            listed_now=_others(answer.channel.source.url, keys),
            newest=newest,
        )
        for answer, each in zip(answers, named, strict=True)
    ]


def _others(own: str, keys: Mapping[str, frozenset[Key]]) -> frozenset[Key]:
    return frozenset[Key]().union(*(found for url, found in keys.items() if url != own))


def _newest(sources: Iterable[Named], in_ledger: datetime | None) -> datetime | None:
    times = [each.published.at for each in sources if each.published.at is not None]
    return max([*times, *([in_ledger] if in_ledger is not None else [])], default=None)


def tell(done: Reconciled) -> None:
    """Say in the log what a comparison came to."""
    found = done.comparison
    told: dict[str, Any] = {"outlet": found.outlet_id, "expected": len(found.expected), "met": len(found.met)}
    if found.outcome is not Outcome.COMPARED:
        log.warning("not compared", outlet=found.outlet_id, error=found.told, channels=_failures(found))
    elif found.missing:
        log.warning("incomplete", **told, missing=len(found.missing), new=done.entered)
    else:
        log.info("complete", **told)


def _failures(found: Comparison) -> str:
    return "; ".join(f"{each.channel.source.url}: {each.told}" for each in found.channels)
