"""Where tokens stand in the original text, for marking what was found.

Folding alone is quick and forgets where it was; here it remembers, and is some ten times slower. So
only the parts of a text that hold a match are traced. Parts end after a space or a line end, over
which no folding reaches.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from .fold import MAX_TOKEN, PRINTED, TOKENS, Table, fold_text, translated

_PART = re.compile("(?s).{1,80}[^ \n]*[ \n]*")
_VOWEL_JAMO, _FINAL_JAMO = ("\u1161", "\u1175"), ("\u11a8", "\u11c2")


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


class TokenPlaces:
    """The places of one text's tokens by their number; traces only the parts asked for."""

    def __init__(self, text: str) -> None:
        self._rest = _PART.finditer(text)
        self._parts: list[tuple[int, str]] = []
        """Offset and characters of the parts read so far."""
        self._firsts: list[int] = []
        """Number of the first token of each."""
        self._count = 0
        """Tokens of all parts read so far."""
        self._traced: dict[int, Folded] = {}

    def span(self, first: int, length: int) -> tuple[int, int]:
        """Return start and end in the original of *length* tokens from token *first* on."""
        return self._place(first)[0], self._place(first + length - 1)[1]

    def _place(self, token: int) -> tuple[int, int]:
        while self._count <= token:
            self._read_on()
        at = bisect_right(self._firsts, token) - 1
        begin, part = self._parts[at]
        if at not in self._traced:
            self._traced[at] = fold(part)
        traced, number = self._traced[at], token - self._firsts[at]
        return begin + traced.starts[number], begin + traced.ends[number]

    def _read_on(self) -> None:
        part = next(self._rest)
        self._parts.append((part.start(), part.group()))
        self._firsts.append(self._count)
        folded = fold_text(part.group())
        self._count += folded.count(" ") + 1 if folded else 0


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
        while end < size and text[end] >= "\u0300" and text[begin] not in " \n" and _continues(text[end]):
            end += 1
        part = table[ord(text[begin])] if end == begin + 1 else translated(text[begin:end], table)
        parts.append(part)
        for _ in part:
            starts.append(begin)
            ends.append(end)
        begin = end
    return "".join(parts), starts, ends


def _continues(character: str) -> bool:
    """True when normalization may join *character* to the one before it: both fold as one piece."""
    first = unicodedata.normalize("NFKC", character)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or unicodedata.combining(first) != 0
        or _VOWEL_JAMO[0] <= first <= _VOWEL_JAMO[1]
        or _FINAL_JAMO[0] <= first <= _FINAL_JAMO[1]
    )
