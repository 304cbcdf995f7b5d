"""The names by which the template of a page is known: the classes of its elements."""

from __future__ import annotations

from itertools import islice

from lxml.etree import XPath

from crawler.extract.blocks import Element

_MOST = 20_000
"""Attributes and elements looked at."""
_FEW = 12
"""Class names below which a page is known by its tags: old pages are tables without classes."""
_classes = XPath("descendant-or-self::*/@class", smart_strings=False)


def class_names(root: Element) -> set[str]:
    """Return the names of the classes below *root*; of a page with few, the pairs of a tag and the one around it too."""
    given = set(islice(_classes(root), _MOST))
    names = {name for several in given for name in several.split()}
    if len(names) < _FEW:
        names |= {
            f"{parent.tag}>{element.tag}"
            for element in islice(root.iter(), _MOST)
            if isinstance(element.tag, str) and (parent := element.getparent()) is not None
        }
    return names
