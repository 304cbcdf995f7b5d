"""The text of a page that only its own scripts would build: HTML that stands as a string in the state it ships with.

Next.js, Nuxt and their like send an article twice, as a page and as data; some send the data only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from crawler.extract.blocks import Element, lines_of
from crawler.extract.chrome import prune
from crawler.extract.document import parse_markup
from crawler.extract.prose import PROSE

_MOST = 2_000_000
"""Characters of one script; a longer one is no article's."""
_STRING = re.compile(r'"((?:[^"\\]|\\.){400,})"')
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_ESCAPED = re.compile(r"(?:<|\\u003c|\\x3c|&lt;)p[\s>\\&]", re.IGNORECASE)
_PARTS = frozenset({"p", "h2", "h3", "h4", "li", "blockquote"})
_LEVELS = 2
"""Strings within strings that are looked into: a state may be a text of its own."""


def state_lines(scripts: list[str]) -> list[str]:
    """Return the paragraphs of the string with most prose among the scripts' strings, or []."""
    found = [_paragraphs(text) for script in scripts for text in _markup(script, _LEVELS)]
    best = max(found, key=_prose, default=[])
    return best if _prose(best) else []


def scripts_with_markup(tree: Element) -> list[str]:
    """Return the texts of the scripts of *tree* that hold paragraphs in a string. Pruning takes the scripts away."""
    texts = (script.text or "" for script in tree.iter("script"))
    return [text for text in texts if len(text) <= _MOST and _ESCAPED.search(text)]


def _markup(text: str, levels: int) -> Iterator[str]:
    for match in _STRING.finditer(text):
        if not _ESCAPED.search(match[1]):
            continue
        try:
            inner = json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            continue
        if _PARAGRAPH.search(inner):
            yield inner
        if levels > 1:
            yield from _markup(inner, levels - 1)


def _paragraphs(markup: str) -> list[str]:
    root = parse_markup(f"<div>{markup}</div>")
    if root is None:
        return []
    prune(root)
    return [line.text for line in lines_of(root) if line.element.tag in _PARTS]


def _prose(lines: list[str]) -> int:
    return sum(len(line) for line in lines if len(line) >= PROSE)
