"""What all crawls of a process share: store, parser pool, gate, guard, host health and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import structlog
from scrapy.settings import Settings

from crawler.clock import utc_now
from crawler.config import Config, load_config
from crawler.gate import Gate
from crawler.guard import Guard, install_guard
from crawler.hosthealth import HostHealth
from crawler.pool import ParserPool
from crawler.query import Matcher
from crawler.robots import RobotsCache
from storage.hold import hold
from storage.thread import StoreThread

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

log = structlog.get_logger("newshawk.runtime")

_RUNTIMES: WeakKeyDictionary[Crawler, Runtime] = WeakKeyDictionary()
"""Runtimes of crawls that Scrapy's own command started."""


@dataclass(slots=True, kw_only=True, eq=False)
class Runtime:
    """The shared parts of one process. Scrapy copies settings deeply for each crawl; this is never copied."""

    config: Config
    store: StoreThread
    gate: Gate
    guard: Guard
    pool: ParserPool
    health: HostHealth
    robots: RobotsCache = field(default_factory=RobotsCache)
    clock: Callable[[], datetime] = utc_now
    alerts_written: Callable[[], None] = field(default=lambda: None)
    """Called when outbox rows were written, so that the deliverer need not wait for its next turn."""
    _hold: AbstractContextManager[object] | None = None

    def __deepcopy__(self, memo: dict[int, object]) -> Runtime:
        return self

    @classmethod
    def build(
        cls, config: Config, clock: Callable[[], datetime] = utc_now, *, pool: ParserPool | None = None
    ) -> Runtime:
        """Return a runtime for this config that holds nothing yet. *pool* brings limits of its own."""
        network = config.network
        return cls(
            config=config,
            store=StoreThread(config.store.path),
            gate=Gate(delay=network.delay),
            guard=Guard(allow_private=network.allow_private),
            pool=pool or ParserPool(),
            health=HostHealth(clock),
            clock=clock,
        )

    @classmethod
    def of(cls, crawler: Crawler) -> Runtime:
        """Return the runtime of a crawl; for ``scrapy crawl`` one is built from the config found here.

        Raises:
            ConfigError: there is no config, or it is wrong.
        """
        runtime = crawler.settings.get("RUNTIME") or _RUNTIMES.get(crawler)
        if runtime is None:
            runtime = _RUNTIMES[crawler] = cls.build(load_config(None))
        return cast("Runtime", runtime)

    async def start(self) -> None:
        """Take the hold on the store, open it, and tell it what the config says.

        Raises:
            BusyError: another instance holds the store.
            StoreError: it cannot be opened.
        """
        from twisted.internet import reactor

        self._hold = hold(self.config.store.path)
        self._hold.__enter__()
        try:
            await self.store.open()
            await self.apply_config(self.config)
        except BaseException:
            await self.stop()
            raise
        install_guard(reactor, self.guard)

    async def apply_config(self, config: Config) -> None:
        """Tell the store of outlets and rules, the matcher of the rules, gate and guard of the network.

        Raises:
            StoreError: the store cannot be written; the config before it stays.
        """
        call = self.store.call
        await call("sync_config", config.outlets, config.rules, self.clock())
        await call("set_matcher", Matcher(config.rules, config.former_ids), config.rules, config.recipients)
        for outlet_id in await call("rekey_due", config.outlets):
            log.warning(
                "patterns changed", outlet=outlet_id, cure=f"newshawk outlets rekey {outlet_id} --dry-run"
            )
        self.config = config
        self.gate.delay = config.network.delay
        self.guard.allow_private = config.network.allow_private
        for outlet in config.outlets:
            self.health.load(outlet.id, await call("host_health", outlet.id))

    async def stop(self) -> None:
        """Give back everything; what was asked of the store is done first."""
        await asyncio.to_thread(self.pool.close)
        await self.store.close()
        if self._hold is not None:
            self._hold.__exit__(None, None, None)
            self._hold = None


def scrapy_settings(runtime: Runtime) -> Settings:
    """Return Scrapy's settings for this process: the table of contents with what the config decides."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("USER_AGENT", runtime.config.network.user_agent, priority="cmdline")
    settings.set("RUNTIME", cast("Any", runtime), priority="cmdline")
    settings.set("ROBOTS_CACHE", cast("Any", runtime.robots), priority="cmdline")
    return settings
