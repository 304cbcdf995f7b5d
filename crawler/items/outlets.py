"""What is watched: outlets, their sources, and the rules for their pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal


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
    automatic: bool = False
    """Learned and applied without anybody's word: it takes no prose with it, and no line that carries a match."""


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
    recheck_budget: int = 0
    """Requests a day for re-checks; 0: in proportion to its new articles."""
    proxy: str = ""
    chrome: tuple[ChromeRule, ...] = field(default=(), repr=False)
    pages: tuple[PageRule, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What identifies an article within its outlet."""

    kind: str
    """``id`` (or the pattern's own kind) or ``path``."""
    value: str
