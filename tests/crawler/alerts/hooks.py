"""A real HTTP server that takes what is posted to it, and answers as a test says."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Posted:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Hook:
    """The server: ``answers`` are used up one by one, then it takes everything.

    An answer is a status, a status with headers, or a fault: hang, drop (the connection ends without an answer), drip
    (an answer that comes byte by byte), junk (no HTTP).
    """

    port: int = 0
    scheme: str = "http"
    answers: list[int | tuple[int, dict[str, str]] | str] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    says: bytes = b"{}"
    """The body of each answer."""

    @property
    def url(self) -> str:
        """The address of the hook."""
        return f"{self.scheme}://127.0.0.1:{self.port}/hook?room=1"


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """Yield a hook that listens on a free port of 127.0.0.1, with TLS where there is a *context*."""
    hook = Hook(scheme="https" if context else "http")
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            hook.posted.append(Posted(self.path, dict(self.headers), body))
            answer = hook.answers.pop(0) if hook.answers else 200
            if isinstance(answer, str):
                self._fail(answer)
                return
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(hook.says)))
            self.end_headers()
            self.wfile.write(hook.says)

        def _fail(self, fault: str) -> None:
            self.close_connection = True
            if fault == "hang":
                over.wait(30)
            elif fault == "junk":
                self.wfile.write(b"220 mail.example.org ESMTP\r\n\r\n")
            elif fault == "drip":
                with contextlib.suppress(OSError):
                    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 400:
                        self.wfile.write(bytes([byte]))
                        if over.wait(0.02):
                            return

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Clients hang up as tests please."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
        time.sleep(0)
