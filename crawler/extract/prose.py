"""How much running text an element holds."""

from __future__ import annotations

from crawler.extract.blocks import Element

PROSE = 80
"""Characters outside links from which a paragraph counts as prose."""
_INLINE = frozenset(
    ["b", "strong", "i", "em", "u", "mark", "sub", "sup", "q", "cite", "abbr", "font", "small"]
)


def prose(element: Element) -> int:
    """Return the number of characters of running text in *element*: in paragraphs, outside links."""
    total = 0
    for paragraph in element.iter("p", "div", "td", "blockquote", "li", "section", "article", "span"):
        length = own_text(paragraph)
        if length >= PROSE:
            total += length
    return total


def own_text(element: Element) -> int:
    """Return the characters of *element*'s own text and of its inline children that are no links."""
    length = len((element.text or "").strip())
    for child in element:
        length += len((child.tail or "").strip())
        if child.tag in _INLINE:
            length += len((child.text or "").strip())
    return length
