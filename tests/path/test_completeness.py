"""What the feeds do not name is found by second channels, entered, and fetched at one word."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from crawler.completeness import Named, articles
from crawler.config import load_config
from schedules.completing import as_json, reconcile_pass
from schedules.daemon import Daemon as NightDaemon
from schedules.passes import clock_from
from tests.path.commands import Daemon, newshawk, wait_until
from tests.path.newsroom import EXAMPLE, FIRE, START, Newsroom
from tests.world.answers import Answer, feed, html
from tests.world.reactor import reactor_thread
from tests.world.server import World

Make = Callable[..., Newsroom]
HOSTS = ("www.example.com", "example-mirror.net")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PATHS = EXAMPLE.replace("article_id = '/story/(\\d+)'\n", "")


def url(number: int, host: str = "www.example.com") -> str:
    return f"http://{host}/story/{number}/the-harbour-fire-report-{number}"


def publish(world: World, *numbers: int, hosts: Sequence[str] = HOSTS) -> None:
    """Serve these stories on these hosts."""
    for host in hosts:
        for number in numbers:
            text = f"A fire broke out in the harbour, says report number {number} of this long night. " * 3
            page = html(f"Report {number}", text, f"Nobody was hurt in fire {number}.")
            world.put(host, url(number).partition(HOSTS[0])[2], page)


def put_feed(world: World, *numbers: int, hosts: Sequence[str] = HOSTS) -> None:
    for host in hosts:
        world.put(host, "/rss.xml", feed(*map(url, numbers)))


def news_sitemap(*stories: tuple[str, str]) -> Answer:
    """A news sitemap of (address, time of publication)."""
    urls = "".join(
        f"<url><loc>{address}</loc><n:news><n:publication_date>{at}</n:publication_date></n:news></url>"
        for address, at in stories
    )
    body = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )
    return Answer(body=body, content_type="application/xml")


def put_sitemap(world: World, *stories: tuple[str, str], hosts: Sequence[str] = HOSTS) -> None:
    """Serve a news sitemap that robots.txt names."""
    for host in hosts:
        world.put(
            host,
            "/robots.txt",
            Answer(body=f"Sitemap: http://{host}/news-sitemap.xml\n", content_type="text/plain"),
        )
        world.put(host, "/news-sitemap.xml", news_sitemap(*stories))


def front_page(world: World, *addresses: str, hosts: Sequence[str] = HOSTS) -> None:
    links = "".join(f'<p><a href="{each}">A long headline of {each}</a></p>' for each in addresses)
    for host in hosts:
        world.put(host, "/", Answer(body=f"<html><body><h1>Example News</h1>{links}</body></html>"))


def reconciled(room: Newsroom, *, after: timedelta, fetch: bool = False) -> dict[str, Any]:
    """Run ``reconcile`` for the first outlet at a time after START."""
    config = load_config(room.config)
    work = reconcile_pass(config, config.outlets[:1], clock_from(START + after), fetch=fetch)
    (done,) = reactor_thread().run(work)
    return as_json(done)


def missing(row: dict[str, Any]) -> set[str]:
    return {each["url"] for each in row["missing"]}


def test_every_link_hidden_from_the_feed_is_found_in_the_news_sitemap_and_fetched(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, *range(1, 21))
    hidden = {3, 7, 8, 20}
    put_feed(world, *(number for number in range(1, 21) if number not in hidden))
    put_sitemap(world, *((url(number), "2026-11-23T05:10:00+00:00") for number in range(1, 21)))
    room.crawl()
    row = reconciled(room, after=HOUR)
    assert missing(row) == {url(number) for number in hidden}
    assert (row["expected"], row["met"], row["recall"], row["undated"]) == (20, 16, 0.8, 0)
    assert row["channels"][-1]["kind"] == "robots_sitemap"
    assert room.crawl(after=HOUR)["example"]["new"] == 0, "nothing asks for them by itself"
    fetched = reconciled(room, after=2 * HOUR, fetch=True)
    assert [link["state"] for link in fetched["links"]] == ["new"] * 4
    assert fetched["recall_now"] == 1.0
    assert len(room.rows()) == 20
    again = reconciled(room, after=3 * HOUR)
    assert (again["recall"], again["missing"]) == (1.0, [])
    assert room.sql("select count(*) from links where reason = 'missed'") == [(0,)]


def test_a_front_page_is_read_by_the_shapes_that_a_crawl_learned(newsroom: Make, world: World) -> None:
    room = newsroom(PATHS)
    publish(world, *range(4101, 4126))
    put_feed(world, *range(4101, 4126))
    offer = "http://www.example.com/offers/the-best-shoes-of-the-year"
    front_page(world, *map(url, range(4101, 4127)), offer)
    room.crawl()
    assert missing(reconciled(room, after=HOUR)) == {url(4126)}


def test_each_list_is_judged_once_and_beside_the_event_loop(
    newsroom: Make, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, 1, 2)
    put_feed(world, 1, 2)
    put_sitemap(world, (url(1), "2026-11-23T05:10:00+00:00"))
    front_page(world, url(1))
    room.crawl()
    loops: list[bool] = []

    def judged(*args: Any, **more: Any) -> list[Named]:
        loops.append(asyncio._get_running_loop() is not None)
        return articles(*args, **more)

    monkeypatch.setattr("schedules.reconcile.articles", judged)
    row = reconciled(room, after=HOUR)
    assert not any(loops)
    assert len(loops) == len(row["channels"]) + 1, "and the one source"


def test_the_front_page_is_a_second_channel_and_other_slugs_are_not_missing(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, *range(1, 8))
    put_feed(world, *range(1, 6))
    slugs = [
        f"http://example-mirror.net/story/{number}/quite-another-slug?utm_source=x" for number in (1, 2, 3)
    ]
    others = ["/tag/harbour", "/about-us-and-our-very-long-history", "https://elsewhere.example/story/99/x"]
    front_page(world, *slugs, url(6), url(7), *others)
    room.crawl()
    row = reconciled(room, after=HOUR)
    assert missing(row) == {url(6), url(7)}
    assert row["undated"] == 2
    assert (row["channels"][0]["expected"], row["channels"][0]["met"]) == (5, 3)
    fetched = reconciled(room, after=2 * HOUR, fetch=True)
    assert fetched["recall_now"] == 1.0
    assert reconciled(room, after=3 * HOUR)["recall"] == 1.0


def test_the_same_feed_at_another_mirror_is_a_second_channel(newsroom: Make, world: World) -> None:
    room = newsroom(PATHS)
    publish(world, *range(1, 11))
    put_feed(world, *range(1, 8), hosts=HOSTS[:1])
    put_feed(world, *range(1, 11), hosts=HOSTS[1:])
    room.crawl()
    row = reconciled(room, after=HOUR)
    (mirror,) = [each for each in row["channels"] if each["kind"] == "mirror"]
    assert (mirror["host"], mirror["expected"], mirror["met"], mirror["recall"]) == (HOSTS[1], 10, 7, 0.7)
    assert missing(row) == {url(8), url(9), url(10)}
    assert reconciled(room, after=2 * HOUR, fetch=True)["recall_now"] == 1.0
    assert len(room.rows()) == 10


def test_a_configured_sitemap_shows_what_the_feeds_alone_would_have_missed(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE + 'sitemaps = ["http://www.example.com/news.xml"]\n')
    publish(world, 1, 2, 3, 4)
    put_feed(world, 1, 2, 3)
    for host in HOSTS:
        world.put(host, "/news.xml", news_sitemap(*((url(n), "2026-11-23T05:00:00Z") for n in (1, 2, 3, 4))))
    room.crawl()
    row = reconciled(room, after=HOUR)
    (sitemap,) = [each for each in row["channels"] if each["kind"] == "sitemap"]
    assert (sitemap["expected"], sitemap["met"], sitemap["listed"]) == (4, 4, 3)
    assert row["recall"] == 1.0
    assert not any(each["kind"] == "robots_sitemap" for each in row["channels"])


def test_a_feed_that_froze_shows_as_a_recall_of_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, *range(1, 9))
    put_feed(world, 1, 2, 3)
    put_sitemap(world, *((url(number), "2026-11-23T05:00:00Z") for number in (1, 2, 3)))
    room.crawl()
    assert reconciled(room, after=HOUR)["recall"] == 1.0
    put_sitemap(world, *((url(number), "2026-11-26T05:00:00Z") for number in range(4, 9)))
    row = reconciled(room, after=3 * DAY)
    (sitemap,) = [each for each in row["channels"] if each["kind"] == "robots_sitemap"]
    assert (sitemap["expected"], sitemap["met"], sitemap["recall"]) == (5, 0, 0.0)
    assert row["recall"] < 0.5, "the mirror repeats the frozen feed and knows no better"


def test_channels_that_are_down_are_told_and_none_is_no_full_recall(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE.replace('"www.example.com", "example-mirror.net"', '"www.example.com"'))
    publish(world, 1, 2)
    put_feed(world, 1, 2)
    world.put("www.example.com", "/", Answer(status=503))
    room.crawl()
    row = reconciled(room, after=HOUR)
    assert (row["outcome"], row["told"], row["recall"]) == ("none", "no second channel", None)
    assert [(each["kind"], each["outcome"]) for each in row["channels"]] == [("front_page", "failed")]
    assert "503" in row["channels"][0]["told"]
    status = newshawk(room.folder, "status", "--json")
    assert json.loads(status.stdout)["outlets"]["example"]["completeness"]["told"] == "no second channel"


def test_a_channel_that_is_kept_no_longer_is_none(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, 1, 2, 3)
    put_feed(world, 1)
    put_sitemap(world, (url(2), "2026-10-01T05:00:00Z"), (url(3), "2026-10-02T05:00:00Z"))
    room.crawl()
    row = reconciled(room, after=HOUR)
    assert (row["channels"][-1]["outcome"], row["missing"]) == ("stale", [])


def test_an_outlet_never_polled_is_not_compared(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    world.break_host(HOSTS[0], "reset")
    world.break_host(HOSTS[1], "reset")
    room.crawl()
    assert reconciled(room, after=HOUR)["outcome"] == "unpolled"


def test_a_feed_that_names_a_missed_address_later_alerts(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, 1, 2)
    put_feed(world, 1)
    front_page(world, url(1), url(2))
    room.crawl()
    assert missing(reconciled(room, after=HOUR)) == {url(2)}
    put_feed(world, 2, 1)
    assert room.crawl(after=2 * HOUR)["example"]["new"] == 1
    assert len(room.mails()) == 1
    assert reconciled(room, after=3 * HOUR)["recall"] == 1.0


def test_a_feed_that_names_it_after_the_fetch_alerts_too(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, 1, 2)
    put_feed(world, 1)
    front_page(world, url(1), url(2))
    room.crawl()
    reconciled(room, after=HOUR, fetch=True)
    assert room.mails() == [], "without a date, on the page at the first comparison: it may be old"
    put_feed(world, 2, 1)
    room.crawl(after=2 * HOUR)
    assert len(room.mails()) == 1


def test_what_was_published_after_the_first_poll_alerts_when_it_is_fetched(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, 1, 2, 3)
    put_feed(world, 1)
    put_sitemap(world, (url(1), "2026-11-23T05:00:00Z"))
    room.crawl()
    put_sitemap(world, (url(2), "2026-11-22T20:00:00Z"), (url(3), "2026-11-23T08:00:00Z"))
    reconciled(room, after=3 * HOUR, fetch=True)
    assert len(room.rows()) == 3
    (mail,) = room.mails()
    assert "Report 3" in mail["Subject"]


def test_another_slug_of_a_missed_key_settles_it(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, 1, 2)
    put_feed(world, 1)
    front_page(world, url(1), "http://www.example.com/story/2/the-slug-of-the-front-page")
    room.crawl()
    reconciled(room, after=HOUR)
    put_feed(world, 1, 2)
    assert room.crawl(after=2 * HOUR)["example"]["new"] == 1
    states = room.sql("select state from links where key_value = '2' order by state")
    assert states == [("duplicate",), ("new",)]


def test_a_page_that_fails_is_told_with_its_reason(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, 1)
    put_feed(world, 1)
    put_sitemap(world, (url(1), "2026-11-23T05:00:00Z"), (url(2), "2026-11-23T05:00:00Z"))
    room.crawl()
    row = reconciled(room, after=HOUR, fetch=True)
    assert [(link["state"], link["reason"]) for link in row["links"]] == [("failed", "http_404")]
    assert row["recall_now"] == 0.5


def test_the_commands_show_it(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, 1, 2)
    put_feed(world, 1)
    front_page(world, url(1), url(2))
    room.crawl()
    done = newshawk(room.folder, "reconcile", "example")
    assert done.returncode == 0, done.stderr
    assert "recall 0.500; 1 missing" in done.stdout
    assert done.stderr == ""
    status = newshawk(room.folder, "status", "example")
    assert url(2) in status.stdout
    assert "skipped missed" in status.stdout
    assert "1 link missing" in newshawk(room.folder, "status").stdout


def test_a_running_daemon_fetches_what_was_asked_for(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, 1, 2)
    put_feed(world, 1)
    front_page(world, url(1), url(2))
    with Daemon(room.folder) as daemon:
        wait_until(lambda: len(room.rows()) == 1)
        done = newshawk(room.folder, "reconcile", "example", "--fetch")
        assert done.returncode == 0, done.stderr
        assert f"process {daemon.pid} holds the store" in done.stdout
        assert room.sql("select state from links where key_value = '2'") == [("pending",)]
        assert daemon.end() == 0


def test_the_nightly_comparison_shares_what_the_daemon_knows_of_hosts(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, 1, 2)
    put_feed(world, 1)
    put_sitemap(world, (url(1), "2026-11-23T05:00:00Z"), (url(2), "2026-11-23T05:00:00Z"))
    config = load_config(room.config)

    async def night() -> None:
        daemon = NightDaemon(config)
        daemon.runtime.clock = clock_from(START)
        await daemon.runtime.start()
        await daemon.poll(config.outlets[0])
        asked = len(world.asked_urls(robots=True))
        await daemon.compare(config.outlets[0])
        robots = [each for each in world.asked_urls(robots=True)[asked:] if each.endswith("/robots.txt")]
        assert not any("www.example.com" in each for each in robots), "known from the poll"
        await daemon.runtime.stop()

    reactor_thread().run(night())
    told = room.sql("select trigger, outcome, expected, met from reconciliations")
    assert told == [("nightly", "compared", 2, 1)]
    assert room.sql("select url from links where reason = 'missed'") == [(url(2),)]


def test_there_is_no_store_yet(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    done = newshawk(room.folder, "reconcile")
    assert done.returncode == 1
    assert "newshawk crawl" in done.stderr
    assert not (room.folder / "newshawk.db").exists()
