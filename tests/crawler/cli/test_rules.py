"""A rule is tried on a real archive."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from lxml import etree
from typer.testing import CliRunner, Result

from crawler.cli import rules
from crawler.config import load_config
from crawler.errors import NewshawkError, QueryError, StoreError, UsageError
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
    assert re.search(r"left: 2026-11-20, right: \S+ \(UTC\), the tallest bar: \d article", result.output)
    assert "1  2026-11-21" in result.output
    assert "2  example" in result.output
    assert "The *bridge* of *Karlow* has a ferry now." in result.output
    assert result.output.index("Ferry fares") < result.output.index("closed to all traffic")
    assert "weekly would have had 2 alerts in 2 mails (daily 07:00)" in result.output


def test_what_a_silence_holds_back_at_present_is_said(config: Path) -> None:
    with Store.open(config.with_name("newshawk.db")) as store:
        store.begin_silence("bridge", "desk", "leave", NOON)
        store.begin_silence("elsewhere", "", "hand", NOON)
    shown = " ".join(run("test", "bridge", "--since", "9999d", "--config", str(config)).output.split())
    words = "silence 1, by unsubscribing, holds back what is found: nothing to desk"
    assert f"At present {words}." in shown
    assert "silence 2" not in shown
    told = run("test", "bridge", "--since", "9999d", "--summary", "--config", str(config)).output
    assert json.loads(told)["holding"] == [words]


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


# --- a rule that is changed ---------------------------------------------------------------------------

WEEK = ("--since", "2026-11-20")


def summary(config: Path, *args: str) -> dict[str, Any]:
    result = run("test", *args, *WEEK, "--summary", "--config", str(config))
    assert result.exit_code == 0, result.exception
    told = json.loads(result.stdout)
    assert isinstance(told, dict)
    return told


def go_live(config: Path, old: str, new: str) -> None:
    """Let crawls match by the config as it was before this change of it."""
    loaded = load_config(config)
    with Store.open(loaded.store.path) as store:
        store.sync_config((OUTLET, OTHER), loaded.rules, NOON)
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new))


def test_an_unchanged_rule_is_compared_with_nothing(config: Path) -> None:
    go_live(config, "Karlow'", "Karlow'")
    assert summary(config, "bridge")["against"] is None


def test_a_rule_that_the_config_changes_is_compared_with_the_live_version(config: Path) -> None:
    go_live(config, "bridge AND Karlow'", "ferry OR choir'")
    told = summary(config, "bridge")
    against = told["against"]
    assert told["query"] == "ferry OR choir"
    assert against["query"] == "bridge AND Karlow"
    assert against["name"] == 'the live version of rule "bridge", of 2026-11-23T12:00:00Z'
    assert [each["title"] for each in against["gained"]["samples"]] == ["*Choir* sings"]
    assert [each["title"] for each in against["lost"]["samples"]] == ["*Bridge* closed"]
    assert against["lost"]["samples"][0]["lost_by"] == [
        "ferry: not in title or body",
        "choir: not in title or body",
    ]
    assert (told["articles"], against["articles"]) == (2, 2)
    shown = run("test", "bridge", *WEEK, "--config", str(config)).output
    assert "1 gained, 1 lost, 1 found by both" in shown
    assert "lost by: ferry: not in title or body" in shown
    assert "before: 2 alerts in 2 mails" in shown


def test_a_change_of_its_outlets_is_a_change(config: Path) -> None:
    go_live(config, 'outlets = ["example"]', "")
    against = summary(config, "elsewhere")["against"]
    assert (against["outlets"], against["gained"]["articles"], against["lost"]["articles"]) == (
        ["example"],
        0,
        0,
    )


def test_a_new_query_is_tried_for_a_rule_before_the_config_has_it(config: Path) -> None:
    told = summary(config, "bridge", "ferry")
    assert told["against"]["name"] == 'rule "bridge" of the config'
    assert told["against"]["lost"]["ids"] == [1]
    assert {reader["recipient"] for reader in told["readers"]} == {"desk", "weekly"}
    go_live(config, "bridge AND Karlow'", "choir'")
    assert summary(config, "bridge", "ferry")["against"]["query"] == "bridge AND Karlow"


def test_it_can_be_compared_with_any_rule_or_query(config: Path) -> None:
    assert summary(config, "choir", "--against", "bridge")["against"]["lost"]["ids"] == [1, 2]
    assert summary(config, "bridge", "--against", "ferry OR choir")["against"]["gained"]["ids"] == [1]


def test_examples_are_asked_of_a_new_query(config: Path) -> None:
    config.write_text(
        config.read_text().replace('to = ["desk", "weekly"]', 'to = "desk"\nmatch = "A bridge in Karlow"')
    )
    (example,) = summary(config, "bridge")["examples"]
    assert example["is_right"]
    assert "Its 1 example holds." in run("test", "bridge", *WEEK, "--config", str(config)).output
    shown = run("test", "bridge", "bridge AND Karlov", *WEEK, "--config", str(config)).output
    assert 'wrong it does not match its example "A bridge in Karlow"' in shown
    assert "Karlov: not in title or body (nearest: Karlow)" in shown


def test_a_live_version_that_cannot_be_read_any_more_keeps_from_no_trial(config: Path) -> None:
    go_live(config, "bridge AND Karlow'", "ferry'")
    with Store.open(load_config(config).store.path) as store:
        store._db.execute("UPDATE rules SET query = 'bridge AND' WHERE id = 'bridge'")
    assert summary(config, "bridge")["against"] is None
    result = run("test", "bridge", *WEEK, "--config", str(config))
    assert "its query cannot be read any more" in result.stderr
    wrong = run("test", "choir", "--against", "bridge", *WEEK, "--config", str(config))
    assert isinstance(wrong.exception, UsageError)


def test_the_page_is_whole_in_itself_and_inert(config: Path, tmp_path: Path) -> None:
    with Store.open(load_config(config).store.path) as store:
        world = World(store=store, path=tmp_path / "newshawk.db", now=NOON)
        world.begin(hours=1)
        world.store_article(
            "http://www.example.com/Detail/2026/11/23/1004/d",
            "<script>alert(1)</script> choir",
            "</p><img src=x>",
        )
    target = tmp_path / "trial.html"
    result = run(
        "test", "choir OR ferry", "--against", "bridge", *WEEK, "--html", str(target), "--config", str(config)
    )
    assert result.exit_code == 0, result.exception
    page = target.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>choir</mark>" in page
    assert page.count('<rect class="plus"') == 1
    assert page.count('<rect class="minus"') == 1
    assert re.search(
        r'<p class="soft">Articles (a|in \d+) days? \(UTC\): at most \d found and \d lost</p>', page
    )
    assert re.search(r'<p class="ends soft"><span>2026-11-20</span><span>\d{4}-\d\d-\d\d</span></p>', page)
    assert "prefers-color-scheme: dark" in page
    assert "http" not in page.replace('href="http://www.example.com', "").replace("http-equiv", "")
    parser = etree.HTMLParser(recover=False)
    etree.fromstring(page.replace("<svg", "<div").replace("</svg", "</div").encode(), parser)


def test_a_page_that_cannot_be_written_is_told(config: Path, tmp_path: Path) -> None:
    target = str(tmp_path / "no" / "trial.html")
    result = run("test", "bridge", "--html", target, "--config", str(config))
    assert isinstance(result.exception, NewshawkError)
    assert "cannot be written" in str(result.exception)


def test_a_word_that_is_nearly_a_rule_says_so(config: Path) -> None:
    shown = run("test", "bridg", "--config", str(config)).output
    assert 'It was tried as a query, for no rule has this id. Did you mean "bridge"?' in shown
    assert isinstance(run("test", "bridg", "ferry", "--config", str(config)).exception, UsageError)
