"""From a planned poll to a row of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.items.outlets import Key, Source, SourceKind
from crawler.items.times import NO_TIME, Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One link as a source gave it, cleaned of control characters, relative links resolved."""

    url: str
    title: str = ""
    summary: str = field(default="", repr=False)
    guid: str = ""
    published: Timestamp = NO_TIME
    language: str = ""
    changed: Timestamp = NO_TIME
    """Last change, as a sitemap's lastmod. An upper bound of the publication time, never that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one document named: the answer of the readers of feeds, sitemaps and section pages."""

    kind: str
    """``rss``, ``atom``, ``rdf``, ``json``, ``sitemap``, ``sitemap_index`` or ``section``."""
    entries: tuple[FeedEntry, ...] = field(default=(), repr=False)
    """One an address, in document order, the first mention wins. Empty is an answer."""
    truncated: bool = False
    """True when the item limit cut the list."""
    children: tuple[str, ...] = ()
    """Further sitemaps that a sitemap index named, newest first where they are dated."""
    changed: tuple[Timestamp, ...] = field(default=(), repr=False)
    """The last change of each of them, as the index gave it."""
    following: tuple[str, ...] = ()
    """Further pages of the same list that the document names: rel=next, rel=prev-archive, the next number."""
    generator: str = ""
    """The software that a feed says it was made by."""
    title: str = ""
    """What a feed calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a later conditional request may send, and what tells an unchanged body."""

    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    outdated: bool = False
    """True: known to name an older body, and sent to see whether the host says 304 to anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPoll:
    """A source that is to be asked, with what to ask each host for."""

    source: Source
    is_new: bool
    """True while no poll of it was complete."""
    validators: Mapping[str, Validators] = field(default_factory=dict, repr=False)
    """By host. Without ETag and Last-Modified the whole body is asked for."""


class PollOutcome(StrEnum):
    """What one poll of one source came to."""

    LISTED = "listed"
    """Links were read (perhaps none: an empty feed is an answer)."""
    UNCHANGED = "unchanged"
    """304, or a body whose hash is the one seen before; not parsed."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at one host."""

    host: str
    url: str
    status: int | None
    reason: str
    """ok, or a word of the ledger: dns, refused, reset, tls, timeout, proxy, robots_unreachable,
    http_403, challenge, seizure, parked, foreign, front_page, not_a_feed, resting ..."""
    seconds: float = 0.0
    detail: str = ""
    rest: float = 0.0
    """Seconds for which the host asked to be left alone (Retry-After). 0 if it did not."""
    kind: str = ""
    """Class of the answer (crawler/pagekind.py), which the detail then is the evidence of. Empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """All links of one response with its validators: what one poll of one source gave."""

    outlet_id: str
    source: Source
    outcome: PollOutcome
    at: datetime
    host: str
    """The host that gave the answer that counts; of a failure the last one tried."""
    url: str
    """The address actually asked."""
    validators: Validators = Validators()
    entries: tuple[FeedEntry, ...] = field(default=(), repr=False)
    not_modified: bool = False
    """True for a 304; False when the body came and was the same, or new."""
    error: str = ""
    """Reason word and detail of a failure."""
    attempts: tuple[Attempt, ...] = field(default=(), repr=False)
    children: tuple[str, ...] = ()
    """Further sitemaps that a sitemap index named."""
    truncated: bool = False
    """True when the item limit cut the list."""
    conditional: bool = False
    """True when the host was asked for changes only."""
    fresh_for: float = 0.0
    """Seconds for which a cache may give the same answer (Cache-Control less Age). 0 if it did not say."""
    opinion: bool = False
    """True: another host was asked for the same list to compare it; no poll of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a source may have named links that no poll saw."""

    id: int
    source: Source
    from_at: datetime
    """The last answer before."""
    to_at: datetime
    """The first answer after."""
    estimate: int | None = None
    """Links missed, about, by the source's rate. None if that cannot be said."""
    tries: int = 0
    """Looks that did not come to their end."""
    next_try_at: datetime | None = None
    """When it is looked into again; None: at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDocument:
    """One document of an outlet's archive that a backfill walks: a sitemap, a page of a feed or of a section."""

    kind: SourceKind
    url: str
    root: str
    """The source, or the first sitemap, that led to it."""
    number: int = 1
    """Page number within its feed or section, from 1; of a sitemap the depth below its root."""
    guess: str = ""
    """Form of a page number that no document named; empty when one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A walk through an outlet's archives, as the store knows it."""

    id: int
    outlet_id: str
    since: datetime
    until: datetime | None
    silent: bool
    is_resumed: bool = False
    """True when it takes up what an earlier one of the same window left."""


class LinkState(StrEnum):
    """States of a link. All but pending are final, with a reason where there is one."""

    PENDING = "pending"
    NEW = "new"
    REVISION = "revision"
    DUPLICATE = "duplicate"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A row of the ledger that is to be asked for."""

    id: int
    outlet_id: str
    url: str
    """As found, wrappers resolved."""
    address: str
    """Canonical, on the outlet's canonical host."""
    key: Key
    host: str
    """The host whose answer named it: asked first. Empty when unknown."""
    first_seen_at: datetime
    silent: bool = False
    """True: found in the first complete poll of a new source or by a backfill; alerts nobody."""
    title: str = ""
    published: Timestamp = NO_TIME
    """As the source gave it."""
    article_id: int | None = None
    """Set when this is a re-check."""
    validators: Mapping[str, Validators] = field(default_factory=dict, repr=False)
    """Of a re-check: what each address gave with the text that is stored; empty to ask for the whole page."""
    checks: int = 0
    """Of a re-check: how many found the article in its place before."""
    extraction: str = ""
    """Of a re-check: by which version the stored text was read."""
    headline: str = ""
    """Of a re-check: the headline that is stored; *title* is what the list said."""
    attempts: int = 0
