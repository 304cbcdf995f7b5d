"""A list that a host sent, read by its kind: in one way for crawls, backfills and comparisons."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from crawler.items import Listing, Outlet, SourceKind
from crawler.shapes import Shape, learned_shapes

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.pool import ParserPool

MOST_ENTRIES = 500
"""Entries read of a feed, unless a caller asks for more."""
MOST_KNOWN = 2_000
"""Known articles from whose addresses shapes are learned, the newest."""

Call = Callable[..., Awaitable[Any]]
"""Calls a verb of the store, as StoreThread.call does."""


async def read_list(
    pool: ParserPool,
    kind: SourceKind,
    response: Response,
    *,
    outlet: Outlet,
    shapes: tuple[Shape, ...] = (),
    limit: int = MOST_ENTRIES,
) -> Listing:
    """Return what a list names; runs in a worker.

    Args:
        shapes: those of the outlet's known articles; they count for section pages (see known_shapes).
        limit: entries read of a feed.

    Raises:
        NotAFeed: the body is something else.
        ExtractionError: the body killed, hung or starved the worker.
    """
    if kind is SourceKind.SECTION:
        return await pool.section(response.body, url=response.url, outlet=outlet, shapes=shapes)
    if kind is SourceKind.SITEMAP:
        return await pool.sitemap(response.body, url=response.url, zone=outlet.timezone)
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return await pool.feed(
        response.body, url=response.url, content_type=content_type, limit=limit, zone=outlet.timezone
    )


async def known_shapes(call: Call, outlet: Outlet) -> tuple[Shape, ...]:
    """Return what the outlet's known article addresses look like; empty when it has patterns, or when too few are
    known. Learned in a thread.

    Raises:
        StoreError: the store cannot be read.
    """
    if outlet.article_id:
        return ()
    known = await call("article_addresses", outlet.id, MOST_KNOWN)
    sections = [source.url for source in outlet.sources if source.kind is SourceKind.SECTION]
    return await asyncio.to_thread(learned_shapes, known, sections)
