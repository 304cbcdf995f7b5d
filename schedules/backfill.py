"""One backfill of one outlet: its archives are walked, then what they named is fetched. For the command, and for
the daemon after a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from crawler.archive import digests_of
from crawler.archiverun import ArchiveRun, Limits, Progress
from crawler.coverage import channels_of, coverage
from crawler.dates import iso
from crawler.errors import StoreError
from crawler.items import Backfill, Gap, Outlet, SourceKind
from crawler.tally import COLUMNS
from schedules.crawls import Crawls
from spiders.archive import ArchivePagesSpider, ArchiveSpider

log = structlog.get_logger("newshawk.backfill")

ORDER = (SourceKind.SITEMAP, SourceKind.FEED, SourceKind.SECTION)
"""Sitemaps first: they are dated, and one answer names thousands."""
GAP_MARGIN = timedelta(hours=2)
"""By which a gap's window is wider than the gap: pages are printed before or after their feed names them."""
GAP_LIMITS = Limits(documents=200, new_links=5_000, pages=60, seconds=120.0)
"""How far the daemon looks for what a gap may hold; meanwhile the outlet is not polled."""
GAP_PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""Before a gap is looked into again after looks that did not come to their end; after the last it is uncovered."""
OUTLETS_AT_ONCE = 4
"""Outlets whose gaps are looked into at the same time: after a long downtime all have one, and polls go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillReport:
    """What one turn of a backfill came to."""

    outlet_id: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    """As of a crawl: each address once."""
    state: str = "failed"
    """done; paused (the same call goes on); failed."""
    told: str = ""
    """Why it is paused or failed."""
    since: datetime | None = None
    until: datetime | None = None
    is_resumed: bool = False
    walked: int = 0
    """Documents that were read in this turn."""
    unread: int = 0
    """Documents that no host gave in this turn."""
    waiting: int = 0
    """Documents still to be walked."""
    outside: int = 0
    """Entries outside the window: not in the ledger."""
    host: str | None = None
    error: str | None = None
    """Why nothing could be read; None when something was, or nothing was left to read."""
    is_store_error: bool = False
    documents: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """What became of each document, of earlier turns too."""
    named: dict[str, set[bytes]] = field(default_factory=dict, repr=False)
    """Digests of what each channel named."""

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``backfill --json``: that of a crawl, with how far the backfill came."""
        return {
            **self.counts,
            "host": self.host,
            "error": self.error,
            "backfill": {
                "state": self.state,
                "told": self.told,
                "since": None if self.since is None else iso(self.since),
                "until": None if self.until is None else iso(self.until),
                "resumed": self.is_resumed,
                "walked": self.walked,
                "unread": self.unread,
                "waiting": self.waiting,
                "outside": self.outside,
            },
        }


async def backfill(
    crawls: Crawls,
    outlet: Outlet,
    since: datetime,
    until: datetime | None = None,
    *,
    silent: bool = True,
    gap: Gap | None = None,
    limits: Limits | None = None,
    given: str = "",
    anew: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> BackfillReport:
    """Walk an outlet's archives for what was published from *since* up to *until*, fetch it, and return what
    came of it. Never raises: one outlet must not stop the others.

    The same call in the same words (*given*; by default the two times) takes an unfinished one up where it was;
    *anew* begins again. A *gap*'s backfill goes on only when it paused within the hour, else it begins anew; its
    pages are fetched as a daemon's.
    """
    try:
        async with crawls.turn(outlet):
            turn = _Turn(crawls, outlet, limits or Limits(), gap)
            words = given or f"{iso(since)} {iso(until) if until else ''}"
            return await turn.take(words, since, until, silent=silent, anew=anew, on_progress=on_progress)
    except StoreError as error:
        return BackfillReport(outlet_id=outlet.id, told=str(error), error=str(error), is_store_error=True)
    except Exception as error:
        log.exception("backfill broke off", outlet=outlet.id)
        told = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return BackfillReport(outlet_id=outlet.id, told=told, error=told)


class _Turn:
    """One turn of one backfill."""

    def __init__(self, crawls: Crawls, outlet: Outlet, limits: Limits, gap: Gap | None) -> None:
        self.crawls, self.outlet, self.limits, self.gap = crawls, outlet, limits, gap
        self.call = crawls.runtime.store.call
        self.clock = crawls.runtime.clock

    async def take(
        self,
        words: str,
        since: datetime,
        until: datetime | None,
        *,
        silent: bool,
        anew: bool,
        on_progress: Callable[[Progress], None],
    ) -> BackfillReport:
        """Walk, fetch and write the end; return what came of it."""
        if self.crawls.stopping:
            told = "stopped before it was begun"
            return BackfillReport(outlet_id=self.outlet.id, state="paused", told=told)
        run = await ArchiveRun.begin(
            self.crawls.runtime, self.outlet, "backfill", patient=self.gap is not None
        )
        plan: Backfill = await self.call(
            "begin_backfill",
            self.outlet.id,
            words,
            since,
            until,
            self.clock(),
            silent=silent,
            gap_id=self.gap.id if self.gap else None,
            anew=anew,
        )
        await run.take_up(plan, self.limits, keeps_names=self.gap is not None)
        run.on_progress = on_progress
        await self._walk(run)
        await self._fetch(run)
        await run.finish()
        return await self._end(run, plan)

    async def _walk(self, run: ArchiveRun) -> None:
        await run.add_sources()
        await self.crawls.send(ArchiveSpider, run)
        for kind in ORDER:
            while documents := await run.waiting(kind):
                await self.crawls.send(ArchiveSpider, run, documents=documents)

    async def _fetch(self, run: ArchiveRun) -> None:
        while links := await run.left_over():
            await self.crawls.send(ArchivePagesSpider, run, links=links)

    async def _end(self, run: ArchiveRun, plan: Backfill) -> BackfillReport:
        documents: list[dict[str, Any]] = await self.call("backfill_documents", plan.id)
        waiting = sum(row["state"] == "waiting" for row in documents)
        state, told = ended(run, waiting)
        if run.store_error is None:
            await self.call("finish_backfill", plan.id, state, told, self.clock())
        return BackfillReport(
            outlet_id=self.outlet.id,
            counts=run.tally.counts(),
            state=state,
            told=told,
            since=plan.since,
            until=plan.until,
            is_resumed=plan.is_resumed,
            walked=run.progress.walked,
            unread=run.progress.failed,
            waiting=waiting,
            outside=run.progress.outside,
            host=run.host,
            error=run.error,
            is_store_error=run.store_error is not None,
            documents=tuple(documents),
            named=run.progress.named,
        )


def ended(run: ArchiveRun, waiting: int) -> tuple[str, str]:
    """Return the state in which a turn leaves its backfill, and why."""
    if run.error is not None:
        return "failed", run.error
    if run.stopped.is_set() or waiting:
        stopped = (
            "stopped" if run.stopped.is_set() else "some documents could not be written down, see the log"
        )
        return "paused", run.paused or stopped
    if failed := run.progress.to_try_again:
        return "paused", f"{failed} document{'s' if failed != 1 else ''} could not be read"
    return "done", ""


# --- gaps -----------------------------------------------------------------------------------------


async def cover_gaps(crawls: Crawls, outlets: Iterable[Outlet], limits: Limits = GAP_LIMITS) -> int:
    """Look for what the open gaps of these outlets may hold, one backfill an outlet, and close those about which
    all is known; return how many. What is found is news that a downtime hid: it is not silent. A gap whose look
    failed or ran out of time stays open, and is looked into again after a pause.

    Raises:
        StoreError: the store cannot be read or written.
    """
    room = asyncio.Semaphore(OUTLETS_AT_ONCE)

    async def cover(outlet: Outlet) -> int:
        async with room:
            gaps: list[Gap] = await crawls.runtime.store.call("open_gaps", outlet.id)
            now = crawls.runtime.clock()
            due = [gap for gap in gaps if gap.next_try_at is None or gap.next_try_at <= now]
            return await _cover(crawls, outlet, due, limits) if due and not crawls.stopping else 0

    return sum(await asyncio.gather(*map(cover, outlets)))


async def _cover(crawls: Crawls, outlet: Outlet, gaps: list[Gap], limits: Limits) -> int:
    """Walk back to before the first of the gaps: after a downtime all feeds of an outlet have one."""
    report = await backfill(
        crawls,
        outlet,
        min(gap.from_at for gap in gaps) - GAP_MARGIN,
        max(gap.to_at for gap in gaps) + GAP_MARGIN,
        silent=False,
        gap=gaps[0],
        limits=limits,
    )
    if crawls.stopping or report.is_store_error:
        return 0  # they stay open, and are looked into again
    is_done = report.state == "done" and report.error is None
    closed = 0
    for gap in gaps:
        is_last = is_done or gap.tries >= len(GAP_PAUSES)
        if await _close(crawls, outlet, gap, report, only_covered=not is_last):
            closed += 1
        else:
            await _postpone(crawls, outlet, gap, report)
    return closed


async def _postpone(crawls: Crawls, outlet: Outlet, gap: Gap, report: BackfillReport) -> None:
    again = crawls.runtime.clock() + GAP_PAUSES[gap.tries]
    await crawls.runtime.store.call("postpone_gap", gap.id, again, report.told)
    log.warning(
        "gap not looked into to the end",
        outlet=outlet.id,
        source=gap.source.url,
        told=report.told,
        tries=gap.tries + 1,
        again_at=iso(again),
    )


async def close_covered(crawls: Crawls, outlet: Outlet, report: BackfillReport) -> None:
    """Close the open gaps that a backfill which somebody asked for has covered; the others stay open.

    Raises:
        StoreError: the store cannot be read or written.
    """
    for gap in await crawls.runtime.store.call("open_gaps", outlet.id):
        within = report.since is not None and report.since <= gap.from_at
        if within and (report.until is None or report.until >= gap.to_at):
            await _close(crawls, outlet, gap, report, only_covered=True)


async def _close(
    crawls: Crawls, outlet: Outlet, gap: Gap, report: BackfillReport, *, only_covered: bool = False
) -> bool:
    """Write what a walk says of a gap, unless *only_covered* keeps one open that is not; return whether it was
    closed."""
    call = crawls.runtime.store.call
    urls = await call("listed_now", outlet.id, gap.source)
    listed = await asyncio.to_thread(digests_of, outlet, urls)
    found = coverage(gap, channels_of(report.documents, report.named), listed)
    if only_covered and not found.is_covered:
        return False
    new = sum(report.counts[name] for name in ("new", "pending"))
    told = f"{found.told}; {new} article{'s' if new != 1 else ''} found"
    if report.told and not found.is_covered:
        told += f"; tried {gap.tries + 1} times, at last: {report.told}"
    await call("close_gap", gap.id, crawls.runtime.clock(), found.is_covered, told)
    tell = log.info if found.is_covered else log.warning
    tell(
        "gap covered" if found.is_covered else "gap not covered",
        outlet=outlet.id,
        source=gap.source.url,
        from_at=iso(gap.from_at),
        to_at=iso(gap.to_at),
        told=told,
    )
    return True
