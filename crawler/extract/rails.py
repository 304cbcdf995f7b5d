"""Rails: lists of links and rows of cards that lead to other pages, and the labels over them.

Known by what they are made of, since their names differ from site to site. An enumeration in a text is none: its
items are longer, or are no links.
"""

from __future__ import annotations

from crawler.extract.blocks import Element, Line

LABELLED = frozenset({"cards", "link-list", "related", "newsletter", "read-also"})
"""What is taken out together with the heading over it, which would stand over nothing."""
_LABEL = 80
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_MOST = 40
"""Items of a rail; more are a page of their own, or a table of data."""
_ITEM = 250
_CARD = 400
"""Characters of an item and of a card; longer ones are prose."""
_LEAST_LINKED, _LINKED = 0.35, 0.55
"""Share of each item, and of all items, that leads to other pages."""
_CARD_LINKED = 0.25
_CARDS = frozenset({"div", "article", "li", "section", "a"})


def rail_in(element: Element) -> str:
    """Return ``link-list`` or ``cards`` when *element* is nothing but a rail, else ''."""
    if element.tag in ("ul", "ol") and _is_link_list(element):
        return "link-list"
    return "cards" if element.tag in ("div", "section", "ul") and _is_card_row(element) else ""


def label_of(element: Element) -> Element | None:
    """Return the heading, or the short paragraph that ends in a colon, right before a rail; None without one."""
    before = element.getprevious()
    if before is None or not isinstance(before.tag, str) or (before.tail or "").strip():
        return None
    text = _text(before)
    is_label = before.tag in _HEADINGS or (
        before.tag in ("p", "div", "strong", "b") and text.endswith((":", "\uff1a", "\u3011"))
    )
    return before if is_label and 0 < len(text) <= _LABEL else None


def leads_away(link: Element) -> bool:
    """Return whether a link leads to another page."""
    href = (link.get("href") or "").strip()
    return bool(href) and not href.startswith(("#", "mailto:", "javascript:"))


def linked_share(line: Line) -> float:
    """Return the share of the characters of a line's element that leads to other pages."""
    linked = sum(len(_text(link)) for link in line.element.iter("a") if leads_away(link))
    return linked / max(len(line.text), len(_text(line.element))) if linked else 0.0


# --- lists ----------------------------------------------------------------------------------------


def _is_link_list(element: Element) -> bool:
    items = [item for item in element if item.tag == "li"]
    if not 2 <= len(items) <= _MOST:
        return False
    shares = [_linked_share(item) for item in items]
    return min(shares) >= _LEAST_LINKED and sum(shares) >= _LINKED * len(shares)


def _linked_share(item: Element) -> float:
    """Return the share of an item's text that leads to other pages; 0 for a long item, which is prose."""
    whole = len(_text(item))
    if not 0 < whole <= _ITEM:
        return 0.0
    return sum(len(_text(link)) for link in item.iter("a") if leads_away(link)) / whole


# --- cards ----------------------------------------------------------------------------------------


def _is_card_row(element: Element) -> bool:
    """Tell whether all children are cards of one make."""
    if not 2 <= len(element) <= _MOST:
        return False
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) < 2 or any(child.tag not in _CARDS for child in children):
        return False
    makes = {(child.tag, child.get("class")) for child in children}
    return len(makes) <= max(1, len(children) // 2) and all(map(_is_card, children))


def _is_card(child: Element) -> bool:
    """Tell whether a short element leads to another page by a headline or a picture."""
    length = 0
    for part in child.itertext():
        length += len(part.strip())
        if length > _CARD:
            return False
    links = [child] if child.tag == "a" else list(child.iter("a"))
    links = [link for link in links if leads_away(link)]
    if length < 15 or not links:
        return False
    has_headline = _has(child, *_HEADINGS)
    if sum(len(part.strip()) for link in links for part in link.itertext()) >= _CARD_LINKED * length:
        return has_headline or _has(child, "img", "picture")
    return has_headline and not all(_text(link) for link in links)  # a link without a text lies over the card


def _has(element: Element, *tags: str) -> bool:
    return next(element.iter(*tags), None) is not None


def _text(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())
