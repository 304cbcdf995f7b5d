"""``newshawk backfill``: one turn over one outlet's archives now, the due mail, and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.archiverun import Limits, Progress
from crawler.config import Config
from crawler.items import Outlet
from crawler.pool import ParserPool
from schedules.backfill import BackfillReport, backfill, close_covered
from schedules.crawls import Crawls
from schedules.deliver import DeliveryReport
from schedules.passes import clock_from, run_pass, stop_on_signals
from schedules.session import run_in_reactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked for."""

    outlet: Outlet
    given: str
    """The window in the words of the call: the same words go on with an unfinished backfill."""
    since: datetime
    until: datetime | None = None
    silent: bool = True
    anew: bool = False
    limit: int | None = None
    """New addresses to take at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPass:
    """What one pass came to."""

    report: BackfillReport
    delivery: DeliveryReport | None = None
    delivery_error: str | None = None
    seconds: float = 0.0
    interrupted: bool = False
    """True when a signal ended it early; the same call goes on."""


def backfill_once(
    config: Config,
    asked: Asked,
    *,
    at: datetime | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> BackfillPass:
    """Backfill one outlet, send what is due, and return the report. Blocks; once per process.

    Raises:
        BusyError: another instance holds the store.
        StoreError: the store cannot be opened.
    """
    return run_in_reactor(lambda: backfill_pass(config, asked, clock_from(at), on_progress, stop_on_signals))


async def backfill_pass(
    config: Config,
    asked: Asked,
    clock: Callable[[], datetime],
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_start: Callable[[Crawls], None] = lambda _: None,
    *,
    pool: ParserPool | None = None,
) -> BackfillPass:
    """Backfill one outlet and send what is due, in a running reactor; see backfill_once."""

    async def walk(crawls: Crawls) -> BackfillReport:
        return await backfill(
            crawls,
            asked.outlet,
            asked.since,
            asked.until,
            silent=asked.silent,
            given=asked.given,
            anew=asked.anew,
            limits=Limits(new_links=asked.limit),
            on_progress=on_progress,
        )

    async def close(crawls: Crawls, report: BackfillReport) -> None:
        await close_covered(crawls, asked.outlet, report)

    done = await run_pass(config, clock, walk, close, on_start=on_start, pool=pool)
    return BackfillPass(
        report=done.result,
        delivery=done.delivery,
        delivery_error=done.delivery_error,
        seconds=done.seconds,
        interrupted=done.interrupted,
    )
