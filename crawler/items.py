"""The types that travel: one frozen dataclass a stage, so that a reader sees which stage knows what.

Outlet            what is watched (a declaration)
Source            one address polled for links: a feed, a sitemap, a section page
FeedEntry         one link as a source gave it
Listing           all links of one document
PlannedPoll       a source that is to be asked now
Discovery         all links of one response, with its validators
Gap               a time in which links of a source may have been missed
Walk              what one document of an archive named, and where its archive goes on
Link              a row of the ledger, as the spiders see it
Page              one answer to a request for a link, or the reason there is none
Draft, Extracted  what the parser made of a page
Article           a cleaned, fingerprinted text, ready for the writer
Refusal           a page that does not become an article, and why
Verdict, Outcome  what the writer made of it
Recipient, Rule, Match, Alert    who is told what
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

# --- time -----------------------------------------------------------------------------------------


class Precision(StrEnum):
    """How exactly a source gave a time."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    """Midnight UTC of the printed date: a name for the day, not an instant."""
    NONE = "none"


class TimeSource(StrEnum):
    """Where a publication time was read."""

    FEED = "feed"
    PAGE = "page"
    ADDRESS = "address"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """A publication time with its evidence."""

    at: datetime | None = None
    """Aware UTC. None if nothing was given or readable."""
    precision: Precision = Precision.NONE
    source: TimeSource = TimeSource.NONE
    local: str | None = None
    """The printed time with its offset (``2023-04-18T14:05:00+03:30``); the bare date at precision
    day; None at precision none."""
    raw: str | None = None
    """The characters as the site gave them."""


NO_TIME = Timestamp()

# --- outlets --------------------------------------------------------------------------------------


class SourceKind(StrEnum):
    """The kinds of address that are polled for links."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One address polled for links. It is tried at each host of the outlet if its own host is one
    of them, else at its own host only."""

    kind: SourceKind
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdPattern:
    """A regular expression whose group 1 identifies an article in path and query, case ignored."""

    pattern: str
    kind: str = "id"
    valid_until: date | None = None
    """Last day on which addresses of this form were published. None while in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChromeRule:
    """One line of an outlet's boilerplate, anchored to its place in the text."""

    id: str
    """Unique in the outlet, kept with each cut line: ``share``, ``mirror-notice``."""
    place: Literal["head", "tail", "line"]
    """head: only in the run of cut lines that opens the text; tail: only in the run that closes
    it; line: a whole line anywhere (for strings no prose line can equal)."""
    text: str = ""
    """The whole line, white space collapsed, case and typographic quotes ignored. Or:"""
    pattern: str = ""
    """A regular expression that must match the whole collapsed line."""
    to_end: bool = False
    """With place tail: the line and all that follow it go, each recorded."""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRule:
    """Where an outlet keeps the parts of its pages: CSS selectors, tried in order. All optional."""

    valid_until: date | None = None
    """Last publication day of this layout. None for the present one."""
    body: tuple[str, ...] = ()
    """Elements whose paragraphs are the text."""
    remove: tuple[str, ...] = ()
    """Elements that are dropped before extraction; their lines are kept as cut lines."""
    title: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    """Breadcrumb or section name; of a breadcrumb the last part counts."""
    published: tuple[str, ...] = ()
    """Element text, or the content attribute of a meta element."""
    byline: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One watched publication: a declaration, checked by config."""

    id: str
    name: str
    hosts: tuple[str, ...]
    """In order of preference; all serve this outlet. A host may carry a port (``127.0.0.1:8001``)."""
    aliases: tuple[str, ...] = ()
    """Recognised as ours in links, never asked."""
    formerly: tuple[str, ...] = ()
    canonical_host: str = ""
    """The host of citations; by default the first of hosts."""
    timezone: str = "UTC"
    """IANA name: of times that pages give without a zone."""
    sources: tuple[Source, ...] = ()
    article_id: tuple[IdPattern, ...] = ()
    languages: tuple[str, ...] = ()
    country: str = ""
    every: timedelta = timedelta(minutes=15)
    cron: str = ""
    """Five fields, UTC, names of days; empty when *every* counts."""
    fixed: bool = False
    """True: the interval is not adapted."""
    proxy: str = ""
    chrome: tuple[ChromeRule, ...] = field(default=(), repr=False)
    pages: tuple[PageRule, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What identifies an article within its outlet."""

    kind: str
    """``id`` (or the pattern's own kind) or ``path``."""
    value: str


# --- discovery ------------------------------------------------------------------------------------


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
    attempts: int = 0


# --- pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer to a request for a link, or the reason there is none."""

    link: Link
    at: datetime
    url: str
    """The address that gave the body, after redirects."""
    requested_url: str
    host: str
    status: int | None
    """None when no host answered."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """As received, before any decoding; latin-1."""
    body: bytes = field(default=b"", repr=False)
    """After content decoding."""
    raw_sha256: str = ""
    """Hash of the body as received."""
    raw_size: int = 0
    attempts: tuple[Attempt, ...] = field(default=(), repr=False)
    reason: str = ""
    """Empty for a usable answer, else the word of the ledger."""
    permanent: bool = False
    """With a reason: True when a later try cannot help (404 everywhere, a foreign redirect)."""
    skipped: bool = False
    """With a reason: True when it was refused on purpose (foreign, robots, scheme), not failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLine:
    """A line that was on the page, near or in the text, and is not in the body."""

    position: int
    """Number of the line among all lines of the page's text, from 0."""
    text: str
    rule: str
    """Id of the rule that cut it: an outlet's rule id, or ``extractor`` / ``prune:<why>``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the parser made of a page: everything a page can tell, nothing an outlet's rules say
    about lines yet."""

    title: str
    lines: tuple[str, ...] = field(repr=False)
    """Paragraphs in order, white space collapsed."""
    byline: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    """BCP 47 primary tag. Empty if unknown."""
    published: Timestamp = NO_TIME
    image_url: str = ""
    image_caption: str = ""
    canonical_url: str = ""
    """rel=canonical, absolute. Evidence, not identity."""
    og_url: str = ""
    amp_of: str = ""
    """The canonical address when the page says it is an AMP or mobile form."""
    cut: tuple[CutLine, ...] = field(default=(), repr=False)
    page_lines: tuple[str, ...] = field(default=(), repr=False)
    """All text lines of the page in order: where anchored rules look for lines that the extractor
    had already dropped."""
    method: str = ""
    """Which way gave the body: ``rule``, ``trafilatura``, ``jsonld``, ``paragraphs``."""
    charset: str = ""
    replaced: float = 0.0
    """Share of characters that could not be decoded (U+FFFD)."""
    kind: str = ""
    """What the page is when the parser saw that it is no article: ``list``, ``consent``, ``login``,
    ``javascript``, ``challenge``, ``paywall``, ``empty``. Empty for an article."""
    evidence: str = ""
    """With a kind: what it was known by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A page with what the parser made of it."""

    page: Page = field(repr=False)
    draft: Draft = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What makes copies of a text meet."""

    text_sha256: str
    """Of the folded title and body: equal when nothing a reader would notice changed."""
    bands: tuple[int, ...] = field(default=(), repr=False)
    """LSH band hashes (63 bit). Empty for a text too short to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned, fingerprinted text, ready for the writer."""

    page: Page = field(repr=False)
    address: str
    """Canonical address on the outlet's canonical host."""
    key: Key
    title: str
    body: str = field(repr=False)
    """One paragraph a line."""
    byline: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    published: Timestamp = NO_TIME
    image_url: str = ""
    image_caption: str = ""
    word_count: int = 0
    sightings: tuple[tuple[str, str], ...] = ()
    """(address, how): rel=canonical and og:url, ``canonical`` / ``og``."""
    cut: tuple[CutLine, ...] = field(default=(), repr=False)
    method: str = ""
    kind: str = ""
    evidence: str = ""
    """Both as in the draft."""
    fingerprint: Fingerprint = Fingerprint(text_sha256="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A page that does not become an article: a failure or a skip, and why."""

    page: Page = field(repr=False)
    state: LinkState
    """failed or skipped (duplicate and unchanged are the writer's)."""
    reason: str
    retry: bool = False
    """True when a later run should ask again."""
    evidence: str = ""
    """Of a reason that is the kind of the page, seen only when it was read: what it was known by."""


class Verdict(StrEnum):
    """What the writer made of an article."""

    NEW = "new"
    REVISION = "revision"
    DUPLICATE = "duplicate"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The state a link ended in, as the run counts it."""

    link_id: int
    state: LinkState
    reason: str = ""
    article_id: int | None = None
    revision: int | None = None
    story_id: int | None = None
    alerts: int = 0
    """Outbox rows written with it."""


# --- alerts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who gets mail. The addresses stay in the config; the store knows only the id."""

    id: str
    emails: tuple[str, ...]
    timezone: str = "UTC"
    quiet: str = ""
    """``22:00-07:00`` in the recipient's zone; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A standing query."""

    id: str
    query: str
    to: tuple[str, ...]
    cadence: str = "immediate"
    """immediate, hourly, ``daily HH:MM`` or ``mon HH:MM``, in the reader's zone."""
    severity: Literal["normal", "high"] = "normal"
    on: tuple[str, ...] = ("match", "edit")
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    """Outlet ids the rule is limited to; empty for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a query sees of one revision of an article."""

    title: str
    body: str = field(repr=False)
    byline: str = ""
    section: str = ""
    outlet: str = ""
    language: str = ""
    date: datetime | None = None
    """published_at, else first_seen_at: what since: and until: compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that holds for a document, with the places that made it hold."""

    rule_id: str
    spans: tuple[tuple[str, int, int], ...] = ()
    """(field, start, end) in the original text; field is title, body, byline or section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article of another outlet in the same story."""

    outlet_name: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One row of the outbox with what a mail needs; no address, no rendered text."""

    id: int
    rule_id: str
    recipient_id: str
    story_id: int
    article_id: int
    revision: int
    outlet_id: str
    outlet_name: str
    title: str
    body: str = field(repr=False)
    url: str
    """Canonical address: the citation."""
    fetched_url: str
    """The address that served it; its host is shown."""
    byline: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    published: Timestamp = NO_TIME
    first_seen_at: datetime
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    spans: tuple[tuple[str, int, int], ...] = ()
    edited_at: datetime | None = None
    """When this text of an edited article was first seen; None for the first text."""
    headline_before: str = ""
    """The headline before the edit, where the edit changed it."""
    body_before: str = field(default="", repr=False)
    """The text before the edit."""
    copies: tuple[Copy, ...] = ()
    """Articles of other outlets in the same story, the first of each outlet."""
    digest: bool = False
    """True when it goes into a digest (cadence, quiet hours, backlog)."""
    message_id: str = ""
    """Message-ID under which it may already have left (outcome unknown, or a crash between sending
    and marking): the same alerts are sent again as the same mail. Empty if it surely did not."""
