"""``newshawk run``: APScheduler, Scrapy and the deliverer in one loop, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

import sdnotify
import structlog

from crawler.alerts import make_transport
from crawler.config import Config, load_config
from crawler.errors import NewshawkError, StoreError
from crawler.items import Outlet
from crawler.runtime import Runtime
from schedules.crawls import CrawlReport, Crawls
from schedules.deliver import deliver
from schedules.health import HealthServer
from schedules.jobs import Timetable
from schedules.session import run_in_reactor

log = structlog.get_logger("newshawk.daemon")

GRACE = 20.0
"""Seconds that crawls get to finish what is on its way when the daemon stops."""
DELIVERY_EVERY = 15.0
"""Seconds between looks at the outbox; new alerts wake the deliverer at once."""


def run_daemon(config: Config) -> None:
    """Run until SIGTERM or SIGINT; SIGHUP reads the config again. Blocks; once per process.

    Raises:
        BusyError: another instance holds the store.
        StoreError: the store cannot be opened.
    """
    run_in_reactor(lambda: Daemon(config).run())


class Daemon:
    """The parts of the daemon and how they start, change and stop."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.runtime = Runtime.build(config)
        self.crawls = Crawls(self.runtime)
        self.timetable = Timetable(self.poll, self.recheck_due)
        self.health = HealthServer(self.runtime)
        self._mail_waits = asyncio.Event()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Start everything, wait for a signal, stop everything."""
        await self.runtime.start()
        self.runtime.alerts_written = self._mail_waits.set
        deliverer = asyncio.create_task(self._deliver())
        try:
            self._listen_to_signals()
            await self.health.start()
            await self._schedule()
            self.timetable.start()
            sdnotify.SystemdNotifier().notify("READY=1")
            log.info("started", outlets=len(self.config.outlets), store=str(self.config.store.path))
            await self._stop.wait()
        finally:
            sdnotify.SystemdNotifier().notify("STOPPING=1")
            self.timetable.stop()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.crawls.stop(), GRACE)
            deliverer.cancel()
            with suppress(asyncio.CancelledError):
                await deliverer
            await self.health.stop()
            await self.runtime.stop()
            log.info("stopped")

    async def poll(self, outlet: Outlet) -> None:
        """Crawl one outlet and say what came of it."""
        report = await self.crawls.crawl_outlet(outlet, "schedule", patient=True)
        self._tell(report)

    async def recheck_due(self) -> None:
        """Re-check the articles that are due, outlet by outlet."""
        try:
            due = await self.runtime.store.call("outlets_with_due_rechecks", self.runtime.clock())
        except StoreError as error:
            log.error("store", error=str(error))
            return
        configured = {outlet.id: outlet for outlet in self.config.outlets}
        reports = await asyncio.gather(
            *(self.crawls.recheck_outlet(configured[each]) for each in due if each in configured)
        )
        for report in reports:
            self._tell(report)

    async def reload(self) -> None:
        """Read the config again; a wrong one changes nothing and is said in the log."""
        try:
            fresh = load_config(self.config.path)
            if fresh.store.path != self.config.store.path:
                log.error("reload refused", error="store.path changed: stop the daemon and start it again")
                return
            self.config = fresh
            await self.runtime.apply_config(fresh)
            await self._schedule()
        except NewshawkError as error:
            log.error("reload refused", error=str(error))
            return
        log.info("reloaded", outlets=len(self.config.outlets), rules=len(self.config.rules))

    async def _schedule(self) -> None:
        last = await self.runtime.store.call("last_good_polls")
        self.timetable.set_outlets(self.config.outlets, last, self.runtime.clock())

    async def _deliver(self) -> None:
        anew = True
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._mail_waits.wait(), DELIVERY_EVERY)
            self._mail_waits.clear()
            try:
                transport = make_transport(self.config)
                now = self.runtime.clock()
                report = await deliver(self.runtime.store.call, self.config, transport, now, anew=anew)
                anew = False
            except NewshawkError as error:
                log.error("delivery", error=str(error))
                continue
            if any(report.counts().values()):
                log.info("mail", **report.counts())

    def _tell(self, report: CrawlReport) -> None:
        if report.error is not None:
            log.warning("not polled", outlet=report.outlet_id, error=report.error)
        elif any(report.counts[name] for name in ("new", "revised", "failed", "pending")):
            log.info("crawled", outlet=report.outlet_id, host=report.host, **report.counts)

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        reloads: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = asyncio.create_task(self.reload())
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        loop.add_signal_handler(signal.SIGHUP, reload)
