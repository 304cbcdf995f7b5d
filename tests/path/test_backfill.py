"""``newshawk backfill``: archives are walked, what they name of the window is fetched, silently and once."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from tests.path.commands import newshawk, wait_until
from tests.path.newsroom import EXAMPLE, FIRE, Newsroom, adds_up, told
from tests.path.test_feed_to_mail import FIRE_TEXT
from tests.world.answers import Answer, Asked, feed, html
from tests.world.server import World

Make = Callable[..., Newsroom]
HOST, MIRROR = "www.example.com", "example-mirror.net"
SINCE = "2026-11-01"
MAPPED = EXAMPLE + 'sitemaps = ["http://www.example.com/sitemap.xml"]\n'


def stories(world: World, *numbers: int) -> list[str]:
    """Serve stories on both hosts; return their addresses."""
    urls = []
    for number in numbers:
        page = html(f"Story number {number}", *(f"{line} ({number})" for line in FIRE_TEXT))
        for host in (HOST, MIRROR):
            world.put(host, f"/story/{number}/x", page)
        urls.append(f"http://{HOST}/story/{number}/x")
    return urls


def sitemap(entries: Iterable[tuple[str, str]], element: str = "lastmod") -> Answer:
    """Return a sitemap of (address, day), the day as *element*."""
    urls = "".join(
        f"<url><loc>{url}</loc>{f'<{element}>{day}</{element}>' if day else ''}</url>" for url, day in entries
    )
    return Answer(body=f"<urlset>{urls}</urlset>", content_type="application/xml")


def index(*children: tuple[str, str]) -> Answer:
    """Return a sitemap index of (address, last change)."""
    maps = "".join(
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for url, day in children
    )
    return Answer(body=f"<sitemapindex>{maps}</sitemapindex>", content_type="application/xml")


def put(world: World, path: str, answer: object, hosts: tuple[str, ...] = (HOST, MIRROR)) -> None:
    for host in hosts:
        world.put(host, path, answer)  # type: ignore[arg-type]


def asked(world: World) -> list[str]:
    """Paths asked, robots.txt left out."""
    return [one.path for one in world.asked if one.path != "/robots.txt"]


def in_ledger(room: Newsroom) -> list[str]:
    return [row[0] for row in room.sql("select ledger_key from links order by id")]


# --- sitemaps ---------------------------------------------------------------------------------------


def test_a_sitemap_index_is_walked_by_date_and_what_lies_outside_is_not_discovered(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    put(world, "/rss.xml", feed())
    inside = stories(world, 1, 2, 3)
    old = stories(world, 50, 51)
    put(world, "/robots.txt", Answer(body=f"User-agent: *\nSitemap: http://{HOST}/maps.xml\n"))
    put(
        world,
        "/maps.xml",
        index(
            (f"http://{HOST}/map-2026-11.xml.gz", ""),
            (f"http://{HOST}/map-2026-06.xml", "2026-11-20"),
            (f"http://{HOST}/map-stale.xml", "2026-09-01"),
            (f"http://{HOST}/maps.xml", ""),
        ),
    )
    month = sitemap(
        [(inside[0], "2026-11-20"), (inside[1], ""), (old[0], "2026-10-11"), (old[1], "1970-01-01")]
    )
    assert isinstance(month.body, str)
    put(
        world,
        "/map-2026-11.xml.gz",
        Answer(body=gzip.compress(month.body.encode()), content_type="application/gzip"),
    )
    report = room.backfill(SINCE)
    assert (report["new"], report["error"]) == (3, None), told(report)
    assert adds_up(report)
    assert report["backfill"]["state"] == "done"
    assert report["backfill"]["outside"] == 1
    assert in_ledger(room) == ["/story/1/x", "/story/2/x", "/story/51/x"]
    paths = asked(world)
    assert "/map-2026-06.xml" not in paths
    assert "/map-stale.xml" not in paths
    assert paths.count("/maps.xml") == 1


def test_what_a_backfill_finds_alerts_nobody_and_changes_no_source(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED.replace("feeds", "#feeds"), FIRE)
    put(world, "/sitemap.xml", sitemap([(url, "2026-11-20") for url in stories(world, 1)]))
    room.backfill(SINCE)
    assert room.mails() == []
    assert room.sql("select count(*) from polls") == [(0,)]
    assert room.sql("select count(*) from listings") == [(0,)]
    assert room.sql("select first_complete_at, entries from feeds") == [(None, None)]
    assert room.sql("select silent, backfill_id from links") == [(1, 1)]
    room.crawl(after=timedelta(hours=1))
    assert room.mails() == []


def test_with_alert_it_is_not_silent(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED, FIRE)
    put(world, "/rss.xml", feed())
    put(world, "/sitemap.xml", sitemap([(url, "2026-11-20") for url in stories(world, 1)]))
    room.backfill(SINCE, silent=False)
    assert len(room.mails()) == 1


def test_news_that_a_backfill_met_before_its_feed_did_alerts_and_an_old_story_does_not(
    newsroom: Make, world: World
) -> None:
    room = newsroom(MAPPED.replace("sitemaps", "#sitemaps"), FIRE)
    put(world, "/rss.xml", feed())
    room.crawl()
    news, old = stories(world, 1, 2)
    put(world, "/robots.txt", Answer(body=f"Sitemap: http://{HOST}/sitemap.xml"))
    dated = [(news, "2026-11-23T05:30:00Z"), (old, "2026-11-03")]
    put(world, "/sitemap.xml", sitemap(dated, "publication_date"))
    assert room.backfill(SINCE)["new"] == 2
    assert room.mails() == []
    put(world, "/rss.xml", feed(news, old))
    room.crawl(after=timedelta(minutes=10))
    (mail,) = room.mails()
    assert "Story number 1" in str(mail["Subject"])


def test_the_window_ends_with_until_and_days_in_addresses_count(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED.replace("article_id", "#article_id"))
    put(world, "/rss.xml", feed())
    days = ["2026/10/31", "2026/11/01", "2026/11/10", "2026/11/11"]
    urls = [f"http://{HOST}/{day}/story-of-that-day" for day in days]
    for url in urls:
        put(world, url.removeprefix(f"http://{HOST}"), html("A day", *FIRE_TEXT))
    put(world, "/sitemap.xml", sitemap([(url, "2026-11-22") for url in urls]))
    room.backfill(SINCE, until="2026-11-11")
    assert in_ledger(room) == [f"/{day}/story-of-that-day" for day in days[1:3]]


# --- pages of feeds and sections --------------------------------------------------------------------


def dated_feed(*items: tuple[str, str], following: str = "") -> Answer:
    """Return a feed of (address, date), with a link to the next page."""
    each = "".join(f"<item><link>{url}</link><pubDate>{day}</pubDate></item>" for url, day in items)
    link = f'<atom:link rel="next" href="{following}"/>' if following else ""
    return Answer(
        body=f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>{link}{each}</channel></rss>',
        content_type="application/rss+xml",
    )


def test_a_feed_is_followed_by_its_own_links_until_it_is_older_than_the_window(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    urls = stories(world, *range(1, 9))
    days = [f"{day} Nov 2026 10:00:00 GMT" for day in (20, 18, 12, 8)] + ["20 Oct 2026 10:00:00 GMT"] * 4
    pages = list(zip(urls, days, strict=True))
    put(world, "/rss.xml", dated_feed(*pages[:2], following="/rss.xml?offset=2"))
    put(world, "/rss.xml?offset=2", dated_feed(*pages[2:5], following=f"http://{HOST}/rss.xml?offset=5"))
    put(world, "/rss.xml?offset=5", dated_feed(*pages[5:7], following="/rss.xml?offset=7"))
    put(world, "/rss.xml?offset=7", dated_feed(pages[7]))
    report = room.backfill(SINCE)
    assert report["new"] == 4, told(report)
    assert "/rss.xml?offset=5" in asked(world)
    assert "/rss.xml?offset=7" not in asked(world)
    assert room.sql("select reason from backfill_documents order by id desc limit 1") == [("older",)]


def test_wordpress_pages_are_guessed_and_end_with_the_first_that_is_missing(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE.replace("/rss.xml", "/feed/"))
    urls = stories(world, *range(1, 6))
    put(world, "/feed/", feed(*urls[:2]))
    put(world, "/feed/?paged=2", feed(*urls[2:4]))
    put(world, "/feed/?paged=3", feed(urls[4]))
    report = room.backfill(SINCE)
    assert report["new"] == 5
    assert report["backfill"]["state"] == "done"
    assert (report["backfill"]["walked"], report["backfill"]["unread"]) == (3, 0)


def test_a_feed_that_knows_no_pages_is_asked_for_one_more_and_no_further(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    put(world, "/rss.xml", feed(*stories(world, 1, 2)))
    put(world, "/rss.xml?page=2", feed(*stories(world, 2, 1)))
    assert room.backfill(SINCE)["new"] == 2
    assert [path for path in asked(world) if path.startswith("/rss")] == ["/rss.xml", "/rss.xml?page=2"]


SECTION = EXAMPLE.replace("feeds =", "#").replace("[[outlets]]", "[[outlets]]", 1) + (
    'sections = ["http://www.example.com/Section/10102/1"]\n'
)


def section(urls: Iterable[str], more: str = "") -> Answer:
    links = "".join(f'<li><a href="{url}">A headline of some length</a></li>' for url in urls)
    return Answer(body=f"<html><head><title>News</title></head><body><ul>{links}</ul>{more}</body></html>")


def test_section_pages_with_the_number_last_are_walked_until_one_repeats(
    newsroom: Make, world: World
) -> None:
    room = newsroom(SECTION)
    urls = stories(world, *range(1, 8))
    put(world, "/Section/10102/1", section(urls[:3]))
    put(world, "/Section/10102/2", section(urls[2:6]))
    put(world, "/Section/10102/3", section(urls[6:]))
    put(world, "/Section/10102/4", section(urls[:3]))
    report = room.backfill(SINCE)
    assert report["new"] == 7, told(report)
    assert asked(world)[:4] == [f"/Section/10102/{number}" for number in (1, 2, 3, 4)]
    assert "/Section/10102/5" not in asked(world)


@pytest.mark.parametrize(
    ("root", "second", "more"),
    [
        ("/news", "/news?page=2", ""),
        ("/news", "/news/page/2/", ""),
        ("/news", "/older-news", '<a rel="next" href="/older-news">Older</a>'),
        ("/news", "/news/p/2", '<a href="/news/p/2">2</a>'),
        ("/news", "/more.php?from=20", '<div class="next"><a href="/more.php?from=20">&gt;</a></div>'),
    ],
)
def test_the_next_section_page_is_found_in_every_form(
    newsroom: Make, world: World, root: str, second: str, more: str
) -> None:
    room = newsroom(SECTION.replace("/Section/10102/1", root))
    urls = stories(world, 1, 2)
    put(world, root, section(urls[:1], more))
    put(world, second, section(urls[1:]))
    assert room.backfill(SINCE)["new"] == 2


# --- bounds, trouble, going on ----------------------------------------------------------------------


def test_a_limit_pauses_it_and_the_same_call_goes_on(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED)
    put(world, "/rss.xml", feed())
    put(world, "/sitemap.xml", sitemap([(url, "2026-11-20") for url in stories(world, *range(1, 8))]))
    first = room.backfill(SINCE, limit=3)
    assert (first["new"], first["backfill"]["state"]) == (3, "paused")
    second = room.backfill(SINCE, limit=3)
    assert (second["new"], second["known"], second["backfill"]["resumed"]) == (3, 3, True)
    third = room.backfill(SINCE)
    assert (third["new"], third["backfill"]["state"]) == (1, "done")
    fourth = room.backfill(SINCE)
    assert (fourth["new"], fourth["known"], fourth["backfill"]["resumed"]) == (0, 7, False)


def test_a_sitemap_that_fails_is_told_and_tried_again_by_the_same_call(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED)
    put(world, "/rss.xml", feed())
    first, second = stories(world, 1, 2)
    put(world, "/sitemap.xml", index((f"http://{HOST}/a.xml", ""), (f"http://{HOST}/b.xml", "")))
    put(world, "/a.xml", sitemap([(first, "2026-11-20")]))
    put(world, "/b.xml", Answer(status=503, body="busy"))
    report = room.backfill(SINCE)
    assert (report["new"], report["error"], report["backfill"]["state"]) == (1, None, "paused")
    assert report["backfill"]["unread"] == 1
    put(world, "/b.xml", sitemap([(second, "2026-11-20")]))
    before = len(asked(world))
    report = room.backfill(SINCE, after=timedelta(hours=1))
    assert (report["new"], report["backfill"]["state"]) == (1, "done")
    assert "/a.xml" not in asked(world)[before:]


def test_an_outlet_out_of_reach_fails_and_the_mirror_serves_when_it_is_there(
    newsroom: Make, world: World
) -> None:
    room = newsroom(MAPPED)
    for host in (HOST, MIRROR):
        world.break_host(host, "reset")
    report = room.backfill(SINCE)
    assert report["backfill"]["state"] == "failed"
    assert HOST in report["error"]
    world.break_host(MIRROR, "")
    put(world, "/rss.xml", feed())
    put(world, "/sitemap.xml", sitemap([(url, "2026-11-20") for url in stories(world, 1)]))
    report = room.backfill(SINCE, after=timedelta(hours=2))
    assert (report["new"], report["host"]) == (1, MIRROR), told(report)


def test_a_kill_in_the_midst_loses_nothing_and_walks_nothing_twice(newsroom: Make, world: World) -> None:
    """The third sitemap hangs; the process is killed there; the same command goes on with it."""
    room = newsroom(MAPPED)
    put(world, "/rss.xml", feed())
    urls = stories(world, *range(1, 7))
    put(world, "/sitemap.xml", index(*((f"http://{HOST}/{name}.xml", "") for name in "abc")))
    for at, name in enumerate("abc"):
        put(world, f"/{name}.xml", sitemap([(url, "2026-11-20") for url in urls[2 * at : 2 * at + 2]]))
    put(world, "/c.xml", Answer(fault="hang"))
    command = [sys.executable, "-m", "crawler.cli.app", "backfill", "example", "--since", SINCE, "--json"]
    command += ["--at", "2026-11-23T06:00:00+00:00"]
    process = subprocess.Popen(command, cwd=room.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: "/c.xml" in asked(world) and in_ledger(room)[3:])
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert room.sql("select count(*) from links where state = 'pending'") == [(4,)]
    before = len(asked(world))
    put(world, "/c.xml", sitemap([(url, "2026-11-20") for url in urls[4:]]))
    done = newshawk(room.folder, *command[3:])
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)["outlets"]["example"]
    assert (report["new"], report["backfill"]["resumed"], report["backfill"]["state"]) == (6, True, "done")
    again = asked(world)[before:]
    assert not {"/sitemap.xml", "/a.xml", "/b.xml"} & set(again)
    assert "/c.xml" in again
    assert len(room.rows()) == 6
    read = newshawk(room.folder, "backfill", "example", "--since", "2026-11-22", *command[-2:])
    assert read.returncode == 0
    assert "documents walked" in read.stdout
    assert "\x1b" not in read.stdout + read.stderr


def test_a_wrong_call_is_one_line_and_exit_2(newsroom: Make) -> None:
    room = newsroom(EXAMPLE)
    for args in (
        ("backfill", "exmple", "--since", "30d"),
        ("backfill", "example", "--since", "yesterday"),
        ("backfill", "example", "--since", "2026-01-02", "--until", "2026-01-01"),
        ("backfill", "example", "--since", "2999-01-01"),
        ("backfill", "example"),
    ):
        done = newshawk(room.folder, *args)
        assert done.returncode == 2, args
        assert "Traceback" not in done.stderr


def test_robots_txt_is_kept_on_the_way(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED)
    put(world, "/rss.xml", feed())
    put(world, "/robots.txt", Answer(body="User-agent: *\nDisallow: /private/\n"))
    put(
        world,
        "/sitemap.xml",
        index((f"http://{HOST}/private/map.xml", ""), ("http://elsewhere.test/map.xml", "")),
    )
    report = room.backfill(SINCE)
    assert (report["backfill"]["unread"], report["backfill"]["state"]) == (1, "done")
    assert not [one for one in world.asked if one.path == "/private/map.xml" or one.host == "elsewhere.test"]


def test_of_ten_thousand_addresses_only_so_many_are_taken_as_were_asked_for(
    newsroom: Make, world: World
) -> None:
    room = newsroom(MAPPED)
    put(world, "/rss.xml", feed())
    urls = [f"http://{HOST}/story/{number}/x" for number in range(10_000)]

    def many(_: Asked) -> Answer:
        return sitemap([(url, "2026-11-20") for url in urls])

    put(world, "/sitemap.xml", many)
    report = room.backfill(SINCE, limit=5)
    assert report["found"] == report["failed"] == 5
    assert report["backfill"]["state"] == "paused"
