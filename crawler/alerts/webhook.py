"""Webhooks: one signed JSON document, posted over HTTP, for each mail that would have left.

One connection for each document, straight to the host that the config names: no proxy, no redirects. TLS is verified.
What the server says beyond its status is not read: it may repeat what is secret.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown, ServerUnavailable
from crawler.items import Channel

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 20.0
"""For the whole answer, however slowly it comes."""

LARGEST_HEAD = 64 * 1024

LONGEST_REST = 24 * 3600.0
"""Seconds that a Retry-After is followed at most."""

LATER = frozenset((408, 425, 429))
"""Answers of the 4xx that say: not now."""

BUSY = frozenset((429, 503))
"""Answers that concern every document, not only this one."""

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r?\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    retry_after: float


def signature(secret: str, body: bytes, timestamp: int) -> str:
    """Return the header that signs a document: ``t=SECONDS,v1=HEX``, HMAC-SHA256 of ``SECONDS.`` and the body."""
    signed = hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"


async def post(channel: Channel, body: bytes, key: str) -> None:
    """Hand over a document; *key* is the same whenever it is sent again.

    Raises:
        DeliveryRefused: the server will never take it (4xx).
        DeliveryFailed: not taken now.
        ServerUnavailable: nothing can be handed over now, this document or another.
        DeliveryUnknown: handed over, but the answer was lost.
    """
    request = _request(channel, body, key)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await _connect(channel)
    except (OSError, TimeoutError, ValueError) as error:
        raise ServerUnavailable(channel.name, _connect_words(error)) from error
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            writer.write(request)
            await writer.drain()
            answer = await _answer(reader)
    except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
        told = "no answer in time" if isinstance(error, TimeoutError) else "connection lost"
        raise DeliveryUnknown(channel.name, f"{told} after the document was sent") from error
    finally:
        writer.transport.abort()
    _judge(channel.name, answer)


async def _connect(channel: Channel) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(channel.url)
    context = None
    if parts.scheme.lower() == "https":
        context = ssl.create_default_context()
        for path in channel.ca_files:
            context.load_verify_locations(cafile=path)
    port = parts.port or (443 if context else 80)
    return await asyncio.open_connection(_host(channel.url), port, ssl=context, limit=LARGEST_HEAD)


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _request(channel: Channel, body: bytes, key: str) -> bytes:
    parts = urlsplit(channel.url)
    host = _host(channel.url)
    where = f"[{host}]" if ":" in host else host
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Host": where if parts.port is None else f"{where}:{parts.port}",
        "User-Agent": "newshawk",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Idempotency-Key": key,
        "X-Newshawk-Signature": signature(channel.secret, body, int(time.time())),
    }
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode("ascii")
    lines = [f"POST {_escaped(target)} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _escaped(target: str) -> str:
    """Return path and query with other letters escaped; what is escaped already stays."""
    return "".join(
        each if "!" <= each <= "~" else "".join(f"%{byte:02X}" for byte in each.encode()) for each in target
    )


async def _answer(reader: asyncio.StreamReader) -> _Answer:
    """Return status and Retry-After of the final answer.

    Raises:
        EOFError: the server closed before, or what it says is no HTTP.
    """
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        found = _STATUS.match(head)
        if found is None:
            raise EOFError("no HTTP")
        status = int(found[1])
        if status >= 200:
            return _Answer(status=status, retry_after=_retry_after(head))


def _retry_after(head: bytes) -> float:
    """Return the seconds of Retry-After, a number or a date; 0 without one that can be read."""
    found = re.search(rb"\r\nretry-after:[ \t]*([^\r\n]{1,64})\r\n", head, re.IGNORECASE)
    given = found[1].decode("latin-1").strip() if found else ""
    if given.isascii() and given.isdigit():
        return min(float(given), LONGEST_REST)
    try:
        at = parsedate_to_datetime(given)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_REST)


def _judge(name: str, answer: _Answer) -> None:
    status = answer.status
    told = f"HTTP {status}"
    if 200 <= status < 300:
        return
    if status in BUSY:
        raise ServerUnavailable(name, told, answer.retry_after)
    if 300 <= status < 400:
        raise DeliveryFailed(
            name, f"{told}: a redirect, which is not followed. Name the address it leads to."
        )
    if 400 <= status < 500 and status not in LATER:
        raise DeliveryRefused(name, told)
    raise DeliveryFailed(name, told, answer.retry_after)


def _connect_words(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message}. Set network.ca_file if it is your own."
    if isinstance(error, ssl.SSLError):
        return "no encrypted connection"
    return "no connection in time" if isinstance(error, TimeoutError) else "no connection"
