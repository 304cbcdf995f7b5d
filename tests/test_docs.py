"""README and guides are true: their configs load, their commands exist, their links lead somewhere."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import click
import pytest
import typer

from crawler.cli.app import GROUPS
from crawler.config import load_config

ROOT = Path(__file__).resolve().parent.parent
DOCS = ("README.md", "docs/getting-started.md", "docs/add-an-outlet.md", "docs/operations.md")


def blocks(name: str, language: str) -> list[str]:
    """Return the code blocks of that language in a document."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands() -> dict[str, click.Command]:
    """Return the visible commands of newshawk by name, those of a sub-group as ``group command``."""
    app = typer.Typer()
    for group in GROUPS:
        importlib.import_module(f"crawler.cli.{group}").register(app)
    root = typer.main.get_command(app)
    found: dict[str, click.Command] = {}
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        if command.hidden:
            continue
        found[name] = command
        for inner, inner_command in getattr(command, "commands", {}).items():
            found[f"{name} {inner}"] = inner_command
    return found


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name in DOCS for number in range(len(blocks(name, "toml")))]
)
def test_each_config_of_the_docs_loads(name: str, number: int, tmp_path: Path) -> None:
    path = tmp_path / "newshawk.toml"
    path.write_text(blocks(name, "toml")[number], encoding="utf-8")
    config = load_config(path)
    assert config.outlets


def test_the_readme_lists_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `newshawk ((?:[a-z]+)(?: [a-z]+)*)", text, re.MULTILINE))
    there = {name for name, command in commands().items() if not getattr(command, "commands", None)}
    assert told == there


def test_every_command_and_option_typed_in_the_docs_exists() -> None:
    known = commands()
    for name in DOCS:
        for block in blocks(name, "sh"):
            for words in (line.split("#")[0].split() for line in block.splitlines()):
                if words[:1] != ["newshawk"]:
                    continue
                command = known.get(" ".join(words[1:3])) or known.get(words[1])
                assert command is not None, words
                options = {option for each in command.params for option in each.opts}
                assert {word for word in words if word.startswith("--")} <= options, words


def test_links_between_the_docs_lead_to_files() -> None:
    for name in (*DOCS, "CHANGELOG.md"):
        path = ROOT / name
        for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).is_file(), f"{name}: {target}"


def test_the_systemd_unit_knows_the_exit_codes_that_a_restart_does_not_help() -> None:
    unit = (ROOT / "deploy" / "newshawk.service").read_text(encoding="utf-8")
    assert "RestartPreventExitStatus=2 75" in unit
    assert "Type=notify" in unit
