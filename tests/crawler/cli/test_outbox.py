"""The outbox on a terminal, over a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import outbox
from crawler.errors import UsageError
from storage.store import Store
from tests.storage.world import NOON, opened

app = typer.Typer()
outbox.register(app)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three alerts: 1 dead, 2 sent, 3 waiting."""
    (tmp_path / "newshawk.toml").write_text('[store]\npath = "newshawk.db"\n')
    with opened(tmp_path) as world:
        world.add_rule("bridge OR ferry OR choir")
        world.store_article("http://www.example.com/Detail/2026/11/23/1001/a", "Bridge [red]closed\x1b[31m")
        world.store_article(
            "http://www.example.com/Detail/2026/11/23/1002/b", "Ferry fares", "A ferry crossed."
        )
        world.store.claim_alerts(NOON, 60)
        world.store.mark_dead([1], "550 no such user")
        world.store.mark_sent([2], NOON, "<2@example.org>")
        world.store_article(
            "http://www.example.com/Detail/2026/11/23/1003/c", "Choir sings", "The choir sang."
        )
    return tmp_path


def run(folder: Path, *args: str) -> Result:
    return CliRunner().invoke(app, ["alerts", *args, "--config", str(folder / "newshawk.toml")])


def states(folder: Path) -> dict[int, str]:
    rows = [json.loads(line) for line in run(folder, "list", "--json").output.splitlines()]
    return {row["id"]: row["state"] for row in rows}


def test_list_shows_state_and_why(folder: Path) -> None:
    assert states(folder) == {3: "queued", 2: "sent", 1: "dead"}
    result = CliRunner(env={"COLUMNS": "200"}).invoke(
        app, ["alerts", "list", "--config", str(folder / "newshawk.toml")]
    )
    assert result.exit_code == 0
    assert "550" in result.output
    assert "\x1b" not in result.output


def test_list_is_whole_on_a_narrow_terminal_and_says_when_alerts_are_left_out(folder: Path) -> None:
    words = ["alerts", "list", "--config", str(folder / "newshawk.toml")]
    narrow = CliRunner(env={"COLUMNS": "80"})
    assert "2026-11-23T12:00:00Z" in narrow.invoke(app, words).output
    assert "left out" not in narrow.invoke(app, words).output
    lines = [line.strip() for line in narrow.invoke(app, words).output.splitlines()]
    assert {"Ferry fares", "Choir sings", "550 no such user"} <= set(lines), "whole words, whole lines"
    result = narrow.invoke(app, [*words, "--limit", "2"])
    assert "Earlier alerts are left out; --limit shows more than 2." in result.output
    assert result.output.count("2026-11-23T") == 2


def test_list_by_state(folder: Path) -> None:
    lines = run(folder, "list", "--state", "dead", "--json").output.splitlines()
    assert [json.loads(line)["error"] for line in lines] == ["550 no such user"]
    assert isinstance(run(folder, "list", "--state", "gone").exception, UsageError)


def test_show_tells_all_of_one_alert(folder: Path) -> None:
    output = run(folder, "show", "1").output
    assert "550 no such user" in output
    assert "Bridge [red]closed" in output
    assert json.loads(run(folder, "show", "2", "--json").output)["message_id"] == "<2@example.org>"
    assert isinstance(run(folder, "show", "99").exception, UsageError)


def test_retry_queues_what_was_given_up(folder: Path) -> None:
    assert "1 queued." in run(folder, "retry", "--dead").output
    assert states(folder)[1] == "queued"
    with Store.open(folder / "newshawk.db") as store:
        assert [(alert.id, alert.attempts) for alert in store.claim_alerts(NOON, 60)] == [(1, 0), (3, 0)]


def test_what_was_sent_is_not_sent_again(folder: Path) -> None:
    result = run(folder, "retry", "1", "2")
    assert isinstance(result.exception, UsageError)
    assert states(folder) == {3: "queued", 2: "sent", 1: "queued"}


def test_silence_gives_up_what_waits_and_retry_brings_it_back(folder: Path) -> None:
    assert "1 silenced." in run(folder, "silence", "--rule", "rule0").output
    assert states(folder) == {3: "dead", 2: "sent", 1: "dead"}
    assert "1 queued." in run(folder, "retry", "3").output
    assert states(folder)[3] == "queued"


@pytest.mark.parametrize("command", ["retry", "silence"])
def test_nothing_named_is_a_wrong_call(folder: Path, command: str) -> None:
    assert isinstance(run(folder, command).exception, UsageError)


@pytest.mark.parametrize(
    "title",
    [
        "Bridge\r\nBcc: all@example.org",
        "Bridge \u202eevil\u2066 turned",
        "Bridge\u2028next\u2029line\x85end",
        "Bridge \x1b]0;owned\x07\x9b31m\x1b[2J",
        "Bridge <script>alert(1)</script> [bold]x[/bold]",
        "Bridge " + "x" * 10_000,
        "Bridge " + "\u0301" * 400,
        "😀" * 50,
    ],
)
def test_a_hostile_title_is_inert_on_the_terminal(tmp_path: Path, title: str) -> None:
    (tmp_path / "newshawk.toml").write_text('[store]\npath = "newshawk.db"\n')
    with opened(tmp_path) as world:
        world.add_rule("bridge")
        world.store_article("http://www.example.com/Detail/2026/11/23/1001/a", title)
    for words in (("list",), ("show", "1")):
        result = run(tmp_path, *words)
        assert result.exit_code == 0, result.output
        assert not set(result.output) & set("\r\x1b\x07\x85\x9b\u2028\u2029\u202e\u2066")
        assert not any(line.startswith("Bcc:") for line in result.output.splitlines())
