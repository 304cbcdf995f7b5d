"""What one document of an archive means for a backfill: which of its links count, and where the archive goes on. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.identity import LinkClass, classify_link
from crawler.items import ArchiveDocument, Discovery, FeedEntry, Listing, Outlet, SourceKind
from crawler.paging import after_failed_guess, guesses, next_of, numbered, page_number
from crawler.walk import Walk
from crawler.window import (
    Place,
    Placed,
    Window,
    chosen_children,
    holds_older,
    is_dated,
    placed,
    reaches_back,
    span_of,
)

MOST_PAGES = 500
"""Pages of one feed or section that one backfill walks."""
MOST_DEPTH = 5
"""Indexes of indexes below one sitemap."""
_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What a backfill looks for, and by which rules."""

    outlet: Outlet
    window: Window
    askable: Callable[[str, str], str]
    """(address, address of the document that names it) -> the address at a host that may be asked, or ''."""
    most_pages: int = MOST_PAGES
    keeps_names: bool = False
    """True: also what sitemaps name is kept as digests, to be compared with a source's list."""


def walk_of(
    document: ArchiveDocument,
    listing: Listing,
    answer: Discovery,
    looking: Looking,
    links: Sequence[LinkClass],
    first_seen: Mapping[str, datetime],
    named_before: Collection[bytes],
) -> Walk:
    """Return what a document that was read comes to.

    Args:
        answer: who gave it and when; its entries are replaced by those of the window.
        links: what each entry of the document is to the outlet, in its order.
        first_seen: when addresses of the document entered the ledger, by ledger key.
        named_before: digests of what earlier pages of the same feed or section named.
    """
    entries = [
        placed(entry, looking.window, first_seen.get(link.ledger_key))
        for entry, link in zip(listing.entries, links, strict=True)
    ]
    inside = [
        (each.entry, link) for each, link in zip(entries, links, strict=True) if each.place is Place.INSIDE
    ]
    oldest, newest = span_of(entries)
    walk = Walk(
        document=document,
        discovery=replace(answer, entries=tuple(entry for entry, _ in inside), truncated=listing.truncated),
        links=tuple(link for _, link in inside),
        named=len(entries),
        oldest=oldest,
        newest=newest,
    )
    if document.kind is SourceKind.SITEMAP:
        named = _digests(links) if looking.keeps_names else []
        return _sitemap(walk, listing, entries, looking, named)
    return _page(walk, listing, entries, looking, _digests(links), named_before)


def classed(outlet: Outlet, entries: Sequence[FeedEntry]) -> tuple[tuple[LinkClass, ...], tuple[str, ...]]:
    """Return what each entry is to the outlet, and the ledger keys of those whose day nobody gives: of these the
    ledger may know. Takes a quarter of a millisecond an entry."""
    links = tuple(classify_link(outlet, entry.url) for entry in entries)
    pairs = zip(entries, links, strict=True)
    return links, tuple(link.ledger_key for entry, link in pairs if not is_dated(entry))


def failed_walk(document: ArchiveDocument, answer: Discovery, *, is_final: bool) -> Walk:
    """Return what a document that no host gave comes to. Of a page after the first a final failure is the end
    of its list; of a guessed one the next guess is tried."""
    follow = _next_guess(document) if is_final else ()
    return Walk(document=document, discovery=answer, follow=follow, is_final=is_final)


def digests_of(outlet: Outlet, urls: Iterable[str]) -> list[bytes]:
    """Return for each address the bytes by which its article is known again, over hosts, slugs and trackers."""
    return _digests(classify_link(outlet, url) for url in urls)


def _digests(links: Iterable[LinkClass]) -> list[bytes]:
    keys = (link.key for link in links)
    return [
        hashlib.sha256(f"{key.kind} {key.value}".encode("utf-8", "surrogatepass")).digest()[:_BYTES]
        for key in keys
    ]


def split_digests(joined: bytes) -> list[bytes]:
    """Return digests that were stored as one string of bytes."""
    return [joined[at : at + _BYTES] for at in range(0, len(joined), _BYTES)]


def _sitemap(
    walk: Walk, listing: Listing, entries: list[Placed], looking: Looking, named: list[bytes]
) -> Walk:
    document = walk.document
    chosen, passed_older = chosen_children(listing.children, listing.changed, looking.window)
    if document.number >= MOST_DEPTH:
        chosen = ()
    ours = (looking.askable(child, document.url) for child in chosen)
    follow = tuple(
        ArchiveDocument(kind=document.kind, url=url, root=document.root, number=document.number + 1)
        for url in dict.fromkeys(filter(None, ours))
        if url != document.url
    )
    return replace(walk, follow=follow, reaches=passed_older or holds_older(entries), digests=b"".join(named))


def _page(
    walk: Walk,
    listing: Listing,
    entries: list[Placed],
    looking: Looking,
    digests: list[bytes],
    named_before: Collection[bytes],
) -> Walk:
    document = walk.document
    fresh = [each for each, digest in zip(entries, digests, strict=True) if digest not in named_before]
    end = _end(document, entries, fresh, looking)
    follow: tuple[ArchiveDocument, ...] = ()
    if not end:
        follow = _next_page(document, listing, looking)
    elif end in ("empty", "repeats"):
        follow = _next_guess(document)
    return replace(
        walk, follow=follow, reaches=reaches_back(fresh), end=end, digests=b"".join(dict.fromkeys(digests))
    )


def _end(document: ArchiveDocument, entries: list[Placed], fresh: list[Placed], looking: Looking) -> str:
    if not entries:
        return "empty"
    if not fresh:
        return "repeats"
    if all(each.place is Place.OLDER for each in fresh):
        return "older"
    return "bound" if document.number >= looking.most_pages else ""


def _next_page(document: ArchiveDocument, listing: Listing, looking: Looking) -> tuple[ArchiveDocument, ...]:
    """Return the next page: the one that the document names, else in the form that led here, else a guess."""
    following = replace(document, number=document.number + 1, guess="")
    for named in next_of(listing, document.url):
        if url := looking.askable(named, document.url):
            return (replace(following, url=url),)
    if document.guess:
        number = page_number(document.url) + 1
        return (replace(following, url=numbered(document.url, document.guess, number), guess=document.guess),)
    if document.number == 1:
        return tuple(
            replace(following, url=url, guess=form)
            for form, url in guesses(document.kind, document.url, listing.generator)[:1]
        )
    return ()


def _next_guess(document: ArchiveDocument) -> tuple[ArchiveDocument, ...]:
    if not document.guess or document.number != 2:
        return ()
    another = after_failed_guess(document.kind, document.root, document.guess)
    return () if another is None else (replace(document, url=another[1], guess=another[0]),)
