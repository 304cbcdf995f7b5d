"""The feeds that `newshawk serve` gives, asked of the running command."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
import typer
from typer.testing import CliRunner

from crawler.cli import archive
from crawler.items import Recipient, Rule, Vocabulary
from crawler.query import Matcher, parse
from storage.store import Store
from tests.crawler.alerts.test_atom import check
from tests.storage.world import NOON, OTHER, OUTLET, TEXT, World

pytest.importorskip("datasette", reason="Datasette is not installed")

CONFIG = """
[mail]
from = "hawk@newsroom.example"
public_url = "https://archive.newsroom.example/read/"

[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]

[synonyms]
files = "names.txt"

[queries]
crossing = "bridge OR ferry"
calm = "NOT =Waves"
"""
FERRY = "The ferry to the islands stays in harbour. Waves of five metres were measured at the mole on Monday."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[int]:
    """Yield the port of `newshawk serve` over a store with two stories, one of them in two outlets."""
    (folder / "newshawk.toml").write_text(CONFIG)
    (folder / "names.txt").write_text("ferry, Paquebot\n")
    rule = Rule(id="bridges", query="bridge", to=("desk",))
    with Store.open(folder / "newshawk.db") as store:
        store.sync_config((OUTLET, OTHER), (rule,), NOON - timedelta(days=1))
        store.set_matcher(Matcher((rule,)), (rule,), (Recipient(id="desk", emails=("a@b.org",)),))
        world = World(store=store, path=folder / "newshawk.db")
        world.begin()
        world.make_known()
        world.store_article(
            "http://www.example.com/Detail/2026/11/23/1/a", "Bridge <b>shut</b> & closed\x1b[31m"
        )
        world.store_article("http://www.example.com/Detail/2026/11/23/2/b", "Ferry stays in harbour", FERRY)
        world.outlet = OTHER
        world.begin(minutes=5)
        world.make_known(OTHER.sources[0])
        (link,) = world.discover(
            "http://other.example.org/1", source=OTHER.sources[0], host="other.example.org"
        ).to_fetch
        page = world.page(link, host="other.example.org")
        world.write(world.article(link, "The bridge is shut", TEXT, page=page))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    newshawk = Path(sys.executable).with_name("newshawk")
    command = [str(newshawk), "serve", "--port", str(port), "--config", str(folder / "newshawk.toml")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            assert process.poll() is None
            assert time.monotonic() < end
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("asked", ["q=bridge", "rule=bridges", "q=BRIDGE+OR+zebra&limit=1"])
def test_a_story_is_one_entry_by_its_first_article(served: int, asked: str) -> None:
    status, headers, body = ask(served, f"/-/feed?{asked}")
    assert status == 200
    assert headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    check(body)
    read = feedparser.parse(body)
    assert not read.bozo
    (entry,) = read.entries
    assert entry.title_detail.type == "text/plain"
    assert entry.title == "Bridge <b>shut</b> & closed · Example News"
    assert b"<title>Bridge &lt;b&gt;shut&lt;/b&gt; &amp; closed" in body
    assert entry.id == "tag:newsroom.example,2026:newshawk/story/1"
    assert entry.link == "http://www.example.com/Detail/2026/11/23/1/a"
    assert "Also in Other Wire" in entry.content[0].value
    assert "The <b>bridge</b> over the river" in entry.content[0].value
    links = {link.rel: link.href for link in (*read.feed.links, *entry.links)}
    assert links["self"].startswith("https://archive.newsroom.example/read/-/feed?")
    assert links["related"] == "https://archive.newsroom.example/read/newshawk/article?id=1"


def test_the_newest_story_comes_first_and_the_limit_holds(served: int) -> None:
    titles = [entry.title for entry in feedparser.parse(ask(served, "/-/feed?q=bridge+OR+ferry")[2]).entries]
    assert [title.split()[0] for title in titles] == ["Bridge", "Ferry"]
    assert len(feedparser.parse(ask(served, "/-/feed?q=bridge+OR+ferry&limit=1")[2]).entries) == 1


def test_what_was_not_changed_is_not_sent_again(served: int) -> None:
    status, headers, body = ask(served, "/-/feed?q=bridge")
    etag = headers["ETag"]
    assert (status, bool(body)) == (200, True)
    for given in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        status, headers, body = ask(served, "/-/feed?q=bridge", If_None_Match=given)
        assert (status, body, headers["ETag"]) == (304, b"", etag)
    assert ask(served, "/-/feed?q=bridge", If_None_Match='"x"')[0] == 200
    assert ask(served, "/-/feed?q=ferry", If_None_Match=etag)[0] == 200


def test_nothing_found_is_a_feed_too(served: int) -> None:
    status, _, body = ask(served, "/-/feed?q=zebra")
    assert status == 200
    check(body)
    assert feedparser.parse(body).entries == []


def test_a_query_that_cannot_be_read_is_told_with_a_caret(served: int) -> None:
    status, headers, body = ask(served, "/-/feed?q=" + quote("bridge AND ("))
    assert status == 400
    assert headers["Content-Type"].startswith("text/plain")
    shown, caret, *_ = body.decode().split("\n")
    assert shown == "bridge AND ("
    assert caret.strip() == "^"


QUERIES = (
    *(
        "@crossing",
        "title:@CROSSING",
        "@crossing @calm",
        "paquebot",
        "=Ferry",
        "=paquebot",
        "=waves",
        "=Waves",
    ),
    *(
        "outlet:other",
        "outlet:other ferry",
        "/har.our/",
        "NEAR(paquebot islands, 2)",
        "since:2030-01-01",
        "lang:en",
    ),
    *("bridge", "ferr*", "zebra", '"the mole on"'),
)


def searched(folder: Path, query: str) -> list[int]:
    """Return the numbers that `newshawk search` finds."""
    app = typer.Typer()
    archive.register(app)
    app.command("none")(lambda: None)
    config = str(folder / "newshawk.toml")
    result = CliRunner().invoke(app, ["search", query, "--json", "--config", config], catch_exceptions=False)
    return sorted(json.loads(line)["id"] for line in result.stdout.splitlines())


def page(port: int, query: str) -> tuple[int, Any]:
    """Return status and answer of the search page of Datasette."""
    status, _, body = ask(port, f"/newshawk/search.json?_shape=array&q={quote(query)}")
    return status, json.loads(body)


def sql(port: int, statement: str) -> Any:
    return json.loads(ask(port, f"/newshawk.json?_shape=array&sql={quote(statement)}")[2])


@pytest.mark.parametrize("query", QUERIES)
def test_page_feed_and_sql_mean_what_the_command_means(served: int, folder: Path, query: str) -> None:
    expected = searched(folder, query)
    status, rows = page(served, query)
    assert status == 200, rows["error"]
    assert sorted(row["id"] for row in rows) == expected
    entries = feedparser.parse(ask(served, f"/-/feed?q={quote(query)}")[2]).entries
    stories = {row["story_id"] for row in rows}
    assert {int(entry.id.rpartition("/")[2]) for entry in entries} == stories
    written = query.replace("'", "''")
    if parse(query, Vocabulary(queries={"crossing": "a OR b", "calm": "NOT x"})).plan().match is not None:
        rows = sql(served, f"select rowid from articles_fts where articles_fts match fts('{written}')")
        assert {row["rowid"] for row in rows} >= set(expected)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("@crosing", "There is no named query @crosing. Did you mean @crossing?"),
        ("NOT bridge", "NOT needs something that must occur"),
        ('"bridge', "This quote is not closed."),
    ],
)
def test_a_query_that_cannot_be_read_is_told_in_words(served: int, query: str, told: str) -> None:
    status, answer = page(served, query)
    assert status == 400
    shown, caret, words = answer["error"].split("\n")
    assert (shown, caret.strip(), words.partition(told)[1]) == (query, "^", told)
    assert "no such column" not in words, "a word of SQLite's"
    assert answer["error"] in unescape(ask(served, f"/newshawk/search?q={quote(query)}")[2].decode())
    answer = sql(served, f"select 1 from articles_fts where articles_fts match fts('{query}')")
    assert told in answer["error"]
    assert told in ask(served, f"/-/feed?q={quote(query)}")[2].decode()


def test_a_name_that_is_added_is_known_at_once_and_a_config_that_breaks_is_told(
    served: int, folder: Path
) -> None:
    try:
        (folder / "newshawk.toml").write_text(f'{CONFIG}islands = "islands"\n')
        assert [row["id"] for row in page(served, "@islands")[1]] == searched(folder, "islands") != []
        (folder / "names.txt").write_text("ferry, Paquebot, Steamer\n")
        assert page(served, "steamer") == page(served, "ferry")
        (folder / "newshawk.toml").write_text(f"{CONFIG}islands = 'islands AND'\n")
        status, answer = page(served, "@islands")
        assert status == 400
        assert "@islands" in answer["error"]
        assert page(served, "bridge")[0] == 200, "it stops no other query"
        desk = '[[recipients]]\nid = "desk"\nemail = "source at newsroom.example"\n'
        (folder / "newshawk.toml").write_text(CONFIG + desk)
        status, answer = page(served, "bridge")
        assert status == 400
        assert 'cannot be read: run "newshawk check"' in answer["error"]
        assert "source at" not in answer["error"], "who reads the store is told no address"
        assert ask(served, "/-/feed?q=bridge")[0] == 503
    finally:
        (folder / "newshawk.toml").write_text(CONFIG)
        (folder / "names.txt").write_text("ferry, Paquebot\n")
    assert page(served, "bridge")[0] == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 400),
        ("?q=", 400),
        ("?q=%20", 400),
        ("?q=a&rule=bridges", 400),
        ("?rule=none", 404),
        ("?q=bridge&limit=0", 400),
        ("?q=bridge&limit=x", 400),
        ("?q=bridge&limit=%D9%A1", 400),
        ("?q=bridge&limit=201", 400),
        ("?q=NOT+bridge", 400),
        ("?q=%00%FF%0D%0ASet-Cookie:x", 400),
        ("?q=" + "(" * 300, 400),
    ],
)
def test_what_is_wrong_is_said_and_nothing_breaks(served: int, asked: str, status: int) -> None:
    got, headers, body = ask(served, f"/-/feed{asked}")
    assert got == status, body
    assert "Set-Cookie" not in headers
    assert body.decode().replace("\n", "").isprintable()
