"""Subheads that bear a link: extractors take them for furniture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crawler.extract.blocks import Element
from crawler.extract.prose import PROSE, own_text


@contextmanager
def plain_subheads(tree: Element) -> Iterator[None]:
    """While inside, named anchors and the links of subheads that stand over a paragraph of their own are no links."""
    links = [*_anchors(tree), *_subhead_links(tree)]
    for link in links:
        link.tag = "span"
    try:
        yield
    finally:
        for link in links:
            link.tag = "a"


def _anchors(tree: Element) -> Iterator[Element]:
    return (link for link in tree.iter("a") if link.get("href") is None)


def _subhead_links(tree: Element) -> Iterator[Element]:
    for heading in tree.iter("h2", "h3", "h4"):
        following = heading.getnext()
        if following is not None and following.tag == "p" and own_text(following) >= PROSE:
            yield from (link for link in heading.iter("a") if link.get("href") is not None)
