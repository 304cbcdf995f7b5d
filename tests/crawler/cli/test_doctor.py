"""doctor: each thing that newshawk needs, well and unwell, with the cure."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from typer.testing import CliRunner, Result

from crawler.cli import doctor
from crawler.config import load_config
from schedules.doctor import Checkup, Finding, check_up
from tests.path.newsroom import EXAMPLE, FIRE, START, Newsroom
from tests.world.answers import Answer, feed, html, redirect
from tests.world.reactor import reactor_thread
from tests.world.server import World

LINK = "https://www.example.com/story/100/fire"
HOSTS = ("www.example.com", "example-mirror.net")


def answer(text: str = "User-agent: *\nDisallow: /admin", at: datetime = START) -> Answer:
    """Return a robots.txt of a host whose clock shows *at*."""
    return Answer(body=text, content_type="text/plain", headers=(("Date", format_datetime(at, usegmt=True)),))


@pytest.fixture
def room(tmp_path: Path, world: World) -> Newsroom:
    for host in HOSTS:
        world.put(host, "/robots.txt", answer())
        world.put(host, "/rss.xml", feed(LINK))
    return Newsroom(tmp_path, world, EXAMPLE, FIRE)


@pytest.fixture
def run(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("schedules.session.run_in_reactor", lambda main: reactor_thread().run(main()))
    app = typer.Typer()
    doctor.register(app)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(room.config)])

    return call


def looked(room: Newsroom, *, online: bool = True, seconds: float = 60.0) -> Checkup:
    """Return what a look now comes to."""
    work = check_up(load_config(room.config), online=online, clock=lambda: START, seconds=seconds)
    return reactor_thread().run(work)


def finding(checkup: Checkup, name: str) -> Finding:
    """Return the worst finding of that name."""
    found = [each for each in checkup.findings if each.name == name]
    return max(found, key=lambda each: ("ok", "warn", "fail").index(each.level))


# --- outlets --------------------------------------------------------------------------------------


def test_all_is_well(run: Callable[..., Result], room: Newsroom, world: World) -> None:
    for host in HOSTS:
        world.put(host, "/robots.txt", lambda _: answer(at=datetime.now(UTC)))
    result = run()
    shown = " ".join(result.stdout.split())
    assert result.exit_code == 0, result.stdout
    assert "ok example 2 of 2 hosts answer, 1 of 1 source with 1 link from www.example.com" in shown
    assert not (room.folder / "newshawk.db").exists()
    assert list(room.folder.glob("mail*")) == []
    assert sorted(world.asked_urls(robots=True)) == [
        "http://www.example.com/robots.txt",
        "http://www.example.com/rss.xml",
        "https://example-mirror.net/robots.txt",
        "https://www.example.com/robots.txt",
    ]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("expired", "the certificate has expired"),
        ("reset", "broke the connection off"),
        ("drop_connect", "could not be asked through the proxy"),
    ],
)
def test_a_host_that_fails_is_a_warning_while_another_serves(
    room: Newsroom, world: World, fault: str, words: str
) -> None:
    world.break_host("www.example.com", fault, "https")
    world.break_host("www.example.com", "reset", "http")
    checkup = looked(room)
    line = finding(checkup, "example")
    assert (line.level, checkup.is_well) == ("warn", True)
    assert line.told.startswith("www.example.com")
    assert words in line.told
    assert line.told.endswith("1 of 2 hosts answer, 1 of 1 source with 1 link from example-mirror.net")
    assert line.cure


def test_a_host_whose_tls_fails_and_whose_http_works_says_both(room: Newsroom, world: World) -> None:
    world.break_host("www.example.com", "self_signed", "https")
    line = finding(looked(room), "example")
    assert "self-signed" in line.told
    assert "http works" in line.told


def test_an_outlet_that_no_host_serves_fails_and_the_exit_code_is_1(
    run: Callable[..., Result], world: World
) -> None:
    for host in HOSTS:
        world.break_host(host, "refuse")
    result = run("--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["ok"], told["outlets"]["example"]["level"]) == (1, False, "fail")
    assert told["outlets"]["example"]["sources"][0]["links"] is None


def test_a_page_in_place_of_the_feed_gives_way_to_the_mirror(room: Newsroom, world: World) -> None:
    world.put(
        "www.example.com", "/rss.xml", html("Welcome", "Nothing to see here, for the feed has moved away.")
    )
    line = finding(looked(room), "example")
    assert line.level == "ok"
    assert line.told.endswith("from example-mirror.net")
    world.put(
        "example-mirror.net", "/rss.xml", html("Welcome", "Nothing to see here, for the feed has moved away.")
    )
    line = finding(looked(room), "example")
    assert line.level == "fail"
    assert "sent a web page in place of a feed" in line.told
    assert "browser" in line.cure


@pytest.mark.parametrize(
    ("body", "words", "cure"),
    [
        (feed(), "it names no link", "another feed"),
        (
            feed("https://new-home.org/a", "https://new-home.org/b"),
            "all of its 2 links lead to hosts",
            "hosts or aliases",
        ),
        (
            Answer(
                body='<rss version="2.0"><channel><title>x</title><item><title>Old</title>'
                f"<link>{LINK}</link><pubDate>Mon, 05 Oct 2026 10:00:00 GMT</pubDate></item></channel></rss>"
            ),
            "its newest item is of 2026-10-05",
            "another feed",
        ),
        (
            feed(*(f"https://www.example.com/news/{number}" for number in ("a", "b", "c"))),
            "article_id finds a number in none of its 3 links",
            "add-an-outlet.md",
        ),
    ],
)
def test_a_feed_that_looks_wrong_is_a_warning(
    room: Newsroom, world: World, body: Answer, words: str, cure: str
) -> None:
    world.put("www.example.com", "/rss.xml", body)
    line = finding(looked(room), "example")
    assert line.level == "warn"
    assert words in line.told
    assert cure in line.cure


def test_links_without_an_article_number_are_counted_and_no_trouble(room: Newsroom, world: World) -> None:
    others = (f"https://www.example.com/{path}" for path in ("video", "story/101/pilots", "weather"))
    world.put("www.example.com", "/rss.xml", feed(LINK, *others))
    checkup = looked(room)
    line = finding(checkup, "example")
    assert line.level == "ok"
    assert line.told.startswith("2 of 4 links have no article number; 2 of 2 hosts answer")
    (source,) = checkup.as_json()["outlets"]["example"]["sources"]
    assert (source["links"], source["numbered"], source["foreign"]) == (4, 2, 0)


def test_an_outlet_without_article_id_is_told_what_its_links_would_offer(
    room: Newsroom, world: World
) -> None:
    text = room.config.read_text(encoding="utf-8")
    room.config.write_text(text.replace("article_id = '/story/(\\d+)'\n", ""), encoding="utf-8")
    numbered = (f"https://www.example.com/news/{number}-x" for number in (100201, 100202))
    world.put("www.example.com", "/rss.xml", feed(*numbered, "https://www.example.com/2026/weather"))
    line = finding(looked(room), "example")
    assert line.level == "ok"
    assert "no article_id: 2 of 3 links carry a number of 5 digits or more" in line.told


def test_robots_are_kept_and_a_server_that_cannot_give_them_is_told(room: Newsroom, world: World) -> None:
    for host in HOSTS:
        world.put(host, "/robots.txt", answer("User-agent: *\nDisallow: /"))
    line = finding(looked(room), "example")
    assert (line.level, world.asked_urls()) == ("fail", [])
    assert "forbids it in robots.txt" in line.told
    assert "does not want this source asked" in line.cure
    world.put("www.example.com", "/robots.txt", Answer(status=503, body="no"))
    world.put("example-mirror.net", "/robots.txt", answer())
    line = finding(looked(room), "example")
    assert line.level == "warn"
    assert "did not give its robots.txt" in line.told


def test_a_robots_that_redirects_elsewhere_says_nothing_of_its_host(room: Newsroom, world: World) -> None:
    world.put("www.example.com", "/robots.txt", redirect("https://elsewhere.net/robots.txt"))
    assert finding(looked(room), "example").level == "ok"


def test_what_takes_too_long_is_told_as_not_asked(room: Newsroom, world: World) -> None:
    for host in HOSTS:
        world.break_host(host, "silent_connect", "https")
    line = finding(looked(room, seconds=1.0), "example")
    assert line.level == "fail"
    assert "the time was over" in line.told


# --- clock and proxy ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "level", "words"),
    [
        (timedelta(), "ok", "agrees"),
        (timedelta(minutes=-3), "warn", "180 s ahead of the hosts"),
        (timedelta(hours=2), "fail", "7200 s behind the hosts"),
    ],
)
def test_the_clock_is_compared_with_the_hosts(
    room: Newsroom, world: World, ahead: timedelta, level: str, words: str
) -> None:
    for host in HOSTS:
        world.put(host, "/robots.txt", answer(at=START + ahead))
    clock = finding(looked(room), "clock")
    assert (clock.level, bool(clock.cure)) == (level, level != "ok")
    assert words in clock.told


def test_hosts_that_tell_no_time_prove_nothing(room: Newsroom, world: World) -> None:
    for host in HOSTS:
        world.put(host, "/robots.txt", Answer(body="", content_type="text/plain"))
    assert finding(looked(room), "clock").told == "not compared: no host told the time"


def test_a_proxy_that_takes_no_connection_fails_without_its_password(room: Newsroom, world: World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        text = room.config.read_text().replace(world.proxy, f"http://user:secret@{address}")
        room.config.write_text(text)
        checkup = looked(room)
    proxy = finding(checkup, "proxy")
    assert proxy.level == "fail"
    assert address in proxy.told
    assert "secret" not in json.dumps(checkup.as_json())


# --- this machine ---------------------------------------------------------------------------------


def test_offline_asks_nobody(run: Callable[..., Result], world: World) -> None:
    result = run("--offline")
    assert result.exit_code == 0, result.stdout
    assert world.connections == 0
    names = {each.split()[1] for each in result.stdout.splitlines() if each.startswith(("ok", "warn"))}
    assert {"config", "sqlite", "rules", "store", "disk", "mail"} <= names
    assert "example" not in names


def test_a_whole_store_is_told_from_one_whose_captures_were_changed(room: Newsroom, world: World) -> None:
    world.put(
        "www.example.com", "/story/100/fire", html("Fire", "A fire in the harbour.", "It is out by now.")
    )
    room.crawl()
    assert "is whole" in finding(looked(room, online=False), "store").told
    connection = _raw(room)
    connection.execute("UPDATE captures SET url = 'https://forged.example/'")
    connection.commit()
    connection.close()
    forged = finding(looked(room, online=False), "store")
    assert (forged.level, bool(forged.cure)) == ("fail", True)


def test_bodies_are_read_when_asked_and_the_end_of_the_chain_is_told(
    room: Newsroom, world: World, run: Callable[..., Result]
) -> None:
    world.put(
        "www.example.com", "/story/100/fire", html("Fire", "A fire in the harbour.", "It is out by now.")
    )
    room.crawl()
    connection = _raw(room)
    (last,) = connection.execute("SELECT row_hash FROM captures ORDER BY id DESC").fetchone()
    assert f"the chain ends at 1 with {last}" in finding(looked(room, online=False), "pages").told
    assert "each kept page is the one that was received" in run("--offline", "--bodies").stdout
    connection.execute("UPDATE captures SET body = zeroblob(length(body))")
    connection.commit()
    connection.close()
    assert finding(looked(room, online=False), "store").level == "ok", "bodies are not read"
    result = run("--offline", "--bodies")
    assert result.exit_code == 1
    assert "the body of number 1 is not the one that was received" in result.stdout


def test_texts_that_other_rules_read_are_counted(room: Newsroom, world: World) -> None:
    paragraphs = ("A fire in the harbour burnt for six hours.", "It is out by now, the brigade says.")
    world.put("www.example.com", "/story/100/fire", html("Fire", *paragraphs))
    room.crawl()
    assert "texts" not in [each.name for each in looked(room, online=False).findings]
    rule = '[[outlets.chrome]]\nid = "share"\nplace = "tail"\ntext = "Share this"\n'
    room.declare(EXAMPLE, rule, FIRE)
    found = finding(looked(room, online=False), "texts")
    assert (found.level, found.told) == ("ok", "1 text read by other rules than those of now")
    assert "newshawk reextract --dry-run" in found.cure
    connection = _raw(room)
    connection.execute("UPDATE captures SET body = NULL, body_dropped_at = '2026-11-23T07:00:00Z'")
    connection.commit()
    connection.close()
    assert finding(looked(room, online=False), "texts").told.endswith(", 1 of them without a kept page")


def test_pages_above_their_limit_are_a_warning_with_a_cure(room: Newsroom, world: World) -> None:
    world.put(
        "www.example.com",
        "/story/100/fire",
        html("Fire", "A fire.", random.Random(1).randbytes(2 << 20).hex()),
    )
    room.crawl()
    room.config.write_text(room.config.read_text().replace("[store]", '[store]\nmax_pages_size = "1MB"'))
    found = finding(looked(room, online=False), "pages")
    assert (found.level, "prune --dry-run" in found.cure) == ("warn", True)


def test_mail_that_was_given_up_is_a_warning(room: Newsroom, world: World) -> None:
    room.crawl()
    world.put("www.example.com", "/rss.xml", feed(LINK + "-again"))
    world.put(
        "www.example.com", "/story/100/fire-again", html("Fire", "A fire in the harbour.", "It is out.")
    )
    room.crawl(after=timedelta(hours=1))
    connection = _raw(room)
    connection.execute("UPDATE outbox SET state = 'dead', error = 'nobody there'")
    connection.commit()
    connection.close()
    outbox = finding(looked(room, online=False), "outbox")
    assert (outbox.level, outbox.told) == ("warn", "1 alert given up")


def _raw(room: Newsroom) -> Any:
    from storage.sqlite import sqlite3

    return sqlite3.connect(room.folder / "newshawk.db")


def test_a_foreign_file_and_a_missing_folder_fail_with_a_cure(room: Newsroom) -> None:
    (room.folder / "newshawk.db").write_text("not a database, whatever its name says")
    foreign = finding(looked(room, online=False), "store")
    assert (foreign.level, "not a newshawk store" in foreign.told) == ("fail", True)
    room.config.write_text(room.config.read_text().replace('"newshawk.db"', '"no/newshawk.db"'))
    missing = finding(looked(room, online=False), "store")
    assert (missing.level, missing.cure) == ("fail", "Make it, or change path in [store].")


@pytest.mark.parametrize(("free", "level"), [(1 << 40, "ok"), (500 << 20, "warn"), (50 << 20, "fail")])
def test_little_space_is_told(room: Newsroom, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(1 << 41, 0, free))
    assert finding(looked(room, online=False), "disk").level == level


@pytest.mark.parametrize(
    ("version", "level"), [((3, 51, 3), "ok"), ((3, 45, 1), "warn"), ((3, 37, 2), "fail")]
)
def test_an_old_sqlite_is_told(version: tuple[int, int, int], level: str) -> None:
    from schedules.doctor import _sqlite

    assert _sqlite(version).level == level


def test_a_mail_folder_that_takes_no_file_fails(room: Newsroom) -> None:
    (room.folder / "mail").write_text("a file")
    mail = finding(looked(room, online=False), "mail")
    assert (mail.level, "mail folder" in mail.told) == ("fail", True)


# --- the mail server ------------------------------------------------------------------------------


class Mailbox:
    """Refuses every mail: none is to come."""

    def __init__(self) -> None:
        self.mails = 0

    async def handle_MAIL(self, *_: Any) -> str:
        self.mails += 1
        return "550 no mail expected"


def checked(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"hawk", b"right"), handled=False)


@pytest.fixture
def mailbox() -> Iterator[tuple[int, Mailbox]]:
    box = Mailbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=0, authenticator=checked, auth_require_tls=False, ready_timeout=10
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    yield controller.port, box
    controller.stop()


def by_smtp(room: Newsroom, port: int, security: str = "none") -> None:
    text = room.config.read_text().replace(
        'transport = "file"', f'host = "127.0.0.1"\nport = {port}\nsecurity = "{security}"'
    )
    room.config.write_text(text)


def test_the_mail_server_is_logged_in_to_and_no_mail_is_sent(
    room: Newsroom, mailbox: tuple[int, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, box = mailbox
    by_smtp(room, port)
    monkeypatch.setenv("NEWSHAWK_MAIL_USER", "hawk")
    monkeypatch.setenv("NEWSHAWK_MAIL_PASSWORD", "right")
    mail = finding(looked(room), "mail")
    assert (mail.level, mail.told) == ("ok", f"127.0.0.1:{port} answers (none), logged in as hawk")
    monkeypatch.setenv("NEWSHAWK_MAIL_PASSWORD", "wrong-password")
    checkup = looked(room)
    mail = finding(checkup, "mail")
    assert (mail.level, "log-in refused" in mail.told) == ("fail", True)
    assert "wrong-password" not in json.dumps(checkup.as_json())
    assert box.mails == 0


def test_a_server_without_the_encryption_asked_for_fails(
    room: Newsroom, mailbox: tuple[int, Mailbox]
) -> None:
    by_smtp(room, mailbox[0], "starttls")
    mail = finding(looked(room), "mail")
    assert (mail.level, "STARTTLS" in mail.told) == ("fail", True)


# --- the command ----------------------------------------------------------------------------------


def test_the_command_runs_in_a_process_of_its_own(room: Newsroom) -> None:
    command = [sys.executable, "-m", "crawler.cli.app", "doctor", "--json", "--config", str(room.config)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    told = json.loads(done.stdout)
    clock = next(each for each in told["findings"] if each["name"] == "clock")
    assert told["outlets"]["example"]["level"] == "ok", done.stderr
    real = abs((datetime.now(UTC) - START).total_seconds()) > 600
    assert (done.returncode, clock["level"]) == ((1, "fail") if real else (0, clock["level"]))


def test_without_a_config_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    app = typer.Typer()
    doctor.register(app)
    result = CliRunner().invoke(app, ["--offline"])
    assert result.exit_code == 0
    assert "newshawk init" in result.stdout
