"""Lines between the paragraphs of a text that lead elsewhere, that quote it, or that list its keywords."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extract.blocks import Element, Line
from crawler.extract.characters import folded
from crawler.extract.homes import letters, places
from crawler.extract.rails import leads_away, linked_share

_LINKED = 0.85
"""Share of a line that is link from which it is nothing else."""
_SHORTEST = 15
_RARE = 0.2
"""Share of the lines up to which such lines are strangers; a list of products is made of them."""
_QUOTES = frozenset({"blockquote", "aside", "figure", "q"})
_QUOTED = 40
"""Characters of a quote that must stand in the text a second time."""


def link_lines(lines: Sequence[str], page: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that are one link to another page each, when the text has few of them."""
    where = places(lines, page)
    found = {
        number
        for number, (line, place) in enumerate(zip(lines, where, strict=True))
        if place is not None and len(line) >= _SHORTEST and _is_link(page[place])
    }
    return found if len(found) <= _RARE * len(lines) else set()


def _is_link(line: Line) -> bool:
    if line.element.tag != "p" or line.text.startswith("http"):
        return False
    around = next(line.element.iterancestors("a"), None)
    return linked_share(line) >= _LINKED or (around is not None and leads_away(around))


def repeats(lines: Sequence[str], page: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines in a quote's element that stand in another line too."""
    where = places(lines, page)
    said = [letters(line) for line in lines]
    whole = "\n".join(said)
    return {
        number
        for number, place in enumerate(where)
        if place is not None
        and len(lines[number]) >= _QUOTED
        and _is_quote(page[place].element)
        and whole.count(said[number]) > 1
    }


def _is_quote(element: Element) -> bool:
    around = [element, *element.iterancestors()][:4]
    return any(each.tag in _QUOTES for each in around)


def keyword_lines(lines: Sequence[str], stated: Iterable[str]) -> set[int]:
    """Return the numbers of the lines that list three or more of the page's *stated* keywords, and nothing else."""
    known = {folded(word) for text in stated for word in _COMMA.split(text)}
    if len(known) < _FEWEST:
        return set()
    return {
        number
        for number, line in enumerate(lines)
        if len(_COMMA.findall(line)) >= _FEWEST - 1
        and len(words := [word for word in _COMMA.split(folded(line)) if word]) >= _FEWEST
        and known.issuperset(words)
    }


_COMMA = re.compile(r"\s*[,;\uff0c\u3001]\s*")
_FEWEST = 3
