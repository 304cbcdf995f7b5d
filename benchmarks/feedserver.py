"""Thousands of feeds from one process: an HTTP proxy on loopback that makes the feed of any address it is asked for.

``feeds(mode)`` starts it and gives its address. ``304``: feeds bear an ETag, and a question that knows it is answered
304. ``200``: no validators, the same body each time. robots.txt is 404 everywhere. Their links lead to a site of somebody
else, so that nothing but the feeds is asked for.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from zlib import crc32

ITEMS = 20
_ITEM = (
    "<item><title>Report {n} of {where}: the council decides on the bridge</title>"
    "<link>http://elsewhere.example/{key}/{n}</link><guid>{key}-{n}</guid>"
    "<pubDate>Mon, 23 Nov 2026 0{hour}:00:00 GMT</pubDate>"
    "<description>After three hours of debate the council decided on Monday to close the bridge for repairs until"
    " spring; drivers are asked to use the northern crossing, which adds half an hour to the way.</description></item>"
)


@contextmanager
def feeds(mode: str) -> Iterator[str]:
    """Serve until the block ends; gives ``http://127.0.0.1:PORT``."""
    command = [sys.executable, "-m", "benchmarks.feedserver", mode]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


@cache
def body(url: str) -> bytes:
    """Return the feed of an address."""
    key = f"{crc32(url.encode()):08x}"
    items = "".join(_ITEM.format(n=n, key=key, where=url, hour=n % 10) for n in range(ITEMS))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{url}</title>'
        f"<link>{url}</link><description>News</description>{items}</channel></rss>"
    ).encode()


def answer(mode: str, url: str, headers: str) -> bytes:
    """Return the whole answer to a question."""
    if url.endswith("/robots.txt"):
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    etag = f'ETag: "{crc32(url.encode()):08x}"\r\n' if mode == "304" else ""
    if etag and etag[6:-2] in headers:
        return f"HTTP/1.1 304 Not Modified\r\n{etag}\r\n".encode()
    whole = body(url)
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n{etag}Content-Length: {len(whole)}\r\n\r\n"
    )
    return head.encode() + whole


async def _main(mode: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, _, headers = head.partition("\r\n")
                writer.write(answer(mode, first.split(" ")[1], headers))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
