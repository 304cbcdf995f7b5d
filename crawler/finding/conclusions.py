"""What pages and feeds together say of a site: hosts, name, sections, languages. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from crawler.addressform import looks_like_article
from crawler.errors import AddressRefused
from crawler.finding.found import FoundSource
from crawler.finding.front import FrontPage
from crawler.finding.sites import core_of, same_site
from crawler.identity import ownership
from crawler.items import Listing, Outlet
from crawler.urls import host_of, resolve_wrapper

MANY = 0.2
"""Share of a feed's links from which another host of the site is one of the outlet's."""
MOST_HOSTS = 8
LEAST_ARTICLES = 3
"""Articles of its own that a section page must list."""

_OF_FEED = re.compile(
    r"\s*(?:[|»›:–—-]\s*)?\b(?:rss\s*(?:feed|2\.0)?|atom|feed|latest news|top stories|headlines|all news|news feed)s?\s*$",
    re.IGNORECASE,
)
_FRONT_PATH = re.compile(
    r"/*(?:(?:index|default|home|main)(?:\.\w{2,5})?/?|[a-z]{2}(?:-[a-z]{2})?/?)?", re.IGNORECASE
)


def is_front(url: str) -> bool:
    """Return whether an address is that of a front page: of a site, or of one of its languages."""
    parts = urlsplit(url)
    return not parts.query and bool(_FRONT_PATH.fullmatch(parts.path))


def root_of(url: str) -> str:
    """Return the front page of the host of *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def linked_site(listing: Listing) -> str:
    """Return the front page of the host that most links of a feed lead to, '' for none that has half of them."""
    hosts: Counter[str] = Counter()
    schemes: dict[str, str] = {}
    for entry in listing.entries:
        url = resolve_wrapper(entry.url)
        try:
            host = host_of(url)
        except AddressRefused:
            continue
        hosts[host] += 1
        schemes.setdefault(host, "http" if url[:5].lower() == "http:" else "https")
    if not hosts:
        return ""
    host, count = hosts.most_common(1)[0]
    return f"{schemes[host]}://{host}/" if count * 2 >= len(listing.entries) else ""


def more_hosts(
    outlet: Outlet, listings: Iterable[Listing], editions: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    """Return further hosts of the same site that many links of one of its feeds lead to. Hosts of other language
    editions are none of it."""
    foreign = {_host(url) for _, url in editions}
    found: dict[str, None] = {}
    for listing in listings:
        hosts = Counter(_host(resolve_wrapper(entry.url)) for entry in listing.entries)
        for host, count in hosts.most_common(5):
            near = bool(host) and any(same_site(host, own) for own in outlet.hosts)
            is_new = near and ownership(outlet, host) is None and host not in foreign
            if is_new and count >= MANY * len(listing.entries):
                found[host] = None
    return tuple(found)[: MOST_HOSTS - 1]


def named_aliases(outlet: Outlet, pages: Iterable[FrontPage], others: Iterable[str]) -> tuple[str, ...]:
    """Return hosts of the same site that its pages call their own, or that were given and led here."""
    editions = {_host(url) for page in pages for _, url in page.editions}
    named = [*others, *(host for page in pages for host in page.hosts)]
    near = (
        host for host in dict.fromkeys(named) if host and any(same_site(host, own) for own in outlet.hosts)
    )
    return tuple(host for host in near if ownership(outlet, host) is None and host not in editions)


def foreign_names(outlet: Outlet, pages: Iterable[FrontPage]) -> tuple[str, ...]:
    """Return hosts of other sites that its pages call their own address."""
    named = dict.fromkeys(host for page in pages for host in page.hosts)
    return tuple(host for host in named if not any(same_site(host, own) for own in outlet.hosts))


def name_of(pages: Iterable[FrontPage], feeds: Iterable[FoundSource], host: str) -> str:
    """Return the name of the site: as its pages give it, else its first feed, else its host."""
    given = next((page.name for page in pages if page.name), "")
    if given:
        return given
    for feed in feeds:
        title = re.sub(_OF_FEED, "", feed.title).strip(" |»›:–—-")
        if title and len(title) <= 60 and "://" not in title:
            return title
    return core_of(host)


def is_shape_proven(links: Sequence[str]) -> bool:
    """Return whether the shape of an address tells this site's articles: nearly all that feeds name have it."""
    return len(links) >= LEAST_ARTICLES and sum(map(looks_like_article, links)) >= 0.9 * len(links)


def real_sections(pages: Mapping[str, FoundSource]) -> list[FoundSource]:
    """Return the pages that list articles of their own: what stands on all of them is the site's furniture."""
    visited = [set(page.links) for page in pages.values()]
    furniture = set[str].intersection(*visited) if len(visited) >= 3 else set[str]()
    return [page for page in pages.values() if len(set(page.links) - furniture) >= LEAST_ARTICLES]


def _host(url: str) -> str:
    try:
        return host_of(url)
    except AddressRefused:
        return ""
