"""What the extractor left out of the text that it found: parts, subheads and paragraphs between those it kept."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.blocks import Element, Line
from crawler.extract.homes import ENDS, home, letters, make, places
from crawler.extract.prose import PROSE, own_text
from crawler.extract.rails import linked_share

_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_SHORTEST = 40
"""Characters of a paragraph that is taken back; shorter ones are labels as often."""
_DEEP, _WRAPPED = 4, 5
"""Elements between a subhead's block and the line under it, and around a quote."""
_MOST_LINKED = 0.5
"""Share of a line that may lead to other pages."""


def completed(lines: Sequence[str], page: Sequence[Line]) -> list[str]:
    """Return the lines with those of *page* (the pruned one) put in that stand among them and belong to them.

    Such a line lives where the text's own paragraphs live, or in an element of the same make, and before any other
    headline of the page. Nothing is taken out, and the order of what was there stays.
    """
    where = places(lines, page)
    kept = [(number, page[number]) for number in where if number is not None]
    long = [number for number, line in kept if len(line.text) >= PROSE]
    if len(long) < 2:
        return list(lines)
    homes = {home(page[number].element) for number in long}
    makes = {make(each) for each in homes if each.get("class")}
    text = letters(" ".join(lines))
    end = next(
        (number for number in range(long[-1] + 1, len(page)) if page[number].element.tag == "h1"), len(page)
    )
    missing = [
        number
        for number in range(long[0], end)
        if letters(page[number].text) not in text
        and (
            _belongs(page[number], homes, makes) or _is_over(page, number) or _is_quoted(page[number], homes)
        )
    ]
    return _merged(lines, where, page, _without_loose_headings(missing, [number for number, _ in kept], page))


def _belongs(line: Line, homes: set[Element], makes: set[tuple[str, str]]) -> bool:
    element = line.element
    around = home(element)
    if around not in homes and make(around) not in makes:
        return False
    if element.tag in _HEADINGS:
        return len(line.text) > 1 and linked_share(line) <= _MOST_LINKED
    if element.tag not in ("p", "li", "blockquote", "pre") and (
        element is not around or len(line.text) < PROSE
    ):
        return False
    if element is around and own_text(element) < _MOST_LINKED * len(line.text):
        return False
    is_sentence = len(line.text) >= PROSE or (len(line.text) >= _SHORTEST and line.text.endswith(ENDS))
    return is_sentence and (element is around or linked_share(line) <= _MOST_LINKED)


def _is_over(page: Sequence[Line], number: int) -> bool:
    """Tell whether a line is a subhead of the block that holds the next line: the post of a live report."""
    line = page[number]
    if line.element.tag not in _HEADINGS or number + 1 >= len(page) or linked_share(line) > _MOST_LINKED:
        return False
    around = home(line.element)
    return (
        around.tag not in ("body", "main", "html")
        and around in list(page[number + 1].element.iterancestors())[:_DEEP]
    )


def _is_quoted(line: Line, homes: set[Element]) -> bool:
    """Tell whether a line is of a quote or an embedded post that stands, however wrapped, among the paragraphs."""
    quote = next(
        (each for each in (line.element, *line.element.iterancestors()) if each.tag == "blockquote"), None
    )
    return quote is not None and any(each in homes for each in list(quote.iterancestors())[:_WRAPPED])


def _without_loose_headings(missing: list[int], kept: list[int], page: Sequence[Line]) -> list[int]:
    """Leave out subheads over nothing: the next line of the page must be text too."""
    text = {*missing, *kept}
    wanted: list[int] = []
    for number in reversed(missing):
        if page[number].element.tag in _HEADINGS and number + 1 not in text:
            text.discard(number)
        else:
            wanted.append(number)
    return wanted[::-1]


def _merged(
    lines: Sequence[str], where: Sequence[int | None], page: Sequence[Line], missing: Sequence[int]
) -> list[str]:
    """Return the lines with the missing ones each before the first line that stands behind it on the page."""
    waiting = list(missing)
    merged: list[str] = []
    for text, place in zip(lines, where, strict=True):
        while place is not None and waiting and waiting[0] < place:
            merged.append(page[waiting.pop(0)].text)
        merged.append(text)
    return [*merged, *(page[number].text for number in waiting)]
