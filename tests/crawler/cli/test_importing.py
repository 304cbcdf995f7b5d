"""``outlets import``: a list of subscriptions becomes outlets; nobody is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import catalogue
from crawler.config import load_config
from crawler.errors import UsageError
from tests.crawler.finding.test_opml import feed, opml

OWN = '# mine\n[[outlets]]\nid = "own"\nhosts = ["own.example"]\nfeeds = ["https://own.example/rss"]\n'
OUTLINES = (
    feed(
        "https://www.paper.example/rss.xml", "https://www.paper.example/", "The &quot;Paper&quot; &#10;] # x"
    ),
    feed("https://www.paper.example/sport.xml", "https://www.paper.example/sport"),
    feed("https://www.presstv.ir/rss.xml", "https://www.presstv.ir/"),
    feed("https://presstv.ir/other.xml", "https://www.presstv.ir/"),
    feed("https://own.example/rss", "https://own.example/"),
    feed("https://paper.org.example/rss", "https://paper.org.example/"),
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "newshawk.toml"
    path.write_text(OWN)
    return path


@pytest.fixture
def load(tmp_path: Path, config: Path) -> Callable[..., Result]:
    app = typer.Typer()
    catalogue.register(app)
    file = tmp_path / "list.opml"

    def call(body: bytes, *words: str) -> Result:
        file.write_bytes(body)
        return CliRunner().invoke(app, ["outlets", "import", str(file), *words, "--config", str(config)])

    return call


def test_sites_become_outlets_and_known_ones_are_used(load: Callable[..., Result], config: Path) -> None:
    result = load(opml(*OUTLINES), "--json")
    told = json.loads(result.stdout)
    assert {entry["id"]: entry["known"] for entry in told["outlets"]} == {
        "paper": "new",
        "presstv": "catalogue",
        "own": "watched",
        "paper-org": "new",
    }
    outlets = {outlet.id: outlet for outlet in load_config(config).outlets}
    assert list(outlets) == ["own", "paper", "presstv", "paper-org"]
    assert [source.url for source in outlets["paper"].sources] == [
        "https://www.paper.example/rss.xml",
        "https://www.paper.example/sport.xml",
    ]
    assert outlets["paper"].hosts == ("www.paper.example",)
    assert config.read_text().startswith(OWN)
    assert "# Also in the list, and not among its feeds: https://presstv.ir/other.xml" in config.read_text()


def test_a_second_import_changes_nothing(load: Callable[..., Result], config: Path) -> None:
    load(opml(*OUTLINES))
    once = config.read_bytes()
    again = load(opml(*OUTLINES))
    assert (again.exit_code, config.read_bytes()) == (0, once)
    assert "Nothing was changed" in again.stdout


def test_a_dry_run_shows_the_tables_and_writes_nothing(load: Callable[..., Result], config: Path) -> None:
    result = load(opml(*OUTLINES), "--dry-run")
    assert result.exit_code == 0
    assert 'id = "paper"' in result.stdout
    assert config.read_text() == OWN


def test_what_is_unverified_is_said_with_the_command_that_verifies(load: Callable[..., Result]) -> None:
    words = " ".join(load(opml(*OUTLINES)).stdout.split())
    assert "unverified" in words
    assert "newshawk doctor" in words


def test_a_list_without_a_usable_feed_exits_1_and_one_that_is_none_2(
    load: Callable[..., Result], config: Path
) -> None:
    assert load(opml(feed("/relative"))).exit_code == 1
    for body in (b"<html></html>", b"", b"\x00\x01"):
        assert isinstance(load(body).exception, UsageError)
    assert config.read_text() == OWN


def test_a_file_that_is_not_there_is_a_wrong_call(load: Callable[..., Result], config: Path) -> None:
    app = typer.Typer()
    catalogue.register(app)
    result = CliRunner().invoke(app, ["outlets", "import", "/nowhere.opml", "--config", str(config)])
    assert isinstance(result.exception, UsageError)


def test_addresses_that_are_never_asked_are_left_out_and_told(
    load: Callable[..., Result], config: Path
) -> None:
    private = (
        feed("http://2130706433/f", "http://2130706433/"),
        feed("http://x.example:8001/f", "http://x.example:8001/"),
    )
    result = load(opml(*private, OUTLINES[0]), "--json")
    told = json.loads(result.stdout)
    assert [entry["id"] for entry in told["outlets"]] == ["paper"]
    assert all(
        any(each["url"] == url for each in told["left_out"])
        for url in ("http://2130706433/f", "http://x.example:8001/f")
    )
    assert [outlet.id for outlet in load_config(config).outlets] == ["own", "paper"]
