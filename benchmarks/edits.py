"""How well edits are told apart, and from what changes by itself: a site of own-made articles over the whole path.

Articles in six languages are crawled, each is edited in one way, and all are checked again at later hours by the real
path with a moved clock; other pages change with every answer. Printed: the ways against the leading classes, revisions
of what nobody edited, what edits cost in requests, and how long classing and a word diff take.

    python -m benchmarks.edits [--edits 200] [--jitter 30]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from crawler.changes.classes import classify
from crawler.changes.diffing import text_diff
from crawler.items import Change, Reading, TextDiff
from tests.path.newsroom import EXAMPLE, Newsroom
from tests.world.edits import EDITS, JITTERS, EditedSite
from tests.world.server import World

HOURS = (2, 5, 12, 26, 50, 74)
"""When everything is looked at again, counted from the first crawl."""
NONE = "(no revision)"


def main() -> None:
    """Run the whole benchmark; exit 1 when anything was classed wrongly or jitter made a revision."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--edits", type=int, default=200)
    options.add_argument("--jitter", type=int, default=30)
    given = options.parse_args()
    site = EditedSite.of(given.edits, given.jitter)
    with tempfile.TemporaryDirectory(prefix="edits-") as name, World(Path(name)) as world:
        is_right = table(Newsroom(Path(name), world, EXAMPLE), world, site)
    speed()
    sys.exit(0 if is_right else 1)


def table(room: Newsroom, world: World, site: EditedSite) -> bool:
    """Crawl, edit, check again, and print what came of it; return whether all of it is right."""
    site.publish(world)
    started = time.monotonic()
    new = crawl(room, timedelta())["new"]
    site.edit(world)
    counts = Counter[str]()
    for hours in HOURS:
        counts.update(crawl(room, timedelta(hours=hours)))
    told: dict[str, list[str]] = {}
    for url, leading in room.sql(
        "SELECT a.url, c.class FROM changes AS c JOIN articles AS a ON a.id = c.article_id ORDER BY c.number"
    ):
        told.setdefault(url, []).append(leading)
    print(f"{new} articles, {len(HOURS)} looks at each, {time.monotonic() - started:.0f} s")
    found = {kind: Counter[str]() for kind in EDITS}
    for each, kind in site.edits:
        found[kind].update(told.get(each.url, [NONE]))
    confusion(found)
    jitter = {kind: Counter[str]() for kind in JITTERS}
    for each, kind in site.jitter:
        jitter[kind][NONE if each.url not in told else "revisions"] += len(told.get(each.url, [NONE]))
    print("\nchanging with each answer")
    for kind, what in jitter.items():
        print(f"  {kind:<10}{', '.join(f'{count} {name}' for name, count in what.items())}")
    asked = room.sql("SELECT count(*) FROM visits WHERE reason = 'unconfirmed'")[0][0]
    visits = room.sql("SELECT count(*) FROM visits WHERE article_id IS NOT NULL")[0][0]
    print(f"\n{visits} visits, {asked} of them asked for a second answer")
    wrong = sum(n for kind, each in found.items() for name, n in each.items() if name != expected(kind))
    wrong += sum(n for each in jitter.values() for name, n in each.items() if name != NONE)
    print(f"{wrong} wrong")
    return wrong == 0


def crawl(room: Newsroom, after: timedelta) -> Counter[str]:
    """Crawl until nothing is due any more; return the sums."""
    sums = Counter[str]()
    while True:
        counts = room.crawl(after=after)["example"]
        sums.update({name: counts[name] for name in ("new", "revised", "unchanged", "failed")})
        if counts["new"] + counts["revised"] + counts["unchanged"] + counts["failed"] == 0:
            return sums


def expected(kind: str) -> str:
    """Return how an edit of that kind is to be classed."""
    return NONE if kind == "boilerplate" else kind


def confusion(found: dict[str, Counter[str]]) -> None:
    """Print a row for each way of editing, with the classes that led."""
    print(f"\n{'edited':<20}leading class")
    for kind, classes in found.items():
        told = ", ".join(f"{name} {count}" for name, count in classes.most_common())
        print(f"{kind:<20}{told}")


def speed() -> None:
    """Print how long the dearest texts take."""
    chance = random.Random(5)
    words = [f"word{chance.randint(0, 3000)}" for _ in range(20_000)]
    others = [f"other{chance.randint(0, 3000)}" for _ in range(20_000)]
    third = [word if at % 3 else f"x{word}" for at, word in enumerate(words)]
    few = [word if at % 900 else f"x{word}" for at, word in enumerate(words)]
    print("\n20,000 words, each text against another: processor seconds to class, and to show by words")
    for name, new in (
        ("every word", others),
        ("each third word", third),
        ("22 words", few),
        ("reversed", words[::-1]),
    ):
        for length in (60, 20_000):
            texts = [Reading(title="", body=_paragraphs(each, length)) for each in (words, new)]
            classed = _seconds(classify, *texts)
            print(f"  {name:<16}lines of {length:<6}{classed:>6.2f}{_seconds(text_diff, *texts):>6.2f}")


def _paragraphs(words: list[str], length: int) -> str:
    return "\n".join(" ".join(words[at : at + length]) + "." for at in range(0, len(words), length))


def _seconds(work: Callable[[Reading, Reading], Change | TextDiff], old: Reading, new: Reading) -> float:
    started = time.process_time()
    work(old, new)
    return time.process_time() - started


if __name__ == "__main__":
    main()
