"""Which sitemaps are polled: those that list news. Pure.

A sitemap of everything a site ever published is for `backfill`: polled, it would have tens of thousands of pages
fetched at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler.addressform import looks_like_article
from crawler.items import Listing

GUESSES = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
)
SMALL = 1_000
"""Addresses of a sitemap that may be polled although nothing calls it a news sitemap: Google's bound for those."""
FRESH = timedelta(days=14)
_NEWS = re.compile(r"news|latest|recent|actualit|noticias|nachricht|haber|today|48h|google", re.IGNORECASE)
_OTHER = re.compile(
    r"image|video|author|categor|tag|page[s-]|archive|static|section|\d{4}|topic|product|podcast|user|web-stor",
    re.IGNORECASE,
)


def by_newsness(urls: Iterable[str]) -> list[str]:
    """Return sitemap addresses, each once, those first whose names promise news, then in their order."""
    return sorted(dict.fromkeys(urls), key=lambda url: _newsness(urlsplit(url).path))


def _newsness(path: str) -> int:
    if _NEWS.search(path):
        return 0
    return 2 if _OTHER.search(path) else 1


def is_named_for_news(url: str) -> bool:
    """Return whether the address calls itself a news sitemap, and not one of a day that passes."""
    name = urlsplit(url).path
    return bool(_NEWS.search(name)) and not re.search(r"\d{4}", name)


def why_not_polled(listing: Listing, own: Sequence[str], known: frozenset[str], now: datetime) -> str:
    """Return why a sitemap of addresses is not polled, '' when it is.

    *own* are its addresses that are the outlet's, canonical; *known* those that feeds named.
    """
    if not own:
        return "names no address of the site"
    dated = [entry.published.at for entry in listing.entries if entry.published.at]
    if len(dated) * 2 >= len(listing.entries):
        return "" if now - max(dated) <= FRESH else f"its newest entry is of {max(dated):%Y-%m-%d}"
    if len(own) > SMALL or listing.truncated:
        return f"{len(listing.entries)} addresses without dates of publication: for backfill, not for polling"
    articles = sum(address in known or looks_like_article(address) for address in own)
    if articles * 2 < len(own):
        return f"only {articles} of its {len(own)} addresses look like articles"
    return ""
