"""From an answered page to what the writer made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.items.discovery import Attempt, Link, LinkState
from crawler.items.learned import CarriedMatch
from crawler.items.outlets import Key
from crawler.items.times import NO_TIME, Timestamp

if TYPE_CHECKING:
    from crawler.items.extractions import Reread


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
    opinion: bool = False
    """True: a mirror was asked to compare its page with the stored one; it changes nothing of the article."""

    @property
    def content_type(self) -> str:
        """Return the Content-Type header as received; empty when there was none."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Untouched:
    """The page of a re-check that is as it was: its host said so (304), or sent the same bytes."""

    page: Page = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLine:
    """A line that was on the page, near or in the text, and is not in the body."""

    position: int
    """Number of the line among all lines of the page's text, from 0."""
    text: str
    rule: str
    """Id of the rule that cut it: an outlet's rule id, ``learned:<number>``, or ``extractor`` / ``prune:<why>``, or ``limit``: here
    a text that is too long ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What one page tells of how it was built and how well it was read: by many of them a redesign is seen."""

    words: int = 0
    """Of the cleaned text."""
    fields: tuple[str, ...] = ()
    """Those that the page itself gave, of ``title``, ``byline``, ``section``, ``date`` and ``image``."""
    method: str = ""
    """As in the draft."""
    ruled: bool | None = None
    """Whether the outlet's own page rules found the text; None where it has none for the page."""
    cut: float = 0.0
    """Share of the extracted text that line rules cut, 0 to 1."""
    template: bytes = field(default=b"", repr=False)
    """Sketch of the classes on the page (crawler/template.py)."""
    title_hash: int = 0
    """32 bits of the folded title; 0 without one."""
    edges: tuple[int, ...] = field(default=(), repr=False)
    """The same of the first and last lines of the text."""
    kind: str = ""
    """As in the draft: what the page is when it is no article."""


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
    """Which way gave the body: ``rule``, ``trafilatura``, ``jsonld``, ``state``, ``paragraphs``."""
    ruled: bool | None = None
    """Whether the outlet's own page rules found the text; None where it has none for the page."""
    template: bytes = field(default=b"", repr=False)
    """Sketch of the classes on the page (crawler/template.py)."""
    charset: str = ""
    """Python's name of the encoding in which the page was read."""
    charset_doubt: str = ""
    """Why that may be wrong: ``damaged``, ``guessed``, ``overruled`` or ``disputed``; empty when it is sure."""
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
    carried: tuple[CarriedMatch, ...] = ()
    """Standing queries that hold only with a line that a learned rule cuts."""
    method: str = ""
    charset: str = ""
    charset_doubt: str = ""
    kind: str = ""
    evidence: str = ""
    """These four as in the draft."""
    fingerprint: Fingerprint = Fingerprint(text_sha256="")
    extraction: str = ""
    """Version of newshawk and of the outlet's rules that read the page."""
    rereads: tuple[Reread, ...] = field(default=(), repr=False)
    """Of a re-check: what the kept pages of the article give by this version, where its stored texts were read by
    another."""
    signals: Signals | None = field(default=None, repr=False)
    """None where the page was not looked at for them: it then tells nothing of a redesign."""


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
    signals: Signals | None = field(default=None, repr=False)
    """Of a page that was read."""


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
