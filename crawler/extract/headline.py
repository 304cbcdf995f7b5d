"""The page's headline as an element: it is the title, and no line of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from crawler.extract.blocks import Element
from crawler.extract.homes import letters
from crawler.extract.prose import PROSE, own_text

_WORD = re.compile(r"\w+")
_ALIKE = 0.6
"""Share of a heading's words that the titles of the page must have; a kicker or a longer form adds others."""
_COVERED = 0.5
"""Share of a title that it must say: a subhead may ask one of the title's questions again."""
_FEWEST = 3


def headline_lines(lines: Sequence[str], tree: Element, titles: Iterable[str]) -> set[int]:
    """Return the numbers of the lines that are the page's headline; *titles* are those that the page states.

    The headline is each h1 before the first paragraph, and any h1, or h2 before it, that says a title in its own
    words. An h2 behind the first paragraph is a subhead, whatever it says.
    """
    said = {
        letters("".join(element.itertext()))
        for element in _headlines(tree, [_words(title) for title in titles])
    }
    return {number for number, line in enumerate(lines) if letters(line) in said}


def _headlines(tree: Element, titles: Sequence[set[str]]) -> Iterator[Element]:
    is_begun = False
    for element in tree.iter("h1", "h2", "p"):
        if element.tag == "p":
            is_begun = is_begun or own_text(element) >= PROSE
        elif (element.tag == "h1" and not is_begun) or (
            (element.tag == "h1" or not is_begun) and _says(element, titles)
        ):
            yield element


def _says(element: Element, titles: Sequence[set[str]]) -> bool:
    said = _words(" ".join(element.itertext()))
    known = said & set().union(*titles)
    return (
        len(said) >= _FEWEST
        and len(known) >= _ALIKE * len(said)
        and any(len(title & said) >= _COVERED * len(title) for title in titles if title)
    )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
