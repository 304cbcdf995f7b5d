"""Where the lines of a text stand on the page, and the element each paragraph lives in.

The extractor gives lines, not elements. A line is found again among the page's by its letters, and its *home* is the
element around its paragraph, list, quote or table. Paragraphs of one text share few homes, or homes of one make.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.blocks import Element, Line

_PARTS = frozenset(
    [
        "p", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "tbody", "thead", "tr", "td", "th",
        "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "caption", "hgroup", "address", "center",
    ]
)  # fmt: skip
"""Elements that are parts of a text; what is around them is the home."""
ENDS = tuple('.!?…:;"”»’)。！？」।؟۔')
"""What a sentence ends in."""
_DIGITS = re.compile(r"\d+")

Make = tuple[str, str]
"""Tag and class of a home, numbers in it left out: alike for all parts of one text."""


def squeezed(text: str) -> str:
    """Return *text* without white space."""
    return "".join(text.split())


def letters(text: str) -> str:
    """Return the letters and digits of *text*, without case: what stays the same when a sentence is quoted."""
    return "".join(filter(str.isalnum, text)).casefold()


def places(lines: Sequence[str], page: Sequence[Line]) -> list[int | None]:
    """Return for each line of the text its number among the page's lines, None for one that the page parts otherwise.

    Of several that are alike the first behind the line before counts.
    """
    numbers: dict[str, list[int]] = {}
    for number, line in enumerate(page):
        numbers.setdefault(squeezed(line.text), []).append(number)
    found: list[int | None] = []
    last = -1
    for text in lines:
        known = numbers.get(squeezed(text), [])
        place = next((number for number in known if number > last), known[0] if known else None)
        if place is not None:
            last = place
        found.append(place)
    return found


def home(element: Element) -> Element:
    """Return the element around the paragraph, list, quote or table that *element* is or is part of."""
    while element.tag in _PARTS and element.getparent() is not None:
        element = element.getparent()
    return element


def make(element: Element) -> Make:
    """Return what *element* has in common with others of its kind."""
    return str(element.tag), _DIGITS.sub("", element.get("class") or "").strip()
