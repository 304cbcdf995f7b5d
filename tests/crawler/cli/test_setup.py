"""``init`` and ``check``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from crawler.cli import setup
from crawler.errors import UsageError

RUNNER = CliRunner()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    setup.register(app)
    return app


def test_init_writes_a_config_that_check_passes(app: typer.Typer, tmp_path: Path) -> None:
    assert RUNNER.invoke(app, ["init"]).exit_code == 0
    result = RUNNER.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "presstv" in result.stdout
    assert str(tmp_path / "newshawk.toml") in result.stdout.replace("\n", "")


def test_init_makes_the_folder_and_never_overwrites(app: typer.Typer, tmp_path: Path) -> None:
    assert RUNNER.invoke(app, ["init", "deep/er"]).exit_code == 0
    path = tmp_path / "deep" / "er" / "newshawk.toml"
    path.write_text("# mine\n")
    result = RUNNER.invoke(app, ["init", "deep/er"])
    assert isinstance(result.exception, UsageError)
    assert path.read_text() == "# mine\n"


def test_init_into_a_file_is_told(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = RUNNER.invoke(app, ["init", "file"])
    assert "not a folder" in str(result.exception)


def test_check_tells_every_mistake_and_exits_2(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "newshawk.toml").write_text("[store]\npth = 1\n[mail]\nport = 0\n")
    result = RUNNER.invoke(app, ["check"])
    assert result.exit_code == 2
    assert "newshawk.toml:2: " in result.stderr
    assert "newshawk.toml:4: " in result.stderr
    told = json.loads(RUNNER.invoke(app, ["check", "--json"]).stdout)
    assert (told["ok"], len(told["problems"])) == (False, 2)


def test_check_as_json_counts_what_is_there(app: typer.Typer) -> None:
    RUNNER.invoke(app, ["init"])
    told = json.loads(RUNNER.invoke(app, ["check", "--json"]).stdout)
    assert (told["ok"], told["outlets"], told["rules"]) == (True, ["presstv"], ["bakhmut"])
    assert told["sources"] > 10


def test_check_warns_when_nothing_is_watched(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "newshawk.toml").write_text("")
    result = RUNNER.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "No outlet is watched" in result.stdout


def test_check_without_a_config_names_init(app: typer.Typer) -> None:
    result = RUNNER.invoke(app, ["check"])
    assert result.exit_code == 2
    assert "newshawk init" in result.stderr


def test_check_refuses_private_hosts_that_are_not_allowed(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "n.toml").write_text(
        '[[outlets]]\nid = "a"\nhosts = ["10.0.0.1"]\nfeeds = ["http://10.0.0.1/r"]\n'
    )
    result = RUNNER.invoke(app, ["check", "--config", "n.toml"])
    assert result.exit_code == 2
    assert "n.toml:3: " in result.stderr
