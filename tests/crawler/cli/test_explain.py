"""explain: one page step by step, from a file or from the local web, and nothing written."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import explain
from crawler.config import load_config
from crawler.errors import UsageError
from schedules.explain import explain_page
from storage.store import Store
from tests.pages import scripts
from tests.path.newsroom import EXAMPLE, FIRE, START, Newsroom
from tests.world.answers import Answer, feed, html
from tests.world.reactor import reactor_thread
from tests.world.server import World

URL = "https://www.example.com/story/100/fire-in-the-harbour"
PATH = "/story/100/fire-in-the-harbour"
TEXT = (
    "A fire broke out in the harbour of Port Selm on Monday night and burnt for six hours.",
    "Nobody was hurt, the harbour master said, because the warehouse had been empty since spring.",
)
CHROME = """
[[outlets.chrome]]
id = "share"
place = "tail"
text = "SHARE THIS STORY"
"""


@pytest.fixture
def room(tmp_path: Path, world: World) -> Newsroom:
    world.put("www.example.com", "/rss.xml", feed(URL))
    world.put("www.example.com", PATH, html("Fire in the harbour", *TEXT, "SHARE THIS STORY"))
    return Newsroom(tmp_path, world, EXAMPLE, CHROME, FIRE)


@pytest.fixture
def run(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("schedules.session.run_in_reactor", lambda main: reactor_thread().run(main()))
    app = typer.Typer()
    explain.register(app)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(room.config)])

    return call


def told(room: Newsroom, url: str = URL, outlet: str | None = None) -> dict[str, Any]:
    """Return the explanation of a page asked now."""
    work = explain_page(load_config(room.config), url, outlet, lambda: START)
    explanation: dict[str, Any] = reactor_thread().run(work)
    return explanation


def test_a_silence_that_holds_back_what_a_rule_finds_is_told(room: Newsroom) -> None:
    with Store.open(room.folder / "newshawk.db") as store:
        store.begin_silence("fire", "desk", "mute", START, START + timedelta(days=7))
    (rule,) = told(room)["rules"]
    until = "Mon 30 Nov 2026, 06:00 UTC"
    assert rule["holding"] == [
        f"silence 1, by a link to mute, holds back what is found until {until}: nothing to any reader"
    ]


def test_a_page_is_told_step_by_step_and_nothing_is_written(
    run: Callable[..., Result], room: Newsroom
) -> None:
    before = sorted(room.folder.iterdir())
    result = run(URL)
    assert result.exit_code == 0, result.exception
    shown = " ".join(result.stdout.split())
    for words in (
        r"key id 100 (by /story/(\d+))",
        "https://www.example.com/robots.txt has no rules: allowed",
        "served by www.example.com",
        "kind article",
        "text by trafilatura",
        "Nobody was hurt, the harbour master said",
        "share SHARE THIS STORY",
        "new There is no store here yet",
        "fire fire AND harbour to desk",
        "*Fire* in the *harbour*",
    ):
        assert words in shown
    assert sorted(room.folder.iterdir()) == before


def test_json_holds_each_step(run: Callable[..., Result]) -> None:
    given = json.loads(run(URL, "--json").stdout)
    assert list(given) == [
        *("url", "outlet", "address", "robots", "fetch", "page", "article", "cuts", "verdict", "rules")
    ]
    assert given["article"]["body"].split("\n") == list(TEXT)
    assert [(cut["text"], cut["rule"]) for cut in given["cuts"] if cut["rule"] == "share"] == [
        ("SHARE THIS STORY", "share")
    ]
    assert [rule["rule"] for rule in given["rules"]] == ["fire"]


def test_the_host_that_fails_gives_way_and_both_tries_are_told(room: Newsroom, world: World) -> None:
    world.put("www.example.com", PATH, Answer(status=403, body="no"))
    world.put("example-mirror.net", PATH, html("Fire in the harbour", *TEXT))
    given = told(room)
    assert given["fetch"]["host"] == "example-mirror.net"
    assert [each["reason"] for each in given["fetch"]["attempts"]] == ["http_403", "ok"]
    assert given["address"]["citation"] == URL


def test_a_page_that_no_host_gives_exits_1_and_says_why(run: Callable[..., Result], world: World) -> None:
    for host in ("www.example.com", "example-mirror.net"):
        world.break_host(host, "reset")
    result = run(URL)
    assert result.exit_code == 1
    assert "broke the connection off" in result.stdout
    assert "A crawl would write: failed/reset" in result.stdout


def test_robots_that_forbid_the_page_are_kept(run: Callable[..., Result], world: World) -> None:
    for host in ("www.example.com", "example-mirror.net"):
        world.put(
            host, "/robots.txt", Answer(body="User-agent: *\nDisallow: /story", content_type="text/plain")
        )
    result = run(URL)
    assert (result.exit_code, world.asked_urls()) == (1, [])
    assert "robots.txt forbids it" in result.stdout
    assert "skipped/robots" in result.stdout


def test_a_page_that_is_no_article_is_refused_with_its_kind(room: Newsroom, world: World) -> None:
    links = "".join(
        f'<li><a href="/story/{n}/x">Headline of story number {n} today</a></li>' for n in range(40)
    )
    world.put(
        "www.example.com", PATH, Answer(body=f"<html><body><h2>Latest</h2><ul>{links}</ul></body></html>")
    )
    given = told(room)
    assert given["page"]["kind"] == "list"
    assert (given["verdict"]["state"], given["refusal"]["reason"]) == ("skipped", "list")


def test_the_verdict_is_the_one_that_the_store_would_give(room: Newsroom, world: World) -> None:
    assert told(room)["verdict"]["state"] == "new"
    room.crawl()
    assert told(room)["verdict"]["state"] == "unchanged"
    other = "https://www.example.com/story/100/another-slug"
    world.put("www.example.com", "/story/100/another-slug", html("Fire in the harbour", *TEXT))
    assert told(room, other)["verdict"] | {"published": None} == {
        **told(room, other)["verdict"],
        "published": None,
        "state": "duplicate",
        "article_id": 1,
        "same_text": True,
    }
    world.put("www.example.com", PATH, html("Fire in the harbour", *TEXT, "Two boats were lost in the fire."))
    changed = told(room)["verdict"]
    assert (changed["state"], changed["article_id"], changed["ledger_state"]) == ("revision", 1, "new")
    assert len(room.rows()) == 1


def test_a_copy_at_another_outlet_would_join_the_story(room: Newsroom, world: World) -> None:
    long = tuple(f"{line} {' '.join(f'word{n}{line[:3]}' for n in range(40))}" for line in TEXT)
    world.put("www.example.com", PATH, html("Fire in the harbour", *long))
    room.crawl()
    world.put("wire.example.org", "/copy", html("Harbour burns", *long))
    room.declare(
        EXAMPLE,
        '[[outlets]]\nid = "wire"\nname = "Wire"\nhosts = ["wire.example.org"]\n'
        'feeds = ["https://wire.example.org/feed"]\n',
    )
    verdict = told(room, "https://wire.example.org/copy")["verdict"]
    assert (verdict["state"], verdict["story_id"]) == ("new", 1)


def test_an_alias_is_asked_at_the_outlets_hosts(room: Newsroom, world: World) -> None:
    given = told(room, URL.replace("www.", "old."))
    assert (given["address"]["belongs"], given["fetch"]["host"]) == ("alias", "www.example.com")
    assert "old.example.com" not in "".join(world.asked_urls())


def test_an_address_that_is_foreign_to_the_outlet_is_not_asked(
    run: Callable[..., Result], world: World
) -> None:
    result = run("https://elsewhere.net/a", "--outlet", "example", "--json")
    given = json.loads(result.stdout)
    assert (result.exit_code, given["failure"]["reason"], given["verdict"]["state"]) == (
        1,
        "foreign",
        "skipped",
    )
    assert world.asked == []


def test_any_address_can_be_explained_without_an_outlet(room: Newsroom, world: World) -> None:
    world.put("unknown.net", "/a", html("Fire in the harbour", *TEXT))
    given = told(room, "https://unknown.net/a#top")
    assert given["outlet"]["known"] == "ad hoc"
    assert given["article"]["title"] == "Fire in the harbour"
    assert "no outlet has this host" in given["verdict"]["told"]


def test_a_private_address_is_never_asked(tmp_path: Path, world: World) -> None:
    room = Newsroom(tmp_path, world)
    given = told(room, "http://169.254.169.254/latest")
    assert given["failure"]["reason"] == "private"
    assert world.asked == []


def test_a_file_is_read_as_the_page_and_nobody_is_asked(
    run: Callable[..., Result], room: Newsroom, world: World
) -> None:
    page = room.folder / "page.html"
    body = f"<h1>Fire [red]now\x1b[31m</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p>"
    page.write_text(f"<html><body><article>{body}</article></body></html>")
    result = run(URL, "--html", str(page))
    assert result.exit_code == 0, result.exception
    assert "Fire [red]now" in result.stdout
    assert "\x1b" not in result.stdout
    assert world.asked == []


@pytest.mark.parametrize(
    "words",
    [
        ("ftp://www.example.com/a",),
        ("javascript:alert(1)",),
        ("https://user:secret@www.example.com/",),
        ("",),
        (URL, "--outlet", "exampel"),
        (URL, "--html", "not-there.html"),
    ],
)
def test_a_wrong_call_is_a_usage_error(run: Callable[..., Result], words: tuple[str, ...]) -> None:
    error = run(*words).exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 2


def test_an_unreadable_store_is_told_and_the_rest_is_explained(room: Newsroom) -> None:
    (room.folder / "newshawk.db").write_text("not a database, whatever its name says")
    given = told(room)
    assert (given["verdict"]["state"], given["verdict"]["reason"]) == ("unknown", "store_error")
    assert given["rules"]


def test_ctrl_c_ends_the_command_at_once(room: Newsroom, world: World) -> None:
    for host in ("www.example.com", "example-mirror.net"):
        world.break_host(host, "silent_connect", "https")
        world.put(host, "/robots.txt", Answer(delay=60, status=404))
    command = [sys.executable, "-m", "crawler.cli.app", "explain", URL, "--config", str(room.config)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not world.connects:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    shown, said = process.communicate(timeout=20)
    assert (process.returncode, shown) == (130, ""), said
    assert "Traceback" not in said


def test_a_charset_that_was_guessed_is_said_so(run: Callable[..., Result], room: Newsroom) -> None:
    page = room.folder / "page.html"
    page.write_bytes(scripts.page(scripts.RUSSIAN).encode("koi8-r"))
    shown = run(URL, "--html", str(page)).stdout
    assert scripts.RUSSIAN.title in shown
    assert "koi8-r, guessed, since nothing was declared" in shown


def test_what_the_names_of_a_rule_stand_for_is_told(
    run: Callable[..., Result], room: Newsroom, world: World
) -> None:
    names = """
[queries]
blaze = "fire OR blaze"
[[rules]]
id = "named"
query = "@blaze harbour"
to = ["desk"]
"""
    room.declare(EXAMPLE, FIRE, names)
    shown = " ".join(run(URL).stdout.split())
    assert "fire fire AND harbour to desk" in shown
    assert "named @blaze harbour to desk that is (fire OR blaze) AND harbour" in shown
    assert shown.count("that is") == 1
    by_rule = {rule["rule"]: rule for rule in told(room)["rules"]}
    assert by_rule["named"]["full_query"] == "(fire OR blaze) AND harbour"
    assert by_rule["fire"]["full_query"] == by_rule["fire"]["query"]
