"""Where tokens stand in the original text, for marking what was found.

Where folding takes each character by itself and most of them keep their place, as in nearly all texts with spaces,
those that do not and the spaces that it drops are counted once. Elsewhere it must remember where it was, and is some
ten times slower: so only the parts of such a text that hold a match are traced. Parts end after a space or a line
end, over which no folding reaches.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from .fold import (
    MAX_TOKEN,
    PRINTED,
    TOKENS,
    Table,
    continues,
    fold_text,
    folded,
    joined,
    shortened,
    singly_folded,
    translated,
)

_BLOCK, _PART = (re.compile(f"(?s).{{1,{size}}}[^ \n]*[ \n]*") for size in (1000, 80))
"""Blocks are folded, parts of them traced."""
_RUN = re.compile("  +")
"""Spaces of which one stays."""
_GROWN = 1.1
"""Of a text that folds to this many times its length, most characters get spaces of their own: too many to count."""


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
    tokens, starts, ends = _traced(text, TOKENS)
    words = list(re.finditer("[^ ]+", tokens))
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


@dataclass(frozen=True, slots=True)
class _Shifts:
    """How much farther on another form of a text is."""

    places: list[int]
    """Offsets, ascending from 0."""
    by: list[int]
    """What holds from each of them to the next."""

    def __call__(self, offset: int) -> int:
        """Return the offset in the other form."""
        return offset + self.by[bisect_right(self.places, offset) - 1]


class TokenPlaces:
    """The tokens of a text, and the places in it of those that are asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        spaced = folded(text, TOKENS).rstrip(" ")
        self._spaced = spaced.lstrip(" ")
        self._lead = len(spaced) - len(self._spaced)
        self.tokens = shortened(_RUN.sub(" ", self._spaced)) if len(spaced) <= len(text) else joined(spaced)
        """``fold_text(text)``"""
        self._counted = (0, 0)
        self._within: dict[int, _Parts] = {}
        self._traced: dict[int, Folded] = {}

    def number(self, start: int) -> int:
        """Return the number, from 0, of the token that begins at offset *start* of ``tokens``."""
        counted, number = self._counted
        if start < counted:
            counted = number = 0
        self._counted = start, number + self.tokens.count(" ", counted, start)
        return self._counted[1]

    def spans(self, needle: str, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield start and end in the original of *needle*, tokens after a space and before one or the rest of a token, for
        all the *starts* that it has in ``tokens``, ascending."""
        width = len(needle.strip(" "))
        found = None if self._resized is None else self._in_spaced(needle, starts)
        if self._resized is None or found is None:
            yield from (self.span(start, width) for start in starts)
            return
        for start in found:
            end = start + width if needle.endswith(" ") else self._padded.index(" ", start + 1 + width) - 1
            yield self._resized(self._lead + start), self._resized(self._lead + end - 1) + 1

    def _in_spaced(self, needle: str, starts: Sequence[int]) -> list[int] | None:
        """Return where the needle that has *starts* in ``tokens`` stands in the folded text with all its spaces; None when it
        does not stand there as often: of a phrase more spaces may stand between two of its words."""
        found: list[int] = []
        at = -1
        for start in starts:
            at = self._padded.find(needle, max(at + 1, start))  # with more spaces nothing comes earlier
            if at < 0:
                return None
            found.append(at)
        return found

    def span(self, start: int, width: int) -> tuple[int, int]:
        """Return start and end in the original of the tokens that begin at offset *start* of ``tokens`` and have *width*
        characters there; of the last one only the beginning need be among them."""
        end = self.tokens.find(" ", start + width)
        last = (end if end >= 0 else len(self.tokens)) - 1
        if self._resized is not None and self._dropped is not None:
            return self._resized(self._dropped(start)), self._resized(self._dropped(last)) + 1
        first = self.number(start)
        begin, end = self._place(first)
        spaces = self.tokens.count(" ", start, last)
        return begin, self._place(first + spaces)[1] if spaces else end

    @cached_property
    def _padded(self) -> str:
        return f" {self._spaced} "

    @cached_property
    def _resized(self) -> _Shifts | None:
        """From offsets of the folded text with all its spaces to those of the original; None where too much moves."""
        is_grown = len(self._spaced) > _GROWN * len(self._text)
        resized = None if is_grown else singly_folded(self._text)
        return None if resized is None else _resizings(self._text, resized)

    @cached_property
    def _dropped(self) -> _Shifts | None:
        """From offsets of ``tokens`` to those of the folded text with all its spaces; None where a token was too long."""
        runs = [run.span() for run in _RUN.finditer(self._spaced)]
        by = list(accumulate([end - start - 1 for start, end in runs], initial=self._lead))
        ends = [end + self._lead - more for (_, end), more in zip(runs, by[1:], strict=True)]
        is_whole = len(self.tokens) + by[-1] == self._lead + len(self._spaced)
        return _Shifts([0, *ends], by) if is_whole else None

    @cached_property
    def _blocks(self) -> _Parts:
        return _Parts(self._text, _BLOCK)

    def _place(self, token: int) -> tuple[int, int]:
        begin, block, before = self._blocks.holding(token)
        if begin not in self._within:
            self._within[begin] = _Parts(block, _PART)
        offset, part, first = self._within[begin].holding(token - before)
        begin, number = begin + offset, token - before - first
        if begin not in self._traced:
            self._traced[begin] = fold(part)
        traced = self._traced[begin]
        return begin + traced.starts[number], begin + traced.ends[number]


def _resizings(text: str, resized: str) -> _Shifts:
    """Return the shifts from the folded *text* to *text*, of whose characters *resized* become none or several."""
    places, by = [0], [0]
    for each in re.finditer(f"[{re.escape(resized)}]", text) if resized else ():
        size = len(TOKENS[ord(each.group())])
        place = each.start() - by[-1]
        steps = [(place, 1)] if not size else [(place + further, -1) for further in range(1, size)]
        for at, more in steps:
            places.append(at)
            by.append(by[-1] + more)
    return _Shifts(places, by)


def occurrences(needle: str, text: str) -> Iterator[int]:
    """Yield the offsets at which *needle* begins in *text*, those too that overlap."""
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


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
