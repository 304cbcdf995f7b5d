"""When a page says it was published: witnesses in the page, arbitrated; else the day in its address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from crawler.dates import date_in_address, parse_published
from crawler.extract.blocks import Element, text_of
from crawler.extract.head import Head
from crawler.extract.jsonld import LinkedData
from crawler.items import NO_TIME, Precision, TimeSource, Timestamp

_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published",
    "datepublished", "dc.date.issued", "dc.date.created", "dcterms.created", "dcterms.issued", "dcterms.date",
    "dc.date", "date", "pubdate", "pub_date", "publishdate", "publish-date", "publish_date",
    "publication_date", "publication-date", "article_date_original", "originalpublicationdate",
    "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "rnews:datepublished", "article.published", "article:post_date", "timestamp", "created", "date.created",
)  # fmt: skip
_ELEMENTS = "//*[@itemprop='datePublished' or @itemprop='dateCreated' or @pubdate]"
_TIMES = "//time[not(ancestor::aside or ancestor::nav or ancestor::footer)]"
_CLASSED = (
    "//*[self::span or self::div or self::p or self::li or self::em or self::small or self::abbr][@class]"
    "[contains(translate(@class,'DATEPUBLISH','datepublish'),'date')"
    " or contains(translate(@class,'PUBLISHED','published'),'publish')"
    " or contains(translate(@class,'TIMESTAMP','timestamp'),'timestamp')"
    " or contains(@class,'time')]"
)
_MODIFIED = ("modif", "updat", "aktualis", "mis à jour")
_MAX_TEXT = 80
_RANK = {Precision.SECOND: 3, Precision.MINUTE: 2, Precision.DAY: 1, Precision.NONE: 0}


def published_of(
    tree: Element,
    head: Head,
    data: LinkedData,
    *,
    url: str,
    zone: str,
    now: datetime,
    ruled: Iterable[str] = (),
) -> Timestamp:
    """Return when the page was published, by its own words; by its address if it says nothing readable.

    *ruled* are the texts an outlet's rules point to: they decide alone. *zone* counts for times printed
    without one.
    """
    address = date_in_address(url)
    told = next(_read(ruled, zone, now), None)
    if told:
        return told
    sure = [*_read(_statements(head, data, tree), zone, now)]
    seen = [] if sure else [*_read(_visible(tree), zone, now)]
    if not sure and not seen:
        return address
    return _arbitrate(sure or seen, address)


def _statements(head: Head, data: LinkedData, tree: Element) -> Iterator[str]:
    for name in _META:
        yield from head.every(name)[:1]
    yield data.published
    for element in tree.xpath(_ELEMENTS)[:4]:
        yield _printed(element)


def _visible(tree: Element) -> Iterator[str]:
    for element in [*tree.xpath(_TIMES)[:4], *tree.xpath(_CLASSED)[:12]]:
        label = " ".join((element.get(name) or "") for name in ("class", "itemprop", "id")).lower()
        if not any(word in label for word in _MODIFIED):
            yield _printed(element)


def _printed(element: Element) -> str:
    text = element.get("datetime") or element.get("content") or text_of(element)
    return text if len(text) <= _MAX_TEXT else ""


def _read(texts: Iterable[str], zone: str, now: datetime) -> Iterator[Timestamp]:
    for raw in texts:
        if raw and any(letter.isdigit() for letter in raw):
            stamp = parse_published(raw, zone=zone, source=TimeSource.PAGE, now=now)
            if stamp.at is not None:
                yield stamp


def _day(stamp: Timestamp) -> str:
    return (stamp.local or "")[:10]


def _arbitrate(stamps: list[Timestamp], address: Timestamp) -> Timestamp:
    """Return the witness that most others agree with in day; of equals the earlier named.

    Never one kind of witness first: JSON-LD repeats the time of the last edit on many sites.
    """
    days = [_day(stamp) for stamp in stamps] + ([_day(address)] if address is not NO_TIME else [])
    votes = {day: days.count(day) for day in days}
    best = max(votes[_day(stamp)] for stamp in stamps)
    chosen = next(stamp for stamp in stamps if votes[_day(stamp)] == best)
    same = [stamp for stamp in stamps if _day(stamp) == _day(chosen)]
    return max(same, key=lambda stamp: _RANK[stamp.precision])
