"""Removals over flaky mirrors: is each one found, and no other? In a local web, with a moved clock.

    python -m benchmarks.removals [--articles 220] [--removed 20] [--restored 10] [--flaky 0.15]

An outlet over three hosts takes articles away in four ways (404, 410, a page that says so, a redirect to the front
page), an equal share in each, and later brings some back. All the while a share of the answers about all other articles
are none: 503, 429, bot checks, connections that break off; and one host alone lacks a tenth of them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.path.newsroom import Newsroom
from tests.path.vanishing import TABLE, Vanishing
from tests.world.server import World

BEFORE = (2.0, *(4.0,) * 11)
"""Hours between the passes after the removal: a check that proved nothing is made again soon."""
AFTER = (23.0,) * 4
"""The same after the return."""


def main() -> None:
    """Play the scene and print what was found of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=220)
    parser.add_argument("--removed", type=int, default=20)
    parser.add_argument("--restored", type=int, default=10)
    parser.add_argument("--flaky", type=float, default=0.15)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        room = Newsroom(Path(folder), world, TABLE)
        scene = Vanishing(world, room, options.articles, options.removed, options.flaky)
        scene.build()
        scene.remove()
        for hours in BEFORE:
            scene.pass_after(hours)
        taken = dict(scene.gone)
        back = set(scene.restore(options.restored))
        for hours in AFTER:
            scene.pass_after(hours)
        tell(scene, taken, back)
    print(f"{time.monotonic() - begun:.0f} s")


def tell(scene: Vanishing, taken: dict[int, str], back: set[int]) -> None:
    """Print what was found, beside what happened."""
    found = scene.removals()
    stored = scene.room.sql("SELECT count(*) FROM articles")[0][0]
    rightly = Counter(way for number, way in taken.items() if found.get(number, ("", False))[0] == way)
    print(f"{stored} articles; {len(taken)} taken away, of these found in the right way: {dict(rightly)}")
    print(
        f"not found: {sorted(set(taken) - set(found))}; removed by mistake: {sorted(set(found) - set(taken))}"
    )
    returned = {number for number, (_, is_back) in found.items() if is_back}
    print(f"{len(back)} brought back: {len(back & returned)} found, by mistake {sorted(returned - back)}")
    there = scene.missing_on_one()
    print(
        f"one host alone lacks {len(scene.only_there)}: {len(there & scene.only_there)} found, others {len(there - scene.only_there)}"
    )
    visits = dict(scene.room.sql("SELECT verdict, count(*) FROM visits GROUP BY 1"))
    print(
        f"visits {visits}; in doubt {scene.room.sql('SELECT count(*) FROM absences WHERE doubted_at IS NOT NULL')[0][0]}"
    )


if __name__ == "__main__":
    main()
