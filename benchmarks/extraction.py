"""How clean the text is: newshawk beside other extractors on pages with gold text, in one run.

    python -m benchmarks.extraction [--only newshawk,trafilatura] [--worst 10]

Pages, gold and scorer are those of ../shared. newshawk has one configuration and no outlet's rules. newspaper4k and
readability-lxml get an environment of their own. A line a program: F1 over 4-word shingles (aeb, fundus-tests, wcxb),
ROUGE-LSum (fundus-eval), F over segments (trafilatura-news), the share of exact texts, foreign lines per 100 pages,
the shares of right titles (a site's name beside it forgiven), days and authors, CPU milliseconds a page beside
trafilatura's own, and the peak of memory. Below stand the pages that newshawk reads worst, and what is wrong there.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environment import environment

ROOT = Path(__file__).resolve().parents[1]
SCORER = ROOT.parent / "shared" / "tools" / "score_extraction.py"
OTHERS = ("newspaper4k[all]", "readability-lxml", "lxml_html_clean")
"""Packages of the environment of the other extractors. Without its extras newspaper4k raises on Japanese, Arabic and
Korean pages; with them on Korean ones still, for which it wants data of nltk's own that no package brings."""
EXTRACTORS = {
    "newshawk": "newshawk",
    "trafilatura": "trafilatura_default",
    "trafilatura precision": "trafilatura_precision",
    "newspaper4k": "newspaper4k",
    "readability-lxml": "readability",
}
"""Name in the table and callable of `benchmarks.extractors`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One column of the table."""

    head: str
    corpus: str
    """As the scorer names it."""
    measure: str
    target: float | None = None
    """What newshawk must reach on pages nobody tuned it to."""
    is_count: bool = False
    """Foreign lines: told per 100 pages, fewer are better."""


FIGURES = (
    Figure(head="aeb F1", corpus="aeb", measure="F1", target=0.975),
    Figure(head="exact", corpus="aeb", measure="exact", target=0.48),
    Figure(head="fu-ev RL", corpus="fundus-eval", measure="RLsum", target=0.96),
    Figure(head="fu-te F1", corpus="fundus-tests", measure="F1", target=0.97),
    Figure(head="exact", corpus="fundus-tests", measure="exact", target=0.30),
    Figure(head="wcxb F1", corpus="wcxb-news", measure="F1", target=0.968),
    Figure(head="traf F", corpus="trafilatura-news", measure="segF", target=0.935),
    Figure(head="aeb", corpus="aeb", measure="junk", target=0.35, is_count=True),
    Figure(head="fu-te", corpus="fundus-tests", measure="junk", target=0.90, is_count=True),
    Figure(head="wcxb", corpus="wcxb-news", measure="junk", target=1.00, is_count=True),
    Figure(head="title", corpus="fundus-tests", measure="title~", target=0.90),
    Figure(head="title", corpus="trafilatura-news", measure="title~", target=0.94),
    Figure(head="date", corpus="fundus-tests", measure="date", target=0.985),
    Figure(head="date", corpus="trafilatura-news", measure="date", target=0.92),
    Figure(head="author", corpus="fundus-tests", measure="authors", target=0.88),
    Figure(head="author", corpus="trafilatura-news", measure="authors", target=0.80),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What the scorer says of one program."""

    measures: dict[str, dict[str, float]]
    """By corpus and measure."""
    megabytes: int
    told: list[str]
    """The scorer's own lines."""

    @property
    def milliseconds(self) -> float:
        """Return the CPU of a page, over all pages."""
        pages = sum(each["n"] for each in self.measures.values())
        return sum(each["ms"] * each["n"] for each in self.measures.values()) / pages


def main() -> None:
    """Score the extractors and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(EXTRACTORS), help="Extractors, parted by commas.")
    parser.add_argument("--worst", type=int, default=10, help="How many of the worst pages to tell.")
    options = parser.parse_args()
    if not SCORER.exists():
        sys.exit(f"{SCORER} is absent: there are no pages with gold text to score")
    with tempfile.TemporaryDirectory(prefix="extraction-") as folder:
        scored = score_all(Path(folder), options.only.split(","))
    if not scored:
        sys.exit("nothing could be scored")
    print_table(scored)
    if "newshawk" in scored and options.worst:
        print_worst(scored["newshawk"].told, options.worst)


def score_all(folder: Path, names: Sequence[str]) -> dict[str, Scored]:
    """Return the scores by name; a program that cannot be installed is left out, told."""
    wanted = [name for name in names if name in EXTRACTORS]
    others = None
    if {"newspaper4k", "readability-lxml"} & set(wanted):
        others = environment(folder / "others", OTHERS)
    pythons = {"newspaper4k": others, "readability-lxml": others}
    return {
        name: score(python, EXTRACTORS[name], folder)
        for name in wanted
        if (python := pythons.get(name, Path(sys.executable))) is not None
    }


def score(python: Path, function: str, folder: Path, *, module: str = "benchmarks.extractors") -> Scored:
    """Return what the scorer says of one callable of a module."""
    result = folder / f"{function}.json"
    command = [str(python), str(SCORER), "--call", f"{module}:{function}", "--json", str(result)]
    command += ["--worst", "400", "--residue", "100000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{function}: {done.stderr.strip()}")
    told: dict[str, dict[str, Any]] = json.loads(result.read_text())
    measures = {name.removesuffix("/all"): each for name, each in told.items() if name.endswith("/all")}
    if failed := sum(each["err"] for each in measures.values()):
        print(f"{function}: {failed} pages raised an error and count as empty")
    memory = re.search(r"peak RSS of this process: (\d+) MB", done.stdout)
    assert memory is not None
    return Scored(measures=measures, megabytes=int(memory[1]), told=done.stdout.splitlines())


def print_table(scored: dict[str, Scored]) -> None:
    """Print a line a program, and the targets."""
    plain = scored.get("trafilatura")
    print(f"{'':22}" + "".join(f"{figure.head:>9}" for figure in FIGURES) + f"{'ms':>8}{'ratio':>7}{'MB':>6}")
    for name, each in scored.items():
        cells = [shown(figure, each.measures[figure.corpus].get(figure.measure)) for figure in FIGURES]
        ratio = f"{each.milliseconds / plain.milliseconds:.2f}" if plain else "-"
        costs = f"{each.milliseconds:8.1f}{ratio:>7}{each.megabytes:6}"
        print(f"{name:22}" + "".join(f"{cell:>9}" for cell in cells) + costs)
    print(f"{'target, unseen pages':22}" + "".join(f"{shown(each, each.target):>9}" for each in FIGURES))


def shown(figure: Figure, value: float | None) -> str:
    """Return a cell."""
    if value is None:
        return "-"
    return f"{100 * value:.0f}" if figure.is_count else f"{value:.3f}"


def print_worst(told: Sequence[str], count: int) -> None:
    """Print the pages with the lowest F1, each with its foreign and lost lines."""
    pages = []
    lines: dict[str, list[str]] = defaultdict(list)
    for line in told:
        if found := re.match(r"worst (\S+) (.+) f1=(\S+) p=(\S+) r=(\S+)$", line):
            pages.append((float(found[3]), found[1], found[2], found[4], found[5]))
        elif len(parts := line.split("\t", 2)) == 3 and parts[0] in ("junk", "lost"):
            lines[parts[1]].append(f"{parts[0]}: {parts[2][:110]}")
    print("\nthe worst pages of newshawk")
    for f1, corpus, page, precision, recall in sorted(pages)[:count]:
        print(f"{corpus} {page}: F1 {f1:.3f}, precision {precision}, recall {recall}")
        found_lines = list(dict.fromkeys(lines[page]))
        print("".join(f"    {line}\n" for line in found_lines[:3]), end="")
        if len(found_lines) > 3:
            print(f"    and {len(found_lines) - 3} lines more")


if __name__ == "__main__":
    main()
