"""What the extractor took in before and behind the text: labels and boxes of another make than the text itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crawler.extract.blocks import Element, Line
from crawler.extract.homes import ENDS, Make, home, make, places
from crawler.extract.prose import PROSE
from crawler.extract.standfirst import is_named

_MOST = 0.2
"""Share of the text that may go."""
_BOX = 650
"""Characters of a box that may go; a longer one is a report of its own within the text."""
_LABEL = 60
"""Characters of a label; a longer line says something."""
_SEVERAL = 3
"""Short lines that make a home one of the text's."""
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3])[:.h][0-5]\d(?::[0-5]\d)?\s?(?:[ap]\.?m\.?|uhr|h|hrs?|[a-z]{3,4})?", re.IGNORECASE
)
_NO_PARAGRAPHS = frozenset({"div", "section", "header", "article", "h2", "h3", "h4", "h5", "h6"})
_KEPT = re.compile(r"correct|errat|rectif|clarif|korrek|corri", re.IGNORECASE)
"""Names of notes that belong to the text."""


def apart(lines: Sequence[str], page: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines at both ends that live in elements unlike any in which the text lives.

    A part of the text that stands apart has the same make as the others; a box with an offer, an author or a note has
    its own. Before the text only labels go: names, dates, sections; a standfirst is a sentence. *page* are the lines
    of the pruned page.
    """
    where = places(lines, page)
    elements = [page[number].element if number is not None else None for number in where]
    makes = [None if element is None else _make(element) for element in elements]
    weights = [len(line) for line in lines]
    end = _end(makes, weights)
    if sum(weights[end:]) > _MOST * sum(weights):
        end = len(lines)
    return _labels(lines[:end], elements, makes) | set(range(end, len(lines)))


def _labels(lines: Sequence[str], elements: Sequence[Element], makes: Sequence[Make | None]) -> set[int]:
    """Return the numbers of the short lines before the first paragraph that live apart from the text, and of the times
    over the posts of a live report. A time that is a paragraph is the text's own."""
    held: Counter[Make | None] = Counter()
    for line, each in zip(lines, makes, strict=False):
        held[each] += len(line) if len(line) >= PROSE else 0
    main = max(held, key=lambda each: held[each], default=None)
    found = {
        number
        for number, line in enumerate(lines)
        if _CLOCK.fullmatch(line) and elements[number] is not None and elements[number].tag in _NO_PARAGRAPHS
    }
    for number, line in enumerate(lines):
        if makes[number] == main or makes[number] is None:
            if len(line) >= PROSE:
                break
        elif len(line) < _LABEL and not line.endswith((*ENDS, "—", "–")) and not is_named(elements[number]):
            found.add(number)
    return found


def _make(element: Element) -> Make | None:
    """Return the make of the home, None for one whose lines are never doubted: a table, a correction."""
    around = home(element)
    if next(element.iterancestors("table"), None) is not None or _KEPT.search(around.get("class") or ""):
        return None
    return make(around)


def _end(makes: Sequence[Make | None], weights: Sequence[int]) -> int:
    """Return the number of lines up to the last run of lines whose make is one of the text's, or is unknown."""
    end, most = len(makes), _MOST * sum(weights)
    while end and makes[end - 1] is not None:
        start = end
        while start and makes[start - 1] == makes[end - 1]:
            start -= 1
        if sum(weights[start:end]) > min(most, _BOX) or _is_of_text(
            makes[end - 1], makes[:start], weights[:start]
        ):
            return end
        end = start
    return end


def _is_of_text(wanted: Make | None, makes: Sequence[Make | None], weights: Sequence[int]) -> bool:
    """Tell whether prose, or several short lines, of this make are among these lines."""
    held = [weight for each, weight in zip(makes, weights, strict=True) if each == wanted]
    return len(held) >= _SEVERAL or any(weight >= PROSE for weight in held)
