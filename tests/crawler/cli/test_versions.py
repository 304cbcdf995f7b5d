"""A store of an earlier version: who brings it up to date, who refuses it, and that a backup copies it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.utils import sqlite3
from typer.testing import CliRunner, Result

from crawler.cli.app import COMMANDS, app, load_command
from crawler.errors import StoreError
from storage import captures
from storage.hold import hold
from storage.migrations import migrations
from storage.store import Store
from tests.path.commands import newshawk
from tests.world.reactor import reactor_thread

CONFIG = """
[store]
path = "newshawk.db"

[[outlets]]
id = "example"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
"""
OLD = 7
MIGRATE = {"run", "crawl", "backfill", "reextract"}
"""They hold the store while they are at work."""
REFUSE = {
    "reextract": ["--dry-run"],
    "status": [],
    "schedule": [],
    "reconcile": [],
    "search": ["bridge"],
    "show": ["1"],
    "diff": ["1"],
    "changes": [],
    "stories": [],
    "export": [],
    "hold": ["1"],
    "prune": [],
    "why": ["http://www.example.com/a"],
    "serve": [],
    "outlets show": ["example"],
    "outlets rules": ["example", "--approve", "1"],
    "outlets breaks": ["--close", "1", "--as", "normal"],
    "outlets rekey": [],
    "rules test": ["bridge"],
    "alerts list": [],
    "alerts show": ["1"],
    "alerts retry": ["--dead"],
    "alerts silence": ["1"],
    "alerts silences": [],
    "alerts unsilence": ["1"],
}
MORE = [
    ("hold", []),
    ("prune", ["--dry-run"]),
    ("prune", ["--shrink"]),
    ("outlets rules", ["example", "--learn"]),
    ("outlets breaks", []),
    ("outlets rekey", ["--dry-run"]),
]
"""Other ways through some of them."""
NO_STORE = {"init", "check", "reload", "demo", "rules list"} | {
    f"outlets {name}" for name in ("list", "enable", "disable", "add", "import")
}
TELL = {"explain", "doctor"}
"""They say of the store what they can, and go on."""
COPY = {"backup"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A config, and a store of schema 7 with a chain of two captures."""
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    path = tmp_path / "newshawk.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        migrations.apply(Database(raw, execute_plugins=False), stop_before="m008_kept_pages")
        raw.execute(f"PRAGMA user_version = {OLD}")
        previous = captures.GENESIS
        for number in (1, 2):
            row = dict.fromkeys(captures.HASHED, "") | {
                "id": number, "status": 200, "headers": "[]", "raw_size": 0, "body_size": 0, "prev_hash": previous
            }  # fmt: skip
            previous = row["row_hash"] = captures.row_hash(row)
            row["body"] = b""
            raw.execute(
                f"INSERT INTO captures ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                tuple(row.values()),
            )
    return tmp_path


@pytest.fixture(autouse=True)
def _one_reactor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedules.completing.run_in_reactor", lambda main: reactor_thread().run(main()))


def call(folder: Path, name: str, *words: str) -> Result:
    """Call a command on the store of the folder."""
    return CliRunner().invoke(app, [*name.split(), *words, "--config", str(folder / "newshawk.toml")])


def version(path: Path) -> int:
    """Return the schema of a store."""
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])


def names() -> Iterator[str]:
    """Yield the names of all commands, those of groups after the group's name."""
    for name in COMMANDS:
        command = load_command(name)
        inner = getattr(command, "commands", None)
        yield from (f"{name} {each}" for each in inner) if inner else (name,)


def test_of_each_command_it_is_said_what_it_does_with_an_earlier_version() -> None:
    assert set(names()) == MIGRATE | REFUSE.keys() | NO_STORE | TELL | COPY


@pytest.mark.parametrize(("name", "words"), [*REFUSE.items(), *MORE])
def test_whoever_does_not_hold_the_store_refuses_it_with_the_cure(
    folder: Path, name: str, words: list[str]
) -> None:
    takes_it = name == "outlets rekey" or "--shrink" in words
    with nullcontext() if takes_it else hold(folder / "newshawk.db"):
        error = call(folder, name, *words).exception
    assert isinstance(error, StoreError), error
    assert "older version of newshawk (schema 7" in str(error)
    assert '"newshawk crawl" or "newshawk run" brings it up to date' in str(error)
    assert version(folder / "newshawk.db") == OLD


def test_what_holds_the_store_brings_it_up_to_date_and_waits_for_who_holds_it(folder: Path) -> None:
    path = folder / "newshawk.db"
    with hold(path):
        assert newshawk(folder, "reextract").returncode == 75
        assert version(path) == OLD
    assert newshawk(folder, "reextract").returncode == 0
    assert version(path) > OLD


def test_a_backup_copies_it_as_it_is_beside_its_holder(folder: Path) -> None:
    copy = folder / "copy.db"
    with hold(folder / "newshawk.db"):
        done = call(folder, "backup", str(copy))
    assert (done.exit_code, done.exception) == (0, None)
    assert "schema 7" in done.stderr
    assert "the chain of its 2 captures holds" in done.stderr
    assert (version(copy), version(folder / "newshawk.db")) == (OLD, OLD)
    assert call(folder, "backup", str(copy)).exit_code == 0
    Store.open(copy).close()
    assert version(copy) > OLD


def test_an_empty_file_is_no_store_to_copy(folder: Path) -> None:
    (folder / "newshawk.db").write_bytes(b"")
    for name, words in (("backup", [str(folder / "copy.db")]), ("hold", ["1"]), ("status", [])):
        error = call(folder, name, *words).exception
        assert isinstance(error, StoreError)
        assert "no store here yet" in str(error)
    assert not (folder / "copy.db").exists()
