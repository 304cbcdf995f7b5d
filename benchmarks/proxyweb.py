"""A local web in a process of its own: an HTTP proxy on loopback that answers for any host name.

Pages are files of one folder, found through an index ``{"host/path?query": [file, content type]}``; everything else
is 404. ``serve(folder)`` starts it and gives the proxy's address. ``http://asked.proxyweb/`` says how many requests came.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve *folder* until the block ends; gives ``http://127.0.0.1:PORT``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.proxyweb", str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


def write_web(folder: Path, pages: dict[str, tuple[bytes, str]]) -> None:
    """Write pages, keyed by http address, as a folder that ``serve`` can serve."""
    folder.mkdir(parents=True, exist_ok=True)
    index = {}
    for number, (url, (body, content_type)) in enumerate(pages.items()):
        name = f"{number:06d}"
        (folder / name).write_bytes(body)
        index[key(url)] = [name, content_type]
    (folder / "index.json").write_text(json.dumps(index))


def key(url: str) -> str:
    """Return ``host/path?query`` of an address."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


async def _main(folder: Path) -> None:
    index: dict[str, list[str]] = json.loads((folder / "index.json").read_text())
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        try:
            while request := await reader.readline():
                asked += 1
                url = request.split(b" ")[1].decode("latin-1")
                while (await reader.readline()).strip():
                    pass
                found = index.get(key(url))
                if key(url) == "asked.proxyweb/":
                    body, status, kind = str(asked).encode(), "200 OK", "text/plain"
                elif found is None:
                    body, status, kind = b"not here", "404 Not Found", "text/plain"
                else:
                    body, status, kind = (folder / found[0]).read_bytes(), "200 OK", found[1]
                head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
