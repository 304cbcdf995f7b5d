"""What a sitemap names: urlset, news sitemap, sitemap index, plain text; from any bytes. Pure.

Protocol: sitemaps.org 0.9; news extension: Google's sitemap-news/0.9. ``lastmod`` is the time of the
last change of a page and never becomes a publication date.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from urllib.parse import urljoin

from lxml import etree

from crawler.dates import parse_published
from crawler.errors import NotAFeed
from crawler.feeds import MAX_LINK, MAX_TITLE, entry_key, one_line, read_feed
from crawler.items import NO_TIME, FeedEntry, Listing, TimeSource, Timestamp
from crawler.periods import period_in_name
from crawler.xmltext import escaped_ampersands, plain_text, refuse_bombs, root_name, whole_tags

LIMIT = 50_000
"""Entries of one sitemap: the protocol's own bound."""
MAX_DEPTH = 100
"""Open elements: libxml2 gives up at 256, a sitemap has four."""
_FEED_ROOTS = frozenset({"rss", "feed", "rdf:rdf"})
_HTTP = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_UNDATED = datetime.min.replace(tzinfo=UTC)


def read_sitemap(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    limit: int = LIMIT,
    zone: str = "UTC",
    now: datetime | None = None,
) -> Listing:
    """Return the addresses of a sitemap with title, day and language where the news extension gives
    them, or the children of a sitemap index, newest first where they are dated.

    A feed serves as a sitemap too, as the protocol allows. A document that breaks off gives what
    stands before.

    Raises:
        NotAFeed: empty, html, unknown, entities, too_large, too_deep.
    """
    text = plain_text(body, url=url, content_type=content_type)
    if _HTTP.match(text):
        return _read_lines(text, limit)
    root = root_name(text)
    if root in _FEED_ROOTS:
        return read_feed(body, url=url, content_type=content_type, limit=limit, zone=zone, now=now)
    name = root.rpartition(":")[2]
    if name not in ("urlset", "sitemapindex"):
        is_html = root == "html" or text[:14].lower() == "<!doctype html"
        raise NotAFeed(url, "html" if is_html else "unknown")
    refuse_bombs(text, url, depth=MAX_DEPTH)
    records = _records(escaped_ampersands(whole_tags(text)), "url" if name == "urlset" else "sitemap")
    if name == "urlset":
        return _read_urlset(records, url, limit, zone, now)
    return _read_index(records, url, limit, now)


def _read_lines(text: str, limit: int) -> Listing:
    """Return the addresses of a text sitemap, one a line; other lines are passed over."""
    links = (line.strip() for line in text.splitlines())
    return _listing((FeedEntry(url=link[:MAX_LINK]) for link in links if _HTTP.fullmatch(link)), limit)


def _read_urlset(
    records: Iterator[dict[str, str]], url: str, limit: int, zone: str, now: datetime | None
) -> Listing:
    return _listing((_entry(record, url, zone, now) for record in records if record.get("loc")), limit)


def _entry(record: dict[str, str], url: str, zone: str, now: datetime | None) -> FeedEntry:
    date = record.get("publication_date", "")
    return FeedEntry(
        url=_joined(url, record["loc"]),
        title=one_line(record.get("title"), MAX_TITLE),
        published=parse_published(date, zone=zone, source=TimeSource.FEED, now=now) if date else NO_TIME,
        language=one_line(record.get("language"), 35),
        changed=parse_published(record.get("lastmod"), zone=zone, source=TimeSource.FEED, now=now),
    )


def _read_index(records: Iterator[dict[str, str]], url: str, limit: int, now: datetime | None) -> Listing:
    dated: dict[str, Timestamp] = {}
    truncated = False
    for record in records:
        child = _joined(url, record.get("loc", ""))
        if not record.get("loc") or not _HTTP.match(child):
            continue
        if truncated := len(dated) >= limit:
            break
        dated.setdefault(child, parse_published(record.get("lastmod"), source=TimeSource.FEED, now=now))
    children = sorted(dated, key=lambda child: _age(child, dated[child]), reverse=True)
    return Listing(
        kind="sitemap_index",
        children=tuple(children),
        changed=tuple(dated[child] for child in children),
        truncated=truncated,
    )


def _age(child: str, changed: Timestamp) -> datetime:
    """Return the time by which sitemaps of an index are ordered: the last change, else the days in the name."""
    if changed.at is not None:
        return changed.at
    period = period_in_name(child)
    return _UNDATED if period is None else datetime.combine(period.start, time(), UTC)


def _listing(entries: Iterator[FeedEntry], limit: int) -> Listing:
    first: dict[str, FeedEntry] = {}
    for entry in entries:
        key = entry_key(entry.url)
        if key not in first and len(first) >= limit:
            return Listing(kind="sitemap", entries=tuple(first.values()), truncated=True)
        first.setdefault(key, entry)
    return Listing(kind="sitemap", entries=tuple(first.values()))


def _joined(url: str, link: str) -> str:
    try:
        return urljoin(url, link.strip())[:MAX_LINK]
    except ValueError:  # "http://[": the ledger will call it malformed
        return link[:MAX_LINK]


def _records(text: str, element: str) -> Iterator[dict[str, str]]:
    """Yield for each *element* the text of the elements inside it by local name, whatever prefix
    they carry and whether it is declared; the first of a name counts."""
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    record: dict[str, str] = {}
    for _, node in etree.iterparse(
        stream,
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    ):
        name = _local(node.tag)
        if name == element:
            yield record
            record = {}
            _release(node)
        elif not _is_image(node.tag):
            record.setdefault(name, (node.text or "").strip())


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _is_image(tag: str) -> bool:
    """Return whether the element belongs to the image or video extension: they have titles too."""
    return bool(re.search(r"sitemap-(?:image|video)/|^(?:image|video):", tag))


def _release(node: etree._Element) -> None:
    """Free the element and those before it, so that a long document does not grow in memory."""
    node.clear()
    while node.getprevious() is not None:
        parent = node.getparent()
        if parent is None:
            return
        del parent[0]
