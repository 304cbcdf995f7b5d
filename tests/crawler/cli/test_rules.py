"""A rule is tried on a real archive."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import rules
from crawler.errors import QueryError, StoreError, UsageError
from storage.store import Store
from tests.storage.world import NOON, OTHER, OUTLET, World

CONFIG = """
[[outlets]]
id = "example"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]

[[recipients]]
id = "desk"
email = "desk@example.org"

[[recipients]]
id = "weekly"
email = "weekly@example.org"

[[rules]]
id = "bridge"
query = 'bridge AND Karlow'
to = ["desk", "weekly"]
cadence = "daily 07:00"

[[rules]]
id = "elsewhere"
query = "bridge"
to = ["desk"]
outlets = ["example"]
"""
app = typer.Typer()
rules.register(app)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two articles on the bridge on two days, one on something else."""
    with Store.open(tmp_path / "newshawk.db") as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=3))
        world = World(store=store, path=tmp_path / "newshawk.db", now=NOON - timedelta(days=2))
        world.begin()
        world.make_known()
        world.store_article("http://www.example.com/Detail/2026/11/21/1001/a")
        world.begin(days=2)
        world.store_article(
            "http://www.example.com/Detail/2026/11/23/1002/b",
            "Ferry fares",
            "The bridge of Karlow has a ferry now.",
        )
        world.store_article(
            "http://www.example.com/Detail/2026/11/23/1003/c", "Choir sings", "A song was sung."
        )
    path = tmp_path / "newshawk.toml"
    path.write_text(CONFIG)
    return path


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["rules", *args])


def test_list_shows_each_rule(config: Path) -> None:
    result = run("list", "--config", str(config))
    assert result.exit_code == 0
    assert "bridge AND Karlow" in result.output
    lines = run("list", "--json", "--config", str(config)).output.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["bridge", "elsewhere"]


def test_a_rule_shows_days_outlets_samples_and_mails(config: Path) -> None:
    result = run("test", "bridge", "--since", "2026-11-20", "--config", str(config))
    assert result.exit_code == 0, result.output
    assert "2 articles in 2 stories since 2026-11-20 00:00 UTC" in result.output
    assert "1  2026-11-21" in result.output
    assert "2  example" in result.output
    assert "The *bridge* of *Karlow* has a ferry now." in result.output
    assert result.output.index("Ferry fares") < result.output.index("closed to all traffic")
    assert "weekly would have had 2 alerts in 2 mails (daily 07:00)" in result.output


def test_since_counts_from_first_seen(config: Path) -> None:
    assert (
        "1 article in 1 story"
        in run("test", "bridge", "--since", "2026-11-22", "--config", str(config)).output
    )


def test_json_prints_export_rows(config: Path) -> None:
    lines = run(
        "test", "bridge", "--since", "2026-11-20", "--json", "--config", str(config)
    ).output.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["Bridge closed", "Ferry fares"]
    assert {"id", "body", "story_id", "hosts"} <= json.loads(lines[0]).keys()


def test_any_query_can_be_tried_for_chosen_readers(config: Path) -> None:
    options = ("--since", "2026-11-20", "--to", "desk", "--cadence", "mon 07:00", "--samples", "0")
    result = run("test", "bridge OR choir", *options, "--config", str(config))
    assert "desk would have had 3 alerts in 2 mails (mon 07:00)" in result.output
    assert "weekly" not in result.output
    assert "Ferry" not in result.output


def test_no_hit_is_an_answer(config: Path) -> None:
    result = run("test", "zeppelin", "--config", str(config))
    assert result.exit_code == 0
    assert "0 articles" in result.output


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("NOT bridge",), QueryError),
        (("bridge", "--since", "soon"), UsageError),
        (("bridge", "--since", "999999999d"), UsageError),
        (("bridge", "--to", "nobody"), UsageError),
        (("bridge", "--cadence", "fortnightly"), UsageError),
    ],
)
def test_a_wrong_call_does_nothing(config: Path, args: tuple[str, ...], error: type[Exception]) -> None:
    result = run("test", *args, "--config", str(config))
    assert isinstance(result.exception, error)


def test_without_a_store_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    result = run("test", "bridge", "--config", str(tmp_path / "newshawk.toml"))
    assert isinstance(result.exception, StoreError)
