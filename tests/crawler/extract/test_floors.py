"""How clean the text is on pages with gold text: figures that no later change lowers unseen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.extraction import SCORER, score

pytestmark = pytest.mark.skipif(not SCORER.exists(), reason="../shared/corpora is not here")

FLOORS = {
    ("aeb", "F1"): 0.985,
    ("aeb", "exact"): 0.518,
    ("fundus-eval", "RLsum"): 0.994,
    ("fundus-tests", "F1"): 0.980,
    ("fundus-tests", "exact"): 0.503,
    ("fundus-tests", "title~"): 0.879,
    ("fundus-tests", "date"): 0.991,
    ("fundus-tests", "authors"): 0.977,
    ("wcxb-news", "F1"): 0.970,
    ("wcxb-news", "title~"): 0.999,
    ("trafilatura-news", "segF"): 0.961,
    ("trafilatura-news", "title~"): 0.927,
    ("trafilatura-news", "date"): 0.888,
    ("trafilatura-news", "authors"): 0.858,
}
"""By corpus and measure. Raise them when a change raises the figure."""
CEILINGS = {"aeb": 0.21, "fundus-tests": 0.85, "wcxb-news": 0.97}
"""Foreign lines a page."""


@pytest.mark.timeout(300)
def test_no_figure_falls_below_its_floor(tmp_path: Path) -> None:
    measures = score(Path(sys.executable), "newshawk", tmp_path).measures
    below = {
        f"{corpus} {measure}": (measures[corpus][measure], floor)
        for (corpus, measure), floor in FLOORS.items()
        if measures[corpus][measure] < floor
    }
    above = {
        f"{corpus} foreign lines": (measures[corpus]["junk"], most)
        for corpus, most in CEILINGS.items()
        if measures[corpus]["junk"] > most
    }
    assert below | above == {}
    assert sum(each["err"] for each in measures.values()) == 0
