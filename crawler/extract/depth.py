"""Markup that nests deeper than the parsers read, written anew so that they read all of it.

libxml2 gives up at 256 open elements and drops the rest of the page; trafilatura parses parts of it once more. Elements
that are never closed get there on real pages: one ``<font>`` a comment is enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crawler.extract.blocks import BLOCKS

DEEPEST = 200
"""Open elements that are left to a page: enough below libxml2's 256 for what the extractor wraps around them."""
_FORMATTING = frozenset(
    """
    abbr acronym b big cite code del dfn em font i ins kbd label mark nobr q s samp small span strike strong sub sup tt
    u var
    """.split()  # noqa: SIM905
)
_NESTED = 8
"""Open elements of formatting, and open links; more are ones that nobody closed."""
_VOID = frozenset(
    "area base basefont br col embed frame hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_PRIORITY = {
    "p": 10, "div": 150, "td": 160, "th": 160, "tr": 170, "thead": 180, "tbody": 180, "tfoot": 180, "table": 190,
    "head": 200, "body": 200, "html": 220,
}  # fmt: skip
"""libxml2's: an end tag closes no element of a higher one."""
_COMMON = 100
_ALIKE = frozenset({"li", "td", "th", "option"})
"""Elements that libxml2 ends where the next of their name begins."""
_PARAGRAPH = "<p>"
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/><]*)[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)


def flattened(markup: str, deepest: int = DEEPEST) -> str:
    """Return *markup* with at most *deepest* elements open at any place, all its text in it.

    A block that would lie deeper becomes a new paragraph, other elements vanish and their text stays; so do elements
    of formatting within more than a few others. Links stay at any depth, one within few others. With *deepest* 0 no
    element is left but paragraphs, links, void and raw ones. Linear in the length of *markup*.
    """
    return "".join(_Nesting(deepest).pieces(markup))


class _Nesting:
    """The elements that libxml2 would have open, as far as they are kept."""

    def __init__(self, deepest: int) -> None:
        self.deepest = deepest
        self.open: list[str] = []
        self.formatting = self.links = 0
        self.lost: Counter[str] = Counter()
        """By name: elements that are open in the page and were not kept."""

    def pieces(self, markup: str) -> Iterator[str]:
        """Yield the text and the tags that stay, in order; of empty paragraphs in a row the first."""
        at, last = 0, ""
        for found in _TOKEN.finditer(markup):
            if found.start() > at:
                last = markup[at : found.start()]
                yield last
            at = found.end()
            name = (found["name"] or "").lower()
            piece = found[0]
            if name and name not in _VOID:
                piece = self._end(name, piece) if found["end"] else self._start(name, piece)
            if piece and (piece, last) != (_PARAGRAPH, _PARAGRAPH):
                last = piece
                yield piece
        yield markup[at:]

    def _start(self, name: str, tag: str) -> str:
        if tag.endswith("/>"):
            return tag
        if name in BLOCKS and self.open and self.open[-1] == "p":
            self._pop()
        if name in _ALIKE and self.open and self.open[-1] == name:
            self._pop()
        before = self._end("a", "</a>") if name == "a" and self.links else ""
        if self._has_room(name):
            self.open.append(name)
            self.formatting += name in _FORMATTING
            self.links += name == "a"
            return before + tag
        self.lost[name] += 1
        return before + _instead(name)

    def _end(self, name: str, tag: str) -> str:
        """Return what stands for an end tag, with whatever libxml2 closes by it closed."""
        if self.lost[name]:
            self.lost[name] -= 1
            return _instead(name)
        priority = _PRIORITY.get(name, _COMMON)
        for at in range(len(self.open) - 1, -1, -1):
            if self.open[at] == name:
                while len(self.open) > at:
                    self._pop()
                return tag
            if _PRIORITY.get(self.open[at], _COMMON) > priority:
                break
        return tag if self.deepest else _instead(name)

    def _has_room(self, name: str) -> bool:
        if name == "a":
            return self.links < _NESTED
        is_sane = name not in _FORMATTING or self.formatting < _NESTED
        return is_sane and len(self.open) - self.links < self.deepest

    def _pop(self) -> None:
        name = self.open.pop()
        self.formatting -= name in _FORMATTING
        self.links -= name == "a"


def _instead(name: str) -> str:
    return _PARAGRAPH if name in BLOCKS else ""
