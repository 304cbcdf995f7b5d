"""``newshawk run`` as a process: what it does by itself, on signals, and when something breaks."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from storage.store import Store
from tests.path.commands import Daemon, newshawk, wait_until
from tests.path.newsroom import EXAMPLE, FIRE, Newsroom
from tests.path.test_feed_to_mail import FIRE_TEXT, FIRE_URL, LIBRARY_URL, publish
from tests.world.answers import Answer, Asked, feed, html
from tests.world.server import World

Make = Callable[..., Newsroom]

OFTEN = EXAMPLE + 'every = "1s"\n'
WIRE = """
[[outlets]]
id = "wire"
name = "Wire"
hosts = ["wire.example.org"]
feeds = ["http://wire.example.org/rss.xml"]
every = "1s"
"""


def polls(world: World, host: str = "www.example.com") -> int:
    """Return how often a host's feed was asked."""
    return sum(1 for asked in world.asked if (asked.host, asked.path) == (host, "/rss.xml"))


def check(room: Newsroom) -> list[str]:
    """Return what is wrong with the store."""
    with Store.open(room.folder / "newshawk.db") as store:
        return store.check()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


def many_stories(world: World, count: int, *, fault: str = "") -> None:
    """Serve a feed of *count* stories."""
    urls = [f"https://www.example.com/story/{number}/x" for number in range(500, 500 + count)]
    publish(world, *urls)
    for number, url in enumerate(urls):
        for host in ("www.example.com", "example-mirror.net"):
            page = html(f"Story number {number}", *(f"{line} ({number})" for line in FIRE_TEXT))
            path = url.removeprefix("https://www.example.com")
            world.put(host, path, Answer(body=page.body, fault=fault))


@pytest.fixture
def newsroom(newsroom: Make) -> Make:
    """Make newshawks that may poll every second, as nets of one's own may be."""

    def make(*tables: str) -> Newsroom:
        room = newsroom()
        room.change("[network]", "[network]\nallow_private = true")
        room.declare(*tables)
        return room

    return make


# --- what it does by itself -------------------------------------------------------------------------


def test_outlets_never_polled_are_polled_within_ten_seconds_of_the_start(
    newsroom: Make, world: World
) -> None:
    outlets = [
        EXAMPLE.replace('"example"', f'"example{n}"').replace("example.com", f"example{n}.com")
        for n in range(5)
    ]
    hosts = ('"www.example{n}.com", "example-mirror.net"', '"www.example{n}.com"')
    outlets = [each.replace(hosts[0].format(n=n), hosts[1].format(n=n)) for n, each in enumerate(outlets)]
    room = newsroom(*outlets)
    for n in range(5):
        world.put(f"www.example{n}.com", "/rss.xml", feed())
    with Daemon(room.folder) as daemon:
        started = datetime.fromisoformat(daemon.events("started")[0]["timestamp"])
        count = "select count(*) from runs where state = 'done'"
        wait_until(lambda: room.sql(count) == [(5,)], lambda: str(room.sql("select * from runs")))
        assert daemon.end() == 0
    (last,) = room.sql("select max(started_at) from runs")[0]
    assert datetime.fromisoformat(last) - started < timedelta(seconds=10)


def test_an_overdue_outlet_is_polled_at_the_start_and_one_polled_lately_is_not(
    newsroom: Make, world: World
) -> None:
    rare = WIRE.replace('"1s"', '"7d"')
    daily = WIRE.replace("wire", "daily").replace('every = "1s"', 'cron = "* * * * *"')
    room = newsroom(EXAMPLE, rare, daily)
    publish(world, FIRE_URL)
    for host in ("wire.example.org", "daily.example.org"):
        world.put(host, "/rss.xml", feed())
    room.crawl(after=timedelta(hours=-3))  # of the newsroom's clock: long ago or not, by the machine's
    moved = "update feeds set answered_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-' || ? || ' minutes')"
    with Store.open(room.folder / "newshawk.db") as store:
        store._db.execute(f"{moved} where outlet_id != 'wire'", (60,))
        store._db.execute(f"{moved} where outlet_id = 'wire'", (1,))
    with Daemon(room.folder) as daemon:
        for host in ("www.example.com", "daily.example.org"):
            wait_until(lambda host=host: polls(world, host) == 2)
        assert daemon.end() == 0
    assert polls(world, "wire.example.org") == 1


def test_an_outlet_is_polled_again_and_again_and_never_twice_at_once(newsroom: Make, world: World) -> None:
    at_once: list[int] = []
    busy = 0

    def slow(_: Asked) -> Answer:
        nonlocal busy
        busy += 1
        at_once.append(busy)
        return Answer(body=feed(FIRE_URL).body, content_type="application/rss+xml", delay=1.5)

    def end_of_poll(_: Asked) -> Answer:
        nonlocal busy
        busy = 0
        return Answer(status=404)

    room = newsroom(OFTEN)
    publish(world, FIRE_URL)
    world.put("www.example.com", "/rss.xml", slow)
    with Daemon(room.folder) as daemon:
        wait_until(lambda: len(at_once) >= 3)
        assert daemon.wait_for_event("poll skipped")["outlet"] == "example"
        assert daemon.end() == 0
    starts = [row[0] for row in room.sql("select started_at from runs order by id")]
    assert len(starts) >= 3
    overlapping = room.sql(
        "select count(*) from runs as a join runs as b on a.id < b.id and b.started_at < a.finished_at"
    )
    assert overlapping == [(0,)]


def test_an_alert_leaves_at_once_and_only_once(newsroom: Make, world: World) -> None:
    room = newsroom(OFTEN, FIRE)
    publish(world, LIBRARY_URL)
    with Daemon(room.folder) as daemon:
        wait_until(lambda: polls(world) >= 2)
        publish(world, FIRE_URL, LIBRARY_URL)
        wait_until(room.mails)
        (mail,) = room.mails()
        assert "Fire in the harbour" in mail["Subject"]
        wait_until(lambda: room.sql("select 1 from outbox where state = 'sent'"))  # the mark follows the mail
        (seconds,) = room.sql(
            "select unixepoch(sent_at) - unixepoch(created_at) from outbox where state = 'sent'"
        )[0]
        assert seconds <= 5
        before = polls(world)
        wait_until(lambda: polls(world) >= before + 2)
        assert daemon.end() == 0
    assert len(room.mails()) == 1


# --- signals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_a_crawl_ends_it_cleanly_and_the_rest_is_fetched_later(
    newsroom: Make, world: World, number: signal.Signals
) -> None:
    room = newsroom(EXAMPLE)
    room.change("delay = 0", "delay = 0.3")
    many_stories(world, 30)
    with Daemon(room.folder) as daemon:
        wait_until(lambda: sum("/story/" in url for url in world.asked_urls()) >= 3)
        assert daemon.end(number) == 0
        assert daemon.lines[-1] == json.dumps(daemon.events("stopped")[-1])
        assert not daemon.events("crawls given up")
    assert check(room) == []
    states = dict(room.sql("select state, count(*) from links group by 1"))
    assert states["new"] + states["pending"] == 30
    assert states["pending"] > 0
    room.change("delay = 0.3", "delay = 0")
    with Daemon(room.folder) as daemon:
        wait_until(lambda: room.sql("select count(*) from links where state = 'new'") == [(30,)])
        assert daemon.end() == 0
    pages = [url for url in world.asked_urls() if "/story/" in url]
    assert len(pages) == len(set(pages)) == 30


def test_a_host_that_hangs_does_not_hold_up_the_end(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    many_stories(world, 4, fault="hang")
    with Daemon(room.folder) as daemon:
        wait_until(lambda: any("/story/" in url for url in world.asked_urls()))
        assert daemon.end() == 0
        assert daemon.events("crawls given up")
        assert all(json.loads(line)["level"] in ("info", "warning") for line in daemon.lines)
    assert check(room) == []
    assert room.sql("select state, count(*) from links group by 1") == [("pending", 4)]


def test_after_kill_9_the_next_start_takes_up_what_was_pending(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    many_stories(world, 6, fault="hang")
    with Daemon(room.folder) as daemon:
        wait_until(lambda: any("/story/" in url for url in world.asked_urls()))
        daemon.end(signal.SIGKILL)
    many_stories(world, 6)
    with Daemon(room.folder) as daemon:
        wait_until(lambda: room.sql("select count(*) from links where state = 'new'") == [(6,)])
        assert daemon.end() == 0
    assert check(room) == []
    assert room.sql("select state from runs order by id limit 1") == [("interrupted",)]


@pytest.mark.parametrize("command", ["run", "crawl"])
def test_a_second_instance_exits_75_and_names_the_holder(newsroom: Make, world: World, command: str) -> None:
    room = newsroom(OFTEN)
    publish(world)
    with Daemon(room.folder) as daemon:
        second = newshawk(room.folder, command)
        assert second.returncode == 75
        (line,) = second.stderr.splitlines()
        assert str(daemon.pid) in line
        assert daemon.end() == 0


# --- reload -----------------------------------------------------------------------------------------


def test_reload_takes_up_new_outlets_and_rules_and_drops_those_that_are_gone(
    newsroom: Make, world: World
) -> None:
    room = newsroom(OFTEN)
    publish(world, LIBRARY_URL)
    world.put("wire.example.org", "/rss.xml", feed())
    with Daemon(room.folder) as daemon:
        wait_until(lambda: polls(world) >= 1)
        room.declare(WIRE, FIRE)
        asked = newshawk(room.folder, "reload")
        assert (asked.returncode, asked.stderr) == (0, "")
        assert str(daemon.pid) in asked.stdout
        assert daemon.wait_for_event("reloaded")["outlets"] == 1
        wait_until(lambda: polls(world, "wire.example.org") >= 1)
        before = polls(world)
        url = "http://wire.example.org/news/fire"
        world.put("wire.example.org", "/news/fire", html("Fire in the harbour", *FIRE_TEXT))
        world.put("wire.example.org", "/rss.xml", feed(url))
        wait_until(room.mails)
        assert polls(world) <= before + 1  # one may have been on its way
        assert daemon.end() == 0


def test_a_wrong_config_changes_nothing_and_the_log_says_why(newsroom: Make, world: World) -> None:
    room = newsroom(OFTEN)
    publish(world)
    with Daemon(room.folder) as daemon:
        room.declare(OFTEN, '[[outlets]]\nid = "x"\nhosts = "htp//x"\n')
        daemon.send(signal.SIGHUP)
        refused = daemon.wait_for_event("reload refused")
        assert "newshawk.toml:" in refused["error"]
        room.change("newshawk.db", "other.db")
        daemon.send(signal.SIGHUP)
        daemon.wait_for_event("reload refused", len(daemon.events("reload refused")) + 1)
        before = polls(world)
        wait_until(lambda: polls(world) >= before + 2)
        assert daemon.end() == 0


def test_a_broken_rule_is_in_the_log_and_the_rest_is_taken_over(newsroom: Make, world: World) -> None:
    room = newsroom(OFTEN)
    publish(world)
    with Daemon(room.folder) as daemon:
        room.declare(OFTEN, '[[rules]]\nid = "x"\nquery = "a AND"\nto = ["nobody"]\n', FIRE)
        daemon.send(signal.SIGHUP)
        broken = daemon.wait_for_event("broken rule")
        assert (broken["rule"], broken["used"], len(broken["told"])) == ("x", "not at all", 2)
        assert daemon.wait_for_event("reloaded")["rules"] == 1
        room.change('query = "fire AND harbour"', 'query = "fire AND (harbour"')
        daemon.send(signal.SIGHUP)
        assert daemon.wait_for_event("reloaded", 2)["rules"] == 1, "it alerts as before"
        assert daemon.end() == 0


def test_reload_without_a_daemon_says_so_and_signals_nobody(newsroom: Make) -> None:
    room = newsroom(EXAMPLE)
    (room.folder / "newshawk.db.pid").write_text("1\n")  # left by a process that was killed
    done = newshawk(room.folder, "reload")
    assert done.returncode == 2
    assert "No daemon holds" in done.stderr


# --- watching ---------------------------------------------------------------------------------------


def listening(room: Newsroom, port: int) -> None:
    room.change('listen = ""', f'listen = "127.0.0.1:{port}"')


def test_the_endpoint_says_that_it_lives_and_gives_figures(newsroom: Make, world: World) -> None:
    room = newsroom(OFTEN)
    listening(room, port := free_port())
    publish(world, FIRE_URL)
    with Daemon(room.folder) as daemon:
        wait_until(lambda: room.sql("select count(*) from articles") == [(1,)])
        assert get(f"http://127.0.0.1:{port}/healthz") == (200, "ok\n")
        assert get(f"http://127.0.0.1:{port}/readyz") == (200, "ready\n")
        _, figures = get(f"http://127.0.0.1:{port}/metrics")
        assert 'newshawk_articles{outlet="example"} 1.0' in figures
        assert 'newshawk_links{outlet="example",state="new"} 1.0' in figures
        assert "newshawk_poll_lag_seconds" in figures
        assert "/story/" not in figures
        assert daemon.end() == 0


def test_a_port_that_is_taken_is_a_warning(newsroom: Make, world: World) -> None:
    room = newsroom(OFTEN)
    publish(world)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listening(room, taken.getsockname()[1])
        with Daemon(room.folder) as daemon:
            assert daemon.wait_for_event("no endpoint")["level"] == "warning"
            wait_until(lambda: polls(world) >= 1)
            assert daemon.end() == 0


def test_an_outlet_out_of_reach_is_one_inert_line_and_the_others_are_polled(
    newsroom: Make, world: World
) -> None:
    room = newsroom(OFTEN, WIRE)
    publish(world)
    nasty = '<title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/\x1b[31m\n"></script>'
    world.put("wire.example.org", "/rss.xml", Answer(body=nasty, status=403))
    with Daemon(room.folder) as daemon:
        told = daemon.wait_for_event("not polled")
        assert told["outlet"] == "wire"
        assert told["error"] == "wire.example.org shows a bot check"
        wait_until(lambda: polls(world) >= 2)
        assert daemon.end() == 0
    assert not any("\x1b" in line for line in daemon.lines)


# --- faults of our own ------------------------------------------------------------------------------


def test_mail_goes_on_after_a_round_that_broke_off(newsroom: Make, world: World) -> None:
    room = newsroom(OFTEN, FIRE)
    publish(world)
    (room.folder / "mail").write_text("a file where the folder should be")
    with Daemon(room.folder) as daemon:
        wait_until(lambda: polls(world) >= 2)
        publish(world, FIRE_URL)
        daemon.wait_for_event("mail put off")
        (room.folder / "mail").unlink()
        assert daemon.end() == 0
    with Daemon(room.folder) as daemon:
        wait_until(room.mails)
        assert daemon.end() == 0
    assert len(room.mails()) == 1
