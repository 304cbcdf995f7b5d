"""outlets rules, as a person calls it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import catalogue
from crawler.config import load_config
from crawler.errors import StoreError, UsageError
from storage.store import Store
from tests.storage.test_learned import PROMO, fill
from tests.storage.world import World, opened

Run = Callable[..., Result]
CONFIG = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
article_id = '/Detail/(\\d+)'

[[outlets.chrome]]
id = "share"
place = "tail"
text = "Send this to a friend"
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    app = typer.Typer()
    catalogue.register(app)

    def call(*words: str) -> Result:
        config = ["--config", str(tmp_path / "newshawk.toml")]
        return CliRunner().invoke(app, ["outlets", "rules", "example", *words, *config])

    return call


@pytest.fixture
def filled(tmp_path: Path, run: Run) -> Run:
    with opened(tmp_path) as world:
        fill(world, 40, tail=("Ada Berg", PROMO))
        fill(world, 8, first=200, tail=("Tags of the day", PROMO))
    return run


def states(run: Run, *words: str) -> dict[str, str]:
    done = run("--json", *words)
    assert done.exit_code == 0, done.exception
    return {rule["text"]: rule["state"] for rule in json.loads(done.stdout)["learned"]}


def test_before_anything_was_learned_the_declared_rules_are_shown(run: Run) -> None:
    done = run()
    assert done.exit_code == 0
    assert "share             tail   Send this to a friend" in done.stdout
    assert "nothing yet" in done.stdout


def test_learning_without_a_store_says_so(run: Run) -> None:
    assert isinstance(run("--learn").exception, StoreError)


def test_what_is_learned_is_shown_with_counts_and_the_line_in_its_place(filled: Run) -> None:
    text = filled("--learn").stdout
    assert "Looked at 48 texts: 2 applied, 1 proposed." in text
    assert f"applied    tail   {PROMO}" in text
    assert "48 pages of 11 days" in text
    assert "Tags of the day" in text
    assert "waits: seen on 8 pages of 2 days; 10 of 5 are asked for" in text
    assert f"         > {PROMO}" in text or f"> {PROMO}" in text


def test_general_rules_that_cut_are_shown_as_such_with_an_example(filled: Run, tmp_path: Path) -> None:
    assert "none has cut a line of the stored articles" in filled().stdout
    with Store.open(tmp_path / "newshawk.db") as store:
        world = World(store=store, path=tmp_path / "newshawk.db")
        world.begin()
        fill(world, 2, first=300, tail=("Share this article",), cut="any:share")
    text = filled().stdout
    assert "General, for every outlet; cannot be refused (1)" in text
    assert "any:share           2 lines of 2 articles" in text
    assert "article 50: Share this article" in text
    (told,) = json.loads(filled("--json").stdout)["general"]
    assert told == {
        "rule": "any:share",
        "lines": 2,
        "articles": 2,
        "example": "Share this article",
        "article_id": 50,
        "refusable": False,
    }


def test_rules_are_approved_pinned_refused_and_retired_by_number(filled: Run) -> None:
    assert states(filled, "--learn") == {
        PROMO: "applied",
        "Ada Berg": "applied",
        "Tags of the day": "proposed",
    }
    ids = {rule["text"]: str(rule["id"]) for rule in json.loads(filled("--json").stdout)["learned"]}
    told = states(
        filled, "--pin", ids[PROMO], "--refuse", ids["Ada Berg"], "--approve", ids["Tags of the day"]
    )
    assert told == {PROMO: "pinned", "Ada Berg": "refused", "Tags of the day": "approved"}
    assert states(filled, "--learn") == told
    assert states(filled, "--retire", ids[PROMO])[PROMO] == "retired"
    rules = {rule["text"]: rule for rule in json.loads(filled("--json").stdout)["learned"]}
    assert [each["by"] for each in rules[PROMO]["history"]] == ["learning", "pin", "retire"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--approve", "99"), "has no learned rule 99"),
        (("--approve", "1", "--pin", "1"), "Rule 1 is named twice"),
        (("--approve", "1", "--approve", "1"), "Rule 1 is named twice"),
    ],
)
def test_a_number_that_is_wrong_changes_nothing(filled: Run, words: tuple[str, ...], told: str) -> None:
    before = states(filled, "--learn")
    done = filled("--refuse", "2", *words)
    assert isinstance(done.exception, UsageError)
    assert told in str(done.exception)
    assert states(filled) == before


def test_an_outlet_that_is_not_configured_is_told(run: Run, tmp_path: Path) -> None:
    app = typer.Typer()
    catalogue.register(app)
    config = str(tmp_path / "newshawk.toml")
    done = CliRunner().invoke(app, ["outlets", "rules", "exampel", "--config", config])
    assert isinstance(done.exception, UsageError)
    assert 'Did you mean "example"?' in str(done.exception)


def test_what_cuts_is_exported_as_tables_that_the_config_takes(filled: Run, tmp_path: Path) -> None:
    filled("--learn")
    text = filled("--export").stdout
    tables = tomllib.loads(text)["outlets"]["chrome"]
    assert [table["text"] for table in tables] == [PROMO, "Ada Berg"]
    (tmp_path / "newshawk.toml").write_text(CONFIG + text)
    (outlet,) = load_config(tmp_path / "newshawk.toml").outlets
    assert [rule.id for rule in outlet.chrome] == ["share", "learned-1", "learned-2"]
