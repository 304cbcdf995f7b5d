"""Three ways to find the original of a copy: newshawk's bands with a look at the texts, SimHash, datasketch's index.

    python -m benchmarks.copyfinders datasketch < texts.json > found.json

Each takes originals and copies and returns for each copy the numbers of the originals that it is said to be a copy of.
All three see the folded words of a text and their 3-grams. SimHash has 64 bits and its usual distance of 3; datasketch
128 permutations and the given share of 3-grams in common. `benchmarks.copies` runs datasketch in an environment of its
own, which this module can be run from: newshawk's own modules are imported by newshawk's finder only.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Texts = Sequence[str]
"""Folded bodies."""
BITS = 64
DISTANCE = 3
PERMUTATIONS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a finder found."""

    found: list[list[int]]
    """Numbers of originals, for each copy."""
    index_us: float
    """Microseconds to take up one original."""
    ask_us: float
    """Microseconds to ask for one copy."""


def newshawk(originals: Texts, copies: Texts) -> Run:
    """Return what shares a band and is a copy by the rule for stories."""
    from crawler.fingerprint import comparable, fingerprint, is_copy

    began = time.perf_counter()
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, body in enumerate(originals):
        for place in enumerate(fingerprint("", body).bands):
            buckets[place].append(number)
    indexed = time.perf_counter()
    found = []
    for copy in copies:
        shared = {
            number for place in enumerate(fingerprint("", copy).bands) for number in buckets.get(place, ())
        }
        ours = comparable(copy) if shared else None
        found.append([each for each in sorted(shared) if ours and is_copy(ours, comparable(originals[each]))])
    return _run(found, originals, began, indexed)


def simhash(originals: Texts, copies: Texts) -> Run:
    """Return what differs in three bits of 64 at most."""
    began = time.perf_counter()
    signatures = [_simhash(body) for body in originals]
    indexed = time.perf_counter()
    found = []
    for copy in copies:
        own = _simhash(copy)
        found.append([n for n, each in enumerate(signatures) if (each ^ own).bit_count() <= DISTANCE])
    return _run(found, originals, began, indexed)


def datasketch(originals: Texts, copies: Texts, threshold: float) -> Run:
    """Return what datasketch's index answers."""
    from datasketch import MinHash, MinHashLSH

    def made(body: str) -> Any:
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([" ".join(gram).encode() for gram in _grams(body)])
        return sketch

    began = time.perf_counter()
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    for number, body in enumerate(originals):
        index.insert(number, made(body))
    indexed = time.perf_counter()
    found = [sorted(index.query(made(copy))) for copy in copies]
    return _run(found, originals, began, indexed)


FINDERS: dict[str, Callable[[Texts, Texts], Run]] = {
    "newshawk": newshawk,
    "SimHash": simhash,
    "datasketch 0.5": lambda originals, copies: datasketch(originals, copies, 0.5),
    "datasketch 0.3": lambda originals, copies: datasketch(originals, copies, 0.3),
}


def _run(found: list[list[int]], originals: Texts, began: float, indexed: float) -> Run:
    return Run(
        found=found,
        index_us=(indexed - began) / len(originals) * 1e6,
        ask_us=(time.perf_counter() - indexed) / len(found) * 1e6,
    )


def _grams(body: str) -> set[tuple[str, ...]]:
    words = body.split()
    return set(zip(words, words[1:], words[2:], strict=False))


def _simhash(body: str) -> int:
    """Return Charikar's hash: each bit is the majority of that bit over the 3-grams, as often as they occur."""
    words = body.split()
    votes = [0] * BITS
    for gram, count in Counter(zip(words, words[1:], words[2:], strict=False)).items():
        digest = int.from_bytes(hashlib.blake2b(" ".join(gram).encode(), digest_size=8).digest(), "big")
        for bit in range(BITS):
            votes[bit] += count if digest >> bit & 1 else -count
    return sum(1 << bit for bit, vote in enumerate(votes) if vote > 0)


if __name__ == "__main__":
    texts = json.load(sys.stdin)
    ran = {name: FINDERS[name](texts["originals"], texts["copies"]) for name in sys.argv[1:]}
    told = {
        name: {"found": run.found, "index_us": run.index_us, "ask_us": run.ask_us}
        for name, run in ran.items()
    }
    json.dump(told, sys.stdout)
