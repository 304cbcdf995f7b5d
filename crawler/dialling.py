"""Scrapy's HTTP/1.1 client with limits: connecting, the proxy's CONNECT, and the head of an answer.

It reaches into private classes of Scrapy 2.19 (pinned below 2.20): there is no public place for a limit on
the connection alone, nor for the headers in the order they came.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
    _TunnelingAgent,
    _TunnelingTCP4ClientEndpoint,
)
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent

from crawler.faults import HeadersTooLarge, ProxyFailed

CONNECT_TIMEOUT = 10.0
"""Seconds for a connection, and again for the proxy's answer to CONNECT."""
MAX_HEAD = 256 * 1024
"""Bytes of status line and headers. Real heads have a few thousand; floods of 16 MB were seen."""


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler with our limits and our trust."""

    def __init__(self, crawler: Any, trust: Any) -> None:
        super().__init__(crawler)
        self._contextFactory = trust
        self._pool._factory = _BoundedFactory
        self._pool.cachedConnectionTimeout = 20  # seconds; a host is seldom asked again later than that

    async def download_request(self, request: Request) -> Response:
        """Return the answer; ``request.meta["raw_headers"]`` holds its headers as they came."""
        agent = _BoundedAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=0,
            fail_on_dataloss=True,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _BoundedAgent(_ScrapyAgent):
    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent = super()._get_agent(request, min(timeout, CONNECT_TIMEOUT))
        if isinstance(agent, _TunnelingAgent):
            agent.__class__ = _BoundedTunnelingAgent  # the same object, with another endpoint
        return agent

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        request.meta["raw_headers"] = tuple(getattr(txresponse, "raw_headers", ()))
        return super()._cb_bodyready(txresponse, request)


class _BoundedTunnelingAgent(_TunnelingAgent):
    def _getEndpoint(self, uri: URI) -> _TunnelingTCP4ClientEndpoint:  # noqa: N802  Twisted's name
        return _BoundedTunnel(
            reactor=self._reactor,
            host=uri.host,
            port=uri.port,
            proxyConf=self._proxyConf,
            contextFactory=self._contextFactory,
            timeout=self._endpointFactory._connectTimeout,
            bindAddress=self._endpointFactory._bindAddress,
        )


class _BoundedTunnel(_TunnelingTCP4ClientEndpoint):
    """A tunnel that fails when the proxy hangs up, or does not answer the CONNECT in time."""

    _timer: Any = None

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803
        ready = super().connect(protocolFactory)
        ready.addBoth(self._stop_timer)
        return ready

    def requestTunnel(self, protocol: Any) -> Any:  # noqa: N802
        result = super().requestTunnel(protocol)
        after = protocol.connectionLost

        def lost(reason: Failure = connectionDone) -> None:
            self._fail("hung up on CONNECT")
            after(reason)

        protocol.connectionLost = lost
        self._timer = self._reactor.callLater(CONNECT_TIMEOUT, self._expire, protocol)
        return result

    def _expire(self, protocol: Any) -> None:
        self._fail(f"did not answer CONNECT within {CONNECT_TIMEOUT:.0f} s")
        protocol.transport.abortConnection()

    def _fail(self, what: str) -> None:
        if not self._tunnelReadyDeferred.called:
            self._tunnelReadyDeferred.errback(ProxyFailed(f"the proxy {self._host}:{self._port} {what}"))

    def _stop_timer(self, result: Any) -> Any:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        return result


class _RecordingParser(_LenientHTTPClientParser):
    """A parser that keeps the headers of the final answer in the order they came."""

    received: list[tuple[str, str]]

    def statusReceived(self, status: bytes) -> None:  # noqa: N802
        self.received.clear()  # a 1xx answer came before
        super().statusReceived(status)  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        self.received.append((name.decode("latin-1"), value.decode("latin-1")))
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A connection that gives up on a head that does not end."""

    _head = 0

    def request(self, request: Any) -> Any:
        self._head = 0
        answer = super().request(request)
        received: list[tuple[str, str]] = []
        parser: Any = self._parser
        parser.__class__ = _RecordingParser
        parser.received = received

        def keep(response: Any) -> Any:
            response.raw_headers = list(received)
            return response

        answer.addCallback(keep)
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        parser: Any = self._parser
        if parser is not None and parser.bodyDecoder is None:
            self._head += len(data)
            if self._head > MAX_HEAD + len(data):
                error = HeadersTooLarge(f"more than {MAX_HEAD // 1024} KiB of headers")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: N802, ARG002
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
