"""What holds the text of a page and stays, whatever it is called."""

from __future__ import annotations

from crawler.extract.blocks import Element
from crawler.extract.prose import PROSE, prose

_SHARE = 0.25
"""Share of the page's prose from which an element is never taken out."""
_ENOUGH = 400
"""Characters of prose: hidden prose beside as much in sight is a copy, and paragraphs of one name with less are no text."""
_LEFT, _LEAST_LEFT = 0.1, 150
"""Prose of the rest of the page, as a share of what has one name and in characters, below which that is the text."""
_NEVER_TEXT = frozenset({"comments", "consent", "related", "cards", "link-list"})
"""Furniture that on a page of few words holds more than these."""


class Holders:
    """The elements of a page that its text needs, asked while furniture is taken out of the tree."""

    def __init__(self, tree: Element) -> None:
        self._tree = tree
        self.total = prose(tree)
        """Characters of the page's prose."""
        self._named: dict[tuple[str, str], int] = {}
        """Prose by tag and class, as it was when the first of them was asked about."""

    def holds(self, element: Element, why: str) -> bool:
        """Tell whether *element*, which *why* calls furniture, is the text or a part of it.

        An element with a good part of the prose is; and so are paragraphs of one class beside which the page has next
        to none: some systems call each paragraph of the text ``ad-text`` or ``comment``.
        """
        if self.total == 0:
            return False
        held = prose(element)
        if held < PROSE or (why == "hidden" and self.total - held >= _ENOUGH):
            return False  # a page may hide its text until it is read, but not beside what it shows
        if len(element) and held >= self.total * _SHARE:
            return True
        return why not in _NEVER_TEXT and self._is_one_of_the_text(element)

    def _is_one_of_the_text(self, element: Element) -> bool:
        name = element.tag, element.get("class") or ""
        if not name[1]:
            return False
        if name not in self._named:
            alike = (each for each in self._tree.iter(name[0]) if each.get("class") == name[1])
            self._named[name] = sum(map(prose, alike))
        held = self._named[name]
        return held >= _ENOUGH and self.total - held < max(_LEAST_LEFT, _LEFT * held)
