"""The gate: politeness per host over the whole process.

Scrapy's slots and delays are per crawl; two crawls that share a host must share its gate. A host has one
connection at a time, a pause between the end of one answer and the start of the next request, and is left
alone when it asks for that (Retry-After) or says that it is asked too much (429, 503). Hosts are told apart
by name and port; ``www.`` and the bare name are two hosts here, as they may be two machines.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.errors import HostResting

DELAY = 1.0
"""Seconds between the end of one answer and the start of the next request, by default."""
PATIENCE = 15.0
"""A host that rests longer than this many seconds is given up for now, so that a mirror can serve."""
MAX_CRAWL_DELAY = 30.0
"""Seconds; robots.txt files ask for anything up to 1e9."""
MAX_REST = 3600.0
"""Seconds; a longer Retry-After counts as this."""
FIRST_PACE = 1.0
"""Seconds between requests after a host's first 429 or 503 without Retry-After; doubled each time."""
MAX_PACE = 60.0
MAX_LANES = 10_000
"""Hosts remembered; idle ones beyond that are forgotten."""
_TOO_MUCH = frozenset({429, 503})


@dataclass(slots=True)
class _Lane:
    """The way to one host. Times are seconds of the gate's clock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # wakes its waiters in order of arrival
    free_at: float = 0.0
    rest_until: float = 0.0
    why: str = ""
    crawl_delay: float = 0.0
    pace: float = 0.0


class Gate:
    """The one way to all hosts. One for the whole process."""

    def __init__(
        self,
        *,
        delay: float = DELAY,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.delay, self.patience = delay, patience
        self._clock, self._sleep = clock, sleep
        self._lanes: dict[str, _Lane] = {}
        self._closed = asyncio.Event()

    def close(self) -> None:
        """Let nobody through any more; those who wait for their turn are told so at once."""
        self._closed.set()

    @property
    def is_closed(self) -> bool:
        """True once nobody is let through any more: the process is about to end."""
        return self._closed.is_set()

    @asynccontextmanager
    async def turn(self, host: str, delay: float | None = None) -> AsyncIterator[None]:
        """Hold the only turn at *host* while inside; the next begins *delay* seconds after its end.

        A HostResting raised inside gives the turn back as if it had not been had.

        Raises:
            HostResting: the host is left alone for longer than the gate is patient, or the gate is closed.
        """
        lane = self._lane(host)
        self._check_rest(host, lane)
        async with lane.lock:
            self._check_rest(host, lane)
            wait = max(lane.free_at, lane.rest_until) - self._clock()
            if wait > 0:
                await self._wait(wait)
            self._check_open(host)
            asked = True
            try:
                yield
            except HostResting:
                asked = False  # the turn was given back: the next need not wait for it
                raise
            finally:
                if asked:
                    pause = max(self.delay if delay is None else delay, lane.crawl_delay, lane.pace)
                    lane.free_at = self._clock() + pause

    def answered(
        self, host: str, status: int, retry_after: str = "", *, now: datetime | None = None
    ) -> float:
        """Learn from an answer's status; return for how many seconds the host asked to be left alone."""
        lane = self._lane(host)
        if status not in _TOO_MUCH:
            lane.pace = lane.pace / 2 if lane.pace > FIRST_PACE else 0.0
            return 0.0
        asked = retry_after_seconds(retry_after, now or datetime.now(UTC))
        if asked is None:
            lane.pace = min(max(FIRST_PACE, lane.pace * 2), MAX_PACE)
            return 0.0
        if asked:
            self.rest(host, asked, f"Retry-After after {status}")
        return asked

    def rest(self, host: str, seconds: float, why: str) -> None:
        """Leave *host* alone for *seconds* (an hour at most) from now; an earlier, longer rest stays."""
        lane = self._lane(host)
        until = self._clock() + min(max(seconds, 0.0), MAX_REST)
        if until > lane.rest_until:
            lane.rest_until, lane.why = until, why

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """Keep at least *seconds* (30 at most) between requests to *host*, as its robots.txt asks."""
        self._lane(host).crawl_delay = min(max(seconds, 0.0), MAX_CRAWL_DELAY)

    def resting(self, host: str) -> float:
        """Return for how many more seconds *host* is left alone."""
        lane = self._lanes.get(host)
        return max(0.0, lane.rest_until - self._clock()) if lane else 0.0

    async def _wait(self, seconds: float) -> None:
        """Return after *seconds*, or when the gate closes."""
        waits = [asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self._closed.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _check_open(self, host: str) -> None:
        if self._closed.is_set():
            raise HostResting(host, 0, "the process is about to end")

    def _check_rest(self, host: str, lane: _Lane) -> None:
        left = lane.rest_until - self._clock()
        if left > self.patience:
            raise HostResting(host, left, lane.why)

    def _lane(self, host: str) -> _Lane:
        lane = self._lanes.get(host)
        if lane is None:
            if len(self._lanes) >= MAX_LANES:
                self._forget_idle()
            lane = self._lanes[host] = _Lane()
        return lane

    def _forget_idle(self) -> None:
        now = self._clock()
        for host, lane in list(self._lanes.items()):
            if not lane.lock.locked() and max(lane.free_at, lane.rest_until) <= now:
                del self._lanes[host]


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, in either form, an hour at most.

    0 means at once and is not the same as None: no header, or one that says nothing (RFC 9110, 10.2.3).
    """
    text = value.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:10]), MAX_REST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_REST)
