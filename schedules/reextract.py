"""``newshawk reextract``: kept pages are read again by the rules of now, several at once and in bounded memory.

What was written so far stays when a run is killed: the next one takes the texts that are left, for each text names
the version that read it.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from crawler.clock import utc_now
from crawler.config import Config
from crawler.errors import PageDamaged, StoreError
from crawler.extract.version import extraction_version
from crawler.items import WRITTEN, Outlet, Reextraction, Reread, TextWindow
from crawler.learning.sparing import Matches, with_learned
from crawler.pool import ParserPool
from crawler.query import Matcher
from crawler.reasons import INTERNAL, PAGE_DAMAGED
from crawler.rereading import reread
from schedules.crawls import Crawls
from schedules.deliver import DeliveryReport
from schedules.passes import clock_from, run_pass, stop_on_signals
from schedules.session import run_in_reactor
from storage.thread import StoreThread

log = structlog.get_logger("newshawk.reextract")

BATCH = 50
"""Readings that are written in one transaction."""
AT_ONCE = 500
"""Texts that the store is asked for at once; their pages are read one by one."""
MOST_NAMED = 10_000
"""Texts of one kind that a report names; their number is always exact."""

Call = Callable[..., Awaitable[Any]]
"""Calls a verb of the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked for."""

    outlets: Sequence[Outlet]
    since: datetime | None = None
    until: datetime | None = None
    history: bool = False
    """True: superseded revisions too."""
    everything: bool = False
    """True: texts that the rules of now read already, too."""
    force: bool = False
    """True: texts that lose much are written all the same."""
    samples: int = 3
    """Differences of an outlet to be kept, the largest ones."""

    def window(self, outlet: Outlet) -> TextWindow:
        """Return which texts of an outlet are meant."""
        return TextWindow(
            outlet_id=outlet.id,
            version=extraction_version(outlet),
            since=self.since,
            until=self.until,
            history=self.history,
            everything=self.everything,
        )


@dataclass(slots=True, kw_only=True)
class OutletReport:
    """What reading an outlet's kept pages again came to, or would come to."""

    outlet_id: str
    texts: int = 0
    """Texts with a kept page that were to be read."""
    unkept: int = 0
    """Texts to be read whose page is not kept."""
    fates: Counter[str] = field(default_factory=Counter)
    lines_gained: int = 0
    lines_lost: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """Texts whose title, byline and so on are read otherwise, by field."""
    alerts: int = 0
    damaged: int = 0
    """Texts that stand because their kept page is damaged."""
    named: dict[str, list[Reextraction]] = field(default_factory=dict)
    """Texts that somebody should look at: withheld, no_article, failed, matched, unmatched."""
    counts: Counter[str] = field(default_factory=Counter)
    """Number of these, those that are not named included."""
    _samples: list[tuple[int, int, Reextraction]] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Return how many pages were read."""
        return self.fates.total()

    @property
    def samples(self) -> list[Reextraction]:
        """Return the largest differences, the largest first."""
        return [each for _, _, each in sorted(self._samples, reverse=True)]

    def add(self, each: Reextraction, samples: int) -> None:
        """Count one text, and keep it where somebody should look at it."""
        self.fates[each.fate] += 1
        self.damaged += each.reason == PAGE_DAMAGED
        self.fields.update(change.name for change in each.fields if each.fate in WRITTEN)
        if each.fate in WRITTEN:
            self.lines_gained += len(each.gained)
            self.lines_lost += len(each.lost)
            self.alerts += each.alerts
        for kind in _kinds(each):
            self.counts[kind] += 1
            if self.counts[kind] <= MOST_NAMED:
                self.named.setdefault(kind, []).append(replace(each, gained=(), lost=()))
        self._keep_sample(each, samples)

    def _keep_sample(self, each: Reextraction, most: int) -> None:
        size = sum(map(len, (*each.gained, *each.lost))) + len(each.fields)
        if not size or not most:
            return
        entry = (size, -each.article_id * 1000 - each.number, each)
        if len(self._samples) < most:
            heapq.heappush(self._samples, entry)
        else:
            heapq.heappushpop(self._samples, entry)


def _kinds(each: Reextraction) -> list[str]:
    if each.fate not in WRITTEN:
        return [each.fate.value]
    return [kind for kind, rules in (("matched", each.matched), ("unmatched", each.unmatched)) if rules]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReextractReport:
    """What one call came to."""

    outlets: dict[str, OutletReport]
    dry_run: bool
    delivery: DeliveryReport | None = None
    delivery_error: str | None = None
    seconds: float = 0.0
    interrupted: bool = False
    """True when a signal ended it early; the same call goes on."""


Tell = Callable[[OutletReport], None]


def reextract_once(
    config: Config, asked: Asked, *, at: datetime | None = None, on_progress: Tell = lambda _: None
) -> ReextractReport:
    """Read kept pages again, write what they give, send what is due. Blocks; once per process.

    Raises:
        BusyError: another instance holds the store.
        StoreError: there is no store, or it cannot be written; what was written so far stays.
    """
    if not config.store.path.is_file():
        cause = "there is no store here yet."
        raise StoreError(str(config.store.path), cause, 'Run "newshawk crawl" first.')
    return run_in_reactor(lambda: reextract_pass(config, asked, clock_from(at), on_progress, stop_on_signals))


async def reextract_pass(
    config: Config,
    asked: Asked,
    clock: Callable[[], datetime],
    on_progress: Tell = lambda _: None,
    on_start: Callable[[Crawls], None] = lambda _: None,
    *,
    pool: ParserPool | None = None,
) -> ReextractReport:
    """Read kept pages again and send what is due, in a running reactor; see reextract_once."""

    async def work(crawls: Crawls) -> dict[str, OutletReport]:
        runtime = crawls.runtime
        reading = Reading(
            runtime.store.call,
            runtime.pool,
            asked,
            runtime.clock,
            on_progress,
            lambda: crawls.stopping,
            matches=runtime.matcher,
        )
        return {outlet.id: await reading.write(outlet) for outlet in asked.outlets}

    done = await run_pass(config, clock, work, on_start=on_start, pool=pool)
    return ReextractReport(
        outlets=done.result,
        dry_run=False,
        delivery=done.delivery,
        delivery_error=done.delivery_error,
        seconds=done.seconds,
        interrupted=done.interrupted,
    )


def look_once(config: Config, asked: Asked, *, on_progress: Tell = lambda _: None) -> ReextractReport:
    """Return what ``reextract_once`` would change. Read only, also beside a running daemon. Blocks.

    Raises:
        StoreError: there is no store, or it cannot be read.
    """
    return asyncio.run(look(config, asked, on_progress))


async def look(config: Config, asked: Asked, on_progress: Tell = lambda _: None) -> ReextractReport:
    """Return what reading kept pages again would change; see look_once."""
    started = time.monotonic()
    store = StoreThread(config.store.path, read_only=True)
    try:
        await store.open()
        known = await store.call("rules")
        rules = [rule for rule in config.rules if rule.id in known and not known[rule.id]["removed_at"]]
        matcher = Matcher(rules, config.former_ids)
        await store.call("set_matcher", matcher, rules, config.recipients)
        async with ParserPool() as pool:
            reading = Reading(store.call, pool, asked, utc_now, on_progress, lambda: False, matches=matcher)
            found = {outlet.id: await reading.look(outlet) for outlet in asked.outlets}
    finally:
        await store.close()
    return ReextractReport(outlets=found, dry_run=True, seconds=round(time.monotonic() - started, 3))


class Reading:
    """One call's work: outlets one after the other, the pages of each several at once."""

    def __init__(
        self,
        call: Call,
        pool: ParserPool,
        asked: Asked,
        clock: Callable[[], datetime],
        on_progress: Tell,
        is_stopping: Callable[[], bool],
        *,
        matches: Matches | None,
    ) -> None:
        self.call, self.pool, self.asked, self.clock = call, pool, asked, clock
        self.matches = matches
        self.on_progress, self.is_stopping = on_progress, is_stopping

    async def look(self, outlet: Outlet) -> OutletReport:
        """Return what reading an outlet's kept pages again would change."""
        outlet = await self._with_learned(outlet)

        async def told(batch: list[Reread]) -> list[Reextraction]:
            seen: list[Reextraction] = await self.call(
                "look_again", batch, self.clock(), force=self.asked.force
            )
            return seen

        return await self._read(outlet, await self._begun(outlet), told)

    async def write(self, outlet: Outlet) -> OutletReport:
        """Write what an outlet's kept pages give now, in a run of its own where there are any; return what changed."""
        outlet = await self._with_learned(outlet)
        report = await self._begun(outlet)
        if not report.texts or self.is_stopping():
            return report
        run_id = await self.call("begin_run", outlet.id, self.clock(), "reextract")

        async def written(batch: list[Reread]) -> list[Reextraction]:
            done: list[Reextraction] = await self.call(
                "write_extractions", batch, run_id, self.clock(), force=self.asked.force
            )
            return done

        await self._read(outlet, report, written)
        await self.call("finish_run", run_id, self.clock(), {}, None, None)
        return report

    async def _with_learned(self, outlet: Outlet) -> Outlet:
        return with_learned(outlet, await self.call("learned_chrome", outlet.id))

    async def _begun(self, outlet: Outlet) -> OutletReport:
        texts, unkept = await self.call("count_texts", self.asked.window(outlet))
        return OutletReport(outlet_id=outlet.id, texts=texts, unkept=unkept)

    async def _read(
        self,
        outlet: Outlet,
        report: OutletReport,
        settle: Callable[[list[Reread]], Awaitable[list[Reextraction]]],
    ) -> OutletReport:
        batch: list[Reread] = []
        async for read in self._rereads(outlet):
            batch.append(read)
            if len(batch) >= BATCH:
                self._count(report, await settle(batch))
                batch = []
        if batch:
            self._count(report, await settle(batch))
        return report

    def _count(self, report: OutletReport, settled: list[Reextraction]) -> None:
        for each in settled:
            report.add(each, self.asked.samples)
        self.on_progress(report)

    async def _rereads(self, outlet: Outlet) -> AsyncIterator[Reread]:
        """Yield what the kept pages give, as they are done; a few at work for each worker, so that a page waits for
        none and no more than these are in memory."""
        most, at_work = 2 * self.pool.workers, set[asyncio.Task[Reread | None]]()
        try:
            async for place, revision_id in self._numbers(outlet):
                at_work.add(asyncio.create_task(self._one(outlet, place, revision_id)))
                if len(at_work) >= most:
                    done, at_work = await asyncio.wait(at_work, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        if (read := task.result()) is not None:
                            yield read
            for task in list(at_work):
                if (read := await task) is not None:
                    yield read
        finally:
            for task in at_work:
                task.cancel()

    async def _one(self, outlet: Outlet, place: tuple[int, int], revision_id: int) -> Reread | None:
        """Return what one kept page gives; one that cannot be read stops no other."""
        nothing = Reread(revision_id=revision_id, article_id=place[0], number=place[1])
        try:
            kept = await self.call("kept_text", revision_id)
            return None if kept is None else await reread(self.pool, kept, outlet, self.matches)
        except PageDamaged as error:
            log.warning("kept page damaged", article=place[0], revision=place[1], error=str(error))
            return replace(nothing, reason=PAGE_DAMAGED)
        except StoreError:
            raise  # it concerns all of them
        except Exception as error:
            # The edge of one page: its text stands and is named.
            log.exception("page not read", article=place[0], revision=place[1], error=repr(error))
            return replace(nothing, reason=INTERNAL)

    async def _numbers(self, outlet: Outlet) -> AsyncIterator[tuple[tuple[int, int], int]]:
        """Yield place (article, number of the revision) and number of the texts to be read, in order, until somebody
        stops it."""
        window, after = self.asked.window(outlet), (0, 0)
        while found := await self.call("texts_to_read", window, after, AT_ONCE):
            for place, number in found:
                if self.is_stopping():
                    return
                yield place, number
                after = place
