"""What a text quotes, whatever marks it uses, and what of it another text quotes too. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.changes.words import keys_of

LEAST_WORDS = 4
"""A quotation of fewer words is a name, a title or irony; in Chinese, Japanese and Thai of fewer than twice as many
characters."""
SAME = 0.6
"""Share of its words that a quotation has in common with one of the other text to be the same, perhaps altered."""
_CLOSING = {
    "“": "”“",
    "„": "“”„",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    '"': '"”',
    "״": "״",
    "＂": "＂",
    "”": "”",
}
"""Closing marks by opening one; ”so” is Swedish and Finnish, »so« German, „so” Polish."""
_OPENING = re.compile(r"(?<!\w)[“„«»‹「『‘‚\"״＂”]|(?<=\w)[「『“„«](?=\w)")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def quotations(text: str) -> list[tuple[str, ...]]:
    """Return what is quoted in a text, each as the keys of its words, in order."""
    found = []
    for line in text.split("\n"):
        for quoted in _quoted(line):
            keys = tuple(keys_of(quoted))
            if len(keys) >= LEAST_WORDS * (2 if _UNSPACED.search(quoted) else 1):
                found.append(keys)
    return found


def _quoted(line: str) -> Iterator[str]:
    """Yield what stands between marks in a line; one that is not closed goes on in the next paragraph."""
    at = 0
    while opening := _OPENING.search(line, at):
        start = opening.end()
        end = _end(line, start, _CLOSING[opening.group()])
        if end is None:
            if opening.group() in "“„«「":
                yield line[start:]
                return
            at = start
            continue
        yield line[start:end]
        at = end + 1


def _end(line: str, start: int, closing: str) -> int | None:
    """Return where a quotation ends: at a closing mark that is no apostrophe within a word."""
    for at in range(start, len(line)):
        if line[at] in closing and not (
            line[at] in '’‘"״' and at + 1 < len(line) and line[at + 1].isalnum() and line[at - 1].isalnum()
        ):
            return at
    return None


def beyond(quoted: Sequence[tuple[str, ...]], others: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the quotations that the other text does not quote, neither altered nor parted."""
    known = set(others)
    open_ = [each for each in quoted if each not in known]
    if not open_:
        return []
    bags = [Counter(each) for each in others[:MOST]]
    return [each for each in open_[:MOST] if not any(_is_same(Counter(each), bag) for bag in bags)]


MOST = 200
"""Quotations of a text that are compared."""


def _is_same(one: Counter[str], other: Counter[str]) -> bool:
    return (one & other).total() >= SAME * min(one.total(), other.total())
