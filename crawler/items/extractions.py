"""From a kept page that is read again to what that means for the stored text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.items.pages import Article, CutLine, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText:
    """A stored text whose page is kept, ready to be read again."""

    revision_id: int
    article_id: int
    number: int
    """Number of the revision within its article."""
    page: Page = field(repr=False)
    """As it was received, with the link of its article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What a kept page gives when it is read now."""

    revision_id: int
    article_id: int
    number: int
    article: Article | None = field(default=None, repr=False)
    """Without the bytes of the page. None when the page gives no article."""
    reason: str = ""
    """Why there is none: a word of the ledger (list, paywall, extract_timeout ...), or PAGE_DAMAGED."""


class Fate(StrEnum):
    """What reading a kept page again comes to."""

    SAME = "same"
    """The same text; what else was read may differ."""
    GAINED = "gained"
    """Lines more, none less."""
    LOST = "lost"
    """Lines less, none more."""
    CHANGED = "changed"
    """Lines less and lines more."""
    WITHHELD = "withheld"
    """So much would be lost that the stored text stands until somebody says otherwise."""
    NO_ARTICLE = "no_article"
    """The page would be no article now: the stored text stands."""
    FAILED = "failed"
    """The page could not be read, or the result not be stored: the stored text stands."""


WRITTEN = frozenset({Fate.SAME, Fate.GAINED, Fate.LOST, Fate.CHANGED})
"""Fates of which something is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """Something beside the text that is read otherwise now."""

    name: str
    """title, byline, section, language, published, image_url or image_caption."""
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reextraction:
    """What one stored text became, or would become."""

    article_id: int
    number: int
    url: str
    """Citation of the article."""
    title: str
    """As stored before."""
    fate: Fate
    reason: str = ""
    """Of a text that stands: why."""
    capture_id: int | None = None
    """Of a text whose page gives none: the capture that is its page."""
    gained: tuple[str, ...] = field(default=(), repr=False)
    """Lines of the text that it did not have before, in order."""
    lost: tuple[str, ...] = field(default=(), repr=False)
    """Lines of the text that it has no more, in order."""
    lost_share: float = 0.0
    """Share of the words before that are no longer in the text, 0 to 1."""
    fields: tuple[FieldChange, ...] = ()
    matched: tuple[str, ...] = ()
    """Rules that hold now and did not before."""
    unmatched: tuple[str, ...] = ()
    """Rules on record as matching this text that hold no more."""
    alerts: int = 0
    """Outbox rows that come of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What a revision said before its page was read again."""

    number: int
    """1 for the first reading of the page."""
    extraction: str
    """Version of newshawk and of the outlet's rules that read it."""
    made_at: datetime
    replaced_at: datetime
    why: str
    """What had the page read again: reextract or recheck."""
    title: str
    body: str = field(repr=False)
    byline: tuple[str, ...] = ()
    word_count: int = 0
    method: str = ""
    cut: tuple[CutLine, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextWindow:
    """Which stored texts of an outlet are to be read again."""

    outlet_id: str
    version: str
    """Texts of this version are left out, unless *everything* is asked for."""
    since: datetime | None = None
    """Of articles first seen at or after this moment."""
    until: datetime | None = None
    """And before this one."""
    history: bool = False
    """True: superseded revisions too."""
    everything: bool = False
