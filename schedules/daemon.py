"""``newshawk run``: APScheduler, Scrapy and the deliverer in one loop, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from datetime import datetime

import sdnotify
import structlog

from crawler.alerts import make_transport
from crawler.config import Config, load_config
from crawler.errors import NewshawkError, StoreError
from crawler.items import Outlet
from crawler.runtime import Runtime
from schedules.backfill import cover_gaps
from schedules.cadence import shortest_intervals
from schedules.crawls import CrawlReport, Crawls
from schedules.deliver import deliver
from schedules.health import HealthServer
from schedules.heartbeat import send_heartbeat
from schedules.inquiry import Inquiry
from schedules.jobs import Timetable
from schedules.keeping import PageKeeper
from schedules.learning import learn
from schedules.learning import tell as tell_learned
from schedules.opsmail import tell_ops
from schedules.opspauses import Pauses
from schedules.outages import Outages
from schedules.reconcile import reconcile, tell
from schedules.session import run_in_reactor

log = structlog.get_logger("newshawk.daemon")

MAIL_GRACE = 10.0
"""Seconds that mail on its way gets when the daemon stops; what is left leaves after the next start."""
DELIVERY_EVERY = 15.0
"""Seconds between looks at the outbox; new alerts wake the deliverer at once."""

COMPARISONS_AT_ONCE = 4
"""Outlets compared with a second channel at the same time."""


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
        self.timetable = Timetable(
            self.poll,
            self.catch_up,
            compare=self.compare,
            fold=self.fold,
            learn=self.learn,
            press=self.press,
        )
        self._keeper = PageKeeper(self.runtime.store, self.runtime.clock)
        self._comparing = asyncio.Semaphore(COMPARISONS_AT_ONCE)
        self.health = HealthServer(self.runtime)
        self._outages = Outages()
        self._ops_pauses = Pauses()
        self._mail_waits = asyncio.Event()
        self._stop = asyncio.Event()
        self._crawls_ended = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._covering: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Start everything, wait for a signal, stop everything."""
        self._listen_to_signals()
        await self.runtime.start()
        self.config = self.runtime.config
        self._tell_broken_rules()
        self.runtime.alerts_written = self._mail_waits.set
        deliverer = asyncio.create_task(self._deliver())
        try:
            await self.health.start()
            await self._schedule()
            self.timetable.start()
            sdnotify.SystemdNotifier().notify("READY=1")
            log.info("started", outlets=len(self.config.outlets), store=str(self.config.store.path))
            await self._stop.wait()
        finally:
            await self._end(deliverer)

    async def _end(self, deliverer: asyncio.Task[None]) -> None:
        sdnotify.SystemdNotifier().notify("STOPPING=1")
        log.info("stopping")
        self.timetable.pause()
        await self.crawls.stop()
        self.timetable.stop()
        if self._covering is not None:
            self._covering.cancel()
            await asyncio.gather(self._covering, return_exceptions=True)
        self._crawls_ended.set()
        self._mail_waits.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(deliverer, MAIL_GRACE)
        await self.health.stop()
        await self.runtime.stop()
        log.info("stopped")

    async def poll(self, outlet: Outlet) -> datetime | None:
        """Crawl one outlet and say what came of it; return when its first source is due again, None for at its
        configured interval."""
        self._tell(await self.crawls.crawl_outlet(outlet, "schedule", patient=True), polled=True)
        with suppress(StoreError):  # told already
            due: datetime | None = await self.runtime.store.call("next_poll", outlet)
            return due
        return None

    async def catch_up(self) -> None:
        """Fetch what is left between polls: pages that a stop or a fault left, and re-checks that are due. Beside
        it, look for what sources may have named while nobody asked."""
        self._look_into_gaps()
        store, now = self.runtime.store, self.runtime.clock()
        try:
            waiting = {
                *await store.call("outlets_with_open_links", now),
                *await store.call("outlets_with_due_rechecks", now),
            }
        except StoreError as error:
            log.error("store", error=str(error))
            return
        reports = await asyncio.gather(
            *(
                self.crawls.recheck_outlet(outlet)
                for outlet in self.config.outlets
                if outlet.id in waiting and not self.crawls.is_at_work(outlet.id)
            )
        )
        for report in reports:
            self._tell(report)

    async def compare(self, outlet: Outlet) -> None:
        """Compare one outlet with its second channels and say what came of it."""
        runtime = self.runtime
        async with self._comparing:
            try:
                done = await reconcile(
                    outlet, Inquiry.within(runtime), runtime.pool, runtime.store.call, trigger="nightly"
                )
            except StoreError as error:
                log.error("store", error=str(error))
                return
            except Exception:
                # The edge of one comparison: the next night tries again.
                log.exception("comparison broke off", outlet=outlet.id)
                return
        tell(done)

    async def fold(self) -> None:
        """Fold away runs, polls and comparisons of long ago that brought nothing; then look after kept pages."""
        try:
            folded = 0
            while rows := await self.runtime.store.call("fold_history", self.runtime.clock()):
                folded += rows
            if folded:
                log.info("folded", rows=folded)
            classed = 0
            while edits := await self.runtime.store.call("class_changes"):
                classed += edits
            if classed:
                log.info("edits of an earlier version classed", edits=classed)
            kept = await self._keeper.keep(self.config)
        except StoreError as error:
            log.error("store", error=str(error))
            return
        if kept.saved:
            log.info("pages compressed again", saved=kept.saved)
        if kept.taken:
            log.info("pages taken", pages=kept.taken, freed=kept.freed)
        if kept.plan is not None and kept.plan.over:
            log.warning("pages over max_pages_size", over=kept.plan.over, error="what is left is evidence")

    async def press(self) -> None:
        """Give outlets that have pages enough by now a dictionary for them."""
        try:
            await self._keeper.make_dictionaries()
        except StoreError as error:
            log.error("store", error=str(error))

    async def learn(self) -> None:
        """Look at what recurs on the pages of each outlet, one after the other; what is surely its template is cut
        from the outlet's next run on."""
        for outlet in self.config.outlets:
            if self._stop.is_set():
                return
            try:
                call, now = self.runtime.store.call, self.runtime.clock()
                _, applied = await learn(outlet, call, self.runtime.matcher, now)
            except StoreError as error:
                log.error("store", error=str(error))
                return
            except Exception:
                # The edge of one outlet: the next night tries again.
                log.exception("learning broke off", outlet=outlet.id)
                continue
            tell_learned(outlet, applied)

    def _look_into_gaps(self) -> None:
        if self._covering is None or self._covering.done():
            self._covering = asyncio.create_task(self._cover_gaps())

    async def _cover_gaps(self) -> None:
        try:
            await cover_gaps(self.crawls, self.config.outlets)
        except StoreError as error:
            log.error("store", error=str(error))
        except Exception:
            # The edge of one look: the gaps stay open, and the next turn looks again.
            log.exception("gaps not looked into")

    async def reload(self) -> None:
        """Read the config again; a wrong one changes nothing and is said in the log."""
        async with self._reloading:
            try:
                fresh = load_config(self.config.path)
                if fresh.store.path != self.config.store.path:
                    log.error(
                        "reload refused", error="store.path changed: stop the daemon and start it again"
                    )
                    return
                await self.runtime.apply_config(fresh)
                listen, self.config = self.config.ops.listen, self.runtime.config
                self._tell_broken_rules()
                await self._schedule()
            except NewshawkError as error:
                for line in str(error).splitlines():
                    log.error("reload refused", error=line)
                return
            except Exception:
                log.exception("reload failed")
                return
            if fresh.ops.listen != listen:
                await self.health.stop()
                await self.health.start()
            log.info("reloaded", outlets=len(fresh.outlets), rules=len(self.config.rules))

    def _tell_broken_rules(self) -> None:
        used = {rule.id for rule in self.config.rules}
        for rule in self.config.broken:
            if rule.id.startswith("@"):
                log.error("broken query", query=rule.id, told=list(rule.told))
                continue
            how = "as it was before" if rule.id in used else "not at all"
            log.error("broken rule", rule=rule.id, used=how, told=list(rule.told))

    async def _schedule(self) -> None:
        call, outlets = self.runtime.store.call, self.config.outlets
        last, intervals, owed = (
            await call("last_good_polls"),
            await call("intervals"),
            await call("comparisons_owed"),
        )
        now = self.runtime.clock()
        self.timetable.set_outlets(outlets, last, now, shortest_intervals(outlets, intervals))
        self.timetable.set_comparisons(outlets, owed, now)

    async def _deliver(self) -> None:
        """Drain the outbox whenever alerts were written, and now and then, until the crawls have ended."""
        anew = True
        while True:
            ending = self._crawls_ended.is_set()
            self._mail_waits.clear()
            anew = not await self._drain(anew=anew) and anew
            if ending:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._mail_waits.wait(), DELIVERY_EVERY)

    async def _drain(self, *, anew: bool) -> bool:
        """Send what is due and return True; False when the round broke off, which the log tells."""
        try:
            transport = make_transport(self.config)
            report = await deliver(
                self.runtime.store.call, self.config, transport, self.runtime.clock(), anew=anew
            )
            await tell_ops(self.runtime.store.call, self.config, self.runtime.clock(), self._ops_pauses)
            await send_heartbeat(self.runtime.store.call, self.config, self.runtime.clock())
        except NewshawkError as error:
            log.error("mail waits", error=str(error))
            return False
        except Exception:
            # The edge of one round: leases run out, and the next round sends what this one left.
            log.exception("mail waits")
            return False
        if any(report.counts().values()):
            log.info("mail", **report.counts())
        return True

    def _tell(self, report: CrawlReport, *, polled: bool = False) -> None:
        if report.is_store_error:
            log.warning("not polled", outlet=report.outlet_id, error=report.error)
            return
        if (
            polled and not self.crawls.stopping
        ):  # a run of re-checks asks no source, one cut short says nothing
            self._outages.tell(self.config.outlets, report.outlet_id, report.error)
        if report.error is None and any(
            report.counts[name] for name in ("new", "revised", "failed", "pending")
        ):
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
