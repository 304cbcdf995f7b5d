"""How many copies of real texts are found, and how many strangers meet: ``python -m benchmarks.copies``.

Over the gold bodies of ../shared/corpora. A copy is found when it shares a band with the original and
``same_story`` says yes; a false pair is two different texts of the corpora for which both hold.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from crawler.fingerprint import fingerprint, overlap, same_story

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
MIN_WORDS = 80
ENDS = 12
"""Words of another text that stand in for as many at head and tail."""


def corpus_bodies(limit: int | None = None) -> list[str]:
    """Return the different gold bodies of at least 80 words, in a fixed order; empty without the corpora."""
    bodies = []
    for file in sorted(CORPORA.glob("*/gold.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            body = row.get("body") or "\n".join(row.get("paragraphs") or ())
            if len(body.split()) >= MIN_WORDS:
                bodies.append(body)
    return list(dict.fromkeys(bodies))[:limit]


def edited(body: str, others: list[str], how: str, chance: random.Random) -> str:
    """Return a copy of *body*: words changed, head and tail replaced, cut, or several of these."""
    words = body.split()
    if "cut" in how:
        words = words[: int(len(words) * 0.7)]
    if "words" in how:
        for at in chance.sample(range(len(words)), max(1, round(len(words) * 0.03))):
            words[at] = chance.choice(chance.choice(others).split())
    if "ends" in how:
        strange = chance.choice(others).split()
        words = [*strange[:ENDS], *words[ENDS:-ENDS], *strange[-ENDS:]]
    return " ".join(words)


def is_found(body: str, copy: str) -> bool:
    """Return whether *copy* would join the story of *body*."""
    shared = set(fingerprint("", body).bands) & set(fingerprint("", copy).bands)
    return bool(shared) and same_story(body, copy)


def recall(bodies: list[str], how: str, seed: int = 1) -> float:
    """Return the share of copies made in the way *how* that are found."""
    chance = random.Random(seed)
    return sum(is_found(body, edited(body, bodies, how, chance)) for body in bodies) / len(bodies)


def met(bodies: list[str]) -> tuple[int, list[tuple[int, int]]]:
    """Return how many pairs of different texts share a band, and those taken for one story."""
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, body in enumerate(bodies):
        for place, band in enumerate(fingerprint("", body).bands):
            buckets[place, band].append(number)
    candidates = {pair for bucket in buckets.values() for pair in combinations(bucket, 2)}
    return len(candidates), [(a, b) for a, b in sorted(candidates) if same_story(bodies[a], bodies[b])]


def main() -> None:
    """Print recall by kind of copy, false pairs per 100,000 and the cost of a fingerprint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, help="texts to use")
    bodies = corpus_bodies(parser.parse_args().limit)
    began = time.perf_counter()
    for body in bodies:
        fingerprint("", body)
    print(f"{len(bodies)} texts, {(time.perf_counter() - began) / len(bodies) * 1e6:.0f} us a fingerprint")
    for how in ("words", "ends", "cut", "words ends", "words cut", "words ends cut"):
        print(f"{how:16} {recall(bodies, how):8.2%} found")
    candidates, false = met(bodies)
    pairs = len(bodies) * (len(bodies) - 1) / 2
    print(f"{candidates} candidate pairs, {len(false)} met, {len(false) / pairs * 1e5:.2f} per 100,000 pairs")
    for a, b in false[:20]:
        print(f"  {overlap(bodies[a], bodies[b])}\n    {bodies[a][:90]!r}\n    {bodies[b][:90]!r}")


if __name__ == "__main__":
    main()
