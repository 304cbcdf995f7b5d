"""Scrapy inside a test run: the one Twisted reactor of the process lives in a thread of its own.

A reactor cannot be started twice and pytest-asyncio makes a loop a test, so crawls are handed to the
thread and waited for.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


class ReactorThread:
    """The reactor on its asyncio loop, until the process ends."""

    def __init__(self) -> None:
        from twisted.internet import asyncioreactor

        self.loop = asyncio.SelectorEventLoop()
        asyncioreactor.install(self.loop)
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reactor", daemon=True)
        self._thread.start()
        self._running.wait(10)

    def _run(self) -> None:
        from twisted.internet import reactor

        asyncio.set_event_loop(self.loop)
        reactor.callWhenRunning(self._running.set)  # type: ignore[attr-defined]
        reactor.run(installSignalHandlers=False)  # type: ignore[attr-defined]

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 60.0) -> T:
        """Run *work* on the reactor's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout)


@cache
def reactor_thread() -> ReactorThread:
    """Return the one reactor of this process, started at the first call."""
    return ReactorThread()
