"""The table of commands is true, and no command loads what it does not need."""

from __future__ import annotations

import importlib
import inspect
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from crawler.cli.app import COMMANDS, GROUPS, app, load_command
from storage.store import Store
from tests.storage.world import NOON, OTHER, OUTLET, World

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


PRINTING = [
    ("--help",),
    ("search", "bridge"),
    ("search", "bridge", "--json"),
    ("show", "1"),
    ("export",),
    ("export", "--format", "warc"),
    ("status",),
    ("outlets", "rules", "example"),
    ("rules", "list", "--json"),
    ("alerts", "list"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A config and a store with one article."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "newshawk.toml").write_text(
        '[[outlets]]\nid = "example"\nhosts = ["www.example.com"]\nfeeds = ["http://www.example.com/rss.xml"]\n'
        '[[recipients]]\nid = "desk"\nemail = "desk@example.org"\n'
        '[[rules]]\nid = "bridge"\nquery = "bridge"\nto = ["desk"]\n'
    )
    with Store.open(folder / "newshawk.db") as store:
        store.sync_config((OUTLET, OTHER), (), NOON)
        world = World(store=store, path=folder / "newshawk.db")
        world.begin()
        world.make_known()
        world.store_article("http://www.example.com/Detail/2026/11/23/1/a")
    return folder


def called(folder: Path, *words: str, stdout: int | None = None, before: str = "") -> tuple[int, str]:
    """Run ``newshawk``, its standard output going to a descriptor; return exit code and what it said on stderr."""
    script = f"import os\n{before}\nfrom crawler.cli.app import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_an_output_that_cannot_be_written_is_told_in_a_line(archive: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        code, told = called(archive, *words, stdout=full.fileno())
    assert (code, told) == (1, "newshawk: the output cannot be written: No space left on device.\n")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, told = called(archive, *words, stdout=writing)
    finally:
        os.close(writing)
    assert (code, told) == (1, "")


def test_a_closed_output_is_no_success(archive: Path) -> None:
    code, told = called(archive, "export", before="os.close(1)\nimport sys\nsys.stdout = None")
    assert (code, told) == (1, "newshawk: the output cannot be written: Bad file descriptor.\n")


def lines_of_help(*words: str) -> list[str]:
    """Return the help of a command on 80 columns."""
    return (
        CliRunner(env={"COLUMNS": "80", "TERM": "dumb"}).invoke(app, [*words, "--help"]).output.splitlines()
    )


def names_of_commands() -> list[tuple[str, ...]]:
    """Return the words that call each command, and each group."""
    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        found += [(name,), *((name, inner) for inner in getattr(load_command(name), "commands", {}))]
    return found


@pytest.mark.parametrize("words", names_of_commands(), ids=" ".join)
def test_each_help_is_shown_as_it_is_written_and_wrapped_at_the_end_of_the_line(
    words: tuple[str, ...],
) -> None:
    lines = lines_of_help(*words)
    assert max(map(len, lines)) <= 80
    shown = [line.strip() for line in lines]
    assert not [line for line in shown if "]..." in line and "[[" in line]
    text = shown[shown.index(next(line for line in shown if line.startswith("Usage:"))) + 2 :]
    text = text[: next(place for place, line in enumerate(text) if line.startswith("╭"))]
    for line, following in itertools.pairwise(text):
        if line and following:  # a line ends where its next word would not fit
            assert len(line) + 1 + len(following.split()[0]) > 78


def test_help_loses_no_word_in_brackets() -> None:
    assert "[store]" in " ".join(lines_of_help())
    assert "[store]" in " ".join(lines_of_help("hold"))
    assert "[store]" in " ".join(lines_of_help("prune"))
