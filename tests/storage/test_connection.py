"""What the store does when the file, the disk or the lock is not as it should be."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from crawler.errors import StoreError, StoreForeign, StoreFull, StoreLocked, StoreReadOnly
from storage.connection import Connection
from storage.store import Store
from tests.storage.world import NOON, World


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may write everywhere: rights are tested as somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
        folder.chmod(0o777)


def test_locked_store_is_said_to_be_locked_and_keeps_what_it_had(world: World) -> None:
    link = world.found("http://www.example.com/Detail/2026/11/23/1/a")
    with closing(sqlite3.connect(world.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for verb in (
            lambda: world.write(world.article(link)),
            lambda: world.begin(),
            lambda: world.discover("http://www.example.com/Detail/2026/11/23/2/b"),
            lambda: world.store.claim_alerts(NOON, 60),
            lambda: world.store.sync_config((), (), NOON),
        ):
            with pytest.raises(StoreLocked, match=r"newshawk\.db: .*locked"):
                verb()
        other.execute("ROLLBACK")
    assert [outcome.state for outcome in world.write(world.article(link))] == ["new"]


def test_read_only_folder_is_one_clear_error(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with _as_nobody(), pytest.raises(StoreReadOnly, match=r"newshawk\.db"):
        Store.open(open_folder / "newshawk.db")


def test_read_only_file_is_one_clear_error(open_folder: Path) -> None:
    path = open_folder / "newshawk.db"
    Store.open(path).close()
    path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    with _as_nobody(), pytest.raises(StoreReadOnly, match="rights"):
        Store.open(path)


def test_text_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "newshawk.db"
    path.write_text("my notes\n" * 200)
    with pytest.raises(StoreForeign, match="not a newshawk store"):
        Store.open(path)
    assert path.read_text() == "my notes\n" * 200


@pytest.mark.parametrize("application_id", [0, 1234])
def test_database_of_another_application_is_refused_and_left_as_it_is(
    tmp_path: Path, application_id: int
) -> None:
    path = tmp_path / "newshawk.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.execute(f"PRAGMA application_id = {application_id}")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(StoreForeign, match="another application"):
        Store.open(path)
    assert path.read_bytes() == before


def test_damaged_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "newshawk.db"
    Store.open(path).close()
    damaged = bytearray(path.read_bytes())
    damaged[100:4096] = b"\xff" * 3996
    path.write_bytes(damaged)
    with pytest.raises(StoreForeign, match="damaged"):
        Store.open(path)
    assert path.read_bytes() == bytes(damaged)


def test_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "newshawk.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreForeign, match="newer version"):
        Store.open(path)


def test_missing_store_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store here yet"):
        Store.open(tmp_path / "newshawk.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_keeps_nothing_of_the_batch_and_loses_nothing_before(world: World) -> None:
    world.store_article("http://www.example.com/Detail/2026/11/23/1/a")
    link = world.found("http://www.example.com/Detail/2026/11/23/2/b")
    db = world.store._db
    pages = db.value("PRAGMA page_count")
    db.execute(f"PRAGMA max_page_count = {pages + 4}")
    big = world.page(link, body=os.urandom(200_000))
    with pytest.raises(StoreFull, match="disk is full"):
        world.write(world.article(link, "Another", "Wholly other words. " * 40, page=big))
    assert world.value("SELECT state FROM links WHERE id = ?", link.id) == "pending"
    assert world.value("SELECT count(*) FROM articles") == 1
    db.execute("PRAGMA max_page_count = 1000000")
    assert [
        o.state for o in world.write(world.article(link, "Another", "Wholly other words. " * 40, page=big))
    ] == ["new"]


_KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from tests.storage.world import *
store = Store.open(sys.argv[1])
world = World(store=store, path=Path(sys.argv[1]))
world.begin()
links = world.discover(*(f"http://www.example.com/Detail/2026/11/23/{n}/x" for n in range(100, 120))).to_fetch
with store._db.transaction():
    from storage.writer import Writer
    writer = Writer(store._db, store._alerting, world.run_id, world.outlet, world.now)
    writer.write([world.article(link, f"T{link.id}", f"Text {link.id}. " * 20) for link in links])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_kill_9_within_a_transaction_loses_no_link_and_keeps_no_half_article(world: World) -> None:
    here = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", _KILLED, str(world.path), here], check=False)
    assert done.returncode == -signal.SIGKILL
    with Store.open(world.path) as store:
        assert store.check(bodies=True) == []
        assert len(store.pending_links("example", NOON)) == 20
    assert world.value("SELECT count(*) FROM articles") == 0
    assert world.value("SELECT count(*) FROM captures") == 0


def test_foreign_keys_and_full_sync_are_on(world: World) -> None:
    db: Connection = world.store._db
    assert db.value("PRAGMA foreign_keys") == 1
    assert db.value("PRAGMA synchronous") == 2
    assert db.value("PRAGMA journal_mode") == "wal"
