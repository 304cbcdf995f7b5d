"""Kept pages read again after an improvement: no false edits, no text lost unseen, late alerts once."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.config import load_config
from crawler.extract import version
from schedules.passes import clock_from
from schedules.reextract import Asked, OutletReport, look, reextract_pass
from storage.hold import hold
from storage.store import Store
from tests.path.commands import newshawk, wait_until
from tests.path.newsroom import EXAMPLE, START, Newsroom
from tests.path.test_feed_to_mail import FIRE_TEXT, FIRE_URL, LIBRARY_TEXT, LIBRARY_URL
from tests.world.answers import feed, html
from tests.world.reactor import reactor_thread
from tests.world.server import World

Make = Callable[..., Newsroom]
HOSTS = ("www.example.com", "example-mirror.net")
PROMO = (
    "Readers of this page also keep a copy of our harbour calendar on the wall, with the tides of the year."
)
VAN = FIRE_TEXT[2]
FIRE_PATH = "/story/100/fire-in-the-harbour"
HOUR = timedelta(hours=1)


def chrome(line: str) -> str:
    """Return a rule of the outlet that cuts a whole line."""
    return f'[[outlets.chrome]]\nid = "promo"\nplace = "line"\ntext = "{line}"\n'


def rule(query: str, rule_id: str = "van") -> str:
    """Return a standing query for the desk."""
    return f'[[rules]]\nid = "{rule_id}"\nquery = \'{query}\'\nto = ["desk"]\n'


def publish(world: World, *urls: str, fire: tuple[str, ...] = (*FIRE_TEXT, PROMO)) -> None:
    """Serve a feed that names *urls*, and both stories, on both hosts."""
    for host in HOSTS:
        world.put(host, "/rss.xml", feed(*urls))
        world.put(host, FIRE_PATH, html("Fire in the harbour", *fire))
        world.put(host, "/story/101/library-opens", html("Library opens reading room", *LIBRARY_TEXT))


def filled(room: Newsroom, world: World) -> None:
    """Crawl a first list, which is silent, then the fire."""
    publish(world, LIBRARY_URL)
    room.crawl()
    publish(world, FIRE_URL, LIBRARY_URL)
    room.crawl(after=timedelta(minutes=1))


def fire(room: Newsroom) -> dict[str, Any]:
    """Return the export row of the fire."""
    return next(row for row in room.rows() if row["url"] == FIRE_URL)


def reextract(
    room: Newsroom, *, after: timedelta = 5 * HOUR, dry_run: bool = False, **asked: Any
) -> OutletReport:
    """Run one call; return the report of the outlet."""
    config = load_config(room.config)
    given = Asked(outlets=config.outlets, **asked)
    if dry_run:
        return asyncio.run(look(config, given)).outlets["example"]
    done = reactor_thread().run(reextract_pass(config, given, clock_from(START + after)))
    assert done.delivery_error is None
    return done.outlets["example"]


def everything(room: Newsroom) -> str:
    """Return all rows of all tables, full-text indexes included."""
    from sqlite_utils.utils import sqlite3

    connection = sqlite3.connect(f"file:{room.folder / 'newshawk.db'}?mode=ro", uri=True)
    try:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        return "\n".join(repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names)
    finally:
        connection.close()


def visits(room: Newsroom) -> list[tuple[str, str]]:
    """Return verdict and reason of each visit of the fire, the first one first."""
    rows = room.sql(
        "SELECT v.verdict, v.reason FROM visits AS v JOIN articles AS a ON a.id = v.article_id"
        f" WHERE a.url = '{FIRE_URL}' ORDER BY v.id"
    )
    return [(verdict, reason) for verdict, reason in rows]


def is_whole(room: Newsroom) -> bool:
    """Return whether the store has no faults."""
    with Store.open(room.folder / "newshawk.db") as store:
        return store.check(bodies=True) == []


# --- re-checks ------------------------------------------------------------------------------------


def test_a_recheck_after_a_rule_change_is_no_edit_and_the_text_takes_the_new_reading(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, rule("calendar"))
    filled(room, world)
    before = fire(room)
    assert PROMO in before["body"]
    assert len(room.mails()) == 1
    room.declare(EXAMPLE, chrome(PROMO), rule("calendar"))
    counts = room.crawl(after=2 * HOUR)["example"]
    assert (counts["revised"], counts["unchanged"]) == (0, 2)
    after = fire(room)
    assert after["body"].split("\n") == list(FIRE_TEXT)
    assert (after["revision"], after["revised_at"]) == (1, before["revised_at"])
    assert visits(room) == [("new", ""), ("unchanged", "reread")]
    assert room.sql("SELECT why, body FROM extractions") == [("recheck", before["body"])]
    ended = room.sql("SELECT rule_id, ended_at IS NOT NULL FROM matches")
    assert ended == [("van", 1)]
    (note,) = room.sql("SELECT text FROM notes WHERE kind = 'unmatched'")
    assert "van" in note[0]
    assert len(room.mails()) == 1
    room.crawl(after=6 * HOUR)
    assert visits(room)[-1] == ("unchanged", "same_bytes")
    assert is_whole(room)


def test_another_version_of_newshawk_makes_no_edit_either(
    newsroom: Make, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = newsroom(EXAMPLE)
    monkeypatch.setattr(version, "program_version", lambda: "earlier")
    filled(room, world)
    monkeypatch.undo()
    with (
        Store.open(room.folder / "newshawk.db") as store,
        store._writing() as db,
    ):  # as an earlier version read it
        db.execute("UPDATE revisions SET text_sha256 = 'x', body = body || char(10) || 'Share this page'")
    counts = room.crawl(after=2 * HOUR)["example"]
    assert (counts["revised"], counts["unchanged"]) == (0, 2)
    assert fire(room)["body"].split("\n") == [*FIRE_TEXT, PROMO]
    assert len(room.sql("SELECT * FROM extractions WHERE extraction LIKE 'earlier.%'")) == 2


def test_an_edit_together_with_a_rule_change_is_one_revision(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, rule("arrested"))
    filled(room, world)
    room.declare(EXAMPLE, chrome(PROMO), rule("arrested"))
    edited = (*FIRE_TEXT[:2], "The driver of the white van was arrested at noon, the police said.", PROMO)
    publish(world, FIRE_URL, LIBRARY_URL, fire=edited)
    counts = room.crawl(after=2 * HOUR)["example"]
    assert (counts["revised"], counts["unchanged"]) == (1, 1)
    with room.store() as store:
        first, second = store.revisions(fire(room)["id"])
    assert first.body.split("\n") == list(FIRE_TEXT)
    assert second.body.split("\n") == list(edited[:3])
    assert len(room.mails()) == 1
    assert is_whole(room)


@pytest.mark.parametrize(("edit", "verdict"), [("", "unchanged"), (" Two men were hurt.", "revision")])
def test_without_a_kept_page_lines_that_rules_cut_are_no_edit(
    newsroom: Make, world: World, edit: str, verdict: str
) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    with Store.open(room.folder / "newshawk.db") as store, store._writing() as db:
        db.execute("UPDATE captures SET body = NULL, body_dropped_at = '2026-11-23T07:00:00Z'")
    room.declare(EXAMPLE, chrome(PROMO))
    publish(world, FIRE_URL, LIBRARY_URL, fire=(FIRE_TEXT[0], FIRE_TEXT[1] + edit, FIRE_TEXT[2], PROMO))
    room.crawl(after=2 * HOUR)
    assert visits(room)[-1] == (verdict, "unkept")


def test_what_a_recheck_finds_in_the_kept_page_alerts_late_too(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, chrome(VAN), rule("van AND quay"))
    filled(room, world)
    assert room.mails() == []
    room.declare(EXAMPLE, rule("van AND quay"))
    room.crawl(after=2 * HOUR)
    assert (visits(room)[-1], fire(room)["revision"]) == (("unchanged", "reread"), 1)
    (mail,) = room.mails()
    assert "Late" in mail["Subject"]
    room.crawl(after=26 * HOUR)
    assert len(room.mails()) == 1


def test_a_mirror_that_shows_an_earlier_text_undoes_no_edit_after_a_rule_change(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    edited = (
        *FIRE_TEXT,
        "The quay is closed until Friday, and the ferry leaves from the fishing port.",
        PROMO,
    )
    world.put(HOSTS[0], FIRE_PATH, html("Fire in the harbour", *edited))
    room.crawl(after=2 * HOUR)
    assert fire(room)["revision"] == 2
    room.declare(EXAMPLE, chrome(PROMO))
    world.break_host(HOSTS[0], "reset")
    room.crawl(after=6 * HOUR)
    assert visits(room)[-1] == ("failed", "outdated")
    assert fire(room)["revision"] == 2


# --- the command's work ---------------------------------------------------------------------------


def test_a_dry_run_tells_what_would_change_and_writes_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, rule("calendar"))
    filled(room, world)
    room.declare(EXAMPLE, chrome(PROMO), rule("calendar"))
    before = everything(room)
    report = reextract(room, dry_run=True)
    assert everything(room) == before
    assert (report.texts, report.read, report.unkept) == (2, 2, 0)
    assert (report.fates["same"], report.fates["lost"], report.lines_lost) == (1, 1, 1)
    (sample,) = report.samples
    assert (sample.lost, sample.gained, sample.unmatched) == ((PROMO,), (), ("van",))
    assert [each.title for each in report.named["unmatched"]] == ["Fire in the harbour"]


def test_what_was_missed_alerts_once_marked_late(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, chrome(VAN), rule("van AND quay"))
    filled(room, world)
    assert VAN not in fire(room)["body"]
    assert room.mails() == []
    room.declare(EXAMPLE, rule("van AND quay"), rule("van", "younger"))
    seen = reextract(room, dry_run=True)
    assert (seen.fates["gained"], seen.alerts) == (1, 1)
    report = reextract(room)
    assert (report.fates["gained"], report.lines_gained, report.alerts) == (1, 1, 1)
    (mail,) = room.mails()
    assert "Late" in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "white van" in re.sub(r"[*_]", "", body.get_content())
    assert VAN in fire(room)["body"]
    with room.store() as store:
        from crawler.query import parse

        assert [row["id"] for row in store.search(parse("quay")).rows] == [fire(room)["id"]]
    again = reextract(room, after=8 * HOUR, everything=True)
    assert (again.read, again.fates["same"], again.alerts) == (2, 2, 0)
    assert len(room.mails()) == 1
    assert reextract(room, after=9 * HOUR).texts == 0
    assert is_whole(room)


def test_a_kept_page_that_cannot_be_read_stops_no_other(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    room.declare(EXAMPLE, chrome(PROMO))
    with Store.open(room.folder / "newshawk.db") as store, store._writing() as db:
        (body,) = [row["body"] for row in db.all("SELECT body FROM captures WHERE id = 1")]
        db.execute("UPDATE captures SET body = zeroblob(40) WHERE id = 1")
    report = reextract(room)
    assert (report.read, report.fates["failed"], report.fates["lost"]) == (2, 1, 1)
    assert [each.reason for each in report.named["failed"]] == ["page_damaged"]
    assert PROMO not in fire(room)["body"]
    with Store.open(room.folder / "newshawk.db") as store, store._writing() as db:
        db.execute("UPDATE captures SET body = ? WHERE id = 1", (body,))
    assert reextract(room, after=6 * HOUR).fates["same"] == 1
    assert is_whole(room)


def test_a_silent_article_stays_silent(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, chrome(VAN), rule("van AND quay"))
    publish(world, FIRE_URL)
    room.crawl()
    room.declare(EXAMPLE, rule("van AND quay"))
    report = reextract(room)
    assert (report.fates["gained"], report.counts["matched"], report.alerts) == (1, 1, 0)
    assert room.mails() == []
    assert room.sql("SELECT rule_id FROM matches") == [("van",)]


def test_a_text_that_loses_much_stands_until_it_is_forced(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    before = fire(room)["body"]
    room.declare(EXAMPLE, chrome(FIRE_TEXT[0]), chrome(FIRE_TEXT[2]).replace("promo", "more"))
    report = reextract(room)
    assert report.fates["withheld"] == 1
    assert [(each.reason, each.lost_share > 0.3) for each in report.named["withheld"]] == [
        ("loses_text", True)
    ]
    assert fire(room)["body"] == before
    for later in (6, 18):
        assert room.crawl(after=later * HOUR)["example"]["revised"] == 0
        assert visits(room)[-1] == ("unchanged", "reread")
    assert fire(room)["body"] == before
    ((article, told),) = room.sql("SELECT article_id, text FROM notes WHERE kind = 'withheld'")
    assert (article, "would lose more than 30%" in told) == (fire(room)["id"], True)
    forced = reextract(room, after=20 * HOUR, force=True)
    assert forced.fates["lost"] == 1
    assert fire(room)["body"].split("\n") == [FIRE_TEXT[1], PROMO]


def test_the_window_and_superseded_revisions(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    edited = (
        *FIRE_TEXT,
        "The quay is closed until Friday, and the ferry leaves from the fishing port.",
        PROMO,
    )
    publish(world, FIRE_URL, LIBRARY_URL, fire=edited)
    room.crawl(after=2 * HOUR)
    room.declare(EXAMPLE, chrome(PROMO))
    assert reextract(room, dry_run=True, since=START + HOUR).texts == 0
    assert reextract(room, dry_run=True, until=START + timedelta(seconds=30)).texts == 1
    assert reextract(room, dry_run=True).texts == 2
    report = reextract(room, history=True)
    assert (report.texts, report.fates["lost"]) == (3, 2)
    with room.store() as store:
        number = fire(room)["id"]
        assert [each.body.count(PROMO) for each in store.revisions(number)] == [0, 0]
        earlier = store.extractions(number)
        assert [[each.body.count(PROMO) for each in earlier[revision]] for revision in (1, 2)] == [[1], [1]]
    assert is_whole(room)


# --- the command ----------------------------------------------------------------------------------


def test_the_command_holds_the_store_and_its_dry_run_does_not(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    room.declare(EXAMPLE, chrome(PROMO))
    with hold(room.folder / "newshawk.db"):
        assert newshawk(room.folder, "reextract").returncode == 75
        dry = newshawk(room.folder, "reextract", "--dry-run", "--json")
    assert dry.returncode == 0, dry.stderr
    told = json.loads(dry.stdout)
    assert told["dry_run"]
    assert told["outlets"]["example"]["lost"] == 1
    assert told["outlets"]["example"]["samples"][0]["lost"] == [PROMO]
    shown = newshawk(room.folder, "reextract", "--outlet", "example", "--dry-run")
    assert f"- {PROMO}" in shown.stdout
    done = newshawk(room.folder, "reextract", "--since", "2026-11-23")
    assert (done.returncode, "2 pages read again" in done.stdout) == (0, True), done.stderr
    assert "Nothing to do" in newshawk(room.folder, "reextract").stdout
    history = newshawk(room.folder, "show", str(fire(room)["id"]), "--history").stdout
    assert "read until" in history
    assert PROMO in history
    row = json.loads(newshawk(room.folder, "show", str(fire(room)["id"]), "--history", "--json").stdout)
    assert PROMO in row["revisions"][0]["earlier_readings"][0]["body"]
    (room.folder / "empty.toml").write_text(room.config.read_text().replace("newshawk.db", "none.db"))
    none = newshawk(room.folder, "reextract", "--config", "empty.toml")
    assert (none.returncode, "no store here yet" in none.stderr) == (1, True)
    wrong = newshawk(room.folder, "reextract", "--outlet", "exampel")
    assert (wrong.returncode, 'Did you mean "example"?' in wrong.stderr) == (2, True)
    assert (
        newshawk(room.folder, "reextract", "--since", "2026-11-23", "--until", "2026-11-22").returncode == 2
    )


def many(world: World, count: int) -> None:
    """Serve a feed of so many articles, each with the promo."""
    urls = [f"https://www.example.com/story/{number}/report" for number in range(1, count + 1)]
    for host in HOSTS:
        world.put(host, "/rss.xml", feed(*urls))
        for number in range(1, count + 1):
            text = [f"{line} It was report {number} of the year {1900 + number}." for line in FIRE_TEXT]
            world.put(host, f"/story/{number}/report", html(f"Report number {number}", *text, PROMO))


def written(folder: Path) -> int:
    """Return how many earlier readings there are."""
    from sqlite_utils.utils import sqlite3

    connection = sqlite3.connect(f"file:{folder / 'newshawk.db'}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM extractions").fetchone()[0])
    finally:
        connection.close()


def stopped_by(room: Newsroom, number: signal.Signals) -> int:
    """Start the command, send it a signal after its first batch, and return its exit code."""
    before = written(room.folder)
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.cli.app", "reextract"],
        cwd=room.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_until(lambda: written(room.folder) > before or process.poll() is not None)
        process.send_signal(number)
        return process.wait(60)


def test_a_call_that_was_stopped_or_killed_goes_on(newsroom: Make, world: World) -> None:
    room, count = newsroom(EXAMPLE), 240
    many(world, count)
    assert room.crawl()["example"]["new"] == count
    room.declare(EXAMPLE, chrome(PROMO))
    assert stopped_by(room, signal.SIGTERM) == 130
    assert 0 < written(room.folder) < count
    assert stopped_by(room, signal.SIGKILL) == -signal.SIGKILL
    done = written(room.folder)
    assert done < count
    report = reextract(room)
    assert (report.texts, report.fates["lost"]) == (count - done, count - done)
    assert written(room.folder) == count
    assert room.sql("SELECT count(DISTINCT revision_id) FROM extractions") == [(count,)]
    assert not any(PROMO in row["body"] for row in room.rows())
    states = room.sql("SELECT state FROM runs WHERE trigger = 'reextract' ORDER BY id")
    assert states == [("done",), ("interrupted",), ("done",)]
    assert is_whole(room)


# --- damaged pages --------------------------------------------------------------------------------


def damage(room: Newsroom) -> int:
    """Damage the kept page of the fire's first text; return the number of its capture."""
    from sqlite_utils.utils import sqlite3

    ((capture,),) = room.sql(
        "SELECT r.capture_id FROM revisions AS r JOIN articles AS a ON a.id = r.article_id"
        f" WHERE a.url = '{FIRE_URL}' AND r.number = 1"
    )
    with sqlite3.connect(room.folder / "newshawk.db") as connection:
        connection.execute("UPDATE captures SET body = zeroblob(length(body)) WHERE id = ?", (capture,))
    connection.close()
    return int(capture)


def test_a_damaged_page_is_named_and_the_others_are_read(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    capture = damage(room)
    room.declare(EXAMPLE, chrome(PROMO))
    texts = room.rows()
    for words in (("--dry-run", "--all"), ("--all", "--force", "--history"), ()):
        done = newshawk(room.folder, "reextract", *words)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert f"its kept page, capture {capture}, is damaged" in done.stdout
        assert "1 kept page is damaged; the others were read" in done.stderr
        assert "doctor --bodies" in done.stderr
    told = json.loads(newshawk(room.folder, "reextract", "--all", "--json").stdout)["outlets"]["example"]
    assert (told["read"], told["same"], told["failed"]) == (2, 1, 1)
    assert [(each["reason"], each["capture"]) for each in told["named"]["failed"]] == [
        ("page_damaged", capture)
    ]
    assert room.rows() == texts


def test_a_damaged_page_loses_no_recheck_and_no_edit(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    filled(room, world)
    damage(room)
    room.declare(EXAMPLE, chrome(PROMO))
    assert room.crawl(after=2 * HOUR)["example"]["unchanged"] == 2
    assert visits(room)[-1] == ("unchanged", "unkept")
    publish(world, FIRE_URL, LIBRARY_URL, fire=(*FIRE_TEXT, "The harbour is open to ships again."))
    assert room.crawl(after=8 * HOUR)["example"]["revised"] == 1
