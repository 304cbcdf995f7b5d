"""Boxes between the paragraphs of a text that want something of the reader: a form, or a button that leads elsewhere."""

from __future__ import annotations

from crawler.extract.blocks import Element
from crawler.extract.prose import PROSE, own_text
from crawler.extract.rails import leads_away

FORMED = frozenset({"div", "section"})
_MOST, _MOST_ASKED = 1500, 600
"""Characters of a box with a form, and of one with a button; a longer one is a part of the page."""
_TYPED = frozenset({"text", "email", "tel"})
_BUTTONS = ("button", "btn")
_MORE = 4
"""Siblings on each side that are looked at."""
_HELD = ("blockquote", "table", "h1", "article")


def holds_form(element: Element) -> bool:
    """Tell whether *element* is a box with a form, or with a link that looks like a button, beside paragraphs of prose.

    A box among others of its make is none: posts of a live report have forms and buttons of their own.
    """
    has_form = any(
        field.get("type") in _TYPED for form in element.iter("form") for field in form.iter("input")
    )
    if not has_form and not any(map(_is_button, element.iter("a"))):
        return False
    return (
        _is_short(element, _MOST if has_form else _MOST_ASKED)
        and _stands_in_prose(element)
        and next(element.iter(*_HELD), None) is None
    )


def _is_button(link: Element) -> bool:
    """Tell whether a link leads elsewhere and it, or the element right around it, is called a button."""
    around = link.getparent()
    names = f"{link.get('class') or ''} {around.get('class') or '' if around is not None else ''}".lower()
    return any(name in names for name in _BUTTONS) and leads_away(link)


def _is_short(element: Element, most: int) -> bool:
    length = 0
    for text in element.itertext():
        length += len(text.strip())
        if length > most:
            return False
    return True


def _stands_in_prose(element: Element) -> bool:
    """Tell whether a paragraph of prose is a sibling near *element*, and no sibling is of its make."""
    near = [*_near(element, before=True), *_near(element, before=False)]
    make = element.tag, element.get("class")
    return any(each.tag == "p" and own_text(each) >= PROSE for each in near) and not any(
        (each.tag, each.get("class")) == make for each in near
    )


def _near(element: Element, *, before: bool) -> list[Element]:
    found = []
    for sibling in element.itersiblings(preceding=before):
        found.append(sibling)
        if len(found) == _MORE:
            break
    return found
