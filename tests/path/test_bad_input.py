"""Bad input of every kind: a clear line, the right exit code, nothing lost, no traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from crawler.config import load_config
from crawler.pool import ParserPool
from schedules.passes import PassReport, clock_from, crawl_pass
from storage.store import Store
from tests.path.commands import newshawk
from tests.path.newsroom import EXAMPLE, FIRE, START, Newsroom, adds_up, told
from tests.path.test_feed_to_mail import FIRE_TEXT, FIRE_URL, LIBRARY_URL, publish
from tests.world.answers import Answer, feed, html
from tests.world.reactor import reactor_thread
from tests.world.server import World

Make = Callable[..., Newsroom]
Done = subprocess.CompletedProcess[str]

HOSTS = ("www.example.com", "example-mirror.net")


def lines(done: Done) -> list[str]:
    """Return what a command said on stderr; never a traceback."""
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()


def one_line(done: Done) -> str:
    (line,) = lines(done)
    return line


def serve_feed(world: World, body: bytes | str, content_type: str = "application/rss+xml") -> None:
    """Serve this feed on both hosts, beside both stories."""
    publish(world)
    for host in HOSTS:
        world.put(host, "/rss.xml", Answer(body=body, content_type=content_type))


def serve_page(world: World, body: bytes | str, path: str = "/story/100/fire-in-the-harbour") -> None:
    """Serve this page on both hosts."""
    for host in HOSTS:
        world.put(host, path, Answer(body=body))


def is_sound(room: Newsroom) -> bool:
    with Store.open(room.folder / "newshawk.db") as store:
        return store.check() == []


# --- the config -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["crawl", "run", "status", "schedule"])
def test_a_wrong_config_exits_2_with_file_and_line(newsroom: Make, command: str) -> None:
    room = newsroom(EXAMPLE.replace('hosts = ["www', 'hosts = ["https://www'), '[[rule]]\nid = "x"\n')
    done = newshawk(room.folder, command)
    assert done.returncode == 2
    said = lines(done)
    assert all(re.match(r"(newshawk: )?newshawk\.toml:\d+: ", line) for line in said), said
    assert any("rules" in line for line in said)
    assert not (room.folder / "newshawk.db").exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"[store\n", b"outlets = 1\n"])
def test_a_config_that_is_none_exits_2(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "newshawk.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    done = newshawk(tmp_path, "crawl")
    assert done.returncode == 2
    assert "newshawk.toml" in one_line(done)


@pytest.mark.parametrize("command", ["crawl", "run"])
def test_nothing_to_watch_exits_2_and_makes_no_store(tmp_path: Path, command: str) -> None:
    done = newshawk(tmp_path, command)
    assert done.returncode == 2
    assert "newshawk init" in one_line(done)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_outlet_exits_2_with_the_nearest_name(newsroom: Make) -> None:
    done = newshawk(newsroom(EXAMPLE).folder, "crawl", "exmple")
    assert done.returncode == 2
    assert 'Did you mean "example"?' in one_line(done)


# --- the outlet -------------------------------------------------------------------------------------


def test_an_outlet_out_of_reach_is_one_line_with_host_cause_and_next_try(
    newsroom: Make, world: World
) -> None:
    other = EXAMPLE.replace("example", "second").replace("http:", "https:") + 'every = "5m"\n'
    room = newsroom(other, EXAMPLE)
    publish(world, FIRE_URL)
    world.break_host("www.second.com", "reset")
    world.break_host("second-mirror.net", "expired", "https")
    done = newshawk(room.folder, "crawl", "--json")
    assert done.returncode == 1
    error = "www.second.com broke the connection off, second-mirror.net: the certificate has expired"
    assert one_line(done) == f"second: {error}; next try in 5 min"
    report = json.loads(done.stdout)
    assert report["outlets"]["second"]["error"] == error
    assert report["outlets"]["example"]["new"] == 1
    assert report["outlets"]["example"]["error"] is None


# --- feeds ------------------------------------------------------------------------------------------

FEEDS = {
    "html": (
        "<!doctype html><html><body><h1>Welcome</h1></body></html>",
        "sent a web page in place of a feed",
    ),
    "empty": ("", "sent an empty"),
    "truncated": ('<?xml version="1.0"?><rss><channel><item><link>http://www.exa', "breaks off"),
    "binary": (bytes(range(256)) * 50, "no feed"),
    "entities": (
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item>&b;</item></channel></rss>',
        "harm",
    ),
    "100 MB": (b"<rss><channel>" + b" " * 100_000_000, "more than is read"),
}


@pytest.mark.parametrize("case", FEEDS)
def test_what_is_no_feed_on_any_host_is_told_and_loses_nothing(
    newsroom: Make, world: World, case: str
) -> None:
    body, cause = FEEDS[case]
    room = newsroom(EXAMPLE)
    serve_feed(world, body)
    report = room.crawl()["example"]
    assert cause in report["error"], report["error"]
    assert all(host in report["error"] for host in HOSTS)
    assert adds_up(report)
    publish(world, FIRE_URL)
    assert room.crawl(after=timedelta(hours=7))["example"]["new"] == 1
    assert is_sound(room)


def test_a_flood_without_a_length_is_cut(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    flood = Answer(
        body=b"<rss><channel>" + b" " * 40_000_000, content_type="application/rss+xml", length=False
    )
    for host in HOSTS:
        world.put(host, "/rss.xml", flood)
    assert "more than is read" in room.crawl()["example"]["error"]


def test_a_feed_that_breaks_off_after_an_item_gives_what_it_has(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    whole = str(feed(FIRE_URL, LIBRARY_URL).body)
    serve_feed(world, whole[: whole.index("</link></item></channel>") - 4])
    report = room.crawl()["example"]
    assert (report["error"], report["new"] >= 1) == (None, True), told(report)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "cp1251"), ("windows-1251", "utf-8"), ("utf-16", "utf-16"), ("", "utf-16")],
)
def test_a_wrongly_encoded_feed_is_read(newsroom: Make, world: World, declared: str, encoding: str) -> None:
    room = newsroom(EXAMPLE)
    body = str(feed(FIRE_URL, title="Новости дня").body).replace("Item 0", "Пожар в порту: сгорел склад")
    header = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    serve_feed(world, body.replace('<?xml version="1.0"?>', header).encode(encoding))
    report = room.crawl()["example"]
    assert (report["error"], report["new"]) == (None, 1), report["error"]


def test_of_a_feed_with_very_many_items_the_first_500_are_taken(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    items = "".join(f"<item><link>https://elsewhere.example.net/{n}</link></item>" for n in range(250_000))
    body = f"<rss version='2.0'><channel><title>Many</title>{items}</channel></rss>"
    assert 10_000_000 < len(body) < 16_000_000
    serve_feed(world, body)
    report = room.crawl()["example"]
    assert (report["error"], report["found"], report["skipped"]) == (None, 500, 500), report


def test_a_million_empty_items_harm_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    serve_feed(world, "<rss version='2.0'><channel>" + "<item/>" * 1_000_000 + "</channel></rss>")
    report = room.crawl()["example"]
    assert report["found"] == 0
    assert is_sound(room)


# --- pages ------------------------------------------------------------------------------------------


def test_a_page_that_hangs_the_parser_fails_alone(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL, LIBRARY_URL)
    links = "".join(f'<p><a href="/a/{n}">a link {n}</a> and a few words</p>' for n in range(60_000))
    serve_page(world, f"<html><title>Bomb</title><body><article>{links}</article></body></html>")
    config = load_config(room.config)
    pool = ParserPool(1, timeout=1.0)
    work = crawl_pass(config, config.outlets, clock_from(START), pool=pool)
    report: PassReport = reactor_thread().run(work, 120)
    counts = report.outlets["example"].counts
    assert (counts["new"], counts["failed"], report.polled_all) == (1, 1, True), counts
    assert room.sql("select reason, next_try_at from links where state = 'failed'") == [
        ("extract_timeout", None)
    ]
    assert is_sound(room)


NASTY = (
    "Fire\x00 in the harbour",
    "Fire &#0; in the &#xD800; harbour",
    "Fire \ud800 in the harbour",
    "Fire \udfff\ud800 \x1b[31m\x07 harbour \ufffe",
    "F\u202eire in the\u2028harbour\x85",
)


@pytest.mark.parametrize("title", NASTY)
def test_nuls_and_lone_surrogates_in_titles_are_taken_out(newsroom: Make, world: World, title: str) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world)
    room.crawl()
    listing = str(feed(FIRE_URL).body).replace("Item 0", title)
    serve_feed(world, listing.encode("utf-8", "surrogatepass"))
    page = str(html(title, *FIRE_TEXT).body)
    serve_page(world, page.encode("utf-8", "surrogatepass"))
    report = room.crawl(after=timedelta(minutes=5))["example"]
    assert report["new"] == 1, report
    (row,) = room.rows()
    assert row["title"].startswith("F")
    assert "harbour" in row["title"]
    assert row["title"].isprintable(), ascii(row["title"])
    row["title"].encode("utf-8")
    (mail,) = room.mails()
    assert str(mail["Subject"]).isprintable()
    assert is_sound(room)


def test_a_title_of_megabytes_is_stored_bounded(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    listing = str(feed(FIRE_URL).body).replace("Item 0", "long " * 2_000_000)
    serve_feed(world, listing)
    serve_page(world, str(html("fire " * 700_000, *FIRE_TEXT).body))
    report = room.crawl()["example"]
    assert (report["error"], report["new"]) == (None, 1), report
    (row,) = room.rows()
    assert len(row["title"]) < 5_000
    assert room.sql("select max(length(title)) < 5000 from links") == [(1,)]


def test_a_page_larger_than_is_read_is_refused_with_its_reason(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    serve_page(world, str(html("fire " * 2_000_000, *FIRE_TEXT).body))
    report = room.crawl()["example"]
    assert (report["error"], report["failed"]) == (None, 1), report
    assert room.sql("select reason from links") == [("too_large",)]


# --- the store --------------------------------------------------------------------------------------


def a_text(path: Path) -> None:
    path.write_text("my notes\n" * 100)


def another_database(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("create table bookmarks (url text)")
    other.close()


def from_a_later_version(path: Path) -> None:
    Store.open(path).close()
    other = sqlite3.connect(path)
    other.execute("pragma user_version = 99")
    other.close()


def cut_in_half(path: Path) -> None:
    Store.open(path).close()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


STORES = {
    "not a newshawk store": a_text,
    "another application": another_database,
    "newer version": from_a_later_version,
    "damaged": cut_in_half,
    "directory": Path.mkdir,
}


@pytest.mark.parametrize("cause", STORES)
@pytest.mark.parametrize("command", ["crawl", "run", "status"])
def test_a_foreign_store_is_refused_in_one_line_and_left_as_it_is(
    newsroom: Make, world: World, command: str, cause: str
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    path = room.folder / "newshawk.db"
    STORES[cause](path)
    before = path.read_bytes() if path.is_file() else b""
    done = newshawk(room.folder, command)
    assert done.returncode == 1
    line = one_line(done)
    assert line.startswith(f"newshawk: {path}: ")
    assert cause in line
    assert world.asked_urls() == []
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_folder_that_cannot_be_made_is_told(newsroom: Make) -> None:
    room = newsroom(EXAMPLE)
    (room.folder / "data").write_text("a file")
    room.change("newshawk.db", "data/newshawk.db")
    done = newshawk(room.folder, "crawl")
    assert done.returncode == 1
    assert "data/newshawk.db" in one_line(done)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Mount an empty file system of its own on *folder*, as only root may."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a file system can be mounted by root only")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("command", ["crawl", "run"])
def test_a_read_only_folder_is_told(newsroom: Make, world: World, command: str) -> None:
    room = newsroom(EXAMPLE)
    room.change("newshawk.db", "data/newshawk.db")
    with mounted(room.folder / "data", "size=1m,ro"):
        done = newshawk(room.folder, command)
    assert done.returncode == 1
    line = one_line(done)
    assert "data/newshawk.db" in line
    assert "cannot be written" in line


def test_a_full_disk_fails_the_run_and_loses_neither_article_nor_alert(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, EXAMPLE.replace("example", "second"), FIRE)
    room.change("newshawk.db", "data/newshawk.db")
    urls = [f"https://www.example.com/story/{number}/x" for number in range(30)]
    publish(world)
    for host in ("www.second.com", "second-mirror.net"):
        world.put(host, "/rss.xml", feed())
    for number, url in enumerate(urls):
        noise = " ".join(os.urandom(6).hex() for _ in range(3_000))
        page = html(f"Fire {number} in the harbour", *(f"{line} ({number})" for line in FIRE_TEXT), noise)
        serve_page(world, page.body, url.removeprefix("https://www.example.com"))
    data = room.folder / "data"
    with mounted(data, "size=2m"):
        assert newshawk(room.folder, "crawl").returncode == 0
        publish(world, *urls)
        full = newshawk(room.folder, "crawl")
        assert full.returncode == 1
        said = lines(full)
        assert said[0].startswith(f"newshawk: {data}/newshawk.db: the disk is full")
        assert len(said) <= 2, said
        subprocess.run(["mount", "-o", "remount,size=40m", str(data)], check=True)
        done = newshawk(room.folder, "crawl")
        assert (done.returncode, lines(done)) == (0, [])
        with Store.open(data / "newshawk.db") as store:
            assert store.check() == []
            assert len(list(store.export_rows(None))) == 30
            assert store.status(START)["example"]["links"] == {"new": 30}
            assert store.outbox_depth().get("pending", 0) == 0
    mails = room.mails()
    assert {str(mail["Subject"]) for mail in mails} == {
        f"[fire] Fire {number} in the harbour · Example News" for number in range(30)
    }
    # a mail that left when the disk could not take the mark leaves once more, as the same mail
    assert len({str(mail["Message-ID"]) for mail in mails}) == 30
    assert len(mails) <= 31


class Lock:
    """Another program that keeps the store locked."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def take(self) -> None:
        self._connection.execute("begin immediate")

    def end(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("rollback")
        self._connection.close()


def test_a_store_locked_for_long_ends_the_crawl_and_nothing_is_lost(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world)
    room.crawl()
    publish(world, FIRE_URL, LIBRARY_URL)
    lock = Lock(room.folder / "newshawk.db")
    page = html("Fire in the harbour", *FIRE_TEXT)

    def locking(_: object) -> Answer:
        lock.take()
        return page

    for host in HOSTS:
        world.put(host, "/story/100/fire-in-the-harbour", locking)
    try:
        done = newshawk(room.folder, "crawl")
    finally:
        lock.end()
    assert done.returncode == 1
    assert "locked by another writer" in lines(done)[0]
    publish(world, FIRE_URL, LIBRARY_URL)
    assert newshawk(room.folder, "crawl").returncode == 0
    assert len(room.rows()) == 2
    assert is_sound(room)


def test_a_store_locked_for_a_moment_costs_nothing_but_time(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world)
    room.crawl()
    publish(world, FIRE_URL)
    lock = Lock(room.folder / "newshawk.db")
    lock.take()
    threading.Thread(target=lambda: (time.sleep(2), lock.end())).start()
    done = newshawk(room.folder, "crawl")
    assert (done.returncode, lines(done)) == (0, [])
    assert len(room.rows()) == 1
