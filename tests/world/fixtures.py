"""Fixtures of the local web."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world.server import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A local web of any host names, empty."""
    folder = tmp_path / "world"
    folder.mkdir()
    with World(folder) as running:
        yield running
