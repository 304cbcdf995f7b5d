"""The table of commands is true, and no command loads what it does not need."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from crawler.cli.app import COMMANDS, GROUPS
from storage.store import Store

HEAVY = ("scrapy", "twisted", "trafilatura", "sqlite_utils", "numpy", "pebble", "apscheduler", "datasette")


def loaded_by(*words: str, folder: Path) -> set[str]:
    """Return which of the heavy libraries a process of ``newshawk`` with these arguments loads."""
    script = (
        "import sys\nfrom crawler.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"sys.stderr.write(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stderr.split()) & set(HEAVY)


def test_the_table_lists_each_command_with_the_beginning_of_its_own_help() -> None:
    there = {}
    for group in GROUPS:
        app = typer.Typer()
        importlib.import_module(f"crawler.cli.{group}").register(app)
        for name, command in typer.main.get_group(app).commands.items():
            there[name] = (group, " ".join(inspect.cleandoc(command.help or "").split()))
    assert there.keys() == COMMANDS.keys()
    for name, (group, told) in COMMANDS.items():
        assert there[name][0] == group
        assert there[name][1].startswith(told)


@pytest.mark.parametrize(
    "words",
    [("--help",), ("search", "--help"), ("crawl", "--help"), ("check", "--help"), ("rules", "--help")],
)
def test_help_loads_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded_by(*words, folder=tmp_path) == set()


def test_a_search_loads_neither_crawler_nor_migrations(tmp_path: Path) -> None:
    (tmp_path / "newshawk.toml").write_text("")
    Store.open(tmp_path / "newshawk.db").close()
    assert loaded_by("search", "wagner", folder=tmp_path) == set()
