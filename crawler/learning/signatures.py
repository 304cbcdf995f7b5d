"""Which lines are the same line: folded, their numbers and months left open."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.datewords import MONTHS
from crawler.extract.characters import folded

MOST = 400
"""Characters; a longer line is prose and no rule is asked about it."""
_NUMBER = r"\d+(?:[.,:/]\d+)*"
_PART = re.compile(rf"(?P<number>{_NUMBER})|(?P<word>[^\W\d_]+)")
_SENTENCE = re.compile(r"[.!?。！？؟।…][\"'»”)\]]*$")
_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")
_LONG_SENTENCE, _LONG_UNPARTED = 9, 25
"""Words, or characters of scripts that part no words, from which a line reads as a sentence without a mark too."""
_SHORT_SENTENCE = 5
"""Words from which a line with the mark of a sentence at its end reads as one."""
_OURSELVES = re.compile(
    r"https?://|www\.|\w@\w|©|\b(?:we|our|ours|you|your|yours|nous|notre|nos|vous|votre|vos|wir|unser|unsere[mnrs]?"
    r"|nosotros|nuestr[oa]s?|usted(?:es)?|nosso|nossa|você|noi|nostr[oaie]|voi|vostr[oaie]|wij|onze|jij|jouw"
    r"|мы|нас|нам|нами|наш(?:ем|ей|его|их|а|и)?|вы|вас|вам|ваш(?:ей|их|а|и)?|bizi|sizi|نحن|لدينا|موقعنا|تطبيقنا|تابعونا|شما)\b"
)
"""What a text about itself has and a report in the third person lacks: an address, or "we" and "you". Words that mean
something else as well are left out: "us" and US, "sie", "su", "ما"."""


@lru_cache(maxsize=8192)
def signature(line: str) -> str:
    """Return what all forms of a line have in common; empty for a line without two letters, or longer than MOST."""
    text = folded(line) if len(line) <= 2 * MOST else ""
    if len(text) > MOST or sum(map(str.isalpha, text)) < 2:
        return ""
    if not any(map(str.isdigit, text)):
        return text
    return _PART.sub(_common, text)


def pattern_of(line: str) -> str:
    """Return the expression that all lines of the signature of *line* match when folded, as a whole: everything
    escaped but numbers and the names of months."""
    text, made, last = folded(line), [], 0
    for found in _PART.finditer(text):
        common = _common(found)
        if common == found[0] and not found["number"]:
            continue
        made += [re.escape(text[last : found.start()]), _NUMBER if found["number"] else r"[^\W\d_]+"]
        last = found.end()
    return "".join([*made, re.escape(text[last:])])


def _common(found: re.Match[str]) -> str:
    if found["number"]:
        return "0"
    return "month" if found[0] in MONTHS else found[0]


def is_sentence(line: str) -> bool:
    """Return whether a line reads as prose: many words, or some and the mark of a sentence at its end."""
    text = folded(line)
    if _UNPARTED.search(text):
        return len(text) >= _LONG_UNPARTED or (
            len(text) >= _SHORT_SENTENCE * 2 and bool(_SENTENCE.search(text))
        )
    words = len(text.split())
    return words >= _LONG_SENTENCE or (words >= _SHORT_SENTENCE and bool(_SENTENCE.search(text)))


def speaks_of_itself(line: str, names: tuple[str, ...]) -> bool:
    """Return whether a line speaks of the outlet or to its reader: by its name, "we" or "you", or an address."""
    text = folded(line)
    return bool(_OURSELVES.search(text)) or any(folded(name) in text for name in names if len(name) > 2)
