"""The lines around the headline: where a page prints who wrote it and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.extract.blocks import Line
from crawler.extract.characters import folded

_BEFORE = 3
_AFTER = 25
_PROSE = 160
"""Characters from which a line is prose."""
_HEADINGS = ("h1", "h2", "h3")
_FOLDING = 12
"""Characters by which folding may change the length of a line."""
_TELLING = 20
"""Characters from which a part of a headline tells it from any other."""


def under_headline(lines: Sequence[Line], title: str) -> list[Line]:
    """Return the lines that follow the headline *title*, up to the second line of prose; none without a headline."""
    at = headline_at(lines, title)
    return [*_following(lines[at + 1 : at + 1 + _AFTER])] if at >= 0 else []


def over_headline(lines: Sequence[Line], title: str) -> list[Line]:
    """Return the three lines before the headline *title*."""
    at = headline_at(lines, title)
    return [*lines[max(0, at - _BEFORE) : at]] if at >= 0 else []


def headline_at(lines: Sequence[Line], title: str) -> int:
    """Return the number of the line that prints the headline *title*, a heading's before any other; -1 without one."""
    wanted = folded(title)
    lengths = range(len(wanted) - _FOLDING, len(wanted) + _FOLDING) if wanted else ()
    found = [n for n, line in enumerate(lines) if len(line.text) in lengths and folded(line.text) == wanted]
    headings = [number for number in found if lines[number].element.tag in _HEADINGS]
    at = next(iter(headings or found), -1)
    return at if at >= 0 or len(wanted) < _TELLING else _heading_with(lines, wanted)


def _heading_with(lines: Sequence[Line], wanted: str) -> int:
    """Return the number of the heading that holds the headline beside a kicker, or a part of it."""
    for number, line in enumerate(lines):
        if line.element.tag in _HEADINGS and len(line.text) >= _TELLING:
            text = folded(line.text)
            if wanted in text or text in wanted:
                return number
    return -1


def _following(lines: Sequence[Line]) -> Iterator[Line]:
    prose = 0
    for line in lines:
        prose += len(line.text) >= _PROSE
        if prose > 1:
            return
        yield line
