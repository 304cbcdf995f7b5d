"""What the components on the way to the network ask of the process they run in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.exceptions import NotConfigured

from crawler.failover import Fetch
from crawler.gate import Gate
from crawler.guard import Guard
from crawler.hosthealth import HostHealth
from crawler.items import Outlet

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class NetworkConfig(Protocol):
    """The part of crawler.config.Config that is used here."""

    @property
    def ca_files(self) -> tuple[Path, ...]: ...
    def proxy_for(self, url: str, outlet: Outlet) -> str: ...


class Network(Protocol):
    """The part of crawler.runtime.Runtime that is used here."""

    @property
    def config(self) -> NetworkConfig: ...
    @property
    def gate(self) -> Gate: ...
    @property
    def guard(self) -> Guard: ...
    @property
    def health(self) -> HostHealth: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


def network_of(crawler: Crawler) -> Network:
    """Return the shared parts of the process.

    Raises:
        NotConfigured: the crawl was started by something that gave it none.
    """
    runtime = crawler.settings.get("RUNTIME")
    if runtime is None:
        from crawler.runtime import Runtime  # it imports storage; needed for `scrapy crawl` only

        runtime = Runtime.of(crawler)
    if runtime is None:
        raise NotConfigured("there is no RUNTIME in the settings: start crawls with `newshawk crawl`")
    return cast("Network", runtime)


def fetch_of(request: Request) -> Fetch | None:
    """Return what a request is for; None if it is not one of ours."""
    return cast("Fetch | None", request.meta.get("fetch"))
