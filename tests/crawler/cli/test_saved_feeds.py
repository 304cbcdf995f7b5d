"""The feeds that `newshawk serve` gives, asked of the running command."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import feedparser
import pytest

from crawler.items import Recipient, Rule
from crawler.query import Matcher
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
"""
FERRY = "The ferry to the islands stays in harbour. Waves of five metres were measured at the mole on Monday."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Yield the port of `newshawk serve` over a store with two stories, one of them in two outlets."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "newshawk.toml").write_text(CONFIG)
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
