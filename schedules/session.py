"""Scrapy, APScheduler and newshawk in one asyncio loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

T = TypeVar("T")


def run_in_reactor(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Install Scrapy's asyncio reactor, run *main* in it and return what it returns.

    Once per process: a Twisted reactor cannot be started again. Exceptions of *main* reach the caller.
    """
    from twisted.internet import asyncioreactor

    loop = asyncio.SelectorEventLoop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor as installed
    from twisted.logger import STDLibLogObserver, globalLogBeginner

    # Until something begins its logging, Twisted prints tracebacks to stderr by itself.
    observer = cast("Any", STDLibLogObserver("twisted"))
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)

    reactor = cast("Any", installed)  # Twisted's interfaces do not type what zope implements
    ended: asyncio.Future[T] = loop.create_future()

    async def body() -> None:
        try:
            ended.set_result(await main())
        except BaseException as error:  # noqa: BLE001  handed to the caller below
            ended.set_exception(error)
        finally:
            reactor.callFromThread(reactor.stop)

    tasks: list[asyncio.Task[None]] = []
    reactor.callWhenRunning(lambda: tasks.append(loop.create_task(body())))
    reactor.run(installSignalHandlers=False)
    return ended.result()
