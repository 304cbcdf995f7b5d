"""The text of an article by trafilatura, on a tree that is pruned already. No other file imports it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from configparser import ConfigParser
from copy import deepcopy
from typing import Any

import trafilatura
from trafilatura.meta import reset_caches
from trafilatura.settings import DEFAULT_CONFIG

from crawler.extract.blocks import Element
from crawler.extract.characters import plain

_RESET_EVERY = 200
"""Pages after which trafilatura's caches are emptied: they only ever grow."""
_BLOCKS = (
    "count(//p | //td | //th | //li | //div | //h1 | //h2 | //h3 | //h4 | //dd | //dt | //pre | //blockquote)"
)
_MANY = 4000
"""Blocks from which trafilatura's second opinion is not asked: its time grows with their square."""
_pages = 0


def _config() -> ConfigParser:
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["EXTRACTION_TIMEOUT"] = (
        "0"  # the pool's limit counts; signals fail outside the main thread
    )
    return config


_CONFIG = _config()
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # "discarding data" is told by the ledger


def main_text(tree: Element, *, url: str = "") -> list[str]:
    """Return the paragraphs of the main text of *tree*. The tree is not changed."""
    global _pages
    _pages += 1
    if _pages % _RESET_EVERY == 0:
        reset_caches()
    found: Any = trafilatura.bare_extraction(
        tree,
        url=url or None,
        include_comments=False,
        include_tables=True,
        deduplicate=False,
        with_metadata=False,
        fast=tree.xpath(_BLOCKS) > _MANY,
        config=_CONFIG,
    )
    if found is None or found.body is None:
        return []
    return list(_paragraphs(found.body))


def _paragraphs(body: Element) -> Iterator[str]:
    """Yield the lines of trafilatura's result: its own tags, a row of a table as one line."""
    parts: list[str] = []
    for kind, value in _events(body):
        if kind == "text":
            parts.append(value)
        else:
            line = plain("".join(parts))
            parts.clear()
            if line:
                yield line
    line = plain("".join(parts))
    if line:
        yield line


_BREAKING = frozenset({"p", "head", "list", "item", "quote", "row", "table", "lb", "body", "div"})


def _events(body: Element) -> Iterator[tuple[str, str]]:
    stack: list[tuple[Element, bool]] = [(body, False)]
    while stack:
        element, is_end = stack.pop()
        if is_end:
            yield (
                ("break", "") if element.tag in _BREAKING else ("text", " " if element.tag == "cell" else "")
            )
            if element is not body and element.tail:
                yield "text", element.tail
            continue
        if element.tag in _BREAKING:
            yield "break", ""
        if element.text:
            yield "text", element.text
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
