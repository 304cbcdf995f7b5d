"""One outlet's crawl: all that spiders, ledger and pipelines say to the store goes through here."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Self

import structlog

from crawler.errors import StoreError
from crawler.intake import Intake
from crawler.items import (
    Article,
    Attempt,
    Discovery,
    Link,
    LinkState,
    Outcome,
    Outlet,
    PollOutcome,
    Refusal,
    Source,
    SourceKind,
    Validators,
)
from crawler.outage import outage
from crawler.runtime import Runtime
from crawler.shapes import Shape, learned_shapes
from crawler.tally import Tally
from crawler.urls import host_of

log = structlog.get_logger("newshawk.run")

RECHECK_BUDGET = 200
"""Re-checks of one outlet in one run at most, so that a backlog does not starve the feeds."""


MOST_KNOWN = 2_000
"""Known articles from whose addresses shapes are learned, the newest."""
PAGES_FOR = 240.0
"""Seconds for which a daemon's run of one outlet may ask for pages at one host, about."""


def most_pages(delay: float) -> int:
    """Return how many pages fit into PAGES_FOR when each takes *delay* and about a second more."""
    return int(PAGES_FOR / (delay + 1.0))


class Run:
    """One crawl of one outlet, from ``begin`` to ``finish``."""

    def __init__(self, runtime: Runtime, outlet: Outlet, run_id: int, *, patient: bool) -> None:
        self.runtime, self.outlet, self.id = runtime, outlet, run_id
        self.patient = patient
        """True: failed links wait for their next try. False (``newshawk crawl``): all are tried now."""
        self.tally = Tally()
        self.room = most_pages(runtime.config.network.delay) if patient else None
        """Pages that may still be asked for. A daemon's run ends before the next poll is due and the rest goes on
        in the next; one pass by hand (None) takes all."""
        self.polled = 0
        """Sources that answered usably."""
        self._failed_polls: list[Attempt] = []
        self.store_error: StoreError | None = None
        """The store could not write: the run stops, what is pending stays pending."""
        self.stopped = asyncio.Event()
        """Set when the crawl should end early."""
        self._intake: Intake[Article | Refusal, Outcome] = Intake(self._write)
        self._served: Counter[str] = Counter()
        self._last_source_host = ""
        self._shapes: tuple[Shape, ...] | None = None
        self._last_attempt: dict[str, Attempt] = {}

    @classmethod
    async def begin(cls, runtime: Runtime, outlet: Outlet, trigger: str, *, patient: bool) -> Self:
        """Return a run that the ledger knows of."""
        run_id = await runtime.store.call("begin_run", outlet.id, runtime.clock(), trigger)
        return cls(runtime, outlet, run_id, patient=patient)

    async def finish(self) -> None:
        """Write the sums of the run and what it learned of the hosts."""
        now, call = self.runtime.clock(), self.runtime.store.call
        if self.store_error is not None:
            with suppress(StoreError):  # told already; a run left open is marked interrupted by the next one
                await call("finish_run", self.id, now, self.tally.counts(), self.host, self.error)
            return
        heard = [(self.outlet.id, host, attempt, now) for host, attempt in self._last_attempt.items()]
        await self.runtime.store.call_each("record_host", heard)
        await call("finish_run", self.id, now, self.tally.counts(), self.host, self.error)

    @property
    def host(self) -> str | None:
        """The host that served most pages, else the one that answered the last source."""
        if self._served:
            return self._served.most_common(1)[0][0]
        return self._last_source_host or None

    @property
    def error(self) -> str | None:
        """Why the outlet could not be polled; None when one of its sources answered usably."""
        if self.store_error is not None:
            return str(self.store_error)
        if self.polled or not self.outlet.sources:
            return None
        if self.stopped.is_set():
            return "stopped before a source answered"
        return outage(self._failed_polls) or "no source was asked"

    # --- sources ----------------------------------------------------------------------------------

    async def sources(self, kind: SourceKind) -> list[Source]:
        """Return the outlet's sources of this kind, those polled before first.

        A link that a known source names is not silenced by a new one that names it too.
        """
        chosen = [source for source in self.outlet.sources if source.kind is kind]
        asked = [(self.outlet.id, source.url) for source in chosen]
        is_new = await self.runtime.store.call_each("is_new_source", asked)
        order = sorted(range(len(chosen)), key=is_new.__getitem__)
        return [chosen[at] for at in order]

    async def shapes(self) -> tuple[Shape, ...]:
        """Return what the outlet's known article addresses look like; empty when it has patterns, or when too few
        are known. Learned once a run, in a thread."""
        if self._shapes is None:
            self._shapes = () if self.outlet.article_id else await self._learned()
        return self._shapes

    async def _learned(self) -> tuple[Shape, ...]:
        known = await self.runtime.store.call("article_addresses", self.outlet.id, MOST_KNOWN)
        sections = [source.url for source in self.outlet.sources if source.kind is SourceKind.SECTION]
        return await asyncio.to_thread(learned_shapes, known, sections)

    async def validators(self, source: Source) -> dict[str, Validators]:
        """Return what each host of the outlet gave last for this source."""
        hosts = list(dict.fromkeys((*self.outlet.hosts, host_of(source.url))))
        asked = [(self.outlet.id, source.url, host) for host in hosts]
        return dict(zip(hosts, await self.runtime.store.call_each("validators", asked), strict=True))

    async def record(self, discovery: Discovery) -> list[Link]:
        """Write the links of one answer and then its validators; return the links to fetch now."""
        try:
            recorded = await self.runtime.store.call("record_discovery", self.id, self.outlet, discovery)
        except StoreError as error:
            self._stop(error)
            return []
        except Exception as error:
            log.error("poll not recorded", source=discovery.source.url, error=repr(error), exc_info=error)
            if discovery.outcome is PollOutcome.FAILED:
                return []
            failed = replace(
                discovery, outcome=PollOutcome.FAILED, entries=(), children=(), error=f"error {error!r}"
            )
            return await self.record(failed)
        self._remember(discovery.attempts)
        if discovery.outcome is PollOutcome.FAILED:
            self._failed_polls += discovery.attempts
        else:
            self.polled += 1
            self._last_source_host = discovery.host
        self.tally.add_known(recorded.known)
        for outcome in recorded.counted:
            self.tally.settle(outcome)
        return self._taken(recorded.to_fetch)

    # --- pages ------------------------------------------------------------------------------------

    async def left_over(self) -> list[Link]:
        """Return links that earlier runs left (a crash, a failure that may pass) and re-checks that are due."""
        now = self.runtime.clock()
        store = self.runtime.store
        pending = await store.call("pending_links", self.outlet.id, now, ignore_backoff=not self.patient)
        due = await store.call("due_rechecks", self.outlet.id, now, RECHECK_BUDGET)
        return self._taken((*pending, *due))

    def _taken(self, links: Sequence[Link]) -> list[Link]:
        """Return those of the links that this run asks for; what there is no room for stays pending."""
        fresh = [link for link in links if not self.tally.is_counted(link.id)]
        fetch = fresh if self.room is None else fresh[: self.room]
        if self.room is not None:
            self.room -= len(fetch)
        self.tally.add_pending(link.id for link in fetch)
        self.tally.add_pending(link.id for link in fresh[len(fetch) :] if link.article_id is None)
        return fetch

    async def write(self, item: Article | Refusal) -> Outcome | None:
        """Store one article or refusal; return the state of its link, None when the store could not write."""
        self._remember(item.page.attempts)
        try:
            outcome = await self._intake.put(item)
        except StoreError as error:
            self._stop(error)
            return None
        self.tally.settle(outcome)
        if outcome.state not in (LinkState.FAILED, LinkState.SKIPPED):
            self._served[item.page.host] += 1
        if outcome.alerts:
            self.runtime.alerts_written()
        return outcome

    async def _write(self, batch: Sequence[Article | Refusal]) -> Sequence[Outcome]:
        now = self.runtime.clock()
        outcomes: Sequence[Outcome] = await self.runtime.store.call("write", batch, self.id, self.outlet, now)
        return outcomes

    def _stop(self, error: StoreError) -> None:
        self.store_error = error
        self.stopped.set()

    def _remember(self, attempts: tuple[Attempt, ...]) -> None:
        for attempt in attempts:
            if attempt.reason == "resting":
                continue  # nothing was asked
            self._last_attempt[attempt.host] = attempt
