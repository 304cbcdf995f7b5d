"""One outlet's crawl: all that spiders, ledger and pipelines say to the store goes through here."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

import structlog

from crawler.errors import AddressRefused, StoreError
from crawler.extract.version import extraction_version
from crawler.freshness import OPINIONS
from crawler.intake import Intake
from crawler.items import (
    Article,
    Attempt,
    Discovery,
    Link,
    LinkState,
    Outcome,
    Outlet,
    PlannedPoll,
    PollOutcome,
    Refusal,
    Source,
    SourceKind,
    Untouched,
    Validators,
)
from crawler.learning.sparing import with_learned
from crawler.listreading import known_shapes
from crawler.outage import outage
from crawler.reasons import is_host_fault
from crawler.recorded import Recorded
from crawler.runtime import Runtime
from crawler.sameness import Sameness
from crawler.secondlooks import SecondLooks
from crawler.shapes import Shape
from crawler.tally import Tally
from crawler.urls import host_of

log = structlog.get_logger("newshawk.run")

MOST_RECHECKS = 200
"""Re-checks of one outlet in one run at most, so that a backlog does not starve the feeds."""

HEALTH_EVERY = timedelta(seconds=30)
"""How often what a run learned of the hosts is written before its end, at most."""

PAGES_FOR = 240.0
"""Seconds for which a daemon's run of one outlet may ask for pages at one host, about."""


def most_pages(delay: float) -> int:
    """Return how many pages fit into PAGES_FOR when each takes *delay* and about a second more."""
    return int(PAGES_FOR / (delay + 1.0))


Plan = dict[Source, PlannedPoll]
"""Sources that are to be asked, those polled before first."""


async def planned(runtime: Runtime, outlet: Outlet, *, due_only: bool) -> Plan:
    """Return which of an outlet's sources are to be asked, and how; *due_only*: those whose interval has passed."""
    polls = await runtime.store.call("plan_polls", outlet, outlet.sources, runtime.clock(), due_only=due_only)
    return {poll.source: poll for poll in polls}


class Run:
    """One crawl of one outlet, from ``begin`` to ``finish``."""

    def __init__(
        self, runtime: Runtime, outlet: Outlet, run_id: int, *, patient: bool, plan: Plan | None = None
    ) -> None:
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
        self._plan = plan
        """Sources to be asked; None until it is known: all of them."""
        self._asked: set[Source] = set()
        self._left: list[Link] | None = None
        self._discoveries: Intake[Discovery, Recorded] = Intake(self._record)
        self._intake: Intake[Article | Refusal | Untouched, Outcome] = Intake(self._write)
        self._sameness = Sameness(runtime.same_texts)
        self._served: Counter[str] = Counter()
        self._last_source_host = ""
        self._doubted: set[str] = set()
        """Sources whose list is old or frozen: another host is asked too."""
        self._has_probed = False
        self.second_looks = SecondLooks(outlet, runtime.health)
        self._shapes: tuple[Shape, ...] | None = None
        self._health_saved_at: datetime | None = None

    @classmethod
    async def begin(
        cls, runtime: Runtime, outlet: Outlet, trigger: str, *, patient: bool, plan: Plan | None = None
    ) -> Self:
        """Return a run that the ledger knows of; with a *plan* it polls the sources in it, else all. Its outlet has
        the rules that were learned of its pages."""
        run_id = await runtime.store.call("begin_run", outlet.id, runtime.clock(), trigger)
        learned = await runtime.store.call("learned_chrome", outlet.id)
        return cls(runtime, with_learned(outlet, learned), run_id, patient=patient, plan=plan)

    async def finish(self) -> None:
        """Write what was held back, the sums of the run and what it learned of the hosts."""
        if not self.stopped.is_set():
            for held in self._sameness.released():
                await self._put(held)
        now, call = self.runtime.clock(), self.runtime.store.call
        if self.store_error is not None:
            with suppress(StoreError):  # told already; a run left open is marked interrupted by the next one
                await call("finish_run", self.id, now, self.tally.counts(), self.host, self.error)
            return
        await self._save_health()
        await self._check_sums()
        await call("finish_run", self.id, now, self.tally.counts(), self.host, self.error)

    async def _check_sums(self) -> None:
        """Compare the tally with the ledger; what does not agree is noted and told, and loses no run."""
        columns, now = self.tally.columns(), self.runtime.clock()
        try:
            checked = await self.runtime.store.call("check_sums", self.id, columns, now)
        except StoreError:
            raise
        except Exception as error:
            log.error("sums not checked", outlet=self.outlet.id, error=repr(error), exc_info=error)
            return
        self.tally.correct(checked.corrected)
        for fault in checked.faults:
            log.warning("sums do not agree", outlet=self.outlet.id, run=self.id, error=fault)

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
        if self.polled or not self.outlet.sources or self._plan == {}:
            return None
        if self.stopped.is_set():
            return "stopped before a source answered"
        return outage(self._failed_polls) or "no source was asked"

    # --- sources ----------------------------------------------------------------------------------

    async def sources(self, kind: SourceKind) -> list[Source]:
        """Return the sources of this kind that are to be asked, those polled before first.

        A link that a known source names is not silenced by a new one that names it too.
        """
        if self._plan is None:
            self._plan = await planned(self.runtime, self.outlet, due_only=False)
        return [source for source in self._plan if source.kind is kind]

    async def shapes(self) -> tuple[Shape, ...]:
        """Return what the outlet's known article addresses look like; empty when it has patterns, or when too few
        are known. Learned once a run."""
        if self._shapes is None:
            self._shapes = await known_shapes(self.runtime.store.call, self.outlet)
        return self._shapes

    async def validators(self, source: Source) -> Mapping[str, Validators]:
        """Return what each host is to be told that we have of this source."""
        poll = (self._plan or {}).get(source)
        if poll is None or source in self._asked:
            now = self.runtime.clock()
            (poll,) = await self.runtime.store.call("plan_polls", self.outlet, (source,), now)
        self._asked.add(source)
        return poll.validators

    async def record(self, discovery: Discovery) -> list[Link]:
        """Write the links of one answer and then its validators; return the links to fetch now."""
        try:
            recorded = await self._discoveries.put(discovery)
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
        for host, is_stale in recorded.marks:
            self.runtime.health.mark_stale(self.outlet.id, host, discovery.at if is_stale else None)
        if recorded.in_doubt:
            self._doubted.add(discovery.source.url)
        if discovery.outcome is PollOutcome.FAILED:
            self._failed_polls += discovery.attempts
        elif not discovery.opinion:
            self.polled += 1
            self._last_source_host = discovery.host
        self.tally.add_known(recorded.known)
        for outcome in recorded.counted:
            self.tally.settle(outcome)
        await self._keep_health()
        return self._taken(recorded.to_fetch)

    async def _record(self, batch: Sequence[Discovery]) -> Sequence[Recorded]:
        recorded: Sequence[Recorded] = await self.runtime.store.call(
            "record_discoveries", self.id, self.outlet, batch
        )
        return recorded

    async def hosts_to_compare(self, source: Source, asked: Collection[str]) -> list[str]:
        """Return the hosts that are to be asked for the same list now, after *asked* were: when the list is old
        or frozen, and (of the first source, in the daemon) those that gave none for long. A pass by hand asks
        healthy mirrors nothing."""
        if len(self.outlet.hosts) < 2 or self.stopped.is_set() or not self._is_mirrored(source):
            return []
        others = [host for host in self.runtime.health.awake(self.outlet) if host not in asked]
        if source.url in self._doubted:
            self._doubted.discard(source.url)
            return others[:OPINIONS]
        if self._has_probed or not others:
            return []
        self._has_probed = True
        due: list[str] = await self.runtime.store.call(
            "claim_probes", self.outlet.id, others, self.runtime.clock(), only_stale=not self.patient
        )
        return due

    def _is_mirrored(self, source: Source) -> bool:
        """Return whether the source is tried at each host of the outlet."""
        try:
            return host_of(source.url) in self.outlet.hosts
        except AddressRefused:
            return False

    # --- pages ------------------------------------------------------------------------------------

    async def has_left_over(self) -> bool:
        """Find what earlier runs left; return whether there is anything."""
        self._left = await self._find_left_over()
        return bool(self._left)

    async def left_over(self) -> list[Link]:
        """Return links that earlier runs left (a crash, a failure that may pass) and re-checks that are due."""
        found, self._left = self._left, None
        return await self._find_left_over() if found is None else found

    async def _find_left_over(self) -> list[Link]:
        pending = await self._pending()
        delay, now = self.runtime.config.network.delay, self.runtime.clock()
        await self.runtime.store.call("plan_rechecks", self.outlet, delay, now)
        due = await self.runtime.store.call("due_rechecks", self.outlet.id, now, MOST_RECHECKS)
        return self._taken((*pending, *map(self._readable, due)))

    def _readable(self, link: Link) -> Link:
        """Return a re-check that asks for the whole page when the stored text was read by another version: the text
        takes the new reading with it."""
        is_current = link.extraction == extraction_version(self.outlet)
        return link if is_current else replace(link, validators={})

    async def _pending(self) -> list[Link]:
        """Return what is still to be fetched and this run has not asked for, as much as there is room for: of a
        backlog a daemon's run reads and counts only what it takes over."""
        found: list[Link] = []
        seen_up_to, is_more = 0, True
        while is_more and (self.room is None or len(found) < self.room):
            links: list[Link] = await self.runtime.store.call(
                "pending_links",
                self.outlet.id,
                self.runtime.clock(),
                ignore_backoff=not self.patient,
                after=seen_up_to,
                limit=self.room,
            )
            found += [link for link in links if not self.tally.is_counted(link.id)]
            is_more = self.room is not None and len(links) == self.room
            seen_up_to = links[-1].id if links else 0
        return found

    async def lead(self, link: Link, target: str) -> Link | None:
        """Write where a link that only leads to an article leads; return it when that is to be asked for."""
        now = self.runtime.clock()
        try:
            led: Link | Outcome = await self.runtime.store.call(
                "resolve_link", self.outlet, link.id, target, now
            )
        except StoreError as error:
            self._stop(error)
            return None
        if isinstance(led, Link):
            return led
        self.tally.settle(led)
        return None

    def _taken(self, links: Sequence[Link]) -> list[Link]:
        """Return those of the links that this run asks for; what there is no room for stays pending."""
        fresh = [link for link in links if not self.tally.is_counted(link.id)]
        fetch = fresh if self.room is None else fresh[: self.room]
        if self.room is not None:
            self.room -= len(fetch)
        self.tally.add_pending(link.id for link in fetch)
        self.tally.add_pending(link.id for link in fresh[len(fetch) :] if link.article_id is None)
        return fetch

    async def write(self, item: Article | Refusal | Untouched) -> Outcome | None:
        """Store one article or refusal; return the state of its link, None when the store could not write, or when
        the page is held back because it may be one text that its host gives for everything."""
        if isinstance(item, Untouched):
            return await self._put(item)
        outcomes = [await self._put(each) for each in self._sameness.sift(item)]
        return outcomes[-1] if outcomes else None

    async def _put(self, item: Article | Refusal | Untouched) -> Outcome | None:
        if isinstance(item, Refusal):
            item = self._blamed(item)
        try:
            outcome = await self._intake.put(item)
        except StoreError as error:
            self._stop(error)
            return None
        if item.page.opinion:
            return outcome  # the re-check itself is counted
        self.tally.settle(outcome)
        self.second_looks.weigh(item.page, outcome)
        if outcome.state not in (LinkState.FAILED, LinkState.SKIPPED):
            self._served[item.page.host] += 1
        if outcome.alerts:
            self.runtime.alerts_written()
        await self._keep_health()
        return outcome

    def _blamed(self, refusal: Refusal) -> Refusal:
        """Return the refusal with what its host gave in the place of an article, told to the host health."""
        tried = refusal.page.attempts
        if not refusal.evidence or not is_host_fault(refusal.reason) or not tried or tried[-1].reason != "ok":
            return refusal
        last = replace(tried[-1], reason=refusal.reason, kind=refusal.reason, detail=refusal.evidence[:300])
        self.runtime.health.report(self.outlet.id, last, self.runtime.clock())
        return replace(refusal, page=replace(refusal.page, attempts=(*tried[:-1], last)))

    async def _write(self, batch: Sequence[Article | Refusal | Untouched]) -> Sequence[Outcome]:
        now = self.runtime.clock()
        outcomes: Sequence[Outcome] = await self.runtime.store.call("write", batch, self.id, self.outlet, now)
        return outcomes

    def _stop(self, error: StoreError) -> None:
        self.store_error = error
        self.stopped.set()

    async def _keep_health(self) -> None:
        """Write in the midst of the run that a host began to fail or came back: a process that is killed leaves
        it to the next."""
        now, last = self.runtime.clock(), self._health_saved_at
        if not self.runtime.health.has_turned(self.outlet.id) or (last and now - last < HEALTH_EVERY):
            return
        self._health_saved_at = now
        try:
            await self._save_health()
        except StoreError as error:
            self._stop(error)

    async def _save_health(self) -> None:
        health = self.runtime.health
        states = health.unsaved(self.outlet.id)
        await self.runtime.store.call("save_health", self.outlet.id, states)
        health.saved(self.outlet.id, states)
