"""Other articles on the page of an article: the next one, loaded below it, or a list of posts around it."""

from __future__ import annotations

from crawler.extract.blocks import Element
from crawler.extract.prose import prose
from crawler.extract.rails import leads_away

_ENOUGH = 400
"""Characters of prose in the article with the headline, from which the others are known to be others."""
_KICKERS = 1
"""Headings that may stand before the one with the link."""


def other_articles(tree: Element) -> list[Element]:
    """Return the ``article`` elements that are not the page's own: each has a heading and prose of its own, and a
    nested one a heading that leads elsewhere before its prose. Empty when it is not clear which one is the page's.

    A nested one that holds the prose of the page is its text: some systems put an ``article`` around the body within
    the one around headline and body.
    """
    articles = list(tree.iter("article"))
    if len(articles) < 2:
        return []
    own = _own(tree, articles)
    if prose(own) < _ENOUGH:
        return []
    around = set(own.iterancestors("article"))
    others = [each for each in articles if each is not own and each not in around and _is_other(each, own)]
    nested = [each for each in others if own in each.iterancestors("article")]
    outer = (each for each in nested if not any(other in nested for other in each.iterancestors("article")))
    if prose(own) - sum(map(prose, outer)) < _ENOUGH:
        return [each for each in others if each not in nested]
    return others


def _own(tree: Element, articles: list[Element]) -> Element:
    """Return the article around the first h1, else the one with most prose."""
    first = next(tree.iter("h1"), None)
    around = next(first.iterancestors("article"), None) if first is not None else None
    return max(articles, key=prose) if around is None else around


def _is_other(element: Element, own: Element) -> bool:
    headings = list(element.iter("h1", "h2", "h3", "h4"))
    if not headings or (not prose(element) and own not in element.iterancestors("article")):
        return False
    if own not in element.iterancestors("article"):
        return True
    first = headings[: 1 + _KICKERS]
    links = (link for heading in first for link in (*heading.iter("a"), *heading.iterancestors("a")))
    return any(map(leads_away, links))
