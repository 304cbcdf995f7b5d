"""The stages that the benchmark switches off one by one are those that the extraction has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.stages import STAGES, WANTED

PROSE = [
    f"The port of Ardal handled {number} ships in the week, said the harbour master." for number in range(9)
]
PAGE = f"""<html><head><title>Ships at Ardal</title></head><body><nav><a href="/">Home</a></nav><article>
<h1>Ships at Ardal</h1>{"".join(f"<p>{line}</p>" for line in PROSE)}<p>SHARE THIS ARTICLE</p></article></body></html>"""
CODE = """
import json, pathlib, sys
from benchmarks.stages import staged
print(json.dumps(staged(pathlib.Path(sys.argv[1]).read_bytes(), "https://ardal.example/ships")["body"].splitlines()))
"""


@pytest.mark.parametrize("stages", ["", ",".join(STAGES)], ids=["none", "all"])
def test_a_page_is_read_with_no_stage_and_with_all_of_them(tmp_path: Path, stages: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(page)],
        env={**os.environ, WANTED: stages, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = json.loads(done.stdout)
    assert set(PROSE) <= set(lines)
    assert ("SHARE THIS ARTICLE" in lines) == (not stages)
