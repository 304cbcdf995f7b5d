"""What all crawls of a process share: store, parser pool, gate, guard, host health and the clock."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import structlog
from scrapy.settings import Settings

from crawler.clock import utc_now
from crawler.config import Config, load_config
from crawler.config.former import with_former
from crawler.gate import Gate
from crawler.guard import Guard, install_guard
from crawler.hosthealth import HostHealth
from crawler.items import Outlet
from crawler.pool import ParserPool
from crawler.query import Matcher
from crawler.robots import RobotsCache
from crawler.sameness import KnownTexts
from storage.hold import hold
from storage.thread import StoreThread

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

TOO_MUCH = "http_429"
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
    same_texts: KnownTexts = field(default_factory=KnownTexts)
    clock: Callable[[], datetime] = utc_now
    matcher: Matcher | None = None
    """What finds the standing queries that hold for a text; None until the config was applied."""
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
            guard=Guard(allow_private=network.allow_private, ports=network.ports),
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
        config = await self._with_former_rules(config)
        broken = tuple(rule.id for rule in config.broken)
        await call("sync_config", config.outlets, config.rules, self.clock(), broken)
        matcher = Matcher(config.rules, config.former_ids)
        await call("set_matcher", matcher, config.rules, config.recipients)
        self.matcher = matcher
        for outlet_id in await call("rekey_due", config.outlets):
            log.warning(
                "patterns changed", outlet=outlet_id, cure=f"newshawk outlets rekey {outlet_id} --dry-run"
            )
        self.config = config
        self.gate.delay = config.network.delay
        self.guard.allow_private, self.guard.ports = config.network.allow_private, config.network.ports
        for outlet in config.outlets:
            self.health.load(outlet.id, await call("host_health", outlet.id))
            self._rest_as_asked(outlet)

    async def _with_former_rules(self, config: Config) -> Config:
        """Return the config with its broken rules as they were, those that the store knows."""
        if not config.broken:
            return config
        ids = [each.id for each in config.broken if each.id]
        return with_former(config, await self.store.call("rules_as_they_were", ids))

    def _rest_as_asked(self, outlet: Outlet) -> None:
        """Leave hosts alone that told an earlier process that they are asked too much, until they may be asked."""
        now = self.clock()
        sources = (urlsplit(source.url).netloc.lower() for source in outlet.sources)
        for host in dict.fromkeys((*outlet.hosts, *sources)):
            known = [self.health.state(outlet.id, host, scheme) for scheme in ("https", "http")]
            ends = [state.rest_until for state in known if state.reason == TOO_MUCH and state.rest_until]
            if ends and max(ends) > now:
                self.gate.rest(host, (max(ends) - now).total_seconds(), "it answered 429")

    async def stop(self) -> None:
        """Give back everything; what was asked of the store is done first."""
        await asyncio.to_thread(self.pool.close)
        await self.store.close()
        if self._hold is not None:
            self._hold.__exit__(None, None, None)
            self._hold = None


class SharedSettings(Settings):
    """Settings whose values crawls share: Scrapy copies them deeply for each crawl, which takes longer than a poll.
    No component changes a value in place."""

    def copy(self) -> Self:
        """Return settings that can be set anew without changing these."""
        other = copy.copy(self)
        other.attributes = {name: copy.copy(each) for name, each in self.attributes.items()}
        return other


def scrapy_settings(runtime: Runtime) -> Settings:
    """Return Scrapy's settings for this process: the table of contents with what the config decides."""
    settings = SharedSettings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("USER_AGENT", runtime.config.network.user_agent, priority="cmdline")
    settings.set("RUNTIME", cast("Any", runtime), priority="cmdline")
    settings.set("ROBOTS_CACHE", cast("Any", runtime.robots), priority="cmdline")
    return settings
