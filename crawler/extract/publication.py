"""When a page says it was published: witnesses in the page, arbitrated; else the day in its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from crawler.dates import date_in_address, day_in_number, other_reading, parse_published
from crawler.extract.blocks import Element, Line, text_of
from crawler.extract.head import Head
from crawler.extract.jsonld import LinkedData
from crawler.extract.languages import primary_tag
from crawler.extract.opening import under_headline
from crawler.items import NO_TIME, Precision, TimeSource, Timestamp

_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published",
    "datepublished", "dc.date.issued", "dc.date.created", "dcterms.created", "dcterms.issued", "dcterms.date",
    "dc.date", "date", "pubdate", "pub_date", "publishdate", "publish-date", "publish_date",
    "publication_date", "publication-date", "article_date_original", "originalpublicationdate",
    "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "rnews:datepublished", "article.published", "article:post_date", "timestamp", "created", "date.created",
)  # fmt: skip
_ELEMENTS = "//@itemprop[. = 'datePublished' or . = 'dateCreated']/.. | //@pubdate/.."
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
    lines: Sequence[Line] = (),
    title: str = "",
    ruled: Iterable[str] = (),
) -> Timestamp:
    """Return when the page was published, by its own words; by its address if it says nothing readable.

    *ruled* are the texts an outlet's rules point to: they decide alone. Then what the page states for machines;
    without that, the *lines* under the headline *title* and elements marked as dates; then its scripts. *zone* counts
    for times printed without one. A time stated in UTC is given as the page prints it under its headline, if it does.
    """
    address = date_in_address(url)
    told = next(_read(ruled, zone, now), None)
    if told:
        return told

    def ordered(texts: Iterable[str]) -> list[Timestamp]:
        return [_in_order(stamp, head, data, zone, now) for stamp in _read(texts, zone, now)]

    sure = ordered(_statements(head, data, tree))
    if sure:
        chosen = _arbitrate(sure, address, zone, now)
        if not _is_utc(chosen):
            return chosen
        modified = (data.modified, *head.every("article:modified_time"))
        edited = {stamp.at for stamp in ordered(text for text in modified if text != data.published)}
        others = (stamp for stamp in sure if _day(stamp) == _day(chosen) and stamp.at not in edited)
        return _as_printed([chosen, *others], ordered(_printed_under(lines, title)))
    printed = ordered(_printed_under(lines, title))
    visible = ordered(_visible(tree))
    if printed or visible:
        chosen = _arbitrate(printed or visible, address, zone, now)
        return _finest([chosen, *(stamp for stamp in visible if _day(stamp) == _day(chosen))])
    scripted = [address] if address is not NO_TIME else ordered(_scripted(tree))
    return scripted[0] if scripted else day_in_number(url, now=now)


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


def _printed_under(lines: Sequence[Line], title: str) -> Iterator[str]:
    """Yield the dates in the short lines under the headline, those of an edit left out. A time of day that is a line of
    its own belongs to the date before it."""
    date = ""
    for line in under_headline(lines, title):
        if len(line.text) > _MAX_LINE or line.element.tag in ("figcaption", "h1", "h2", "h3", "li"):
            continue
        for part in _PART.split(line.text):
            if _CLOCK.fullmatch(part) and date:
                yield f"{date} {part}"
            elif any(letter.isdigit() for letter in part) and not any(
                word in part.lower() for word in _MODIFIED
            ):
                yield part
                date = part


_PART = re.compile(
    r"\s*[|•]\s*(?!\s*\d\d?:\d\d)|\s+(?=(?:last\s+)?(?:updated|modified)\b|aktualisiert|mis à jour)", re.I
)
_CLOCK = re.compile(r"\d\d?:\d\d(?:\s*[ap]\.?m\.?)?(?:\s*(?:uhr|h|hs))?", re.IGNORECASE)
_MAX_LINE = 120


_SCRIPTED = re.compile(
    r"[\"'](?:datepublished|date_?published|published_?(?:at|date|time|on)|publish_?(?:date|time|ed)|publication_?date|"
    r"pub_?date|first_?published(?:_?at)?)\\?[\"']\s*:\s*\\?[\"']([^\"'\\]{8,40})\\?[\"']",
    re.IGNORECASE,
)
_MAX_SCRIPT = 500_000


def _scripted(tree: Element) -> Iterator[str]:
    """Yield the dates that the data of a page's own scripts names as its publication, in order."""
    for script in tree.iter("script"):
        for found in _SCRIPTED.finditer((script.text or "")[:_MAX_SCRIPT]):
            yield found[1]


def _printed(element: Element) -> str:
    text = element.get("datetime") or element.get("content") or text_of(element)
    return text if len(text) <= _MAX_TEXT else ""


def _read(texts: Iterable[str], zone: str, now: datetime) -> Iterator[Timestamp]:
    for raw in texts:
        if raw and any(letter.isdigit() for letter in raw):
            stamp = parse_published(raw, zone=zone, source=TimeSource.PAGE, now=now)
            if stamp.at is not None:
                yield stamp


_PADDED = re.compile(r"\D*\d\d/\d\d/\d{4}")
_DAY_FIRST = frozenset(("ca", "es", "fr", "gl", "it", "pt"))
"""Languages of Latin script in which nobody writes the month first."""


def _in_order(stamp: Timestamp, head: Head, data: LinkedData, zone: str, now: datetime) -> Timestamp:
    """Return *stamp* day first where the language of the page says so. A date without leading zeros is a program's
    (``3/9/2026 11:50:13 AM`` in the English of the server), not the page's."""
    if not _PADDED.match(stamp.raw or "") or primary_tag(head.language or data.language) not in _DAY_FIRST:
        return stamp
    other = other_reading(stamp, zone=zone, now=now)
    day_first = other.at is not None and (other.local or "")[8:10] == re.findall(r"\d\d", stamp.raw or "")[0]
    return other if day_first else stamp


def _day(stamp: Timestamp) -> str:
    return (stamp.local or "")[:10]


def _arbitrate(stamps: list[Timestamp], address: Timestamp, zone: str, now: datetime) -> Timestamp:
    """Return the witness that most others agree with in day; of equals the earlier named.

    Never one kind of witness first: JSON-LD repeats the time of the last edit on many sites. A date whose day and
    month could stand the other way round is read so when only then another witness agrees.
    """
    days = [_day(stamp) for stamp in stamps] + ([_day(address)] if address is not NO_TIME else [])
    votes = {day: days.count(day) for day in days}
    best = max(votes[_day(stamp)] for stamp in stamps)
    chosen = next(stamp for stamp in stamps if votes[_day(stamp)] == best)
    same = [stamp for stamp in stamps if _day(stamp) == _day(chosen)]
    chosen = _finest(same)
    other = (
        other_reading(chosen, zone=zone, now=now)
        if len({*days}) > 1 and "/" in (chosen.raw or "")
        else NO_TIME
    )
    return other if other.at and len(same) == best and votes.get(_day(other), 0) else chosen


def _finest(stamps: Iterable[Timestamp]) -> Timestamp:
    """Return the most precise one, of equals the first."""
    return max(stamps, key=lambda stamp: _RANK[stamp.precision])


_LONGEST_OFFSET = 14 * 3600
_HALF_HOUR = 30 * 60


def _as_printed(stated: Sequence[Timestamp], printed: Iterable[Timestamp]) -> Timestamp:
    """Return the first time stated in UTC whose clock the page prints too, with the offset of that clock: ``02:25:54Z``
    and ``9:25pm`` of the day before are one time, five hours west. The instant stays. Else the first one."""
    clocks = [
        stamp.at for stamp in printed if stamp.at and stamp.precision is not Precision.DAY and _is_utc(stamp)
    ]
    for stamp in stated if clocks else ():
        if stamp.at is None or not _is_utc(stamp):
            continue
        for clock in clocks:
            east = (clock.replace(second=0) - stamp.at.replace(second=0, microsecond=0)).total_seconds()
            if east and abs(east) <= _LONGEST_OFFSET and east % _HALF_HOUR == 0:
                zone = timezone(timedelta(seconds=east))
                return replace(stamp, local=stamp.at.astimezone(zone).isoformat(timespec="seconds"))
    return stated[0]


def _is_utc(stamp: Timestamp) -> bool:
    return (stamp.local or "").endswith("+00:00")
