"""Fixtures of the whole path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.path.newsroom import Newsroom
from tests.world.server import World


@pytest.fixture
def newsroom(tmp_path: Path, world: World) -> Iterator[Callable[..., Newsroom]]:
    """Make a newshawk with these config tables. Whatever a test does to it, the sums of its runs agree with the
    ledger."""
    made: list[Newsroom] = []

    def make(*tables: str) -> Newsroom:
        made.append(Newsroom(tmp_path, world, *tables))
        return made[-1]

    yield make
    for room in made:
        assert room.faults_of_sums() == []
