"""Sitemaps and section pages as they are polled: wrapped, on other hosts, many, redesigned."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest

from spiders.sitemaps import MOST_SITEMAPS
from tests.path.newsroom import EXAMPLE, Newsroom
from tests.path.test_backfill import HOST, MAPPED, asked, in_ledger, index, put, section, sitemap, stories
from tests.path.test_feed_to_mail import FIRE_TEXT
from tests.world.answers import Answer, feed, html
from tests.world.server import World

Make = Callable[..., Newsroom]
ENCODED = (("Content-Encoding", "gzip"),)


@pytest.mark.parametrize(
    ("content_type", "headers", "layers"),
    [
        ("application/gzip", (), 1),
        ("application/x-gzip", (), 1),
        ("application/octet-stream", (), 1),
        ("application/xml", ENCODED, 1),
        ("application/gzip", ENCODED, 2),
        ("", (), 1),
    ],
)
def test_a_compressed_sitemap_is_read_however_it_is_served(
    newsroom: Make, world: World, content_type: str, headers: tuple[tuple[str, str], ...], layers: int
) -> None:
    room = newsroom(MAPPED.replace("sitemap.xml", "sitemap.xml.gz"))
    put(world, "/rss.xml", feed())
    body = str(sitemap([(url, "2026-11-20") for url in stories(world, 1)]).body).encode()
    for _ in range(layers):
        body = gzip.compress(body)
    put(world, "/sitemap.xml.gz", Answer(body=body, content_type=content_type, headers=headers))
    assert room.crawl()["example"]["new"] == 1


def test_children_of_an_index_are_asked_at_our_hosts_only_and_an_index_that_names_itself_ends(
    newsroom: Make, world: World
) -> None:
    room = newsroom(MAPPED)
    put(world, "/rss.xml", feed())
    put(
        world,
        "/sitemap.xml",
        index(
            ("/sitemap.xml", ""),
            ("/deeper.xml", ""),
            ("http://old.example.com/lost.xml", ""),
            ("http://elsewhere.test/a.xml", ""),
            ("http://127.0.0.1/b.xml", ""),
        ),
    )
    put(world, "/deeper.xml", index(("/sitemap.xml", ""), ("map.xml", "")))
    first, second = stories(world, 1, 2)
    put(world, "/map.xml", sitemap([(first, "")]))
    put(world, "/lost.xml", sitemap([(second, "")]))
    assert room.crawl()["example"]["new"] == 2
    assert {one.host for one in world.asked} <= {HOST, "example-mirror.net"}
    assert asked(world).count("/sitemap.xml") == 1


def test_of_a_long_index_the_newest_sitemaps_are_polled(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED)
    put(world, "/rss.xml", feed())
    names = [f"/map-{year}-{month:02}.xml" for year in range(2020, 2027) for month in range(1, 13)]
    put(world, "/sitemap.xml", index(*((name, "") for name in names)))
    for name in names:
        put(world, name, sitemap([]))
    room.crawl()
    polled = [path for path in asked(world) if path.startswith("/map-")]
    assert polled == names[:-MOST_SITEMAPS:-1]


LEARNING = EXAMPLE.replace("article_id", "#article_id") + 'sections = ["http://www.example.com/news"]\n'


def test_links_of_a_section_page_are_those_that_look_like_known_articles(
    newsroom: Make, world: World
) -> None:
    room = newsroom(LEARNING)
    known = stories(world, *range(4101, 4126))
    put(world, "/rss.xml", feed(*known))
    put(world, "/news", section([]))
    room.crawl()
    fresh = stories(world, 4126)
    offer = f"http://{HOST}/offers/the-best-shoes-of-the-year"
    put(world, "/rss.xml", feed())
    put(world, "/news", section([*fresh, offer]))
    assert room.crawl(after=timedelta(hours=1))["example"]["new"] == 1
    assert "/offers/the-best-shoes-of-the-year" not in in_ledger(room)


def test_a_section_page_that_lists_nothing_any_more_is_an_answer_with_no_entries(
    newsroom: Make, world: World
) -> None:
    room = newsroom(LEARNING)
    put(world, "/rss.xml", feed())
    urls = [f"http://{HOST}/2026/11/23/story-{word}" for word in ("a", "b", "c")]
    for url in urls:
        put(world, url.removeprefix(f"http://{HOST}"), html("A story", *FIRE_TEXT))
    put(world, "/news", section(urls))
    room.crawl()
    put(
        world,
        "/news",
        Answer(body="<html><title>News</title><body><div id=app></div><a href=/about>About</a>x</body>"),
    )
    report = room.crawl(after=timedelta(hours=1))["example"]
    assert report["error"] is None
    (polled,) = room.sql(
        "select outcome, entries from polls where url like '%/news' order by id desc limit 1"
    )
    assert polled == ("listed", 0)
