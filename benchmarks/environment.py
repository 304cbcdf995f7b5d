"""An environment of their own for programs to be compared with, so that newshawk's does not carry them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def environment(folder: Path, packages: Sequence[str]) -> Path | None:
    """Return the Python of a new environment in *folder* that has *packages*; None, told, if it cannot be made."""
    python = folder / "bin" / "python"
    uv = shutil.which("uv")
    if uv:
        steps = [
            [uv, "venv", "-q", str(folder)],
            [uv, "pip", "install", "-q", "--python", str(python), *packages],
        ]
    else:
        steps = [
            [sys.executable, "-m", "venv", str(folder)],
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
        ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            told = done.stderr.strip().splitlines()[-1:]
            print(f"{', '.join(packages)}: left out, cannot be installed:", *told, flush=True)
            return None
    return python
