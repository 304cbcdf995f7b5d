"""How many copies of real texts are found, and how many strangers meet, beside SimHash and datasketch's own index.

    python -m benchmarks.copies [--limit 100] [--rounds 5]

Over the gold bodies of ../shared/corpora and copies made of them. Of newshawk a copy is found when it shares a band with
the original and ``same_story`` says yes; a false pair is a text or copy and another text for which both hold. Exits 1
when newshawk finds too few of a kind or calls strangers one story too often.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from benchmarks.copyfinders import FINDERS, Run
from benchmarks.environment import environment
from crawler.fingerprint import fingerprint, same_story
from crawler.query.fold import fold_text

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
MIN_WORDS = 80
OTHERS = ("datasketch",)
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
    if "half" in how:
        words = words[: len(words) // 2]
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


KINDS = {
    "words": ("3 % of the words changed", 0.99),
    "ends": ("other head and tail", 1.0),
    "words ends": ("both", 0.99),
    "words ends cut": ("both, and cut to 70 %", 0.98),
    "half": ("the first half only", 0.98),
}
"""How copies are made, in words, and which share of them must be found."""
MOST_FALSE = 1.0
"""False pairs in 100,000 that are allowed."""


def copies_of(bodies: list[str], how: str, rounds: int) -> list[str]:
    """Return *rounds* copies of each text, the first of each text first."""
    chance = random.Random(1)
    return [edited(body, bodies, how, chance) for _ in range(rounds) for body in bodies]


def run_all(bodies: list[str], copies: list[str], folder: Path) -> dict[str, Run]:
    """Return what each finder found; datasketch is left out, told, where it cannot be installed."""
    originals, asked = [fold_text(body) for body in bodies], [fold_text(copy) for copy in copies]
    ran = {name: FINDERS[name](originals, asked) for name in ("newshawk", "SimHash")}
    others = [name for name in FINDERS if name not in ran]
    python = environment(folder / "others", OTHERS)
    if python is not None:
        done = subprocess.run(
            [str(python), "-m", "benchmarks.copyfinders", *others],
            input=json.dumps({"originals": originals, "copies": asked}),
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
            check=True,
        )
        ran |= {name: Run(**told) for name, told in json.loads(done.stdout).items()}
    return ran


def main() -> None:
    """Print recall by kind of copy, false pairs and the cost, and exit 1 where newshawk misses a target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, help="texts to use")
    parser.add_argument(
        "--rounds", type=int, default=5, help="copies of each kind that are made of each text"
    )
    options = parser.parse_args()
    bodies = corpus_bodies(options.limit)
    if not bodies:
        sys.exit("../shared/corpora is not here")
    copies = {how: copies_of(bodies, how, options.rounds) for how in KINDS}
    every = [*bodies, *(copy for made in copies.values() for copy in made)]
    with tempfile.TemporaryDirectory(prefix="copies-") as folder:
        ran = run_all(bodies, every, Path(folder))
    print(f"{len(bodies)} texts, {options.rounds} copies of each kind of each\n")
    print(
        f"{'':24}"
        + "".join(f"{name:>16}" for name in ran)
        + f"{'by the rule':>16}{'of these':>10}{'wanted':>8}"
    )
    missed = False
    for number, how in enumerate(KINDS):
        start = len(bodies) * (1 + number * options.rounds)
        told, wanted = KINDS[how]
        shares = {name: share_found(run, bodies, start, len(copies[how])) for name, run in ran.items()}
        real = share_of_copies(bodies, copies[how])
        missed |= shares["newshawk"] / real < wanted
        print(f"{told:24}" + "".join(f"{share:>16.2%}" for share in shares.values()), end="")
        print(f"{real:>16.2%}{shares['newshawk'] / real:>10.2%}{wanted:>8.0%}")
    pairs = len(every) * (len(bodies) - 1)
    false = {name: false_pairs(run, bodies) for name, run in ran.items()}
    missed |= false["newshawk"] / pairs * 1e5 > MOST_FALSE
    print(
        f"{'false in 100,000 pairs':24}"
        + "".join(f"{count / pairs * 1e5:>16.2f}" for count in false.values())
    )
    print(f"{'us to take up a text':24}" + "".join(f"{run.index_us:>16.0f}" for run in ran.values()))
    print(f"{'us to ask for a text':24}" + "".join(f"{run.ask_us:>16.0f}" for run in ran.values()))
    print(f"\n{pairs:,} pairs of a text or copy and another text; false are those called one story")
    print(
        "by the rule: copies of which 60 % of the shorter text's 3-grams and 30 % of all are common; the rest is none"
    )
    sys.exit(1 if missed else 0)


def share_found(run: Run, bodies: list[str], start: int, count: int) -> float:
    """Return the share of *count* copies, from *start*, whose original was found."""
    return sum((at - start) % len(bodies) in run.found[at] for at in range(start, start + count)) / count


def share_of_copies(bodies: list[str], copies: list[str]) -> float:
    """Return the share of copies that the rule for stories calls so; newshawk is to find these and no other."""
    return sum(same_story(bodies[at % len(bodies)], copy) for at, copy in enumerate(copies)) / len(copies)


def false_pairs(run: Run, bodies: list[str]) -> int:
    """Return how often a text or copy met another text than its own."""
    return sum(len(set(found) - {at % len(bodies)}) for at, found in enumerate(run.found))


if __name__ == "__main__":
    main()
