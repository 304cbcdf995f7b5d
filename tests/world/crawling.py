"""Ask for sources and pages through the real middlewares and the real handler, without spiders or a store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.downloadermiddlewares.capture import Capture
from crawler.failover import Fetch, page_request, source_request
from crawler.gate import Gate
from crawler.guard import Guard, install_guard
from crawler.hosthealth import HostHealth
from crawler.items import Attempt, IdPattern, Key, Link, Outlet, Source, SourceKind, Validators
from crawler.robots import RobotsCache
from tests.world.reactor import reactor_thread

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOSTS = ("www.presstv.ir", "presstv.ir", "www.presstv.co.uk")
OUTLET = Outlet(
    id="presstv",
    name="Press TV",
    hosts=HOSTS,
    aliases=("www.presstv.com", "presstv.com"),
    sources=(Source(kind=SourceKind.FEED, url="http://www.presstv.ir/rss.xml"),),
    article_id=(IdPattern(pattern=r"/Detail/\d{4}/\d\d/\d\d/(\d+)"),),
)
PATH = "/Detail/2023/04/18/701800/Russia"


@dataclass(kw_only=True)
class Config:
    """The network part of a config."""

    proxy: str = ""
    ca_files: tuple[Path, ...] = ()

    def proxy_for(self, url: str, outlet: Outlet) -> str:
        return outlet.proxy or self.proxy


@dataclass(kw_only=True)
class Net:
    """The shared parts of a process, as crawls see them."""

    config: Config = field(default_factory=Config)
    gate: Gate = field(default_factory=lambda: Gate(delay=0.0))
    guard: Guard = field(default_factory=Guard)
    health: HostHealth = field(default_factory=lambda: HostHealth(lambda: NOW))
    robots: RobotsCache = field(default_factory=RobotsCache)
    clock: Callable[[], datetime] = lambda: NOW

    def __deepcopy__(self, memo: object) -> Net:
        return self


@dataclass(kw_only=True)
class Got:
    """What came of one request."""

    response: Response | None = None
    error: BaseException | None = None
    attempts: tuple[Attempt, ...] = ()
    capture: Capture | None = None

    @property
    def reasons(self) -> list[str]:
        """The reason of each attempt."""
        return [attempt.reason for attempt in self.attempts]


class Collecting(Spider):
    """Asks for what it is given, keeps what comes."""

    name = "collecting"
    ask: list[Callable[..., Request]]
    got: list[Got]

    async def start(self) -> AsyncIterator[Request]:
        for make in self.ask:
            yield make(self.arrived, self.failed)

    def arrived(self, response: Response) -> None:
        fetch: Fetch = response.meta["fetch"]
        self.got.append(Got(response=response, attempts=fetch.attempts, capture=response.meta["capture"]))

    def failed(self, failure: Failure) -> None:
        attempts = getattr(failure.value, "attempts", ())
        self.got.append(Got(error=failure.value, attempts=attempts))


def link(url: str, host: str = "") -> Link:
    """Return a row of the ledger for an address."""
    return Link(
        id=1,
        outlet_id="presstv",
        url=url,
        address=url,
        key=Key(kind="id", value="701800"),
        host=host,
        first_seen_at=NOW,
    )


def fetch_pages(net: Net, *links: Link, outlet: Outlet = OUTLET, **settings: Any) -> list[Got]:
    """Return what came of these links, in the order of arrival."""
    asks = [
        lambda callback, errback, one=one: page_request(outlet, one, net.health, callback, errback)
        for one in links
    ]
    return _crawl(net, asks, settings)


def fetch_page(net: Net, url: str, outlet: Outlet = OUTLET, host: str = "", **settings: Any) -> Got:
    """Return what came of one link."""
    (got,) = fetch_pages(net, link(url, host), outlet=outlet, **settings)
    return got


def fetch_source(
    net: Net,
    source: Source = OUTLET.sources[0],
    outlet: Outlet = OUTLET,
    validators: Mapping[str, Validators] | None = None,
    **settings: Any,
) -> Got:
    """Return what came of one poll."""
    known = validators or {}
    ask = [lambda callback, errback: source_request(outlet, source, net.health, callback, errback, known)]
    (got,) = _crawl(net, ask, settings)
    return got


def _crawl(net: Net, asks: list[Callable[..., Request]], more: dict[str, Any]) -> list[Got]:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    for name in ("SPIDER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"):
        named = settings.getdict(name)
        ours = {path: None if path.startswith(("crawler.", "pipelines.")) else n for path, n in named.items()}
        settings.set(name, ours, priority="cmdline")
    fixed = {"USER_AGENT": "newshawk (+https://example.org/bot)", "RUNTIME": net, "ROBOTS_CACHE": net.robots}
    for name, value in {**fixed, "LOG_LEVEL": "ERROR", **more}.items():
        settings.set(name, value, priority="cmdline")
    got: list[Got] = []

    async def crawl() -> None:
        from twisted.internet import reactor

        install_guard(reactor, net.guard)
        runner = AsyncCrawlerRunner(settings)
        await runner.crawl(Collecting, ask=asks, got=got)

    reactor_thread().run(crawl())
    return got
