"""The paragraph under the headline that extractors take for a teaser."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.characters import folded

_SHORTEST = 40
_COMPARED = 60
"""Characters that must agree with the page's own description: sites cut it short."""


def standfirst(
    page: Sequence[str], lines: Sequence[str], title: str, descriptions: Sequence[str]
) -> list[str]:
    """Return the standfirst as a list of one line, or [] when there is none or the text has it already.

    It is a line between the title and the text that the page also gives as its description: the second
    witness keeps captions, teasers and notes to readers out.
    """
    told = {_beginning(text) for text in descriptions if len(text) >= _SHORTEST}
    if not told or not lines or _beginning(lines[0]) in told:
        return []
    numbers = {line: number for number, line in reversed(list(enumerate(page)))}
    end = next((numbers[line] for line in lines[:5] if line in numbers and len(line) >= _SHORTEST), 0)
    heads = [number for number, line in enumerate(page[:end]) if folded(line) == folded(title)]
    for line in page[heads[-1] + 1 if heads else 0 : end]:
        if len(line) >= _SHORTEST and _beginning(line) in told and line not in lines and line != title:
            return [line]
    return []


def _beginning(text: str) -> str:
    return "".join(letter for letter in folded(text) if letter.isalnum())[:_COMPARED]
