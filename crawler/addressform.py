"""What an address of an article looks like: by its outlet, and where nothing is known of that. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.dates import date_in_address
from crawler.identity import PATH, LinkClass
from crawler.items import Outlet
from crawler.shapes import Shape, fits
from crawler.urls import path_and_query

_LIST_SEGMENTS = frozenset(
    """
    about author authors bookmark categories category contact feed gallery help label login newsletter
    newsletters page people privacy profile register rss search section sections sitemap subject subscribe
    tag tags terms topic topics user users writer writers
    """.split()  # noqa: SIM905 - a table to read and to sort
)
"""Folders that hold lists and forms, not articles."""
NOT_A_PAGE = re.compile(
    r"\.(?:css|gif|ico|jpe?g|js|m3u8|mp[34]|pdf|png|rss|svg|webp|xml|zip)$", re.IGNORECASE
)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_MANY_WORDS = 4
"""Hyphens in a slug that nobody gives to a list."""


def is_article(outlet: Outlet, link: LinkClass, shapes: Sequence[Shape] = ()) -> bool:
    """Return whether a link of the outlet leads to an article: by its patterns, else by the *shapes* of its known
    articles, else by its form alone."""
    if outlet.article_id:
        return link.key.kind != PATH
    if shapes:
        return fits(shapes, link.address) and not NOT_A_PAGE.search(
            path_and_query(link.address).partition("?")[0]
        )
    return looks_like_article(link.address)


def looks_like_article(address: str) -> bool:
    """Return whether the shape of a canonical address is that of an article, not of a list."""
    path, _, query = path_and_query(address).partition("?")
    segments = [segment for segment in path.lower().split("/") if segment]
    if NOT_A_PAGE.search(path) or not _LIST_SEGMENTS.isdisjoint(segments):
        return False
    slug = segments[-1] if segments else ""
    is_day_archive = bool(re.fullmatch(r"[\d-]{1,10}", slug)) and not _LONG_NUMBER.search(slug)
    if date_in_address(address).at is not None:
        return not is_day_archive
    if _LONG_NUMBER.search(path) or re.search(r"(?:^|&)[a-z_]*id=\d{4,}(?:&|$)", query, re.IGNORECASE):
        return True
    return slug.count("-") >= _MANY_WORDS and len(segments) > 1
