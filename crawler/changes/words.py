"""Words, sentences and paragraphs of a text, in any script, each with what it is compared by. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from crawler.query.fold import fold_text

UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts that part no words: a character is a word."""
_MARKS = (
    r"!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u0589\u05be\u05c0\u05c3"
    r"\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2010-\u2027\u2030-\u205e\u20a0-\u20cf"
    r"\u2190-\u2bff\u3001-\u3004\u3008-\u3020\u3030\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_LETTER = rf"[^\s{_MARKS}{UNSPACED}]"
_WORD = re.compile(rf"[{UNSPACED}]|{_LETTER}+(?:[.,:'’ʼ`_׳״\"\u2010\u2011-]{_LETTER}+)*|\S")
_SENTENCE = re.compile(r"[.!?…؟۔।॥]+[\"'’”»«“)\]]*(?=\s)|[。！？]+[」』”’）]*")
_BLANK = re.compile(r"\s+")
MOST_CHARACTERS = 400
"""Of one word: a longer run is data, and is compared by what it begins with."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark of punctuation."""

    text: str
    key: str
    """What it is compared by: case, accents and letter forms do not count. Empty for a mark."""
    blank: str
    """White space before it."""


@lru_cache(maxsize=1 << 16)
def key_of(word: str) -> str:
    """Return what a word is compared by; empty for a mark of punctuation."""
    return fold_text(word[:MOST_CHARACTERS]).replace(" ", "")


def words_of(text: str) -> list[Word]:
    """Return the words and marks of a text in order; joined with their blanks they are the text but for its end."""
    found, end = [], 0
    for match in _WORD.finditer(text):
        found.append(Word(match.group(), key_of(match.group()), text[end : match.start()]))
        end = match.end()
    return found


def told(words: list[Word]) -> str:
    """Return words as they stood, without the white space before the first."""
    return "".join(word.blank + word.text for word in words).lstrip() if words else ""


def keys_of(text: str) -> list[str]:
    """Return what the words of a text are compared by, marks left out."""
    return [word.key for word in words_of(text) if word.key]


def paragraphs_of(body: str) -> list[str]:
    """Return the lines of a body that are not empty."""
    return [line for line in body.split("\n") if line.strip()]


def sentences_of(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph; an abbreviation may part one, in both texts alike."""
    return list(_sentences(paragraph))


def _sentences(paragraph: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE.finditer(paragraph):
        if part := paragraph[start : match.end()].strip():
            yield part
        start = match.end()
    if part := paragraph[start:].strip():
        yield part


def is_sentence(line: str) -> bool:
    """Return whether a line is prose: it ends as a sentence does, or is too long for a headline or a label."""
    ending = line.rstrip("\"'’”»«“)]」』 ")
    return (
        ending.endswith((".", "!", "?", "…", "؟", "۔", "।", "。", "！", "？")) or len(keys_of(line)) > LABEL
    )


LABEL = 25
"""Words (characters of Chinese, Japanese and Thai) that a line without a full stop may have and be a label still."""
