"""The places of a match in their context, marked.

Spans point into the original title and body, so texts are cut first and made inert piece by piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from crawler.alerts.plain import inert

CONTEXT = 150
"""Characters shown on either side of a match, as far as its paragraph goes."""

LONGEST = 520
"""Characters of one excerpt, however many matches lie close together."""

SNAP = 24
"""How far a cut is moved to fall between two words."""

_SENTENCE_END = re.compile(r"[.!?…؟۔।]\s|[。！？\n]")

Span = tuple[int, int]
Pieces = tuple["Piece", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that is marked or not; inert."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpts:
    """What is shown of a body."""

    shown: tuple[Pieces, ...]
    more: int = 0
    """Matches that lie in no excerpt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """A stretch of a text, and where the paragraph around it begins and ends (as far as was looked)."""

    low: int
    high: int
    first: int
    last: int


def field_spans(field: str, spans: Iterable[tuple[str, int, int]], length: int) -> list[Span]:
    """Return the spans of *field* in order, cut to the text's *length*, overlapping ones as one."""
    merged: list[Span] = []
    for start, end in sorted(
        (max(0, start), min(end, length)) for name, start, end in spans if name == field
    ):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def new_spans(body: str, spans: list[Span], before: str) -> list[Span]:
    """Return the spans in sentences that the text before an edit did not have."""
    return [span for span in spans if _sentence(body, span) not in before]


def marked_title(title: str, spans: list[Span], limit: int) -> Pieces:
    """Return the title as pieces; of one longer than *limit* characters the part with the first match."""
    if len(title) <= limit:
        return _pieces(title, 0, len(title), spans)
    low = spans[0][0] - limit // 2 if spans and spans[0][1] > limit else 0
    high = min(low + limit, len(title))
    return _cut(title, _Window(low=low, high=high, first=0, last=len(title)), spans)


def excerpts(body: str, spans: list[Span], limit: int) -> Excerpts:
    """Return up to *limit* excerpts around the matches, each within its paragraph; without a match in the
    body its opening."""
    if not spans:
        opening = _opening(body)
        return Excerpts(shown=(opening,) if opening else ())
    windows: list[_Window] = []
    for span in spans:
        window = _window(body, span)
        last = windows[-1] if windows else None
        if last and window.low <= last.high and window.high - last.low <= LONGEST:
            windows[-1] = replace(last, high=window.high, last=window.last)
        elif last and span[0] < last.high:
            continue
        elif len(windows) == limit:
            break
        else:
            windows.append(replace(window, low=max(window.low, last.high)) if last else window)
    told = sum(any(window.low <= start < window.high for window in windows) for start, _ in spans)
    shown = tuple(_cut(body, window, spans) for window in windows)
    return Excerpts(shown=shown, more=len(spans) - told)


def as_text(pieces: Pieces) -> str:
    """Return the pieces as plain text, marked ones between asterisks (mail programs show those bold)."""
    return "".join(f"*{piece.text.strip()}*" if piece.marked else piece.text for piece in pieces).strip()


def _sentence(body: str, span: Span) -> str:
    """Return the sentence around a span, at most a paragraph and the ``LONGEST`` characters on either side."""
    low, high = max(0, span[0] - LONGEST), min(len(body), span[1] + LONGEST)
    start = max((end.end() for end in _SENTENCE_END.finditer(body, low, span[0])), default=low)
    end = _SENTENCE_END.search(body, span[1], high)
    return body[start : end.start() if end else high].strip()


def _opening(body: str) -> Pieces:
    start = len(body) - len(body.lstrip())
    end = body.find("\n", start, start + 4 * CONTEXT)
    end = end if end >= 0 else min(len(body), start + 4 * CONTEXT)
    window = _Window(low=start, high=min(end, start + 2 * CONTEXT), first=start, last=end)
    return _cut(body, window, []) if start < end else ()


def _window(body: str, span: Span) -> _Window:
    """Return the surroundings of a match, as far as its paragraph goes."""
    start, end = span[0], min(span[1], span[0] + LONGEST - 2 * CONTEXT)
    first = body.rfind("\n", max(0, start - 2 * CONTEXT), start) + 1 or max(0, start - 2 * CONTEXT)
    last = body.find("\n", end, end + 2 * CONTEXT)
    last = last if last >= 0 else min(len(body), end + 2 * CONTEXT)
    return _Window(low=max(first, start - CONTEXT), high=min(last, end + CONTEXT), first=first, last=last)


def _cut(text: str, window: _Window, spans: list[Span]) -> Pieces:
    """Return the window's text as pieces, moved to word boundaries, with an ellipsis where it was cut."""
    low, high, first, last = window.low, window.high, window.first, window.last
    inside = [span for span in spans if span[0] < high and span[1] > low]
    if low > first:
        low = _snap_forward(text, low, min([low + SNAP, high, *(span[0] for span in inside)]))
    if high < last:
        high = _snap_back(text, high, max([high - SNAP, low, *(min(span[1], high) for span in inside)]))
    pieces = list(_pieces(text, low, high, spans))
    if low > first:
        pieces.insert(0, Piece(text="… "))
    if high < last:
        pieces.append(Piece(text=" …"))
    return tuple(pieces)


def _snap_forward(text: str, at: int, limit: int) -> int:
    space = text.find(" ", at, max(at, limit))
    at = space + 1 if space >= 0 else at
    while at < len(text) and unicodedata.combining(text[at]):
        at += 1
    return at


def _snap_back(text: str, at: int, limit: int) -> int:
    space = text.rfind(" ", min(at, limit), at)
    at = space if space >= 0 else at
    while 0 < at < len(text) and unicodedata.combining(text[at]):
        at -= 1
    return at


def _pieces(text: str, low: int, high: int, spans: list[Span]) -> Pieces:
    pieces: list[Piece] = []
    at = low
    for start, end in spans:
        start, end = max(start, low), min(end, high)
        if start >= end:
            continue
        pieces.append(Piece(text=inert(text[at:start])))
        pieces.append(Piece(text=inert(text[start:end]), marked=True))
        at = end
    pieces.append(Piece(text=inert(text[at:high])))
    return tuple(piece for piece in pieces if piece.text)
