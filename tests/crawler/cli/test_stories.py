"""``newshawk stories`` as a person calls it, and what Datasette shows of the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import archive, stories
from crawler.cli.stories import length
from crawler.errors import UsageError
from crawler.items import Precision
from storage.store import Store
from tests.crawler.cli.test_archive import served
from tests.storage.newsroom import Newsroom, cut, prose, stated
from tests.storage.world import NOON, OTHER, OUTLET, World

CONFIG = """
[[outlets]]
id = "wire"
name = "Wire"
hosts = ["wire.example.org"]
feeds = ["http://wire.example.org/feed"]
"""
OWN = "Residents of the upper town told this paper that they had heard nothing of it."
LONG = prose(8, 10)
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with a story of three articles, one of two that were two stories before, and one alone."""
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    with Store.open(tmp_path / "newshawk.db") as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        room = Newsroom(World(store=store, path=tmp_path / "newshawk.db"))
        room.open("wire", "north", "south")
        at = room.world.now
        room.publish(
            "north",
            f"{cut(prose(1), 0.8)}\n{OWN}",
            "Span [red]shut\x1b[31m",
            at=stated(at + timedelta(minutes=30)),
            hours=1,
        )
        room.publish("wire", prose(1), "Bridge closed", at=stated(at + timedelta(minutes=5)), minutes=12)
        room.publish("south", f"{prose(1)}\n{LONG}", "A bridge", at=stated(at, Precision.DAY), days=1)
        room.publish("wire", prose(2, 20), "Rye bread", hours=1)
        room.publish("north", prose(3, 20), "Rye again", hours=1)
        room.publish("south", f"{prose(2, 20)}\n{prose(3, 20)}", "Rye twice", hours=1)
        room.publish("south", prose(4), "Alone", hours=1)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    app = typer.Typer()
    for group in (stories, archive):
        group.register(app)
    return lambda *words: CliRunner().invoke(app, [*words, "--config", str(folder / "newshawk.toml")])


def test_stories_are_listed_with_their_first_publisher_and_how_they_spread(run: Run) -> None:
    lines = run("stories", "--sort", "newest").stdout.splitlines()
    assert lines[0].split() == ["2", "Rye", "bread"]
    assert (
        lines[1].strip().startswith("3 articles at 3 outlets, 2026-11-24 14:12 UTC to 2026-11-24 16:12 UTC")
    )
    assert lines[2].strip() == "published first: not known, no article states a time; seen first at wire"
    assert lines[3].strip() == "2 other outlets within 2 h of the first"
    assert lines[4].split() == ["1", "Bridge", "closed"]
    assert lines[6].strip() == "published first: not known, 2 may have been; of these seen first at wire"


def test_json_is_an_object_a_line_and_says_what_is_known(run: Run) -> None:
    rows = [json.loads(line) for line in run("stories", "--json").stdout.splitlines()]
    assert [(row["story_id"], row["articles"], row["outlets"]) for row in rows] == [(2, 3, 3), (1, 3, 3)]
    first = rows[1]["first_publisher"]
    assert (first["outlet"], first["known"], first["may_be_first"]) == ("wire", False, 2)


def test_one_story_tells_lag_share_and_additions_of_each_article(run: Run) -> None:
    told = run("stories", "1").stdout
    assert "\x1b" not in told
    assert "Span [red]shut" in told
    north, wire, south = told.split("\n\n")[1:]
    assert north.startswith("first seen  north  article 1  seen 2026-11-23 13:00")
    assert "published 2026-11-23 12:30 UTC, 25 min after the first" in north
    assert "carries 80% of the first text" in north
    assert OWN in north
    assert wire.startswith("+12 min     wire")
    assert "perhaps first" in wire
    assert "published 2026-11-23 (no time of day), perhaps first" in south
    assert "added 100 words" in south
    assert LONG.splitlines()[-1] not in south
    assert LONG.splitlines()[-1] in run("stories", "1", "--added").stdout


def test_a_long_lag_stands_apart_from_the_outlet_and_a_long_headline_is_cut(run: Run, folder: Path) -> None:
    with Store.open(folder / "newshawk.db") as store:
        room = Newsroom(World(store=store, path=folder / "newshawk.db"))
        room.open("wire", "south")
        room.publish("wire", prose(6, 20), "Tall order", hours=1)
        story = room.publish("south", prose(6, 20), "W" * 5000, hours=15, minutes=59).story_id
    told = run("stories", str(story)).stdout
    assert "+15 h 59 min south" in told
    assert "W" * 200 in told
    assert "W" * 301 not in told
    assert "W" * 301 not in run("stories").stdout


def test_a_former_number_leads_to_the_story(run: Run) -> None:
    assert "Story 3 turned out to be story 2" in run("stories", "3").stdout
    told = json.loads(run("stories", "3", "--json").stdout)
    assert (told["story_id"], told["former_ids"]) == (2, [3])
    assert [row["is_first_seen"] for row in told["members"]] == [True, False, False]


def test_an_article_alone_is_a_story_too_and_an_unknown_number_is_refused(run: Run) -> None:
    assert "one article; no other has its text" in run("stories", "4").stdout
    error = run("stories", "99").exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 2


def test_what_finds_nothing_says_why(run: Run) -> None:
    result = run("stories", "--outlet", "nowhere")
    assert (result.exit_code, result.stdout) == (0, "")
    assert 'no outlet "nowhere"' in result.stderr
    assert run("stories", "--since", "1m").stdout == ""
    assert run("stories", "--outlet", "wire", "-n", "1").stdout.count("published first") == 1


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min"),
        (1_501, "25 min"),
        (3_660, "1 h 1 min"),
        (86_400, "1 d"),
        (90_061, "1 d 1 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: int, told: str) -> None:
    assert length(seconds) == told


def test_datasette_opens_stories_and_links_them(folder: Path) -> None:
    assert '<a href="/newshawk/story?id=1">1</a>' in served(folder, "/newshawk/stories?outlet=wire")
    rows = json.loads(served(folder, "/newshawk/story.json?id=3&_shape=array"))
    assert [(row["story_id"], row["outlet"]) for row in rows] == [(2, "wire"), (2, "north"), (2, "south")]
    assert '<a href="/newshawk/story?id=2">2</a>' in served(folder, "/newshawk/first_to_publish")
    order = json.loads(served(folder, "/newshawk/outlet_order.json?_shape=array&outlet=wire&other=north"))
    assert [(row["stories"], row["earlier"], row["median_lead_seconds"]) for row in order] == [(1, 1, 1500)]
