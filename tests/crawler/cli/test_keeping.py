"""prune, hold, show and the export of pages, as a person calls them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from crawler.cli import archive, keeping
from crawler.errors import BusyError, NewshawkError, StoreError, UsageError
from storage.hold import hold
from storage.store import Store
from tests.storage.keptpages import address, page, press, store_page
from tests.storage.world import NOON, OTHER, OUTLET, World

Run = Callable[..., Result]
CONFIG = """
[store]
keep_pages = "30d"

[[outlets]]
id = "example"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
"""
LONG_AGO = NOON - timedelta(days=400)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A store in which a year has passed."""
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    with Store.open(tmp_path / "newshawk.db") as store:
        store.sync_config((OUTLET, OTHER), (), LONG_AGO)
        made = World(store=store, path=tmp_path / "newshawk.db", now=LONG_AGO)
        made.begin()
        made.make_known()
        for number in range(1, 4):
            store_page(made, number)
        made.begin(days=390)
        yield made


@pytest.fixture
def run(world: World) -> Run:
    app = typer.Typer()
    archive.register(app)
    keeping.register(app)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(world.path.with_name("newshawk.toml"))])

    return call


def pages(data: bytes) -> dict[str, bytes]:
    """Return the pages of a WARC file by address; digests are compared."""
    read = ArchiveIterator(io.BytesIO(data), check_digests="raise")
    return {
        record.rec_headers.get_header("WARC-Target-URI"): record.content_stream().read()
        for record in read
        if record.rec_type == "response"
    }


# --- prune ----------------------------------------------------------------------------------------


def test_a_dry_run_tells_what_would_go_and_changes_nothing(run: Run, world: World) -> None:
    world.store.place_hold(2, "", world.now)
    told = run("prune", "--dry-run").stdout
    assert "2 would go" in told
    assert "2 of articles, older than keep_pages" in told
    assert "example: 2," in told
    assert "1 are old enough and stay" in told
    plan = json.loads(run("prune", "--dry-run", "--json").stdout)["would_take"]
    assert (plan["pages"], plan["spared"], plan["over"]) == (2, 1, 0)
    assert plan["stored"] == plan["reasons"]["age"]["stored"] == plan["outlets"]["example"]["stored"]
    assert world.store.kept()["dropped"] == 0


def test_prune_does_what_the_dry_run_told(run: Run, world: World) -> None:
    result = run("prune")
    assert result.exit_code == 0
    assert "3 pages taken" in result.stdout
    assert "the file keeps its size" in result.stdout
    assert world.store.kept()["dropped"] == 3
    assert json.loads(run("prune", "--json").stdout) == {
        "dictionaries": [],
        "saved": 0,
        "taken": 0,
        "freed": 0,
        "over": 0,
    }
    assert world.store.check(bodies=True) == []


def test_prune_makes_dictionaries_first(run: Run, world: World) -> None:
    for number in range(10, 20):
        store_page(world, number)
    told = json.loads(run("prune", "--json").stdout)
    assert told["dictionaries"] == ["example"]
    assert told["saved"] > 10_000
    assert world.store.check(bodies=True) == []


def test_shrink_gives_room_back_and_wants_the_store_for_itself(run: Run, world: World) -> None:
    for number in range(30, 60):
        store_page(world, number)
    world.now = NOON + timedelta(days=400)
    world.store.close()
    with hold(world.path):
        assert isinstance(run("prune", "--shrink").exception, BusyError)
    before, after = json.loads(run("prune", "--shrink", "--json").stdout)["file"]
    assert after < before
    assert isinstance(run("prune", "--shrink", "--dry-run").exception, UsageError)


def test_without_a_store_there_is_nothing_to_prune(run: Run, world: World) -> None:
    world.store.close()
    for file in world.path.parent.glob("newshawk.db*"):
        file.unlink()
    for words in (["prune"], ["prune", "--dry-run"], ["hold"], ["hold", "1"], ["prune", "--shrink"]):
        assert isinstance(run(*words).exception, StoreError)
    assert not world.path.exists()


# --- hold -----------------------------------------------------------------------------------------


def test_a_hold_tells_which_pages_are_gone(run: Run, world: World) -> None:
    world.begin(hours=1)
    later = world.page(world.recheck(1), body=b"<html>later</html>")
    world.write(world.article(later.link, "Report 1", "A wholly other text stands here.", page=later))
    at = "2026-01-02T03:04:05Z"
    sql = "UPDATE captures SET body = NULL, dictionary_id = NULL, body_dropped_at = ? WHERE id IN (1, 2)"
    world.store._db.execute(sql, (at,))
    told = run("hold", "1").stdout
    assert "1 page stays; 1 page is gone since 2026-01-02T03:04:05Z, and no hold brings it back" in told
    assert "no page is left to stay; 1 page is gone since" in run("hold", "2").stdout
    pages = ("pages_kept", "pages_gone", "gone_since")
    (row,) = json.loads(run("hold", "1", "--json").stdout)
    assert tuple(row[name] for name in pages) == (1, 1, at)
    listed = {row["article_id"]: row for row in json.loads(run("hold", "--json").stdout)}
    assert tuple(listed[2][name] for name in pages) == (0, 1, at)
    assert "1 page stays; 1 page is gone" in run("hold").stdout


def test_a_hold_is_placed_listed_shown_and_released(run: Run) -> None:
    placed = run("hold", "1", "--reason", "a [red]complaint\x1b")
    assert (placed.exit_code, "article 1 is on hold: 1 page stays\n" in placed.stdout) == (0, True)
    listed = run("hold").stdout
    assert "a [red]complaint" in listed
    assert "\x1b" not in listed
    assert "on hold since" in run("show", "1").stdout
    assert json.loads(run("show", "1", "--json").stdout)["holds"][0]["released_at"] is None
    assert [each["article_id"] for each in json.loads(run("hold", "--json").stdout)] == [1]
    assert run("hold", "1", "--release").exit_code == 0
    assert "nothing is on hold" in run("hold").stdout
    assert "until" in run("show", "1").stdout


@pytest.mark.parametrize("words", [["99"], ["1", "--release"], ["--release"], ["--reason", "x"]])
def test_a_hold_that_cannot_be_is_a_usage_error(run: Run, words: list[str]) -> None:
    error = run("hold", *words).exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 2


# --- pages as WARC --------------------------------------------------------------------------------


def test_pages_of_what_matches_are_written_and_are_those_of_the_store(
    run: Run, world: World, tmp_path: Path
) -> None:
    target = tmp_path / "pages.warc.gz"
    result = run("export", "--format", "warc", "-o", str(target))
    assert (result.exit_code, result.stderr) == (0, f"Wrote 3 pages to {target}.\n")
    assert pages(target.read_bytes()) == {address(number): page("example", number) for number in (1, 2, 3)}
    command = [sys.executable, "-m", "warcio.cli", "check", str(target)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert run("export", '"report 2"', "--format", "warc", "-o", str(target)).exit_code == 0
    assert list(pages(target.read_bytes())) == [address(2)]
    assert run("export", "--outlet", "other", "--format", "warc", "-o", str(target)).exit_code == 0
    assert pages(target.read_bytes()) == {}


def test_pages_with_a_dictionary_are_written_as_they_were_received(run: Run, world: World) -> None:
    for number in range(10, 20):
        store_page(world, number)
    press(world)
    found = pages(run("export", "--format", "warc").stdout_bytes)
    assert found[address(12)] == page("example", 12)
    assert len(found) == 13


def test_a_stub_is_counted_and_a_damaged_page_is_told_with_exit_1(
    run: Run, world: World, tmp_path: Path
) -> None:
    world.store.drop_bodies([1], world.now)
    target = tmp_path / "pages.warc.gz"
    result = run("export", "--format", "warc", "-o", str(target))
    assert result.exit_code == 0
    assert "Wrote 2 pages" in result.stderr
    assert "Of 1 more retention took the body" in result.stderr
    world.store._db.execute("UPDATE captures SET body = x'00' WHERE id = 2")
    result = run("export", "--format", "warc", "-o", str(target))
    assert result.exit_code == 1
    assert 'doctor --bodies" names them' in result.stderr
    assert list(pages(target.read_bytes())) == [address(3)]


@pytest.mark.parametrize("damage", ["'a text'", "7", "zeroblob(length(body))"])
def test_a_body_of_another_type_is_damaged_too(run: Run, world: World, damage: str) -> None:
    world.store._db.execute(f"UPDATE captures SET body = {damage} WHERE id = 2")
    result = run("export", "--format", "warc")
    assert result.exit_code == 1
    assert list(pages(result.stdout_bytes)) == [address(1), address(3)]
    assert "captures: the body of number 2 is not the one that was received" in world.store.check(bodies=True)


def test_history_brings_all_pages_of_an_article_each_once(run: Run, world: World) -> None:
    world.begin(hours=1)
    link = world.recheck(1)
    later = world.page(link, body=b"<html>later</html>")
    world.write(world.article(link, "Report 1", "A wholly other text stands here.", page=later))
    latest = run("export", '"report 1"', "--format", "warc").stdout_bytes
    assert pages(latest) == {address(1): b"<html>later</html>"}
    whole = ArchiveIterator(io.BytesIO(run("export", "--format", "warc", "--history").stdout_bytes))
    kinds = [record.rec_type for record in whole]
    assert kinds == ["warcinfo", *["response"] * 4]


def test_binary_is_not_written_to_a_terminal(run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler.cli import warcfile

    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(warcfile.sys, "stdout", Terminal())
    with Store.open(world.path, read_only=True) as store, pytest.raises(UsageError, match="-o pages"):
        warcfile.export_pages(store, store.pages(), None, "")


def test_a_file_that_cannot_be_written_leaves_nothing(run: Run, tmp_path: Path) -> None:
    error = run("export", "--format", "warc", "-o", str(tmp_path / "no" / "pages.warc.gz")).exception
    assert isinstance(error, NewshawkError)
    assert "cannot be written" in str(error)
    assert not list(tmp_path.glob("**/*.part"))
