"""What one document of an archive came to, whole and in parts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.identity import LinkClass
from crawler.items import ArchiveDocument, Discovery

PART = 1_000
"""Links that are written at once: a sitemap may hold 50,000, and others wait for the store meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What one document of an archive came to. It says nothing of the outlet's regular sources: no listing, no
    validators and no poll are written by it."""

    document: ArchiveDocument
    discovery: Discovery
    """Its entries are those inside the window, or not provably outside."""
    follow: tuple[ArchiveDocument, ...] = ()
    """Where the archive goes on."""
    named: int = 0
    """Addresses in the document, in the window or not."""
    oldest: datetime | None = None
    newest: datetime | None = None
    """Of its entries, by any evidence."""
    reaches: bool = False
    """True when it shows what is older than the window."""
    end: str = ""
    """Why its feed or section ends here: older, repeats, empty, bound. Empty when it goes on, and of sitemaps."""
    digests: bytes = field(default=b"", repr=False)
    """Eight bytes of a hash of each article in it, by which a repeated page is known. Of sitemaps only for a gap."""
    is_final: bool = False
    """Of a failure: True when a later try cannot help."""
    links: tuple[LinkClass, ...] = field(default=(), repr=False)
    """What each of its entries is to the outlet, in the same order."""
    earlier: int = 0
    """Of a part: entries in the parts before it."""
    goes_on: bool = False
    """Of a part: True when another follows; the last alone says that the document was walked."""


def parts_of(walk: Walk, size: int = PART) -> Iterator[Walk]:
    """Yield a walk in parts of at most *size* entries, each to be written in a transaction of its own."""
    given = walk.discovery
    for start in range(0, max(1, len(given.entries)), size):
        end = start + size
        yield replace(
            walk,
            discovery=replace(given, entries=given.entries[start:end]),
            links=walk.links[start:end],
            earlier=start,
            goes_on=end < len(given.entries),
        )
