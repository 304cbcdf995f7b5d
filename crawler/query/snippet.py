"""The matched place in a few words around it, for mail and terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters, marked or not. Plain text: whoever prints it escapes it."""

    text: str
    marked: bool = False


def snippet(text: str, spans: Iterable[tuple[int, int]], width: int = 240) -> tuple[Piece, ...]:
    """Return about *width* characters of *text* around the place with most *spans*, cut between words.

    *spans* are (start, end) in *text*, ascending. White space is one space. ``…`` stands where text
    was left out. Without spans it is the beginning of the text.
    """
    wanted = [(start, end) for start, end in spans if 0 <= start < end <= len(text)]
    begin, stop = _window(text, wanted, width)
    pieces = [Piece(ELLIPSIS)] if begin else []
    at = begin
    for start, end in wanted:
        start, end = max(start, at), min(end, stop)
        if start < end:
            pieces += [Piece(text[at:start]), Piece(text[start:end], marked=True)]
            at = end
    pieces.append(Piece(text[at:stop]))
    if stop < len(text):
        pieces.append(Piece(ELLIPSIS))
    return tuple(_tidy(pieces))


def _window(text: str, spans: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """Return start and end of the part to show."""
    if len(text) <= width:
        return 0, len(text)
    first, last = _densest(spans, width) if spans else (0, 0)
    room = max(0, width - (last - first))
    begin = max(0, first - room // 2) if spans else 0
    stop = min(len(text), max(begin + width, min(last, begin + 2 * width)))
    begin = max(0, min(begin, stop - width))
    return _word_start(text, begin, first), _word_end(text, stop, last)


def _densest(spans: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """Return start and end of the run of spans within *width* that has most of them, the earliest first."""
    best, run = spans[:1], 0
    for at, (_, end) in enumerate(spans):
        while run < at and end - spans[run][0] > width:
            run += 1
        if at + 1 - run > len(best):
            best = spans[run : at + 1]
    return best[0][0], best[-1][1]


def _word_start(text: str, begin: int, limit: int) -> int:
    """Return the next beginning of a word from *begin* on, if there is one before *limit*."""
    if begin == 0 or text[begin - 1].isspace():
        return begin
    for at in range(begin, min(limit, begin + 40)):
        if text[at].isspace():
            return at + 1
    return begin


def _word_end(text: str, stop: int, limit: int) -> int:
    """Return the last end of a word up to *stop*, if there is one after *limit*."""
    if stop == len(text) or text[stop].isspace():
        return stop
    for at in range(stop, max(limit, stop - 40), -1):
        if text[at - 1].isspace():
            return at - 1
    return stop


def _tidy(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Yield the pieces that are not empty, with each run of white space made one space."""
    for piece in pieces:
        words = " ".join(piece.text.split())
        before = " " if piece.text[:1].isspace() else ""
        after = " " if words and piece.text[-1:].isspace() else ""
        if before or words:
            yield Piece(f"{before}{words}{after}", piece.marked)
