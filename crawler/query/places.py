"""Where tokens stand in the original text, for marking what was found.

Folding alone is quick and forgets where it was; here it remembers, and is some ten times slower. So
only the parts of a text that hold a match are traced. Parts end after a space or a line end, over
which no folding reaches.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from .fold import MAX_TOKEN, PRINTED, TOKENS, Table, aligned, continues, fold_text, translated

_BLOCK, _PART = (re.compile(f"(?s).{{1,{size}}}[^ \n]*[ \n]*") for size in (1000, 80))
"""Blocks are folded, parts of them traced."""
_SHORT = 4_000
"""Characters of a block up to which its tokens are counted for each place that is asked for; one without spaces may be a
whole text, and is traced."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The tokens of a text with their places in the original."""

    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    """Offset of the first character of each token."""
    ends: tuple[int, ...]
    """Offset after its last character, vowel signs included."""


def fold(text: str) -> Folded:
    """Return the tokens of ``fold_text(text)`` with their places."""
    folded, starts, ends = _traced(text, TOKENS)
    words = list(re.finditer("[^ ]+", folded))
    return Folded(
        tokens=tuple(word.group()[:MAX_TOKEN] for word in words),
        starts=tuple(starts[word.start()] for word in words),
        ends=tuple(ends[word.end() - 1] for word in words),
    )


class _Parts:
    """A text folded in parts that end between tokens."""

    def __init__(self, text: str, cut: re.Pattern[str]) -> None:
        self._parts = [(part.start(), part.group()) for part in cut.finditer(text)]
        self.folded = [fold_text(part) for _, part in self._parts]
        self._firsts: list[int] = []
        """Number of the first token of each part, and how many there are."""

    def holding(self, token: int) -> tuple[int, str, int]:
        """Return offset and characters of the part that holds *token*, and the number of its first token."""
        if not self._firsts:
            counts = (part.count(" ") + 1 if part else 0 for part in self.folded)
            self._firsts = list(accumulate(counts, initial=0))
        at = bisect_right(self._firsts, token) - 1
        return *self._parts[at], self._firsts[at]


class TokenPlaces:
    """The tokens of a text, and the places of those that are asked for by their number: only parts with one are traced."""

    def __init__(self, text: str) -> None:
        self._blocks = _Parts(text, _BLOCK)
        self.tokens = " ".join(filter(None, self._blocks.folded))
        """``fold_text(text)``"""
        self._aligned: dict[int, str | None] = {}
        """Of the blocks asked for, by their offset: their tokens in place, None where they must be traced."""
        self._within: dict[int, _Parts] = {}
        self._traced: dict[int, Folded] = {}

    def span(self, first: int, length: int) -> tuple[int, int]:
        """Return start and end in the original of *length* tokens from token *first* on."""
        start, end = self._place(first)
        return start, end if length == 1 else self._place(first + length - 1)[1]

    def _place(self, token: int) -> tuple[int, int]:
        begin, block, before = self._blocks.holding(token)
        if begin not in self._aligned:
            self._aligned[begin] = aligned(block) if len(block) <= _SHORT else None
        in_place = self._aligned[begin]
        if in_place is None:
            return self._trace(begin, block, token - before)
        *_, rest = in_place.split(None, token - before)
        start = begin + len(block) - len(rest)
        return start, start + len(rest.split(None, 1)[0])

    def _trace(self, begin: int, block: str, token: int) -> tuple[int, int]:
        """Return the place of *token* of *block*, which begins at *begin*."""
        if begin not in self._within:
            self._within[begin] = _Parts(block, _PART)
        offset, part, first = self._within[begin].holding(token)
        begin, number = begin + offset, token - first
        if begin not in self._traced:
            self._traced[begin] = fold(part)
        traced = self._traced[begin]
        return begin + traced.starts[number], begin + traced.ends[number]


class PrintedPlaces:
    """The places in a text of the characters of ``fold_for_regex(text)``."""

    def __init__(self, text: str) -> None:
        _, self._starts, self._ends = _traced(text, PRINTED)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the original of characters *start* to *end*, not empty."""
        return self._starts[start], self._ends[end - 1]


def _traced(text: str, table: Table) -> tuple[str, list[int], list[int]]:
    """Return the folded text, and for each of its characters where it begins and ends in *text*."""
    if text.isascii():
        return text.translate(table), list(range(len(text))), list(range(1, len(text) + 1))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    begin, size = 0, len(text)
    while begin < size:
        end = begin + 1
        while end < size and text[end] >= "\u0300" and text[begin] not in " \n" and continues(text[end]):
            end += 1
        part = table[ord(text[begin])] if end == begin + 1 else translated(text[begin:end], table)
        parts.append(part)
        for _ in part:
            starts.append(begin)
            ends.append(end)
        begin = end
    return "".join(parts), starts, ends
