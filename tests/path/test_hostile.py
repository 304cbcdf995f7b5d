"""Hostile feeds, pages and mirrors: nothing hangs, nothing is lost, nothing is swallowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.path.newsroom import EXAMPLE, FIRE, Newsroom, adds_up, told
from tests.path.test_feed_to_mail import FIRE_TEXT, FIRE_URL, LIBRARY_URL, publish
from tests.world.answers import Answer, feed, html, redirect
from tests.world.server import World

Make = Callable[..., Newsroom]
HOSTS = ("www.example.com", "example-mirror.net")
FIRE_PATH = "/story/100/fire-in-the-harbour"


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml?>" * 50 + b"<p>x",
        b'<title>T</title>"@type":' + b" " * 64_000,
        b"<title>T</title><p>&#" + b"9" * 5000 + b";</p>",
        b"\xffcharset=" + b" " * 60_000,
    ],
)
def test_a_page_made_to_stop_the_main_process_stops_nothing(
    newsroom: Make, world: World, body: bytes
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL, LIBRARY_URL)
    world.put(HOSTS[0], FIRE_PATH, Answer(body=body, content_type="text/html; charset=" + " " * 3000))
    report = room.crawl()["example"]
    assert adds_up(report)
    assert report["pending"] == 0, told(report)
    assert [row["title"] for row in room.rows() if "/101/" in row["url"]] == ["Library opens reading room"]


@pytest.mark.parametrize(
    "link",
    ["http://x.1../", "http://0x7f.1..", "https://www.google.com/url?q=http://0x7f.1..", "http://a..b/"],
)
def test_one_link_that_is_no_address_loses_no_other(newsroom: Make, world: World, link: str) -> None:
    room = newsroom(EXAMPLE)
    publish(world, link, FIRE_URL)
    report = room.crawl()["example"]
    assert (report["new"], report["skipped"], report["error"]) == (1, 1, None), told(report)
    assert ("skipped", "malformed") in room.sql("select state, reason from links")


def test_a_mirror_that_leads_every_page_to_one_article_swallows_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world)
    room.crawl()
    publish(world, FIRE_URL, LIBRARY_URL)
    world.put(HOSTS[0], FIRE_PATH, redirect("/story/101/library-opens"))
    report = room.crawl(after=timedelta(minutes=5))["example"]
    assert (report["new"], report["duplicate"]) == (2, 0), told(report)
    assert len(room.mails()) == 1


def test_a_redirect_that_all_hosts_agree_on_is_believed(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL, LIBRARY_URL)
    for host in HOSTS:
        world.put(host, FIRE_PATH, redirect("/story/101/library-opens"))
    report = room.crawl()["example"]
    assert adds_up(report)
    assert (report["new"], report["duplicate"]) == (1, 1), told(report)


def test_sitemaps_of_an_index_are_polled_again_though_the_index_is_unchanged(
    newsroom: Make, world: World
) -> None:
    table = EXAMPLE.replace(
        'feeds = ["http://www.example.com/rss.xml"]', 'sitemaps = ["http://www.example.com/index.xml"]'
    )
    room = newsroom(table)
    publish(world)
    world.put(
        HOSTS[0],
        "/index.xml",
        Answer(
            body="<sitemapindex><sitemap><loc>http://www.example.com/news.xml</loc></sitemap>"
            "<sitemap><loc>http://evil.example.net/news.xml</loc></sitemap>"
            "<sitemap><loc>http://old.example.com/old.xml</loc></sitemap></sitemapindex>",
            content_type="application/xml",
            etag='"same"',
        ),
    )
    locs = []
    for number, url in enumerate((FIRE_URL, LIBRARY_URL)):
        locs.append(f"<url><loc>{url}</loc></url>")
        world.put(
            HOSTS[0],
            "/news.xml",
            Answer(body=f"<urlset>{''.join(locs)}</urlset>", content_type="application/xml"),
        )
        report = room.crawl(after=timedelta(minutes=10 * number))["example"]
        assert report["new"] == 1, told(report)
    asked = {url.split("/")[2] for url in world.asked_urls()}
    assert asked <= set(HOSTS)


def test_a_page_that_says_it_is_another_outlets_article_stays_itself(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    page = html("Fire in the harbour", *FIRE_TEXT)
    head = '<html amp><head><link rel="canonical" href="https://elsewhere.example.net/other">'
    for host in HOSTS:
        world.put(host, FIRE_PATH, Answer(body=str(page.body).replace("<html><head>", head)))
    assert room.crawl()["example"]["new"] == 1
    assert [row["url"] for row in room.rows()] == [FIRE_URL]


def test_a_feed_of_one_title_with_an_endless_reference_is_read(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    listed = str(feed(FIRE_URL).body).replace("Item 0", "&#" + "9" * 5000 + ";")
    for host in HOSTS:
        world.put(host, "/rss.xml", Answer(body=listed, content_type="application/rss+xml"))
    assert room.crawl()["example"]["new"] == 1


@pytest.mark.parametrize(
    "page",
    [
        Answer(body=b"%PDF-1.7\n" + b"x" * 3000, content_type="application/pdf"),
        Answer(body=b"%PDF-1.7\n" + b"x" * 3000),
        Answer(body=b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, content_type="image/png"),
        Answer(body='{"error": "rate limit exceeded"}', content_type="application/json"),
        Answer(body='{"error": "rate limit exceeded"}'),
        Answer(body=b"\x00\x01\x02\x03" * 900, content_type="text/html"),
    ],
)
def test_a_file_that_is_no_page_becomes_no_article_and_no_revision(
    newsroom: Make, world: World, page: Answer
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL, LIBRARY_URL)
    for host in HOSTS:
        world.put(host, FIRE_PATH, page)
    report = room.crawl()["example"]
    assert (report["new"], report["failed"]) == (1, 1), told(report)
    assert room.sql("select reason from links where state = 'failed'") == [("not_html",)]
    for host in HOSTS:
        world.put(host, "/story/101/library-opens", page)
    report = room.crawl(after=timedelta(hours=4))["example"]
    assert report["revised"] == 0
    assert [row["revision"] for row in room.rows()] == [1]
