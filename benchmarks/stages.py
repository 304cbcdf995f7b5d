"""What each stage of the extraction gives alone: trafilatura's text of the whole page, then one stage with it at a time.

    python -m benchmarks.stages

The stages are those of `crawler/extract/page.py` and `crawler/clean.py`. A stage that is off does nothing: pruning takes
no element, what adds lines adds none, what takes lines takes none. Titles, dates and authors are not looked at.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.extraction import FIGURES, SCORER, score, shown
from benchmarks.extractors import Told, newshawk

WANTED = "BENCHMARK_STAGES"
"""Variable of the environment: the stages that are on, parted by commas."""
STAGES = {
    "pruning": "furniture goes from the tree before trafilatura sees it",
    "subheads": "linked subheads are made plain",
    "gaps": "what the extractor left out is put back",
    "furniture": "boxes around the text, headlines, captions, promotions go",
    "standfirst": "the sentence under the headline comes first",
    "rescue": "JSON-LD or the page's state where the text was missed",
    "line rules": "lines of chrome go by anchored rules",
}


@contextmanager
def _untouched(_: Any) -> Iterator[None]:
    yield


def _off() -> dict[str, Callable[[Any], None]]:
    """Return by stage what switches it off in the module that calls it."""
    return {
        "pruning": lambda page: setattr(page, "prune", lambda _: {}),
        "subheads": lambda page: setattr(page, "plain_subheads", _untouched),
        "gaps": lambda page: setattr(page, "completed", lambda lines, _: lines),
        "furniture": lambda page: setattr(page._Reading, "_told", lambda _self, lines, *_: lines),
        "standfirst": lambda page: setattr(page, "standfirst", lambda *_: []),
        "rescue": lambda page: setattr(
            page._Reading,
            "_rescued",
            lambda _self, lines, _scripts: (lines, "trafilatura"),
        ),
        "line rules": lambda _: setattr(
            __import__("crawler.clean").clean,
            "clean_draft",
            lambda draft, _outlet: (draft.lines, ()),
        ),
    }


def staged(html: bytes, url: str) -> Told:
    """Return what newshawk makes of a page with the stages of the environment alone."""
    _switch()
    return newshawk(html, url)


def _switch() -> None:
    if getattr(_switch, "is_done", False):
        return
    from crawler.extract import page

    wanted = os.environ.get(WANTED, "").split(",")
    for name, switch_off in _off().items():
        if name not in wanted:
            switch_off(page)
    _switch.is_done = True  # type: ignore[attr-defined]


def main() -> None:
    """Score the stages and print the table."""
    if not SCORER.exists():
        sys.exit(f"{SCORER} is absent: there are no pages with gold text to score")
    figures = [each for each in FIGURES if each.measure not in ("title~", "date", "authors")]
    print(f"{'':22}" + "".join(f"{figure.head:>9}" for figure in figures) + f"{'ms':>8}")
    runs = {"none": "", **{name: name for name in STAGES}, "all": ",".join(STAGES)}
    with tempfile.TemporaryDirectory(prefix="stages-") as folder:
        for name, stages in runs.items():
            os.environ[WANTED] = stages
            scored = score(Path(sys.executable), "staged", Path(folder), module="benchmarks.stages")
            cells = (shown(each, scored.measures[each.corpus].get(each.measure)) for each in figures)
            print(
                f"{name:22}"
                + "".join(f"{cell:>9}" for cell in cells)
                + f"{scored.milliseconds:8.1f}  {STAGES.get(name, '')}",
                flush=True,
            )


if __name__ == "__main__":
    main()
