"""What the extractor took in behind the end of the text: boxes of another make than the text itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.blocks import Element, Line
from crawler.extract.homes import Make, home, make, places
from crawler.extract.prose import PROSE

_MOST = 0.2
"""Share of the text that may go."""
_BOX = 650
"""Characters of a box that may go; a longer one is a report of its own within the text."""
_SEVERAL = 3
"""Short lines that make a home one of the text's."""
_KEPT = re.compile(r"correct|errat|rectif|clarif|korrek|corri", re.IGNORECASE)
"""Names of notes that belong to the text."""


def within(lines: Sequence[str], page: Sequence[Line]) -> list[str]:
    """Return the lines without those at the end that live in elements unlike any in which the text before them lives.

    A part of the text that stands apart has the same make as the others; a box with an offer, an author or a note has
    its own. *page* are the lines of the pruned page.
    """
    where = places(lines, page)
    makes = [_make(page[number].element) if number is not None else None for number in where]
    weights = [len(line) for line in lines]
    end = _end(makes, weights)
    return list(lines if sum(weights[end:]) > _MOST * sum(weights) else lines[:end])


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
        if sum(weights[start:end]) > min(most, _BOX) or _is_of_text(makes[end - 1], makes[:start], weights[:start]):
            return end
        end = start
    return end


def _is_of_text(wanted: Make | None, makes: Sequence[Make | None], weights: Sequence[int]) -> bool:
    """Tell whether prose, or several short lines, of this make are among these lines."""
    held = [weight for each, weight in zip(makes, weights, strict=True) if each == wanted]
    return len(held) >= _SEVERAL or any(weight >= PROSE for weight in held)
