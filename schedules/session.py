"""Scrapy, APScheduler and newshawk in one asyncio loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_reactor(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Install Scrapy's asyncio reactor, run *main* in it and return what it returns.

    Once per process: a Twisted reactor cannot be started again. Exceptions of *main* reach the caller.
    """
    from twisted.internet import asyncioreactor

    loop = asyncio.SelectorEventLoop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)
    from twisted.internet import reactor

    ended: asyncio.Future[T] = loop.create_future()

    async def body() -> None:
        try:
            ended.set_result(await main())
        except BaseException as error:  # noqa: BLE001  handed to the caller below
            ended.set_exception(error)
        finally:
            reactor.callFromThread(reactor.stop)  # type: ignore[attr-defined]

    tasks: list[asyncio.Task[None]] = []
    reactor.callWhenRunning(lambda: tasks.append(loop.create_task(body())))  # type: ignore[attr-defined]
    reactor.run(installSignalHandlers=False)  # type: ignore[attr-defined]
    return ended.result()
