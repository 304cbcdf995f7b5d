"""What was found at a site, and what was left out and why: the types, and the judgement of feeds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawler.dates import date_in_address, iso
from crawler.finding.numbering import Numbering
from crawler.finding.offers import GIVEN, WAYS, Offer
from crawler.identity import classify_link
from crawler.items import Listing, Outlet, SourceKind

FROZEN = timedelta(days=14)
"""A feed whose newest item is older seems to be kept no longer."""
ALIKE = 0.8
"""Share of links that makes two feeds one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSource:
    """An address that is worth polling, and what its answer was."""

    url: str
    kind: SourceKind
    form: str
    """rss, atom, rdf, json, sitemap, sitemap_index or section."""
    way: str
    """How it was come by: a key of WAYS, or ``menu``."""
    entries: int
    own: int
    """Entries that are the outlet's."""
    newest: datetime | None = None
    title: str = ""
    links: tuple[str, ...] = field(default=(), repr=False)
    """Canonical addresses of the outlet's own entries."""
    titles: tuple[str, ...] = field(default=(), repr=False)
    offsets: frozenset[str] = frozenset()
    """Offsets from UTC in which its times are printed: ``+03:30``."""
    language: str = ""
    """As a feed claims it."""

    @property
    def told(self) -> str:
        """What is known of it, as words: ``named in the page's head; 30 links; newest 2026-11-23``."""
        whose = "" if self.own == self.entries else f", {self.own} of them the outlet's"
        links = f"{self.entries} {'link' if self.entries == 1 else 'links'}{whose}"
        way = WAYS.get(self.way, "in the menu")
        newest = f"newest {self.newest:%Y-%m-%d}" if self.newest else ""
        return "; ".join(filter(None, (way, links, newest)))

    def as_json(self) -> dict[str, Any]:
        """Return ``{url, form, found, entries, own, newest, title}``."""
        newest = iso(self.newest) if self.newest else None
        return {
            "url": self.url,
            "form": self.form,
            "found": WAYS.get(self.way, "in the menu"),
            "entries": self.entries,
            "own": self.own,
            "newest": newest,
            "title": self.title,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An address that was looked at and is not declared."""

    url: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that was found at one site."""

    given: str
    hosts: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    name: str = ""
    languages: tuple[str, ...] = ()
    country: str = ""
    feeds: tuple[FoundSource, ...] = ()
    sitemaps: tuple[FoundSource, ...] = ()
    sections: tuple[FoundSource, ...] = ()
    are_sections_polled: bool = False
    """True when their links can be told to be articles, or when there is nothing else."""
    numbering: Numbering | None = None
    editions: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know of it, a sentence each."""
    trouble: str = ""
    """Why the address given could not be read; empty when it could."""
    cure: str = ""
    asked: int = 0
    """Requests made, robots.txt not counted."""

    @property
    def is_usable(self) -> bool:
        """True when there is something to poll."""
        return bool(self.feeds or self.sitemaps or self.sections)


def read_source(outlet: Outlet, offer: Offer, url: str, kind: SourceKind, listing: Listing) -> FoundSource:
    """Return what the answer of *url*, read as *listing*, is to the outlet."""
    classed = [(entry, classify_link(outlet, entry.url)) for entry in listing.entries]
    own = [(entry, link) for entry, link in classed if not link.refusal]
    dates = [entry.published.at or date_in_address(link.address).at for entry, link in own]
    printed = [entry.published.local or "" for entry, _ in own]
    return FoundSource(
        url=url,
        kind=kind,
        form=listing.kind,
        way=offer.way,
        entries=len(listing.entries),
        own=len(own),
        newest=max((date for date in dates if date), default=None),
        title=listing.title[:200],
        links=tuple(dict.fromkeys(link.address for _, link in own)),
        titles=tuple(entry.title for entry, _ in own if entry.title)[:50],
        offsets=frozenset(text[-6:] for text in printed if "T" in text and text[-6] in "+-"),
        language=next((entry.language for entry, _ in own if entry.language), ""),
    )


def unusable(source: FoundSource) -> str:
    """Return why a source is not worth polling, '' when it is. The address that was given is taken as it is as long
    as it names anything of the outlet's."""
    if not source.entries:
        return "it names no link"
    if not source.own:
        return f"all of its {source.entries} links lead to other sites"
    if source.way == GIVEN:
        return ""
    if source.own * 2 < source.entries:
        return f"only {source.own} of its {source.entries} links are the outlet's"
    return ""


def frozen(source: FoundSource, now: datetime) -> str:
    """Return by what a source seems to be kept no longer, '' when it is alive, has no dates, or was given."""
    if source.way == GIVEN or source.newest is None or now - source.newest <= FROZEN:
        return ""
    return f"its newest item is of {source.newest:%Y-%m-%d}: it seems to be kept no longer"


def without_doubles(sources: Sequence[FoundSource]) -> tuple[list[FoundSource], list[LeftOut]]:
    """Return the sources that differ, the most promising first, and those that say the same as one of these.

    Of two forms of one feed (RSS and Atom of the same links) the longer one stays, in the earlier one's place.
    """
    kept: list[FoundSource] = []
    doubles: list[tuple[FoundSource, int]] = []
    for source in sources:
        place = next((n for n, other in enumerate(kept) if _is_double(source, other)), None)
        if place is None:
            kept.append(source)
            continue
        if source.own > kept[place].own * 1.2 and kept[place].way != GIVEN:
            source, kept[place] = kept[place], source
        doubles.append((source, place))
    told = [LeftOut(url=each.url, why=f"the same links as {kept[place].url}") for each, place in doubles]
    return kept, told


def _is_double(one: FoundSource, other: FoundSource) -> bool:
    first, second = set(one.links), set(other.links)
    shared = len(first & second)
    if one.form != other.form and shared >= ALIKE * min(len(first), len(second)) and shared >= 3:
        return True
    return shared >= ALIKE * len(first | second)


def printed_offset(sources: Iterable[FoundSource]) -> str:
    """Return the one offset in which all times of these sources are printed, '' for UTC, several or none."""
    offsets = frozenset[str]().union(*(source.offsets for source in sources))
    only = next(iter(offsets)) if len(offsets) == 1 else ""
    return "" if only in ("+00:00", "-00:00") else only
