"""Silences on a terminal, over a real store."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import outbox
from crawler.cli.since import moment_ahead
from crawler.errors import UsageError
from storage.store import Store
from tests.storage.world import opened

app = typer.Typer()
outbox.register(app)
CONFIG = """
[store]
path = "newshawk.db"

[[recipients]]
id = "desk"
email = "desk@example.org"

[[rules]]
id = "rule0"
query = "bridge OR ferry"
to = "desk"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One alert that waits, of rule0 to desk."""
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    with opened(tmp_path) as world:
        world.add_rule("bridge OR ferry")
        world.store_article("http://www.example.com/Detail/2026/11/23/1001/a")
    return tmp_path


def run(folder: Path, *args: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(
        app, ["alerts", *args, "--config", str(folder / "newshawk.toml")]
    )


def test_a_silence_with_an_end_is_made_shown_and_ended(folder: Path) -> None:
    made = run(folder, "silence", "--rule", "rule0", "--until", "7d", "--reason", "away\x1b[31m [red]")
    assert made.exit_code == 0, made.output
    assert "1 that waited given up" in made.output
    shown = " ".join(run(folder, "silences").output.split())
    assert "rule0" in shown
    assert "(all)" in shown
    assert "until (UTC)" in shown
    assert re.search(r"by hand, [-\d]+ [:\d]+ UTC; away", shown)
    assert "away [red]" in shown
    assert "\x1b" not in shown
    (row,) = [json.loads(line) for line in run(folder, "silences", "--json").output.splitlines()]
    assert (row["kind"], row["alerts"], row["in_force"]) == ("hand", 1, True)
    assert run(folder, "retry", "--dead").output.startswith("0 queued."), "it was given up on purpose"
    # the alert is of 2026-11-23: younger or older than seven days by the clock of the test, so without --send
    assert run(folder, "unsilence", "1").exit_code == 0
    assert "No silences." in run(folder, "silences").output
    assert "ended" in run(folder, "silences", "--all").output
    assert isinstance(run(folder, "unsilence", "1").exception, UsageError)


def test_several_are_ended_at_once_and_what_stays_unsent_is_said(folder: Path) -> None:
    for _ in range(2):
        run(folder, "silence", "--rule", "rule0", "--until", "7d")
    ended = run(folder, "unsilence", "1", "2").output
    assert "Silence 1 is over; 0 of its 1 alerts queued." in ended
    assert ended.count('"newshawk alerts retry ID" sends one of it after all') == 1
    assert "Silence 2 is over; 0 of its 0 alerts queued." in ended


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", datetime(2099, 12, 2, tzinfo=UTC)),
        ("Asia/Tehran", datetime(2099, 12, 1, 20, 30, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2099, 12, 2, 8, tzinfo=UTC)),
    ],
)
def test_a_day_ends_on_the_clock_of_the_one_reader(folder: Path, zone: str, end: datetime) -> None:
    config = folder / "newshawk.toml"
    config.write_text(
        config.read_text().replace(
            'email = "desk@example.org"', f'email = "d@example.org"\ntimezone = "{zone}"'
        )
    )
    assert run(folder, "silence", "--to", "desk", "--until", "2099-12-01").exit_code == 0
    assert run(folder, "silence", "--rule", "rule0", "--until", "2099-12-01").exit_code == 0
    rows = [json.loads(line) for line in run(folder, "silences", "--json").output.splitlines()]
    assert [row["until_at"] for row in rows] == ["2099-12-02T00:00:00Z", f"{end:%Y-%m-%dT%H:%M:%SZ}"]


def test_a_day_that_its_clock_skips_the_midnight_of_ends_when_the_next_begins() -> None:
    now = datetime(2018, 11, 1, tzinfo=UTC)
    assert moment_ahead("2018-11-03", now, "America/Sao_Paulo") == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_without_an_end_only_what_waits_is_given_up(folder: Path) -> None:
    assert run(folder, "silence", "--rule", "rule0").output.startswith("1 silenced.")
    assert "No silences." in run(folder, "silences").output


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--rule", "rul0", "--until", "7d"), 'Did you mean "rule0"?'),
        (("--to", "dsk", "--until", "7d"), 'Did you mean "desk"?'),
        (("--until", "7d"), "--rule or --to"),
        (("1", "--until", "7d"), "not for single alerts"),
        (("--rule", "rule0", "--reason", "x"), "--reason needs --until"),
        (("--rule", "rule0", "--until", "2020-01-01"), "over already"),
        (("--rule", "rule0", "--until", "soon"), "neither a day"),
        (("--rule", "rule0", "--until", "7d", "--reason", "x" * 201), "201 characters"),
    ],
)
def test_what_cannot_be_silenced_is_told_and_nothing_is_given_up(
    folder: Path, args: tuple[str, ...], told: str
) -> None:
    result = run(folder, "silence", *args)
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)
    with Store.open(folder / "newshawk.db", read_only=True) as store:
        assert store.outbox_depth() == {"queued": 1}


def test_an_end_is_a_time_from_now_or_the_end_of_a_day() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert moment_ahead("7d", now) == now + timedelta(days=7)
    assert moment_ahead("2026-11-23", now) == datetime(2026, 11, 24, tzinfo=UTC)
    assert moment_ahead("999999d", now) == now + timedelta(days=999999)
    assert moment_ahead("9999-12-31", now) > now


def test_a_rule_that_is_broken_by_now_can_be_silenced_since_it_alerts_as_before(folder: Path) -> None:
    config = folder / "newshawk.toml"
    config.write_text(config.read_text().replace('"bridge OR ferry"', '"(bridge"'))
    made = run(folder, "silence", "--rule", "rule0", "--until", "7d")
    assert (made.exit_code, "1 that waited given up" in made.output) == (0, True), made.output
    assert "no longer in the config" not in run(folder, "silences").output
