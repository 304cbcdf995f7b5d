"""The daemon's endpoint: /healthz (alive), /readyz (the store answers), /metrics (Prometheus), and the links of mails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from twisted.internet.error import CannotListenError
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from crawler.errors import StoreError
from crawler.hoststate import STATES
from schedules import mutelinks
from storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.core import Metric

    from crawler.runtime import Runtime

log = structlog.get_logger("newshawk.health")
Answer = tuple[int, str, bytes]


class HealthServer:
    """Answers on ops.listen while the daemon runs. A taken port is said in the log; the daemon goes on."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._port: Any = None

    async def start(self) -> None:
        """Listen, unless ops.listen is empty."""
        listen = self.runtime.config.ops.listen
        if not listen:
            return
        from twisted.internet import reactor as installed

        reactor = cast("Any", installed)
        host, _, port = listen.rpartition(":")
        root: Any = Resource()  # type: ignore[no-untyped-call]
        for path, answer in (("healthz", self.healthz), ("readyz", self.readyz), ("metrics", self.metrics)):
            root.putChild(path.encode(), _Page(answer))
        mutelinks.add_to(root, self.runtime)
        try:
            site = Site(root)  # type: ignore[no-untyped-call]
            self._port = reactor.listenTCP(int(port), site, interface=host.strip("[]"))
        except CannotListenError as error:
            log.warning("no endpoint", listen=listen, error=str(error.socketError))

    @property
    def is_listening(self) -> bool:
        """Whether the endpoint is open."""
        return self._port is not None

    async def stop(self) -> None:
        """Stop listening."""
        if self._port is not None:
            await self._port.stopListening().asFuture(asyncio.get_running_loop())

    async def healthz(self) -> Answer:
        """Return 200: the loop turns."""
        return 200, "text/plain; charset=utf-8", b"ok\n"

    async def readyz(self) -> Answer:
        """Return 200 when the store answers, else 503 with the reason."""
        try:
            await self.runtime.store.call("outbox_depth")
        except StoreError as error:
            return 503, "text/plain; charset=utf-8", f"{error}\n".encode()
        return 200, "text/plain; charset=utf-8", b"ready\n"

    async def metrics(self) -> Answer:
        """Return the counts of the store for Prometheus; labels are outlet ids and states only."""
        figures = await asyncio.to_thread(self._read_figures)
        registry = CollectorRegistry()
        registry.register(_Figures(figures))
        return 200, "text/plain; version=0.0.4; charset=utf-8", generate_latest(registry)

    def _read_figures(self) -> dict[str, Any]:
        """Read them over a connection of its own: however often they are asked for, no writer waits."""
        with Store.open(self.runtime.store.path, read_only=True) as store:
            return store.figures(self.runtime.clock())


_KEPT = {
    "pages": ("pages", "Kept pages with their body"),
    "size": ("page_bytes", "Bytes of these bodies"),
    "stored": ("stored_bytes", "Bytes that these bodies take in the store"),
    "dropped": ("pages_taken", "Kept pages whose body retention took"),
}
"""Sums over kept pages by their name in storage/keptsums.py: name of the metric, and what it counts."""


class _Figures(Collector):
    def __init__(self, figures: dict[str, Any]) -> None:
        self.figures = figures

    def collect(self) -> Iterable[Metric]:
        articles = GaugeMetricFamily("newshawk_articles", "Articles in the store", labels=["outlet"])
        lag = GaugeMetricFamily("newshawk_poll_lag_seconds", "Since the last good poll", labels=["outlet"])
        links = GaugeMetricFamily("newshawk_links", "Links of the ledger", labels=["outlet", "state"])
        hosts = GaugeMetricFamily("newshawk_hosts", "Hosts of the outlet", labels=["outlet", "state"])
        kept = {
            name: GaugeMetricFamily(f"newshawk_kept_{metric}", told, labels=["outlet"])
            for name, (metric, told) in _KEPT.items()
        }
        breaks = GaugeMetricFamily("newshawk_break_open", "1 while the pages are broken", labels=["outlet"])
        doubtful = GaugeMetricFamily("newshawk_quarantined", "Articles in doubt", labels=["outlet"])
        overdue = GaugeMetricFamily("newshawk_rechecks_overdue", "Later than promised", labels=["outlet"])
        absent = GaugeMetricFamily(
            "newshawk_absent", "Articles missing on all hosts", labels=["outlet", "state"]
        )
        for outlet_id, row in self.figures["outlets"].items():
            overdue.add_metric([outlet_id], row["rechecks_overdue"])
            for state, count in row["absences"].items():
                absent.add_metric([outlet_id, state], count)
            for name, family in kept.items():
                family.add_metric([outlet_id], row["kept"][name])
            breaks.add_metric([outlet_id], int(row["break_open"]))
            doubtful.add_metric([outlet_id], row["quarantined"])
            for state in STATES:
                hosts.add_metric([outlet_id, state], row["hosts"].get(state, 0))
            articles.add_metric([outlet_id], row["articles"])
            if row["lag_seconds"] is not None:
                lag.add_metric([outlet_id], row["lag_seconds"])
            for state, count in row["links"].items():
                links.add_metric([outlet_id, state], count)
        outbox = GaugeMetricFamily("newshawk_outbox", "Alerts in the outbox", labels=["state"])
        for state, count in self.figures["outbox"].items():
            outbox.add_metric([state], count)
        return [articles, lag, links, hosts, breaks, doubtful, overdue, absent, *kept.values(), outbox]


class _Page(Resource):
    isLeaf = True  # noqa: N815  Twisted's name

    def __init__(self, answer: Callable[[], Awaitable[Answer]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._answer = answer
        self._tasks: set[asyncio.Task[None]] = set()

    def render_GET(self, request: Any) -> int:  # noqa: N802  Twisted's name
        task = asyncio.get_running_loop().create_task(self._finish(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return NOT_DONE_YET

    async def _finish(self, request: Any) -> None:
        try:
            code, content_type, body = await self._answer()
        except StoreError as error:
            code, content_type, body = 503, "text/plain; charset=utf-8", f"{error}\n".encode()
        request.setResponseCode(code)
        request.setHeader(b"Content-Type", content_type.encode())
        request.write(body)
        request.finish()
