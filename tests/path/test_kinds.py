"""Only articles go on: what stands in the place of one is refused with its kind and what it was known by."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.path.newsroom import EXAMPLE, Newsroom, adds_up, told
from tests.path.test_feed_to_mail import FIRE_TEXT, FIRE_URL, LIBRARY_URL, publish
from tests.world.answers import Answer, feed, html
from tests.world.server import World

Make = Callable[..., Newsroom]
HOSTS = ("www.example.com", "example-mirror.net")
FIRE_PATH = "/story/100/fire-in-the-harbour"
TEASER = FIRE_TEXT[0]
WALL = '<div class="gate">Subscribe to continue reading this story.</div>'
PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Fire in the harbour", "isAccessibleForFree": %s}</script>'


def page(*paragraphs: str, title: str = "Fire in the harbour", head: str = "", more: str = "") -> Answer:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Answer(
        body=f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{text}{more}</body></html>"
    )


def links_of(n: int) -> list[str]:
    return [f"http://www.example.com/story/{number}/one-{number}" for number in range(200, 200 + n)]


def visits(room: Newsroom) -> list[tuple[str, str, str, str]]:
    return room.sql("select verdict, reason, kind, evidence from visits order by id")  # type: ignore[return-value]


def test_each_visit_says_what_the_answer_was_and_what_showed_it(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL, LIBRARY_URL)
    for host in HOSTS:
        world.put(host, FIRE_PATH, Answer(status=403, headers=(("cf-mitigated", "challenge"),), body="no"))
    room.crawl()
    seen = {row[0]: row[1:] for row in visits(room)}
    assert seen["new"] == ("", "article", "library opens reading room")
    assert seen["failed"] == ("challenge", "challenge", "cf-mitigated: challenge")
    (tried,) = room.sql("select attempts from visits where verdict = 'failed'")
    assert [(each["kind"], each["detail"]) for each in json.loads(tried[0])] == [
        ("challenge", "cf-mitigated: challenge")
    ] * 2


def test_a_visit_that_nobody_answered_has_no_kind(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    room.crawl()
    for host in HOSTS:
        world.break_host(host, "reset")
    room.crawl(after=timedelta(hours=2))
    assert visits(room)[-1][2:] == ("", "")


def test_a_list_in_place_of_an_article_is_skipped_on_every_host(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    items = "".join(
        f"<li><a href=/story/{n}/x>Harbour board opens its line number {n}</a></li>" for n in range(60)
    )
    for host in HOSTS:
        world.put(host, FIRE_PATH, Answer(body=f"<html><title>Example News</title><body><ul>{items}</ul>"))
    report = room.crawl()["example"]
    assert (report["skipped"], report["new"]) == (1, 0), told(report)
    ((verdict, reason, kind, evidence),) = visits(room)
    assert (verdict, reason, kind, evidence) == ("skipped", "list", "list", "60 links, no long paragraph")


@pytest.mark.parametrize(
    "stub",
    [
        page(TEASER, more=WALL),
        page(TEASER, more=WALL, head=PAID % "false"),
        page(TEASER, more="<p>Dieser Artikel ist nur für Abonnenten.</p>", head=PAID % '"False"'),
        page(*FIRE_TEXT[:2], more="<section><p>Il vous reste 80% de cet article à lire.</p></section>", head=PAID % "false"),
        page(TEASER + " ...", more="<button>Suscríbete para seguir leyendo</button>"),
        page(TEASER, more=f"{WALL}<script>{' ' * 70_000}</script>", head=PAID % "false"),
    ],
)  # fmt: skip
def test_a_stub_becomes_no_article_and_the_whole_text_of_another_host_does(
    newsroom: Make, world: World, stub: Answer
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    for host in HOSTS:
        world.put(host, FIRE_PATH, stub)
    report = room.crawl()["example"]
    assert (report["new"], report["failed"]) == (0, 1), told(report)
    assert room.sql("select state, reason, next_try_at is not null from links") == [("failed", "paywall", 1)]
    assert visits(room)[0][2] == "paywall"
    assert visits(room)[0][3]
    world.put(HOSTS[1], FIRE_PATH, page(*FIRE_TEXT, *FIRE_TEXT, *FIRE_TEXT))
    assert room.crawl(after=timedelta(hours=1))["example"]["new"] == 1
    for host in HOSTS:
        world.put(host, FIRE_PATH, stub)
    report = room.crawl(after=timedelta(hours=5))["example"]
    assert report["revised"] == 0, told(report)
    assert [row["revision"] for row in room.rows()] == [1]


@pytest.mark.parametrize(
    "whole",
    [
        page(*FIRE_TEXT, *FIRE_TEXT, *FIRE_TEXT, head=PAID % "false"),
        Answer(
            body=f"<html><head>{PAID % 'false'}<title>Fire in the harbour</title></head><body><h1>Fire in the harbour</h1>"
            + "".join(f'<p class="paywall">{text}</p>' for text in FIRE_TEXT)
            + "</body></html>"
        ),
        page(*FIRE_TEXT, head=PAID % "false", more="<footer>Subscribe. Already a subscriber? Log in</footer>"),
        page(*FIRE_TEXT, head=PAID % "true", more=WALL),
        page("“Subscribe to continue reading” is what readers of the Harbour Post see since Monday.", title="Harbour Post asks for money"),
        page("Ferries are running again.", head=PAID % "false"),
    ],
)  # fmt: skip
def test_what_is_paid_for_and_sent_whole_is_an_article(newsroom: Make, world: World, whole: Answer) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    for host in HOSTS:
        world.put(host, FIRE_PATH, whole)
    report = room.crawl()["example"]
    assert report["new"] == 1, (told(report), visits(room))


def test_one_text_for_many_addresses_is_no_article(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    wanted = links_of(4)
    world.put(HOSTS[0], "/rss.xml", feed(FIRE_URL, *wanted))
    world.put(HOSTS[0], FIRE_PATH, html("Fire in the harbour", *FIRE_TEXT))
    for url in wanted:
        world.put(
            HOSTS[0],
            url.removeprefix("http://www.example.com"),
            page("Our server sends its regards.", title="Hello"),
        )
    report = room.crawl()["example"]
    assert adds_up(report)
    assert (report["new"], report["failed"]) == (1, 4), told(report)
    assert room.sql("select distinct reason from links where state = 'failed'") == [("same_text",)]
    assert all("one text for many addresses" in row[3] for row in visits(room) if row[0] == "failed")
    health = room.sql("select host, reason from host_health where reason is not null")
    assert ("www.example.com", "same_text") in health


def test_what_only_looks_alike_is_stored_at_the_runs_end(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    wanted = links_of(2)
    world.put(HOSTS[0], "/rss.xml", feed(*wanted))
    for url in wanted:
        world.put(
            HOSTS[0],
            url.removeprefix("http://www.example.com"),
            page("Our server sends its regards.", title="Hello"),
        )
    report = room.crawl()["example"]
    assert (report["new"], report["pending"]) == (2, 0), told(report)


def test_a_bulletin_of_one_text_every_day_is_an_article_each_day(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    wanted = links_of(4)
    world.put(HOSTS[0], "/rss.xml", feed(*wanted))
    for number, url in enumerate(wanted):
        dated = f'<meta property="article:published_time" content="2026-11-2{number}T06:00:00Z">'
        bulletin = page("Here are the headlines of the day.", title="News headlines", head=dated)
        world.put(HOSTS[0], url.removeprefix("http://www.example.com"), bulletin)
    assert room.crawl()["example"]["new"] == 4


def test_a_text_that_took_the_place_of_known_articles_overwrites_none(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    wanted = links_of(3)
    world.put(HOSTS[0], "/rss.xml", feed(*wanted))
    paths = [url.removeprefix("http://www.example.com") for url in wanted]
    for number, path in enumerate(paths):
        world.put(
            HOSTS[0],
            path,
            html(f"Fire number {number}", *FIRE_TEXT, f"It was fire number {number} this week."),
        )
    assert room.crawl()["example"]["new"] == 3
    for path in paths:
        world.put(HOSTS[0], path, page("Our server sends its regards.", title="Hello"))
    report = room.crawl(after=timedelta(hours=4))["example"]
    assert (report["revised"], report["failed"]) == (0, 3), told(report)


def test_a_wall_seen_only_when_the_page_is_read_is_asked_for_again(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    wall = page(
        "You must be logged in to read this page, please do so with the form above.",
        title="Example",
        more="<article></article>",
    )
    for host in HOSTS:
        world.put(host, FIRE_PATH, wall)
    room.crawl()
    assert room.sql("select state, reason, next_try_at is not null from links") == [("failed", "login", 1)]
    ((verdict, reason, kind, evidence),) = visits(room)
    assert (verdict, reason, kind) == ("failed", "login", "login")
    assert "You must be logged in" in evidence
