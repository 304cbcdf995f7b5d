"""Which links of a section or front page are articles of the outlet. Pure.

With ``article_id`` patterns a link is an article when one of them hits. Without, its shape decides:
a day in the path, a long number, or a slug of many words below a folder.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urljoin

from lxml import etree, html

from crawler.dates import date_in_address
from crawler.errors import NotAFeed
from crawler.feeds import MAX_LINK, MAX_TITLE, one_line
from crawler.identity import LinkClass, classify_link
from crawler.items import FeedEntry, Listing, Outlet
from crawler.urls import path_and_query
from crawler.xmltext import plain_text, root_name

LIMIT = 500
"""Articles read of one page."""
MAX_LINKS = 20_000
"""Links looked at; a page of more is no front page."""

_LIST_SEGMENTS = frozenset(
    """
    about author authors bookmark categories category contact feed gallery help label login newsletter
    newsletters page people privacy profile register rss search section sections sitemap subject subscribe
    tag tags terms topic topics user users writer writers
    """.split()  # noqa: SIM905 - a table to read and to sort
)
"""Folders that hold lists and forms, not articles."""
_NOT_A_PAGE = re.compile(
    r"\.(?:css|gif|ico|jpe?g|js|m3u8|mp[34]|pdf|png|rss|svg|webp|xml|zip)$", re.IGNORECASE
)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_MANY_WORDS = 4
"""Hyphens in a slug that nobody gives to a list."""


def read_section(
    body: bytes, *, url: str, outlet: Outlet, content_type: str = "", limit: int = LIMIT
) -> Listing:
    """Return the article links of the outlet on a page, in page order, each once, with their text.

    A page without any (a challenge, a log-in) is a listing without entries.

    Raises:
        NotAFeed: empty, too_large, unknown (not HTML).
    """
    text = plain_text(body, url=url, content_type=content_type)
    root = root_name(text)
    if text[0] in "{[" or root in ("", "rss", "feed", "rdf:rdf", "urlset", "sitemapindex"):
        raise NotAFeed(url, "unknown")
    page = classify_link(outlet, url).ledger_key
    found: dict[str, FeedEntry] = {}
    for link, title in _links(text, url):
        classed = classify_link(outlet, link)
        if classed.refusal or classed.ledger_key == page or not _is_article(outlet, classed):
            continue
        known = found.get(classed.ledger_key)
        if known is None and len(found) >= limit:
            return Listing(kind="section", entries=tuple(found.values()), truncated=True)
        if known is None or not known.title:
            found[classed.ledger_key] = FeedEntry(url=known.url if known else link[:MAX_LINK], title=title)
    return Listing(kind="section", entries=tuple(found.values()))


def _is_article(outlet: Outlet, link: LinkClass) -> bool:
    if outlet.article_id:
        return link.key.kind != "path"
    return looks_like_article(link.address)


def looks_like_article(address: str) -> bool:
    """Return whether the shape of a canonical address is that of an article, not of a list."""
    path, _, query = path_and_query(address).partition("?")
    segments = [segment for segment in path.lower().split("/") if segment]
    if _NOT_A_PAGE.search(path) or not _LIST_SEGMENTS.isdisjoint(segments):
        return False
    slug = segments[-1] if segments else ""
    is_day_archive = bool(re.fullmatch(r"[\d-]{1,10}", slug)) and not _LONG_NUMBER.search(slug)
    if date_in_address(address).at is not None:
        return not is_day_archive
    if _LONG_NUMBER.search(path) or re.search(r"(?:^|&)[a-z_]*id=\d{4,}(?:&|$)", query, re.IGNORECASE):
        return True
    return slug.count("-") >= _MANY_WORDS and len(segments) > 1


def _links(text: str, url: str) -> list[tuple[str, str]]:
    """Return absolute address and text of each link, in page order."""
    parser = html.HTMLParser(recover=True, no_network=True, huge_tree=False, encoding="utf-8")
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):  # nothing but comments
        return []
    base = _joined(url, next((each.get("href", "") for each in tree.iter("base")), ""))
    links = islice((each for each in tree.iter("a") if each.get("href")), MAX_LINKS)
    return [(_joined(base, each.get("href", "")), _text(each)) for each in links]


def _text(link: etree._Element) -> str:
    pieces = islice((str(piece) for piece in link.itertext() if piece.strip()), 100)
    return one_line(" ".join(pieces), MAX_TITLE)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link
