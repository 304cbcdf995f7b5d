"""How much of a text another one carries, and what it added. Pure.

Measured by word 3-grams over the folded texts, as copies are. A sentence is added when less than half of its 3-grams
stand in the other text; one of fewer than three words when it has a word that the other text has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.fingerprint import COMPARED, SHINGLE, Comparable, comparable
from crawler.query.fold import fold_text

_END = re.compile(r"[.!?؟…]+[\"'”’»)\]]*\s+|[。！？]+[」』”’）]*")
_LEAST = 4
"""Words of a sentence; a shorter one goes with the next, such as U.S. or a name with initials."""
_KNOWN = 0.5
"""Share of a sentence's 3-grams that stand in the other text when it is not added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a text is to the first one of its story."""

    share_of_first: float
    """Of the first text's 3-grams, 0 to 1."""
    share_of_own: float
    """Of its own 3-grams, 0 to 1."""
    added: tuple[str, ...]
    """Sentences that are not in the first text; those that follow each other within a paragraph in one."""

    @property
    def added_words(self) -> int:
        """Return the words of what was added; in a script without spaces the characters."""
        return sum(len(fold_text(passage).split()) for passage in self.added)


def carried(first: Comparable, body: str) -> Carried:
    """Return what *body* carries of a text; of a book only the beginning counts."""
    own = comparable(body)
    shared = len(first.shingles & own.shingles)
    if not (first.shingles and own.shingles):
        shared_whole = float(bool(own.folded) and first.folded == own.folded)
        shares = (shared_whole, shared_whole)
    else:
        shares = (shared / len(first.shingles), shared / len(own.shingles))
    words = frozenset(first.folded.split())
    return Carried(
        share_of_first=shares[0],
        share_of_own=shares[1],
        added=tuple(_added(first, words, body[:COMPARED])),
    )


def _added(first: Comparable, words: frozenset[str], body: str) -> Iterator[str]:
    for line in body.splitlines():
        passage = ""
        for sentence in _sentences(line):
            if _is_in(first, words, sentence):
                if passage.strip():
                    yield passage.strip()
                passage = ""
            else:
                passage += sentence
        if passage.strip():
            yield passage.strip()


def _sentences(line: str) -> Iterator[str]:
    """Yield the sentences of a paragraph with the space behind each."""
    start = at = words = 0
    for end in _END.finditer(line):
        words += len(fold_text(line[at : end.end()]).split())
        at = end.end()
        if words >= _LEAST:
            yield line[start:at]
            start, words = at, 0
    yield line[start:]


def _is_in(first: Comparable, words: frozenset[str], sentence: str) -> bool:
    own = fold_text(sentence).split()
    grams = list(zip(*(own[at:] for at in range(SHINGLE)), strict=False))
    if not grams:
        return words.issuperset(own)
    return sum(gram in first.shingles for gram in grams) >= _KNOWN * len(grams)
