"""Boxes between the paragraphs of a text that want something of the reader: a form, or a button that leads elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath

from crawler.extract.blocks import Element
from crawler.extract.prose import PROSE, own_text
from crawler.extract.rails import leads_away

_BOXES = frozenset({"div", "section"})
_FORM, _BUTTON = 1500, 600
"""Characters of a box with a form, and of one with a button; a longer one is a part of the page."""
_forms = XPath("//form[.//input[@type='text' or @type='email' or @type='tel']]")
_buttons = XPath(
    "//a[@href][contains(@class, 'button') or contains(@class, 'btn')"
    " or contains(../@class, 'button') or contains(../@class, 'btn')]"
)
_MOST = 100
"""Forms and buttons of a page that are looked at."""
_AROUND = 5
"""Elements around a form or a button that may be the box."""
_NEAR = 4
"""Siblings on each side of a box that are looked at."""
_HELD = ("blockquote", "table", "h1", "article")


def form_boxes(tree: Element) -> set[Element]:
    """Return the boxes with a form, or with a link that looks like a button, that stand beside paragraphs of prose.

    A box among others of its make is none: posts of a live report have forms and buttons of their own.
    """
    found: set[Element] = set()
    seen: set[Element] = set()
    for form in _forms(tree)[:_MOST]:
        found.update(_around(form, _FORM, seen))
    for button in filter(leads_away, _buttons(tree)[:_MOST]):
        found.update(_around(button, _BUTTON, seen))
    return found


def _around(element: Element, most: int, seen: set[Element]) -> Iterator[Element]:
    """Yield the boxes around *element*, those left out that were *seen* around another one."""
    for box in islice(element.iterancestors(), _AROUND):
        if box in seen:
            return
        seen.add(box)
        if (
            box.tag in _BOXES
            and _stands_in_prose(box)
            and _is_short(box, most)
            and next(box.iter(*_HELD), None) is None
        ):
            yield box


def _is_short(element: Element, most: int) -> bool:
    length = 0
    for text in element.itertext():
        length += len(text.strip())
        if length > most:
            return False
    return True


def _stands_in_prose(element: Element) -> bool:
    """Tell whether a paragraph of prose is a sibling near *element*, and no sibling is of its make."""
    near = [
        each for before in (True, False) for each in islice(element.itersiblings(preceding=before), _NEAR)
    ]
    make = element.tag, element.get("class")
    return any(each.tag == "p" and own_text(each) >= PROSE for each in near) and not any(
        (each.tag, each.get("class")) == make for each in near
    )
