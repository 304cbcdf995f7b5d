"""From two texts of one article to what was changed between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from crawler.items.times import NO_TIME, Timestamp


class ChangeClass(StrEnum):
    """What an edit did. The order is that of weight: of several the first one leads."""

    MENDED = "mended"
    """No edit: a text that was in doubt, read soundly."""
    HEADLINE = "headline"
    QUOTATION_REMOVED = "quotation_removed"
    QUOTATION_ADDED = "quotation_added"
    NAMES = "names"
    """A name, or a place's, within a sentence that stayed."""
    NUMBERS = "numbers"
    """A figure, a date or a numeral within a sentence that stayed."""
    SUBSTANTIVE = "substantive"
    """Other words: sentences reworded, added within a paragraph or taken out of one, paragraphs replaced."""
    PARAGRAPH_REMOVED = "paragraph_removed"
    PARAGRAPH_ADDED = "paragraph_added"
    CORRECTION = "correction"
    """The page says that it was corrected. It leads only where nothing else was changed."""
    TYPO = "typo"
    MOVED = "moved"
    """Sentences in another order, otherwise the same."""
    BOILERPLATE = "boilerplate"
    """Counters, relative times, labels, or the byline alone: no reader would call it an edit of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says, as far as edits are looked for."""

    title: str
    body: str = field(repr=False)
    """One paragraph a line."""
    byline: tuple[str, ...] = ()
    language: str = ""
    """BCP 47 primary tag. Empty if unknown."""
    published: Timestamp = NO_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an edit did."""

    classes: tuple[ChangeClass, ...]
    """By weight, never empty."""
    words_added: int
    words_removed: int
    """Of the body; a word that only moved is neither."""
    kept: float
    """Share of the words of the old body that still stand, 0 to 1."""

    @property
    def leading(self) -> ChangeClass:
        """The class that tells most."""
        return self.classes[0]


Piece = tuple[str, str]
"""Sign and text: ``" "`` in both, ``"-"`` only in the old, ``"+"`` only in the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One paragraph of a diff."""

    sign: str
    """``" "`` the same in both, ``"~"`` changed within, ``"-"`` removed, ``"+"`` added, ``">"`` moved here."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDiff:
    """Two texts of one article beside each other, ready to be shown."""

    title: tuple[Piece, ...]
    byline: tuple[Piece, ...]
    published: tuple[Piece, ...]
    lines: tuple[DiffLine, ...] = field(repr=False)
    change: Change | None
    """None when the texts say the same."""
