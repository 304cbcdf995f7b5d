"""A real store in a temporary folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.query import Matcher
from storage.store import Store
from tests.storage.pages import Paper, printed
from tests.storage.world import DESK, NOON, OTHER, OUTLET, World


@contextmanager
def known_feed(path: Path) -> Iterator[World]:
    """Give a new store whose feed is known already: what it lists next is news."""
    with Store.open(path, patience=0.2) as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        made = World(store=store, path=path)
        made.begin()
        made.make_known()
        yield made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A store whose feed is known already: what it lists next is news."""
    with known_feed(tmp_path / "newshawk.db") as made:
        yield made
        assert made.store.check(bodies=True) == []


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """An outlet whose usual pages are known, and a rule for the harbour; its store, closed, is there to be copied."""
    with known_feed(tmp_path_factory.mktemp("usual") / "newshawk.db") as made:
        made.add_rule("harbour")
        return printed(made)


@pytest.fixture
def paper(usual: Paper, tmp_path: Path) -> Iterator[Paper]:
    """An outlet whose usual pages are known, and a rule for the harbour."""
    path, learned = tmp_path / "newshawk.db", usual.world
    shutil.copyfile(learned.path, path)
    with Store.open(path, patience=0.2) as store:
        made = replace(learned, store=store, path=path, rules=list(learned.rules))
        store.sync_config((OUTLET, OTHER), made.rules, made.now)
        store.set_matcher(Matcher(made.rules), made.rules, (DESK,))
        yield replace(usual, world=made)
        assert store.check(bodies=True) == []
