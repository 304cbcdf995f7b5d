"""What kind of words differ within a sentence: figures, names, a slip of the pen, or other words. Pure.

Names are told by their capitals where a script has them (German, which writes nouns so, asks for two in a row or a
title), elsewhere by the title beside them; a name in Arabic, Hebrew or Chinese letters without one is taken for another
word, and the edit for a substantive one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from crawler.changes.namewords import (
    ARTICLES,
    DENIALS,
    HAN_AFTER,
    HAN_SAYING,
    NEGATIONS,
    NUMBER_WORDS,
    TITLES_AFTER,
    TITLES_BEFORE,
)
from crawler.changes.words import Word, key_of
from crawler.datewords import MONTHS
from crawler.items.changes import ChangeClass

_MONTHS = frozenset(key_of(name) for name in MONTHS if len(name) > 3 and name not in ("march", "marz"))
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬億亿兆两兩")
_DIGIT = re.compile(r"\d")
_KATAKANA = re.compile(r"[\u30a1-\u30ff]")
_UNCASED = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_THAI = re.compile(r"[\u0e00-\u0eff]")

_PARTICLES = frozenset("のはがをにでとも的和与與在是了及")
"""Characters that end a name: what stands behind them is not its title."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of both texts that tells which words are names."""

    language: str = ""
    names: Collection[str] = field(default=frozenset(), repr=False)
    """Keys of words that stand with a capital within a sentence, of either text."""

    def is_number(self, word: Word) -> bool:
        """Return whether a word is a figure, a numeral, or the name of a month or a day of the week."""
        return is_number(word, self.language)


def is_number(word: Word, language: str) -> bool:
    """Return whether a word is a figure, a numeral, or the name of a month or a day of the week; numerals in letters are
    those of the language, or English ones."""
    words = NUMBER_WORDS.get(language) or NUMBER_WORDS["en"]
    if word.key in words or word.key in _MONTHS or word.text in _NUMERALS:
        return True
    digits = len(_DIGIT.findall(word.text))
    return digits > 0 and (digits * 2 >= len(word.key) or word.text[0].isdigit())


def capitals_within(words: Sequence[Word], language: str) -> set[str]:
    """Return the keys of words of one sentence that have a capital and do not open it."""
    found, opens = set(), True
    for word in words:
        if word.key and not opens and _has_capital(word) and not is_number(word, language):
            found.add(word.key)
        opens = word.text in _OPENING or (opens and not word.key)
    return found


_OPENING = frozenset('“„«»‹"‘‚:–—-(')
"""Marks behind which a sentence may begin."""


def _has_capital(word: Word) -> bool:
    """Return whether a word has a capital that is not that of the English I."""
    text = word.text
    return text[0].isupper() and not (text[0] == "I" and text[1:2] in ("", "'", "’"))


def names_among(words: Sequence[Word], start: int, end: int, setting: Setting) -> set[int]:
    """Return the places of names among the words *start* to *end* of a sentence."""
    places = [at for at in range(start, end) if words[at].key and not setting.is_number(words[at])]
    if _UNCASED.search("".join(words[at].text for at in places)):
        return _uncased_names(words, places, start, end)
    found = set()
    for at in places:
        word = words[at]
        if not _has_capital(word) or word.key not in setting.names:
            continue
        if setting.language in ("de", "lb") and not _stands_by_a_name(words, at, setting):
            continue
        found.add(at)
    return found


def _stands_by_a_name(words: Sequence[Word], at: int, setting: Setting) -> bool:
    """Return whether a word with a capital has another one, or a title, at its side."""
    if words[at].text.isupper():
        return True
    before = words[at - 1] if at else None
    behind = words[at + 1] if at + 1 < len(words) else None
    if before is not None and before.key in TITLES_BEFORE:
        return True
    return any(
        each is not None
        and each.key
        and _has_capital(each)
        and not setting.is_number(each)
        and each.key not in ARTICLES
        for each in (before, behind)
    )


def _uncased_names(words: Sequence[Word], places: Sequence[int], start: int, end: int) -> set[int]:
    if not places:
        return set()
    text = "".join(words[at].text for at in places)
    if _HAN.search(text):
        return set(places) if _is_han_name(words, text, end) else set()
    if _THAI.search(text):
        return set()
    titled = [word.key for word in words[max(0, start - 2) : end - 1] if word.key]
    behind = next((word.key for word in words[end : end + 2] if word.key), "")
    if len(places) <= MOST_NAME_WORDS and (
        any(key in TITLES_BEFORE for key in titled) or behind.startswith(TITLES_AFTER)
    ):
        return set(places)
    return set()


MOST_NAME_WORDS = 4
"""Words of a name."""


def _is_han_name(words: Sequence[Word], text: str, end: int) -> bool:
    if len(text) > 8 or any(character in _NUMERALS for character in text):
        return False
    behind = "".join(word.text for word in words[end : end + 5])
    if behind.startswith(HAN_SAYING):
        return True
    return any(
        behind[at:].startswith(HAN_AFTER) and not _PARTICLES & set(behind[:at]) for at in range(3)
    ) or all(_KATAKANA.match(character) for character in text)


def classes_of(
    old: Sequence[Word], new: Sequence[Word], hunk: tuple[int, int, int, int], setting: Setting
) -> set[ChangeClass]:
    """Return the classes of one difference within a sentence; none when only marks and letter forms differ."""
    a, b, c, d = hunk
    sides = ((old, a, b), (new, c, d))
    numbers = [
        Counter(w.key for w in words[at:end] if w.key and setting.is_number(w)) for words, at, end in sides
    ]
    names = [names_among(words, at, end, setting) for words, at, end in sides]
    named = [
        Counter(words[at].key for at in places) for (words, _, _), places in zip(sides, names, strict=True)
    ]
    rests = [
        [
            words[at]
            for at in range(start, end)
            if words[at].key and at not in places and not setting.is_number(words[at])
        ]
        for (words, start, end), places in zip(sides, names, strict=True)
    ]
    found: set[ChangeClass] = set()
    if numbers[0] != numbers[1]:
        found.add(ChangeClass.NUMBERS)
    if named[0] != named[1]:
        found.add(ChangeClass.NAMES)
    before, after = ([word.key for word in rest] for rest in rests)
    if before == after:
        return found
    if is_slip(before, after, _neighbours(old, a, b)):
        found.add(ChangeClass.TYPO)
    else:
        found.add(ChangeClass.SUBSTANTIVE)
    return found


def _neighbours(words: Sequence[Word], start: int, end: int) -> set[str]:
    return {word.key for word in (*words[max(0, start - 1) : start], *words[end : end + 1]) if word.key}


def is_slip(old: Sequence[str], new: Sequence[str], neighbours: Collection[str] = ()) -> bool:
    """Return whether keys of words differ as a slip of the pen does from what was meant."""
    if "".join(old) == "".join(new):
        return True
    if len(old) == len(new) and (len(old) == 1 or not _HAN.match("".join(old))):
        return all(a == b or is_misspelt(a, b) for a, b in zip(old, new, strict=True))
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    if not shorter and len(longer) == 1:
        return longer[0] in neighbours or longer[0] in ARTICLES
    joined = ("".join(longer), "".join(shorter))
    return (
        len(longer) - len(shorter) == 1 and len(longer) <= 3 and is_misspelt(*joined) and len(joined[0]) > 5
    )


def is_misspelt(one: str, other: str) -> bool:
    """Return whether two words are so near that one is the other misspelt, and not its contrary."""
    shorter, longer = sorted((one, other), key=len)
    if longer.endswith(shorter) and longer[: len(longer) - len(shorter)] in NEGATIONS:
        return False
    if len(one) == len(other) == 1:
        return bool(_HAN.match(one) and _HAN.match(other)) and not DENIALS & {one, other}
    length = len(shorter)
    if length < 3:
        return False
    if len(one) == len(other) and sorted(one) == sorted(other) and _distance(one, other, 1) == 1:
        return True  # two letters changed places
    return _distance(one, other, 2) <= (0 if length < 4 else 1 if length < 7 else 2)


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters were added, lost, exchanged or swapped with their neighbour; *most* + 1 for more."""
    if abs(len(one) - len(other)) > most or max(len(one), len(other)) > 60:
        return most + 1
    two_before: list[int] = []
    before = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, another in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        two_before, before = before, row
    return min(before[-1], most + 1)
