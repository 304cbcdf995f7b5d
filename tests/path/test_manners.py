"""Manners over a whole process: outlets that share a host share its gate, its rest and its robots.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.path.newsroom import EXAMPLE, Newsroom, told
from tests.path.test_feed_to_mail import FIRE_URL, publish
from tests.world.answers import Answer, feed, html
from tests.world.server import World

Make = Callable[..., Newsroom]
SHARED = "feeds.example.org"
ROBOTS = Answer(body="User-agent: *\nDisallow: /private\n", content_type="text/plain")


def outlet(name: str, *feeds: str, more: str = "") -> str:
    listed = ", ".join(f'"{url}"' for url in feeds)
    return f'[[outlets]]\nid = "{name}"\nname = "{name}"\nhosts = ["{name}.example.com"]\nfeeds = [{listed}]\n{more}'


TWO = tuple(outlet(name, f"http://{SHARED}/{name}.xml") for name in ("one", "two"))


def asked(world: World, host: str, *, robots: bool = False) -> list[str]:
    return [each.path for each in world.asked if each.host == host and (robots or each.path != "/robots.txt")]


@pytest.mark.parametrize("retry_after", ["3600", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_host_that_is_asked_too_much_is_left_alone_by_every_outlet(
    newsroom: Make, world: World, retry_after: str
) -> None:
    room = newsroom(*TWO)
    for name in ("one", "two"):
        world.put(
            SHARED, f"/{name}.xml", Answer(status=429, body="slow", headers=(("Retry-After", retry_after),))
        )
    report = room.crawl()
    assert len(asked(world, SHARED)) == 1
    assert sorted("answered 429" in str(each["error"]) for each in report.values()) == [False, True]
    assert any("is left alone" in str(each["error"]) for each in report.values()), report


@pytest.mark.parametrize("retry_after", ["0", "-1", "soon", "", "Mon, 01 Jan 1990 00:00:00 GMT", "٣٠"])
def test_a_retry_after_that_asks_for_nothing_stops_nobody(
    newsroom: Make, world: World, retry_after: str
) -> None:
    room = newsroom(*TWO)
    header = (("Retry-After", retry_after.encode().decode("latin-1")),)
    for name in ("one", "two"):
        world.put(SHARED, f"/{name}.xml", Answer(status=503, body="slow", headers=header))
    room.crawl()
    assert sorted(asked(world, SHARED)) == ["/one.xml", "/two.xml"]


def test_429_without_a_time_slows_the_host_down_for_every_outlet(newsroom: Make, world: World) -> None:
    room = newsroom(*TWO)
    for name in ("one", "two"):
        world.put(SHARED, f"/{name}.xml", Answer(status=429, body="slow"))
    room.crawl()
    first, second = (each.at for each in world.asked if each.path.endswith(".xml"))
    assert second - first >= 1.0  # delay is 0 in this config


def test_a_host_is_asked_for_one_thing_at_a_time_by_all_outlets(newsroom: Make, world: World) -> None:
    room = newsroom(*TWO)
    for name in ("one", "two"):
        world.put(SHARED, f"/{name}.xml", Answer(body=feed().body, delay=0.4))
    room.crawl()
    times = [each.at for each in world.asked if each.host == SHARED and each.path != "/robots.txt"]
    assert len(times) == 2
    assert times[1] - times[0] >= 0.4


def test_robots_txt_of_a_shared_host_is_asked_once_and_obeyed_by_every_outlet(
    newsroom: Make, world: World
) -> None:
    room = newsroom(*TWO)
    world.put(
        SHARED, "/robots.txt", Answer(body="User-agent: newshawk\nDisallow: /two", content_type="text/plain")
    )
    for name in ("one", "two"):
        world.put(SHARED, f"/{name}.xml", feed())
    report = room.crawl()
    assert asked(world, SHARED, robots=True) == ["/robots.txt", "/one.xml"]
    assert "robots.txt" in str(report["two"]["error"])


def test_a_host_whose_robots_txt_fails_waits_and_the_mirror_serves(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    world.put("www.example.com", "/robots.txt", Answer(status=503, body="no"))
    report = room.crawl()["example"]
    assert (report["new"], report["host"]) == (1, "example-mirror.net"), told(report)
    assert asked(world, "www.example.com") == []


def test_each_outlet_goes_through_its_own_proxy(newsroom: Make, world: World, tmp_path: Path) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    with World(folder) as other:
        room = newsroom(
            outlet("one", "http://one.example.com/rss.xml"),
            outlet("two", "http://two.example.com/rss.xml", more=f'proxy = "{other.proxy}"\n'),
        )
        for name, its in (("one", world), ("two", other)):
            its.put(f"{name}.example.com", "/rss.xml", feed(f"http://{name}.example.com/a"))
            its.put(
                f"{name}.example.com",
                "/a",
                html("A bridge", "The bridge is open again, the mayor said on Monday."),
            )
        report = room.crawl()
        assert [report[name]["new"] for name in ("one", "two")] == [1, 1]
        assert {each.host for each in world.asked} == {"one.example.com"}
        assert {each.host for each in other.asked} == {"two.example.com"}


def test_the_user_agent_with_its_contact_is_sent_with_every_request(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    room.change("delay = 0", 'delay = 0\nuser_agent = "ours (+https://ours.org/bot)"')
    world.put("www.example.com", "/robots.txt", ROBOTS)
    publish(world, FIRE_URL)
    room.crawl()
    assert len(world.asked) >= 3
    assert {each.header("User-Agent") for each in world.asked} == {"ours (+https://ours.org/bot)"}


def test_a_rest_is_kept_over_the_end_of_the_process(newsroom: Make, world: World) -> None:
    room = newsroom(TWO[0])
    world.put(SHARED, "/one.xml", Answer(status=429, body="slow", headers=(("Retry-After", "1800"),)))
    for minutes, times in ((0, 1), (10, 1), (29, 1), (31, 2)):
        room.crawl(after=timedelta(minutes=minutes))
        assert len(asked(world, SHARED)) == times, minutes
