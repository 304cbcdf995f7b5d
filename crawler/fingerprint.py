"""What makes copies of a text meet: an exact hash, MinHash bands to find candidates, and the story rule.

    text_sha256   the folded title and body: case, accents, punctuation and markup do not count
    bands         MinHash over the word 3-grams of the body, 42 bands of 3 rows: two texts that share
                  a band are worth comparing (Jaccard 0.3: 68 in 100 do, 0.5: 99.6, 0.7: all)
    same_story    the comparison itself, exact, over the 3-grams

Of a body longer than any article (20,000 words) only the beginning has bands and is compared, so that a
page of megabytes costs no more than a long report.

Titles do not take part in the comparison: other outlets write their own, and daily bulletins share
one. A text of fewer than 8 3-grams (a one-line flash) has no bands and is a copy only of its equal:
flashes are alike by their formula, not by their news. Its copies are found by ``text_sha256``.

Bands are stored, so the figures below never change: they come from BLAKE2b and arithmetic modulo
2**64 alone, the same on every machine and in every version.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.items import Fingerprint
from crawler.query.fold import fold_text

BANDS = 42
ROWS = 3
SHINGLE = 3
"""Words of a shingle."""
MIN_SHINGLES = 8
"""Different shingles below which a text is compared as a whole."""
MIN_CONTAINMENT = 0.6
"""Share of the shorter text's shingles that stand in the other text of the same story."""
MIN_JACCARD = 0.3
"""Share of all shingles that both have."""
WORDS = 20_000
"""Words of a body that have bands and are compared."""
COMPARED = 10 * WORDS
"""Characters of a body in which they are looked for."""

_Words = npt.NDArray[np.uint64]


class Overlap(NamedTuple):
    """How much two texts share, by their word 3-grams."""

    containment: float
    """Share of the shorter text's that stand in the other, 0 to 1."""
    jaccard: float
    """Share of all that stand in both, 0 to 1."""


class Comparable(NamedTuple):
    """A body made ready to be compared with many."""

    folded: str
    shingles: frozenset[tuple[str, ...]]


def fingerprint(title: str, body: str) -> Fingerprint:
    """Return the hash of the folded title and body and the bands of the body."""
    folded = fold_text(body)
    text = f"{fold_text(title)}\n{folded}"
    return Fingerprint(text_sha256=hashlib.sha256(text.encode()).hexdigest(), bands=_bands(folded))


def same_story(a: str, b: str) -> bool:
    """Return whether two bodies are copies: 60 % of the shorter one's 3-grams, 30 % of all."""
    return is_copy(comparable(a), comparable(b))


def comparable(body: str) -> Comparable:
    """Return a body folded and shingled."""
    folded = fold_text(body[:COMPARED])
    return Comparable(folded, _shingles(folded))


def is_copy(a: Comparable, b: Comparable) -> bool:
    """Return what ``same_story`` says of two bodies."""
    if a.folded == b.folded:
        return bool(a.folded)
    shorter, longer = sorted((len(a.shingles), len(b.shingles)))
    if shorter < max(MIN_SHINGLES, MIN_JACCARD * longer):
        return False
    shared = _overlap(a.shingles, b.shingles)
    return shared.containment >= MIN_CONTAINMENT and shared.jaccard >= MIN_JACCARD


def containment(a: Comparable, b: Comparable) -> float:
    """Return the share of the shorter text's 3-grams that stand in the other, 0 to 1."""
    return _overlap(a.shingles, b.shingles).containment


def overlap(a: str, b: str) -> Overlap:
    """Return how much the bodies *a* and *b* share; 0 when one has fewer than three words."""
    return _overlap(comparable(a).shingles, comparable(b).shingles)


def _words(folded: str) -> list[str]:
    return folded.split(maxsplit=WORDS)[:WORDS]


def _shingles(folded: str) -> frozenset[tuple[str, ...]]:
    words = _words(folded)
    return frozenset(zip(*(words[at:] for at in range(SHINGLE)), strict=False))


def _overlap(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> Overlap:
    if not a or not b:
        return Overlap(0.0, 0.0)
    shared = len(a & b)
    return Overlap(shared / min(len(a), len(b)), shared / (len(a) + len(b) - shared))


@lru_cache(maxsize=1 << 16)
def _word_hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _constants(purpose: str, count: int) -> _Words:
    """Return *count* odd 64-bit numbers, the same for ever."""
    drawn = (
        hashlib.blake2b(f"newshawk {purpose} {at}".encode(), digest_size=8).digest() for at in range(count)
    )
    return np.frombuffer(b"".join(drawn), dtype="<u8").astype(np.uint64) | np.uint64(1)


_PLACES = _constants("place", SHINGLE)
_FACTORS = _constants("factor", BANDS * ROWS)


def _mixed(values: _Words) -> _Words:
    """Return *values* with every bit depending on all (the finalizer of MurmurHash3)."""
    mixed = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return mixed ^ (mixed >> np.uint64(33))


def _bands(folded: str) -> tuple[int, ...]:
    """Return 42 numbers of 63 bits; none for a text with fewer than MIN_SHINGLES shingles."""
    words = np.array([_word_hash(word) for word in _words(folded)], dtype=np.uint64)
    count = len(words) - SHINGLE + 1
    if count < MIN_SHINGLES:
        return ()
    grams = _mixed(
        sum((words[at : at + count] * _PLACES[at] for at in range(SHINGLE)), np.zeros(count, np.uint64))
    )
    shingles = np.unique(grams)
    if len(shingles) < MIN_SHINGLES:
        return ()
    return _band_hashes(_signature(shingles))


def _signature(shingles: _Words) -> _Words:
    """Return the least value of each of the 126 hash functions (a product modulo 2**64 each)."""
    least = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for begin in range(0, len(shingles), 4096):
        part = shingles[begin : begin + 4096]
        np.minimum(least, (part[:, None] * _FACTORS[None, :]).min(axis=0), out=least)
    return least


def _band_hashes(signature: _Words) -> tuple[int, ...]:
    rows = signature.astype("<u8").reshape(BANDS, ROWS)
    digests = (
        hashlib.blake2b(rows[band].tobytes(), digest_size=8, salt=band.to_bytes(2, "little")).digest()
        for band in range(BANDS)
    )
    return tuple(int.from_bytes(digest, "little") >> 1 for digest in digests)
