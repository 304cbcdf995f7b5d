"""An outlet's own rules for its pages: CSS selectors, dated, tried in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from lxml.cssselect import CSSSelector

from crawler.extract.blocks import Element, Line, lines_of, text_of
from crawler.extract.prose import prose
from crawler.items import PageRule

_INNER_SHARE = 0.7
"""A nested hit replaces the outer one when it holds this share of its prose."""


def rules_for(rules: Iterable[PageRule], day: date | None) -> list[PageRule]:
    """Return the rules that may hold for a page published on *day*, the oldest layout first.

    An old article is served in its own layout or in the present one, so both are tried. Without a day
    all are.
    """
    fitting = [rule for rule in rules if day is None or rule.valid_until is None or day <= rule.valid_until]
    return sorted(fitting, key=lambda rule: rule.valid_until or date.max)


@lru_cache(maxsize=512)
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


def select(tree: Element, css: str) -> list[Element]:
    """Return the elements that *css* selects, in document order."""
    found: Any = _selector(css)(tree)
    return list(found)


def texts(tree: Element, selectors: Iterable[str]) -> Iterator[str]:
    """Yield the texts of what the selectors hit, in their order: of a meta element its content."""
    for css in selectors:
        for element in select(tree, css):
            text = element.get("content") or element.get("datetime") or text_of(element)
            if text.strip():
                yield text


def body_elements(tree: Element, selectors: Iterable[str]) -> list[Element]:
    """Return the elements that hold the text by the first selector that hits prose, or [].

    Of nested hits the innermost that still holds nearly all counts; of several the one with most text,
    with its siblings of the same class (a text in parts).
    """
    for css in selectors:
        hits = [element for element in select(tree, css) if text_of(element)]
        if hits:
            main = max(hits, key=_weight)
            inner = _innermost(main, hits)
            return _parts(inner, hits)
    return []


def _weight(element: Element) -> int:
    return prose(element) or len(text_of(element)) // 4


def _innermost(main: Element, hits: list[Element]) -> Element:
    least = _weight(main) * _INNER_SHARE
    for element in hits:  # document order: outer before inner
        if main in element.iterancestors() and _weight(element) >= least:
            main = element
    return main


def _parts(main: Element, hits: list[Element]) -> list[Element]:
    parent, label = main.getparent(), main.get("class")
    return [hit for hit in hits if hit is main or (hit.getparent() is parent and hit.get("class") == label)]


_ASIDE = frozenset({"figure", "figcaption", "aside", "nav", "footer", "form", "h1", "button"})


def body_lines(elements: Iterable[Element]) -> list[Line]:
    """Return the lines of the elements; captions, asides and forms are no text of the article."""
    return [line for element in elements for line in lines_of(element, skip=_is_aside)]


def _is_aside(element: Element) -> bool:
    return element.tag in _ASIDE or "caption" in (element.get("class") or "").lower()
