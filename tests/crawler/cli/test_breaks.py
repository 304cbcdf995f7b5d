"""``outlets breaks`` as a person calls it: what is listed, how a break is ended, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import archive, catalogue, crawling, why
from crawler.errors import UsageError
from tests.crawler.cli.test_archive import served
from tests.storage.pages import printed
from tests.storage.world import opened

CONFIG = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Call commands beside a store whose outlet broke: article 121 and those after it are in quarantine."""
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    with opened(tmp_path) as world:
        paper = printed(world)
        for _ in range(8):
            paper.print_broken()
    app = typer.Typer()
    for group in (catalogue, crawling, archive, why):
        group.register(app)
    return lambda *words: CliRunner().invoke(app, [*words, "--config", str(tmp_path / "newshawk.toml")])


def address(run: Run, number: int) -> str:
    """Return the address of an article."""
    return str(json.loads(run("show", str(number), "--json").output)["url"])


def test_datasette_says_which_texts_are_in_doubt(run: Run, tmp_path: Path) -> None:
    assert "in quarantine" in run("status", "example").output
    rows = {
        number: json.loads(served(tmp_path, f"/newshawk/article.json?id={number}&_shape=array"))
        for number in (120, 121)
    }
    (told,) = [row["text"] for row in rows[121] if row["field"] == "in doubt"]
    assert "break 1" in told
    assert "in doubt" not in {row["field"] for row in rows[120]}
    assert '<a href="/newshawk/quarantine"><b>In doubt</b></a>' in served(tmp_path, "/newshawk")


def test_a_break_is_listed_shown_and_ended_once(run: Run) -> None:
    listed = run("outlets", "breaks", "example")
    assert "example: break 1: texts of new pages are in doubt since" in listed.output
    assert "8 articles in quarantine" in listed.output
    assert "find no text: 0% before, 100%" in listed.output
    (row,) = json.loads(run("outlets", "breaks", "--json").output)
    assert (row["kind"], row["quarantined"]) == ("text", 8)
    assert "example: break 1" in run("status").output
    assert "8 articles in quarantine" in run("status", "example").output
    assert "The text is in doubt" in run("show", "121").output
    assert "The text is in doubt" not in run("show", "120").output
    assert "in doubt (break 1), it may say less than the page" in run("why", address(run, 121)).output
    assert "in doubt" not in run("why", address(run, 120)).output
    done = run("outlets", "breaks", "example", "--close", "1", "--as", "normal")
    assert done.exit_code == 0
    assert "its texts count as they are" in done.output
    assert "The text is in doubt" not in run("show", "121").output
    again = run("outlets", "breaks", "--close", "1", "--as", "fixed")
    assert isinstance(again.exception, UsageError)
    assert "No open break 1" in str(again.exception)


def test_what_is_fixed_keeps_its_articles_until_they_are_read_anew(run: Run) -> None:
    assert (
        "8 articles in doubt are read anew"
        in run("outlets", "breaks", "--close", "1", "--as", "fixed").output
    )
    assert "fixed at" in run("outlets", "breaks").output
    assert run("outlets", "breaks", "--close", "1", "--as", "normal").exit_code == 0
    assert "in quarantine" not in run("status").output


@pytest.mark.parametrize(
    "words", [("--close", "1"), ("--as", "fixed"), ("--close", "7", "--as", "fixed"), ("nobody",)]
)
def test_a_call_that_is_wrong_changes_nothing(run: Run, words: tuple[str, ...]) -> None:
    assert isinstance(run("outlets", "breaks", *words).exception, UsageError)
    (row,) = json.loads(run("outlets", "breaks", "--json").output)
    assert row["closed_at"] is None
