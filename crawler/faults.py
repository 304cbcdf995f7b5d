"""What went wrong with one try, as a word of the ledger and a detail for a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet import error as tx
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, RequestGenerationFailed
from twisted.web.client import ResponseFailed

from crawler.errors import AddressRefused, FetchFailed


class CertificateRefused(Exception):
    """The server's certificate does not prove that it is the host; the text says why."""


class HeadersTooLarge(Exception):
    """The head of an answer does not end."""


class ProxyFailed(Exception):
    """The proxy did not open a way to the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why an answer, or the lack of one, is not usable."""

    reason: str
    detail: str = ""


_WORDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    ((CertificateRefused, SSL.Error), "tls"),
    ((ProxyFailed, TunnelError), "proxy"),
    (HeadersTooLarge, "protocol"),
    ((DownloadTimeoutError, TimeoutError, tx.TimeoutError), "timeout"),
    ((CannotResolveHostError, tx.DNSLookupError), "dns"),
    ((DownloadConnectionRefusedError, tx.ConnectionRefusedError), "refused"),
    (ResponseDataLossError, "truncated"),
    (DownloadCancelledError, "too_large"),
    (ParseError, "protocol"),
    ((tx.ConnectionLost, tx.ConnectionDone, tx.ConnectionAborted), "reset"),
    (tx.ConnectError, "refused"),
    ((RequestGenerationFailed, ResponseFailed, NotImplementedError, ValueError, KeyError), "protocol"),
)
"""The first that holds for any link of the chain counts: the cause, not the wrapping."""


_REFUSED_TUNNEL = re.compile(r"'status': (\d{3})")
"""What Scrapy's TunnelError shows of a proxy's answer."""


def fault_of(error: BaseException) -> Fault:
    """Return what an exception of a download means; ``unknown`` with its text for what nobody foresaw."""
    if isinstance(error, FetchFailed):
        return Fault(reason=error.reason, detail=error.detail)
    if isinstance(error, AddressRefused):
        return Fault(reason=error.reason, detail=error.url[:200])
    if isinstance(error, IgnoreRequest):
        return Fault(reason="ignored", detail=str(error)[:200])
    causes = list(_causes(error))
    for kinds, word in _WORDS:
        for cause in causes:
            if isinstance(cause, kinds):
                return Fault(reason=word, detail=_told(cause))
    return Fault(reason="unknown", detail=_told(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it wraps, breadth first, bounded."""
    queue = [error]
    for _ in range(20):
        if not queue:
            return
        one = queue.pop(0)
        if one is None:
            continue
        yield one
        wrapped = getattr(one, "reasons", None)
        if isinstance(wrapped, list):
            queue += [reason.value for reason in wrapped if isinstance(reason, Failure)]
        queue.append(one.__cause__)


def _told(error: BaseException) -> str:
    """Return the text of an error on one line."""
    if isinstance(error, TunnelError) and (refused := _REFUSED_TUNNEL.search(str(error))):
        return f"it answered {refused[1]} to CONNECT"
    if isinstance(error, SSL.Error):
        parts = error.args[0] if error.args and isinstance(error.args[0], list) else []
        return "; ".join(str(part[-1]) for part in parts) or "the TLS handshake failed"
    return " ".join(str(error).split())[:200] or type(error).__name__
