"""A web on one machine: an HTTP proxy on loopback that answers for any host name, TLS by CONNECT.

    with World(folder) as world:
        world.put("www.presstv.ir", "/rss.xml", feed("https://presstv.ir/Detail/..."))
        world.break_host("www.presstv.ir", "refuse")
        ... run the crawler with proxy = world.proxy and ca_file = world.ca_file ...
        world.asked_urls()

Host names without anything answer 404. robots.txt answers 404 unless it was put. ``listen`` opens a port
of its own on 127.0.0.1 for what was put under a name: the direct way, without a proxy.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from tests.world.answers import Answer, Asked, Page
from tests.world.certificates import Authority

T = TypeVar("T")
_REASONS = {200: "OK", 304: "Not Modified", 404: "Not Found"}
_HANG = 3600.0


class World:
    """The local web. Its server runs in a thread of its own, so that tests may block."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.asked: list[Asked] = []
        self.connects: list[str] = []
        """Host and port of each CONNECT."""
        self.dialled: list[tuple[float, str]] = []
        """Seconds of the monotonic clock and host of each request and CONNECT, answered or not."""
        self.connections = 0
        self._pages: dict[tuple[str, str], Page] = {}
        self._broken: dict[tuple[str, str], str] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="world", daemon=True)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._servers: list[asyncio.Server] = []
        self.port = 0
        self.auth = ""
        """``user:password`` that the proxy asks for; empty for none."""

    # --- what a test says ---------------------------------------------------------------------------

    @property
    def proxy(self) -> str:
        """The address of the proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        """The certificate to trust."""
        return self.authority.ca_file

    def put(self, host: str, path: str, page: Page) -> None:
        """Answer *path* of *host*, over http and https."""
        self._pages[host, path] = page

    def break_host(self, host: str, fault: str, scheme: str = "") -> None:
        """Break a host, over one scheme or both; an empty *fault* mends it.

        refuse (the proxy answers 502), reset, hang; of https also drop_connect, silent_connect, expired,
        self_signed, wrong_host, incomplete_chain, no_tls.
        """
        for one in (scheme,) if scheme else ("http", "https"):
            self._broken[host, one] = fault

    def asked_urls(self, *, robots: bool = False) -> list[str]:
        """Return the addresses asked, in order; robots.txt only if wanted."""
        return [one.url for one in self.asked if robots or one.path != "/robots.txt"]

    def listen(self, name: str, *, tls: bool = False) -> str:
        """Open a port on 127.0.0.1 that answers with what was put under *name*; return host and port."""
        context = self.authority.context("127.0.0.1") if tls else None
        return f"127.0.0.1:{self._call(self._serve(name, context))}"

    # --- life ---------------------------------------------------------------------------------------

    def __enter__(self) -> World:
        self._thread.start()
        self.port = self._call(self._serve(""))
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda loop, context: None)  # clients hang up as tests please
        self._loop.run_forever()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _serve(self, name: str, context: ssl.SSLContext | None = None) -> int:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._connection(reader, writer, name)

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, limit=1 << 20)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- one connection -----------------------------------------------------------------------------

    async def _connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str
    ) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._talk(reader, writer, name)
        except (OSError, EOFError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            if not writer.is_closing():
                writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> None:
        scheme, tunnel = ("https" if writer.get_extra_info("ssl_object") else "http"), name
        while head := await _read_head(reader):
            method, target, headers = head
            if method == "CONNECT":
                tunnel, scheme = target, "https"
                if not await self._open_tunnel(writer, target, headers):
                    return
                continue
            host, path = _split(target, tunnel)
            if not tunnel and not self._may_pass(headers):
                await _send(writer, Answer(status=407, body="who are you?"))
                continue
            shown = host.removesuffix(":443" if scheme == "https" else ":80")
            asked = Asked(
                host=shown, path=path, scheme=scheme, method=method, headers=headers, at=time.monotonic()
            )
            self.asked.append(asked)
            self.dialled.append((asked.at, shown))
            if not await self._answer(writer, asked):
                return

    async def _open_tunnel(self, writer: asyncio.StreamWriter, target: str, headers: Any) -> bool:
        self.connects.append(target)
        host = target.rpartition(":")[0]
        self.dialled.append((time.monotonic(), host))
        fault = self._broken.get((host, "https"), "")
        if not self._may_pass(headers):
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return False
        if fault == "drop_connect":
            return False
        if fault == "silent_connect":
            await asyncio.sleep(_HANG)
        if fault == "refuse":
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            return False
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        if fault == "no_tls":
            await asyncio.sleep(0.05)
            writer.write(b"this is not TLS\r\n" * 10)
            return False
        if fault == "reset":
            return False
        await writer.start_tls(self.authority.context(host, fault if fault in _FLAWS else ""))
        return True

    def _may_pass(self, headers: tuple[tuple[str, str], ...]) -> bool:
        wanted = "Basic " + base64.b64encode(self.auth.encode()).decode()
        return not self.auth or any(
            name.lower() == "proxy-authorization" and value == wanted for name, value in headers
        )

    async def _answer(self, writer: asyncio.StreamWriter, asked: Asked) -> bool:
        """Answer one request; return whether the connection stays."""
        fault = self._broken.get((asked.host, asked.scheme), "")
        if fault == "hang":
            await asyncio.sleep(_HANG)
        if fault == "reset":
            writer.transport.abort()
            return False
        if fault == "refuse":
            return await _send(writer, Answer(status=502, body="no way to host"))
        page = self._pages.get((asked.host, asked.path), Answer(status=404, body="<h1>Not here</h1>"))
        answer = page(asked) if callable(page) else page
        if answer.delay:
            await asyncio.sleep(answer.delay)
        if _is_unchanged(asked, answer):
            validators = tuple(
                (k, v) for k, v in (("ETag", answer.etag), ("Last-Modified", answer.last_modified)) if v
            )
            return await _send(writer, Answer(status=304, headers=validators, content_type=""))
        return await _FAULTS.get(answer.fault, _send)(writer, answer)


_FLAWS = ("expired", "self_signed", "wrong_host", "incomplete_chain")


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return method, target, headers


def _split(target: str, tunnel: str) -> tuple[str, str]:
    """Return host and path of a request line: whole address of a proxy's, path alone inside a tunnel."""
    if target.startswith("/"):
        return tunnel, target
    host, _, path = target.partition("://")[2].partition("/")
    return host, "/" + path


def _is_unchanged(asked: Asked, answer: Answer) -> bool:
    if answer.etag and asked.header("If-None-Match"):
        return asked.header("If-None-Match") == answer.etag
    return bool(answer.last_modified) and asked.header("If-Modified-Since") == answer.last_modified


def _head_and_body(answer: Answer) -> tuple[bytes, bytes]:
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    headers = [("Content-Type", answer.content_type)] if answer.content_type else []
    headers += [(k, v) for k, v in (("ETag", answer.etag), ("Last-Modified", answer.last_modified)) if v]
    headers += [*answer.headers]
    if answer.length and answer.status != 304:
        headers.append(("Content-Length", str(len(body))))
    lines = [
        f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Answer')}",
        *(f"{k}: {v}" for k, v in headers),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n", body


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    head, body = _head_and_body(answer)
    writer.write(head + body)
    await writer.drain()
    return answer.length


async def _reset(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    writer.transport.abort()
    return False


async def _reset_midway(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    head, body = _head_and_body(answer)
    writer.write(head + body[: len(body) // 2])
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()
    return False


async def _truncated(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    head, body = _head_and_body(answer)
    writer.write(head + body[: len(body) // 2])
    await writer.drain()
    return False


async def _trickle(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    writer.write(_head_and_body(answer)[0])
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _slow_head(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _flood(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    """A body without end, as fast as it is taken; with Content-Length if the answer has one of its own."""
    writer.write(_head_and_body(answer)[0])
    with contextlib.suppress(OSError):
        while True:
            writer.write(b"<p>more</p>" * 6000)
            await writer.drain()
    return False


async def _hang(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    await asyncio.sleep(_HANG)
    return False


async def _junk(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    writer.write(b"\x00\x01\x02 SSH-2.0-OpenSSH_9.6\r\n\r\n" * 20)
    await writer.drain()
    return False


async def _big_headers(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        for number in range(2000):
            writer.write(b"X-Flood-%d: " % number + b"a" * 8000 + b"\r\n")
            await writer.drain()
        head, body = _head_and_body(answer)
        writer.write(head.partition(b"\r\n")[2] + body)
    return False


_FAULTS = {
    "reset": _reset,
    "reset_midway": _reset_midway,
    "truncated": _truncated,
    "trickle": _trickle,
    "slow_head": _slow_head,
    "flood": _flood,
    "hang": _hang,
    "junk": _junk,
    "big_headers": _big_headers,
}
