"""A real store in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.store import Store
from tests.storage.world import NOON, OTHER, OUTLET, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A store whose feed is known already: what it lists next is news."""
    path = tmp_path / "newshawk.db"
    with Store.open(path, patience=0.2) as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        made = World(store=store, path=path)
        made.begin()
        made.make_known()
        yield made
        assert store.check(bodies=True) == []
