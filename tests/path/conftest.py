"""Fixtures of the whole path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.path.newsroom import Newsroom
from tests.world.server import World


@pytest.fixture
def newsroom(tmp_path: Path, world: World) -> Callable[..., Newsroom]:
    """Make a newshawk with these config tables."""

    def make(*tables: str) -> Newsroom:
        return Newsroom(tmp_path, world, *tables)

    return make
