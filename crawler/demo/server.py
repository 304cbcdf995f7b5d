"""The sample world as an HTTP proxy on a free loopback port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crawler.demo.world import SampleWorld


class _Handler(BaseHTTPRequestHandler):
    """Answers ``GET http://host/path`` as a forward proxy would, and ``GET /path`` by its Host."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    world: SampleWorld

    def do_GET(self) -> None:
        url = self.path if "://" in self.path else f"http://{self.headers.get('Host', '')}{self.path}"
        answer = self.world.answer(url)
        unchanged = answer.status == 200 and self.headers.get("If-None-Match") == answer.etag
        body = b"" if unchanged else answer.body
        self.send_response(304 if unchanged else answer.status)
        self.send_header("Content-Type", answer.content_type)
        if answer.status == 200:
            self.send_header("ETag", answer.etag)
        if not unchanged:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the world keeps its own list of requests."""


@contextmanager
def serve(world: SampleWorld) -> Iterator[str]:
    """Serve *world* until the block ends; give the proxy's address, ``http://127.0.0.1:PORT``.

    It answers for the sample hosts alone and never asks anybody else, so nothing can leave the machine.
    """
    handler = type("Handler", (_Handler,), {"world": world})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
