"""What a host's robots.txt allows (RFC 9309), kept for a day for the whole process. Pure but for the cache.

4xx: free. 5xx, or out of reach: nothing may be asked for now, so the host counts as failed. A page of HTML
in its place says nothing. Of a long file the first 500 KiB count.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego

LIMIT = 500 * 1024
"""Bytes read; RFC 9309, 2.5 asks for at least as many."""
KEPT = 24 * 3600.0
"""Seconds that rules are kept; RFC 9309, 2.4."""
KEPT_UNREACHABLE = 120.0
"""Seconds after which a host is asked again for rules that could not be had."""
MAX_HOSTS = 10_000
_CONNECTION_WORDS = frozenset(
    {"dns", "refused", "reset", "timeout", "tls", "proxy", "private", "port", "resting"}
)
"""Reasons that say more than ``robots_unreachable``: the host itself is not to be had."""
_UNAVAILABLE = frozenset({"foreign", "dead_mirror", "redirects", "bad_redirect", "too_large"})
"""Reasons that count as *there is none*: RFC 9309, 2.3.1.2 and 2.3.1.3."""
_MARKUP = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml|script|title|!--)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one host allows to us."""

    parsed: Protego | None = field(default=None, repr=False)
    """None: everything is allowed, or (with a reason) nothing is known."""
    reason: str = ""
    """Why the rules could not be had: a word of the ledger. Empty when they are known."""
    detail: str = ""

    def allows(self, url: str, user_agent: str) -> bool:
        """Return whether *url* may be asked."""
        return self.parsed is None or bool(self.parsed.can_fetch(url, product_token(user_agent)))

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of its ``Sitemap:`` lines (sitemaps.org), in order, as they stand there."""
        return tuple(self.parsed.sitemaps) if self.parsed else ()

    def crawl_delay(self, user_agent: str) -> float:
        """Return the seconds to keep between requests, 0 when nothing is asked; not capped."""
        delay = self.parsed.crawl_delay(product_token(user_agent)) if self.parsed else None
        return float(delay or 0.0)


FREE = Rules()
"""No robots.txt."""


def robots_url(url: str) -> str:
    """Return the address of the robots.txt that speaks for *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def product_token(user_agent: str) -> str:
    """Return the name by which robots.txt files address a crawler: ``newshawk`` of ``newshawk (+https...)``."""
    return re.split(r"[/\s(;]", user_agent.strip(), maxsplit=1)[0] or "*"


def rules_of_answer(status: int, body: bytes) -> Rules:
    """Return the rules that an answer means."""
    if status >= 500 or status == 429:
        return Rules(reason="robots_unreachable", detail=f"robots.txt: http_{status}")
    if status >= 300 or _MARKUP.match(body):
        return FREE
    text = body[:LIMIT]
    if len(body) > LIMIT:
        text = text[: text.rfind(b"\n") + 1]  # half a line could allow or forbid anything
    return Rules(parsed=Protego.parse(text.decode("utf-8-sig", "replace").replace("\x00", "")))


def rules_of_failure(reason: str, detail: str) -> Rules:
    """Return the rules when no answer came."""
    if reason in _UNAVAILABLE:
        return FREE
    if reason in _CONNECTION_WORDS:
        return Rules(reason=reason, detail=f"robots.txt: {detail}")
    return Rules(reason="robots_unreachable", detail=f"robots.txt: {reason} {detail}".rstrip())


class RobotsCache:
    """The rules of all hosts, shared by all crawls of the process. Nothing of a crawl is kept in it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rules: OrderedDict[str, tuple[float, Rules]] = OrderedDict()
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    def __deepcopy__(self, memo: object) -> RobotsCache:
        return self  # Scrapy copies settings for each crawl; the rules are shared

    def known(self, url: str) -> Rules | None:
        """Return the rules for the host of *url* if they are fresh."""
        found = self._rules.get(robots_url(url))
        return found[1] if found and found[0] > self._clock() else None

    def keep(self, url: str, rules: Rules) -> None:
        """Remember the rules for the host of *url*."""
        key = robots_url(url)
        self._rules[key] = (self._clock() + (KEPT_UNREACHABLE if rules.reason else KEPT), rules)
        self._rules.move_to_end(key)
        while len(self._rules) > MAX_HOSTS:
            self._rules.popitem(last=False)

    @asynccontextmanager
    async def asking(self, url: str) -> AsyncIterator[None]:
        """Be the only one who asks for the rules of this host; the others wait and then find them known.

        When the one who asks is stopped, the next in line asks by its own crawl.
        """
        key = robots_url(url)
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[key]
            if waiting == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, waiting - 1)
