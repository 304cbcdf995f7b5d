"""``outlets list``, ``show``, ``disable`` and ``enable``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from crawler.cli import catalogue
from crawler.config import load_config
from crawler.errors import ConfigError, UsageError

RUNNER = CliRunner()
TEXT = '# mine\n[[outlets]]\nuse = "rt" # for now\n\n[[outlets]]\nid = "own"\nhosts = ["dw.com"]\nfeeds = ["http://dw.com/r"]\n'


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    app = typer.Typer()
    catalogue.register(app)
    return app


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "newshawk.toml"
    path.write_text(TEXT)
    path.chmod(0o640)
    return path


def watched(path: Path) -> list[str]:
    return [outlet.id for outlet in load_config(path, env={}).outlets]


def test_list_works_without_a_config(app: typer.Typer) -> None:
    rows = json.loads(RUNNER.invoke(app, ["outlets", "list", "--json"]).stdout)
    assert {row["state"] for row in rows} == {"catalogue"}
    assert "presstv" in {row["id"] for row in rows}


def test_list_tells_what_is_watched_and_what_is_offered(app: typer.Typer, config: Path) -> None:
    rows = json.loads(RUNNER.invoke(app, ["outlets", "list", "--json"]).stdout)
    states = {row["id"]: row["state"] for row in rows}
    assert (states["rt"], states["own"], states["presstv"]) == ("watched", "watched", "catalogue")
    assert "watched" in RUNNER.invoke(app, ["outlets", "list"]).stdout


def test_show_gives_every_key_and_no_password(app: typer.Typer, config: Path) -> None:
    config.write_text(TEXT + 'proxy = "http://u:secret@p.org:1"\n')
    told = json.loads(RUNNER.invoke(app, ["outlets", "show", "own", "--json"]).stdout)
    assert (told["hosts"], told["sources"], told["proxy"]) == (
        ["dw.com"],
        ["feed http://dw.com/r"],
        "http://p.org:1",
    )
    assert "secret" not in RUNNER.invoke(app, ["outlets", "show", "own"]).stdout
    assert "Asia/Tehran" in RUNNER.invoke(app, ["outlets", "show", "presstv"]).stdout


def test_show_of_an_unknown_outlet_suggests_one(app: typer.Typer) -> None:
    result = RUNNER.invoke(app, ["outlets", "show", "prestv"])
    assert isinstance(result.exception, UsageError)
    assert 'Did you mean "presstv"?' in str(result.exception)


def test_disable_and_enable_keep_comments_and_permissions(app: typer.Typer, config: Path) -> None:
    assert RUNNER.invoke(app, ["outlets", "disable", "rt"]).exit_code == 0
    assert watched(config) == ["own"]
    assert config.read_text() == TEXT.replace("[[outlets]]\nuse", "[[outlets]]\nenabled = false\nuse")
    assert config.stat().st_mode & 0o777 == 0o640
    assert RUNNER.invoke(app, ["outlets", "enable", "rt"]).exit_code == 0
    assert watched(config) == ["rt", "own"]
    assert [path.name for path in config.parent.iterdir()] == ["newshawk.toml"]


def test_enable_adds_an_outlet_of_the_catalogue(app: typer.Typer, config: Path) -> None:
    assert RUNNER.invoke(app, ["outlets", "enable", "presstv"]).exit_code == 0
    assert watched(config) == ["rt", "own", "presstv"]


def test_a_change_that_would_make_the_config_wrong_is_not_made(app: typer.Typer, config: Path) -> None:
    config.write_text(TEXT.replace("dw.com", "www.dw.com"))
    result = RUNNER.invoke(app, ["outlets", "enable", "dw"])
    assert isinstance(result.exception, ConfigError)
    assert "newshawk.toml:" in str(result.exception)
    assert ".new" not in str(result.exception)
    assert watched(config) == ["rt", "own"]


def test_an_unknown_outlet_cannot_be_disabled(app: typer.Typer, config: Path) -> None:
    result = RUNNER.invoke(app, ["outlets", "disable", "rtt"])
    assert 'Did you mean "rt"?' in str(result.exception)


def test_without_a_config_there_is_nothing_to_change(app: typer.Typer) -> None:
    result = RUNNER.invoke(app, ["outlets", "disable", "rt"])
    assert "newshawk init" in str(result.exception)
