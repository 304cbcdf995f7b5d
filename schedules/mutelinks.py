"""The daemon's endpoint answers the links by which readers mute a rule and unsubscribe, for where ``serve`` does not run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from crawler.alerts.links import PATH
from crawler.alerts.mutepage import Answer, unavailable
from storage.mutelinks import PATIENCE, answer

if TYPE_CHECKING:
    from crawler.runtime import Runtime


def add_to(root: Resource, runtime: Runtime) -> None:
    """Let *root* answer below ``/-/alerts/``."""
    first, second = PATH.strip("/").encode().split(b"/")
    parent: Any = Resource()  # type: ignore[no-untyped-call]
    parent.putChild(second, _Links(runtime))
    cast("Any", root).putChild(first, parent)


AT_ONCE = 2
"""Links that are followed at a time: the threads are those of the crawl too."""


class _Links(Resource):
    """All links; each is a child of its own name."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.runtime = runtime
        self.tasks: set[asyncio.Task[None]] = set()
        self.room = asyncio.Semaphore(AT_ONCE)

    def getChild(self, path: bytes, _request: Any) -> Resource:  # noqa: N802  Twisted's name
        return _Link(self, path.decode("utf-8", "replace"))


class _Link(Resource):
    isLeaf = True  # noqa: N815  Twisted's name

    def __init__(self, links: _Links, token: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._links, self._token = links, token

    def render(self, request: Any) -> int:
        """Answer from a thread: whoever writes the store is waited for."""
        task = asyncio.get_running_loop().create_task(self._finish(request))
        self._links.tasks.add(task)
        task.add_done_callback(self._links.tasks.discard)
        return NOT_DONE_YET

    async def _finish(self, request: Any) -> None:
        left: list[Any] = []
        request.notifyFinish().addErrback(left.append)  # who asked has gone
        runtime, method = self._links.runtime, request.method.decode("ascii", "replace")
        told = await self._answer(runtime, method)
        if left:
            return
        request.setResponseCode(told.status)
        for name, value in told.headers:
            request.setHeader(name.encode(), value.encode())
        request.setHeader(b"Content-Length", str(len(told.body)).encode())
        if method != "HEAD":
            request.write(told.body)
        request.finish()

    async def _answer(self, runtime: Runtime, method: str) -> Answer:
        """Return the answer; where the links before this one take too long, that it is to be tried again."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._links.room.acquire()
        except TimeoutError:
            return unavailable()
        try:
            return await asyncio.to_thread(answer, runtime.store.path, self._token, method, runtime.clock())
        finally:
            self._links.room.release()
