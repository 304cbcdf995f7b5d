"""What a feed names: RSS, Atom, RDF and JSON Feed, from any bytes. Pure. The only user of feedparser.

The document is made safe and cut to its item limit before feedparser sees it, so that a million
items or an entity bomb cost no more than the limit (faults 27, 28).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
import feedparser.urls

from crawler.dates import parse_published
from crawler.datewords import INVISIBLE
from crawler.entities import bounded, unescaped
from crawler.errors import AddressRefused, NotAFeed
from crawler.items import NO_TIME, FeedEntry, Listing, TimeSource, Timestamp
from crawler.urls import canonical_url, resolve_wrapper, sorted_query
from crawler.xmltext import escaped_ampersands, plain_text, refuse_bombs, root_name, tags, whole_tags

__all__ = ["Listing", "entry_key", "one_line", "read_feed"]

LIMIT = 500
"""Items read of one document."""
MAX_TITLE = 1_000
MAX_SUMMARY = 4_000
MAX_LINK = 20_000
"""Characters kept of a title, a summary and a link; the ledger refuses far shorter links."""
MAX_GENERATOR = 100
MAX_JUNK = 4_096
"""Characters before the first element of the feed (warnings of the site's software) that are passed over."""

_ROOTS = {"rss": "rss", "feed": "atom", "rdf:rdf": "rdf", "rdf": "rdf", "channel": "rss"}
_HTML_ROOTS = frozenset({"html", "head", "body", "title", "meta", "script", "div", "center", "h1", "p"})
_FEED_START = re.compile(
    r"<(?:feed\s[^>]*w3\.org/2005/Atom|rss\s[^>]*version|rdf:RDF\s[^>]*xmlns)", re.IGNORECASE
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|em|font|i|mark|q|small|span|strong|sub|sup|u)(?:\s[^<>]{0,2000})?>", re.IGNORECASE
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--.*?-->", re.DOTALL)
_DATE_IN_ITEM = re.compile(r"<(?:pubDate|dc:date|published|updated)\b[^>]*>\s*([^<]{6,60})", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Also in JSON, where an escape may name any of them."""
_HTTP = re.compile(r"https?://[^\s/]", re.IGNORECASE)

# feedparser empties links whose scheme it does not know; the ledger wants to see javascript: too.
feedparser.urls.ACCEPTABLE_URI_SCHEMES = ()


def read_feed(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    limit: int = LIMIT,
    zone: str = "UTC",
    now: datetime | None = None,
) -> Listing:
    """Return the links of a feed in document order, one an address; links of any scheme are kept.

    A document with more than *limit* items gives the first, or the last when it is sorted oldest
    first, and says so (truncated). A feed that breaks off gives the items up to there.

    Args:
        url: the address that answered: relative links start from xml:base, the channel's link or it.
        zone, now: of dates without a zone, and for dates ahead of the clock; see parse_published.

    Raises:
        NotAFeed: empty, html, json (not a JSON Feed), unknown, truncated (before its first item), entities,
            too_large, too_deep.
    """
    text = plain_text(body, url=url, content_type=content_type)
    if text[0] in "{[":
        return _read_json(text, url, limit, zone, now)
    text = _feed_document(text, url)
    refuse_bombs(text, url)
    root = root_name(text)
    kind = _ROOTS[root]
    is_whole = f"</{root}" in text.lower() or text.rstrip().endswith("/>")
    text, truncated = _cut(escaped_ampersands(whole_tags(bounded(text))), kind, limit)
    parsed = _parsed(text)
    if not parsed.version and not parsed.entries and kind != "rdf":
        raise NotAFeed(url, "unknown")
    base = _channel_base(parsed.feed, url)
    language = one_line(dict.get(parsed.feed, "language", ""), 35)
    entries = _distinct(_entry(item, base, language, zone, now) for item in parsed.entries[:limit])
    if not entries and not is_whole:
        raise NotAFeed(url, "truncated")
    return Listing(
        kind=kind,
        entries=entries,
        truncated=truncated,
        following=_following(parsed.feed, base),
        generator=one_line(dict.get(parsed.feed, "generator", ""), MAX_GENERATOR),
        title=one_line(dict.get(parsed.feed, "title"), MAX_TITLE),
    )


def one_line(text: object, length: int) -> str:
    """Return text fit for a title: no markup, control, bidi or surrogate characters, single spaces."""
    if not isinstance(text, str):
        return ""
    shown = unescaped(_MARKUP.sub(" ", _INLINE.sub("", text[: 20 * length])))
    shown = INVISIBLE.sub("", _CONTROL.sub("", " ".join(shown.split())))
    return " ".join(shown.split())[:length].rstrip()


def entry_key(link: str) -> str:
    """Return what tells links of one document apart: the canonical address, else the link itself."""
    try:
        return sorted_query(canonical_url(resolve_wrapper(link)))
    except AddressRefused:
        return link


def _distinct(entries: Iterable[FeedEntry | None]) -> tuple[FeedEntry, ...]:
    """Return the entries that have a link, the first of each address."""
    first: dict[str, FeedEntry] = {}
    for entry in entries:
        if entry is not None:
            first.setdefault(entry_key(entry.url), entry)
    return tuple(first.values())


# --- XML ------------------------------------------------------------------------------------------


def _feed_document(text: str, url: str) -> str:
    """Return the text from the feed's own root element on.

    Raises:
        NotAFeed: html or unknown.
    """
    root = root_name(text)
    if root in _ROOTS:
        return text
    start = _FEED_START.search(text, 0, MAX_JUNK)
    if start and root not in ("urlset", "sitemapindex") and root_name(text[start.start() :]) in _ROOTS:
        return text[start.start() :]
    is_html = root in _HTML_ROOTS or re.match(r"\s*<!doctype\s+html", text, re.IGNORECASE)
    raise NotAFeed(url, "html" if is_html else "unknown")


def _cut(text: str, kind: str, limit: int) -> tuple[str, bool]:
    """Return the text with at most *limit* items, and whether it had more."""
    starts = [tag.start() for tag in tags(text) if tag[2].lower() in ("item", "entry") and not tag[1]]
    if len(starts) <= limit:
        return text, False
    head, ends = text[: starts[0]], [*starts[1:], _end_of_items(text, starts[-1])]
    pairs = list(zip(starts, ends, strict=True))
    chosen = pairs[-limit:] if _oldest_first(text, pairs) else pairs[:limit]
    close = {"rss": "</channel></rss>", "atom": "</feed>", "rdf": "</rdf:RDF>"}[kind]
    return head + "".join(text[start:end] for start, end in chosen) + close, True


def _end_of_items(text: str, start: int) -> int:
    found = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE).search(text, start)
    return found.end() if found else len(text)


def _oldest_first(text: str, items: list[tuple[int, int]]) -> bool:
    """Return whether the first and the last dated item show that the newest stand at the end."""
    first, last = (
        next((stamp for start, end in part if (stamp := _item_date(text[start:end]))), None)
        for part in (items[:20], items[:-21:-1])
    )
    return bool(first and last and first < last)


def _item_date(item: str) -> datetime | None:
    found = _DATE_IN_ITEM.search(item[:20_000])
    return parse_published(found[1]).at if found else None


def _parsed(text: str) -> feedparser.FeedParserDict:
    """Return feedparser's reading. Bytes in a stream only: it opens strings as files and addresses."""
    stream = io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(
        stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _channel_base(channel: dict[str, Any], url: str) -> str:
    link = dict.get(channel, "link", "")
    return _joined(url, link) if isinstance(link, str) and _HTTP.match(_joined(url, link)) else url


def _entry(
    item: dict[str, Any], base: str, language: str, zone: str, now: datetime | None
) -> FeedEntry | None:
    link = _link(item)
    if not link:
        return None
    return FeedEntry(
        url=_joined(base, link)[:MAX_LINK],
        title=one_line(dict.get(item, "title"), MAX_TITLE),
        summary=one_line(dict.get(item, "summary"), MAX_SUMMARY),
        guid=one_line(dict.get(item, "id"), MAX_TITLE),
        published=_published(
            (dict.get(item, name) for name in ("published", "updated", "created")), zone, now
        ),
        language=language,
    )


def _link(item: dict[str, Any]) -> str:
    """Return the address of the article: FeedBurner's original link, the link, the first alternate
    one, the guid where it is one; '' if the item has none."""
    guid = _stripped(dict.get(item, "id"))
    link = _stripped(dict.get(item, "link"))
    if link == guid and dict.get(item, "guidislink") and not _HTTP.match(link):
        link = ""  # a guid that calls itself a permalink by default, but is none
    return next(
        filter(None, (_stripped(dict.get(item, "feedburner_origlink")), link, *_alternates(item))), ""
    )


def _alternates(item: dict[str, Any]) -> Iterator[str]:
    for each in dict.get(item, "links") or ():
        if each.get("rel", "alternate") == "alternate":
            yield _stripped(each.get("href"))


def _stripped(value: object) -> str:
    """Return a link without control characters; entities are left: ``&section`` is no ``§``."""
    return _CONTROL.sub("", value).strip() if isinstance(value, str) else ""


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:  # "http://[": the ledger will call it malformed
        return link


def _published(given: Iterable[object], zone: str, now: datetime | None) -> Timestamp:
    """Return the first date that can be read, else the first that was given, unread."""
    shown = [text for text in given if isinstance(text, str) and text.strip()]
    stamps = [parse_published(text, zone=zone, source=TimeSource.FEED, now=now) for text in shown]
    return next((stamp for stamp in stamps if stamp.at), stamps[0] if stamps else NO_TIME)


def _following(channel: dict[str, Any], base: str) -> tuple[str, ...]:
    """Return the further pages that a feed names: the next page, or the archive before it (RFC 5005)."""
    named = [
        _joined(base, _stripped(each.get("href")))
        for each in dict.get(channel, "links") or ()
        if str(each.get("rel", "")).lower() in ("next", "prev-archive")
    ]
    return tuple(dict.fromkeys(link[:MAX_LINK] for link in named if _HTTP.match(link)))


# --- JSON Feed ------------------------------------------------------------------------------------


def _read_json(text: str, url: str, limit: int, zone: str, now: datetime | None) -> Listing:
    """Return the links of a JSON Feed, version 1 or 1.1 (jsonfeed.org)."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAFeed(url, "json") from None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org/version" not in str(document.get("version", "")):
        raise NotAFeed(url, "json")
    base = _channel_base({"link": document.get("home_page_url")}, url)
    found = [item for item in items if isinstance(item, dict)]
    language = one_line(document.get("language"), 35)
    entries = (_json_entry(item, base, language, zone, now) for item in found[:limit])
    following = _joined(base, _stripped(document.get("next_url")))
    return Listing(
        kind="json",
        entries=_distinct(entries),
        truncated=len(found) > limit,
        following=(following[:MAX_LINK],) if document.get("next_url") and _HTTP.match(following) else (),
        title=one_line(document.get("title"), MAX_TITLE),
    )


def _json_entry(
    item: dict[str, Any], base: str, language: str, zone: str, now: datetime | None
) -> FeedEntry | None:
    guid = _stripped(item.get("id"))
    link = (
        _stripped(item.get("url"))
        or _stripped(item.get("external_url"))
        or (guid if _HTTP.match(guid) else "")
    )
    if not link:
        return None
    return FeedEntry(
        url=_joined(base, link)[:MAX_LINK],
        title=one_line(item.get("title"), MAX_TITLE),
        summary=one_line(item.get("summary") or item.get("content_text"), MAX_SUMMARY),
        guid=one_line(guid, MAX_TITLE),
        published=_published((item.get("date_published"), item.get("date_modified")), zone, now),
        language=one_line(item.get("language"), 35) or language,
    )
