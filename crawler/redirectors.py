"""Addresses that lead to an article without carrying its address: FeedBurner's ``~r`` links, sealed Google News
links. Pure.

A ``~r`` link is asked at its own host, and only for where it leads (``Location``), when the outlet has a source
there: its own feed is then what names it. Anybody else's ``~r`` link is foreign and never asked. What Google
News seals (``AU_yqL...``) only Google can open; such a link ends as skipped/wrapper.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.errors import AddressRefused
from crawler.items import Outlet, Source
from crawler.urls import host_of, path_and_query

FEEDBURNER = frozenset({"feedproxy.google.com", "feeds.feedburner.com", "feeds2.feedburner.com"})
"""Hosts of ``/~r/`` links of any feed that is served there."""
STATUSES = frozenset({301, 302, 303, 307, 308})
_SEALED = re.compile(r"/(?:rss/|__i/rss/rd/)?(?:articles|read)/[\w-]{20,}")


def is_redirector(outlet: Outlet, url: str) -> bool:
    """Return whether *url* is a ``~r`` link of a feed that is configured for the outlet: at a host of FeedBurner
    where the outlet has a source, or at the host of one of its sources itself. Never at the outlet's own hosts."""
    if not urlsplit(url).path.startswith("/~r/"):
        return False
    try:
        host = host_of(url)
    except AddressRefused:
        return False
    hosts = _source_hosts(outlet.sources) - set(outlet.hosts)
    return host in hosts or (host in FEEDBURNER and not hosts.isdisjoint(FEEDBURNER))


def is_sealed(url: str) -> bool:
    """Return whether a canonical address is a Google News link that could not be opened."""
    return host_of(url) == "news.google.com" and _SEALED.match(path_and_query(url)) is not None


@lru_cache(maxsize=1024)
def _source_hosts(sources: tuple[Source, ...]) -> frozenset[str]:
    found = set()
    for source in sources:
        try:
            found.add(host_of(source.url))
        except AddressRefused:
            continue
    return frozenset(found)
