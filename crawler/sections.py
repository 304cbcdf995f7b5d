"""Which links of a section or front page are articles of the outlet. Pure.

With ``article_id`` patterns a link is an article when one of them hits. Without, it is one when it looks like
the articles that are known (crawler/shapes.py); and where too few are known, when it has a form that lists do not
have: a day in the path, a long number, or a slug of many words below a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from urllib.parse import urljoin

from crawler.addressform import is_article
from crawler.errors import NotAFeed
from crawler.extract.blocks import Element
from crawler.extract.document import parse_markup
from crawler.feeds import MAX_LINK, MAX_TITLE, one_line
from crawler.identity import LinkClass, classify_link
from crawler.items import FeedEntry, Listing, Outlet
from crawler.paging import compared, own_pages, page_number
from crawler.shapes import Shape
from crawler.xmltext import plain_text, root_name

LIMIT = 500
"""Articles read of one page."""
MAX_LINKS = 20_000
"""Links looked at; a page of more is no front page."""

_HTTP = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_NEXT = frozenset(
    {"next", "next-page", "nextpage", "pagination-next", "pager-next", "pager__item--next", "page-next"}
)
"""Classes of the link to the next page, or of the element around it."""
MOST_FOLLOWING = 5


def read_section(
    body: bytes,
    *,
    url: str,
    outlet: Outlet,
    content_type: str = "",
    limit: int = LIMIT,
    shapes: Sequence[Shape] = (),
) -> Listing:
    """Return the article links of the outlet on a page, in page order, each once, with their text.

    A page without any (a challenge, a log-in) is a listing without entries. *shapes* are those of the outlet's
    known articles; when no link has one of them, the outlet may have changed its addresses, and the general form
    decides as if nothing had been learned.

    Raises:
        NotAFeed: empty, too_large, unknown (not HTML).
    """
    text = plain_text(body, url=url, content_type=content_type)
    root = root_name(text)
    if text[0] in "{[" or root in ("", "rss", "feed", "rdf:rdf", "urlset", "sitemapindex"):
        raise NotAFeed(url, "unknown")
    page, tree = classify_link(outlet, url).ledger_key, parse_markup(text)
    links = [(classify_link(outlet, link), link, title) for link, title in _links(tree, url)]
    own = [each for each in links if not each[0].refusal and each[0].ledger_key != page]
    chosen = [each for each in own if is_article(outlet, each[0], shapes)]
    if not chosen and shapes:
        chosen = [each for each in own if is_article(outlet, each[0], ())]
    entries = _entries(chosen)
    return Listing(
        kind="section",
        entries=entries[:limit],
        truncated=len(entries) > limit,
        following=_following(tree, url) if tree is not None else (),
    )


def _entries(links: Iterable[tuple[LinkClass, str, str]]) -> tuple[FeedEntry, ...]:
    """Return one entry an address, with the first text that a link to it has."""
    found: dict[str, FeedEntry] = {}
    for classed, link, title in links:
        known = found.get(classed.ledger_key)
        if known is None or not known.title:
            found[classed.ledger_key] = FeedEntry(url=known.url if known else link[:MAX_LINK], title=title)
    return tuple(found.values())


def _base(tree: Element, url: str) -> str:
    return _joined(url, next((each.get("href", "") for each in tree.iter("base")), ""))


def _links(tree: Element | None, url: str) -> list[tuple[str, str]]:
    """Return absolute address and text of each link, in page order."""
    if tree is None:
        return []
    base = _base(tree, url)
    links = islice((each for each in tree.iter("a") if each.get("href")), MAX_LINKS)
    return [(_joined(base, each.get("href", "")), _text(each)) for each in links]


def _following(tree: Element, url: str) -> tuple[str, ...]:
    """Return the next pages of the list that the page names: by rel=next, by a class (``.next > a``), or by a
    link to its own address with the next number."""
    base = _base(tree, url)
    links = list(islice((each for each in tree.iter("a", "link") if each.get("href")), MAX_LINKS))
    said = [each for each in links if "next" in each.get("rel", "").lower().split()]
    classed = [each for each in links if each.tag == "a" and _is_called_next(each)]
    own = own_pages(url, page_number(url) + 1)
    numbered = [
        each for each in links if each.tag == "a" and compared(_joined(base, each.get("href"))) in own
    ]
    named = [_joined(base, each.get("href", ""))[:MAX_LINK] for each in (*said, *classed, *numbered)]
    return tuple(dict.fromkeys(link for link in named if _HTTP.match(link)))[:MOST_FOLLOWING]


def _is_called_next(link: Element) -> bool:
    parent = link.getparent()
    names = f"{link.get('class', '')} {'' if parent is None else parent.get('class', '')}".lower().split()
    return not _NEXT.isdisjoint(names)


def _text(link: Element) -> str:
    pieces = islice((str(piece) for piece in link.itertext() if piece.strip()), 100)
    return one_line(" ".join(pieces), MAX_TITLE)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link
