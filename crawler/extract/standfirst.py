"""The paragraph under the headline that extractors take for a teaser."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.blocks import Element, Line
from crawler.extract.characters import folded
from crawler.extract.homes import ENDS
from crawler.extract.rails import linked_share

_SHORTEST = 40
_NAMED_SHORTEST, _LONGEST = 120, 700
"""Characters of a paragraph that is known by its name alone; shorter ones are slogans as often."""
_UNDER = frozenset({"p", "h2", "h3", "h4", "div"})
_LINKED = 0.3
"""Share of a standfirst that may lead elsewhere."""
_COMPARED = 60
"""Characters that must agree with the page's own description: sites cut it short."""
_PLACE = 30
"""Characters of a place name that may stand before what the description repeats: ``Berlin.``"""
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|lead(?!er|ing)|lede|dek|deck|sub-?(?:title|headline|head)|subtitulo|intro(?:duction)?|abstract|excerpt|"
    r"ingress|manchet|bajada|copete|epigraph|chapeau|chapo|sapo|linha-?fina|sommario|occhiello|vorspann|anleser|summary|kicker-text|shorttext|entradilla)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""How systems call the paragraph: a second witness as good as the description."""


def standfirst(
    page: Sequence[Line], lines: Sequence[str], title: str, descriptions: Sequence[str]
) -> list[str]:
    """Return the standfirst as a list of one line, or [] when there is none or the text has it already.

    It is a line between the title and the text of which a second witness says what it is: the page gives it as its
    description, or the element is called so. Captions, teasers and notes to readers have no such witness.
    """
    told = [_letters(text)[:_COMPARED] for text in descriptions if len(text) >= _SHORTEST]
    if not lines or any(_is_told(line, told) for line in lines[:3]):
        return []
    numbers = {line.text: number for number, line in reversed(list(enumerate(page)))}
    wanted = folded(title)
    prose = (
        line for line in lines[:8] if len(line) >= _SHORTEST and not folded(line).endswith(wanted or "\0")
    )
    end = next((numbers[line] for line in prose if line in numbers), 0)
    heads = [
        number for number, line in enumerate(page[:end]) if wanted and folded(line.text).endswith(wanted)
    ] or [number for number, line in enumerate(page[:end]) if _is_headline(line.element)][-1:]
    between = page[heads[-1] + 1 if heads else 0 : end]
    for line in between:
        if (
            len(line.text) >= _SHORTEST
            and line.text not in lines
            and line.text != title
            and _is_told(line.text, told)
        ):
            return [line.text]
    if not heads:
        return []
    named = [line for line in between if _is_named(line) and line.text not in lines]
    if len(named) == 1:
        return [named[0].text]
    headline = page[heads[-1]].element
    under = [line for line in between if line.text not in lines and _is_under(line, headline)]
    return [under[0].text] if len(under) == 1 else []


def _is_told(line: str, told: Sequence[str]) -> bool:
    if len(line) < _SHORTEST:
        return False
    letters = _letters(line[: 4 * _COMPARED])
    return any(0 <= letters.find(text) <= _PLACE for text in told)


def _is_headline(element: Element) -> bool:
    return element.tag == "h1" or any(each.tag == "h1" for each in element.iterancestors())


def _is_under(line: Line, headline: Element) -> bool:
    """Tell whether a line is a sentence in a block of its own beside the headline."""
    element = line.element
    if (
        element.tag not in _UNDER
        or not _SHORTEST <= len(line.text) <= _LONGEST
        or not line.text.endswith(ENDS)
    ):
        return False
    beside = headline.getparent() if headline.getparent() is not None else headline
    around = list(element.iterancestors())[:2]
    return beside in around and linked_share(line) < _LINKED


def _is_named(line: Line) -> bool:
    return _NAMED_SHORTEST <= len(line.text) <= _LONGEST and is_named(line.element)


def is_named(element: Element) -> bool:
    """Tell whether an element, or the one around it, bears a name of the standfirst."""
    for _ in range(2):
        if element is None or element.tag in ("a", "figcaption", "li", "body"):
            return False
        if _NAMED.search(element.get("class") or ""):
            return True
        element = element.getparent()
    return False


def _letters(text: str) -> str:
    return "".join(letter for letter in folded(text) if letter.isalnum())
