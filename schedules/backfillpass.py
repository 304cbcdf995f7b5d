"""``newshawk backfill``: one turn over one outlet's archives now, the due mail, and out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.alerts import make_transport
from crawler.archiverun import Limits, Progress
from crawler.config import Config
from crawler.errors import NewshawkError
from crawler.items import Outlet
from crawler.pool import ParserPool
from crawler.runtime import Runtime
from schedules.backfill import BackfillReport, backfill, close_covered
from schedules.crawls import Crawls
from schedules.deliver import DeliveryReport, deliver
from schedules.passes import clock_from, stop_on_signals
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
    started = time.monotonic()
    runtime = Runtime.build(config, clock, pool=pool)
    await runtime.start()
    delivery, delivery_error = None, None
    try:
        crawls = Crawls(runtime)
        on_start(crawls)
        report = await backfill(
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
        try:
            await close_covered(crawls, asked.outlet, report)
            delivery = await deliver(
                runtime.store.call, config, make_transport(config), runtime.clock(), anew=True
            )
        except NewshawkError as error:  # what became of the backfill is to be told all the same
            delivery_error = str(error)
    finally:
        await runtime.stop()
    return BackfillPass(
        report=report,
        delivery=delivery,
        delivery_error=delivery_error,
        seconds=round(time.monotonic() - started, 3),
        interrupted=crawls.stopping,
    )
