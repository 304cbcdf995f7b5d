"""From an outlet's feed to a clean article and an alert mail, with mirrors, duplicates and edits on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.path.newsroom import EXAMPLE, FIRE, Newsroom, adds_up, told
from tests.world.answers import Answer, feed, html, redirect
from tests.world.server import World

Make = Callable[..., Newsroom]

FIRE_TEXT = (
    "A fire broke out in the harbour of Port Selm on Monday night and burnt for six hours.",
    "Nobody was hurt, the harbour master said, because the warehouse had been empty since spring.",
    "The cause is not known; the police look for a white van that was seen on the quay.",
)
LIBRARY_TEXT = (
    "The city library opens its new reading room on Thursday after two years of work.",
    "It has eighty seats, a roof of glass and, for the first time, a place to eat.",
    "The director expects that twice as many readers will come as before the rebuilding.",
)
FIRE_URL = "https://www.example.com/story/100/fire-in-the-harbour"
LIBRARY_URL = "https://www.example.com/story/101/library-opens"


def publish(
    world: World, *urls: str, hosts: tuple[str, ...] = ("www.example.com", "example-mirror.net")
) -> None:
    """Serve a feed that names *urls*, and both stories, on these hosts."""
    for host in hosts:
        world.put(host, "/rss.xml", feed(*urls))
        world.put(host, "/story/100/fire-in-the-harbour", html("Fire in the harbour", *FIRE_TEXT))
        world.put(host, "/story/101/library-opens", html("Library opens reading room", *LIBRARY_TEXT))


def test_the_first_poll_is_silent_and_the_next_article_alerts_once(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, LIBRARY_URL)
    first = room.crawl()["example"]
    assert (first["new"], first["found"], first["host"], first["error"]) == (1, 1, "www.example.com", None)
    assert room.mails() == []
    publish(world, FIRE_URL, LIBRARY_URL)
    second = room.crawl(after=timedelta(minutes=10))["example"]
    assert (second["new"], second["known"]) == (1, 1), told(second)
    (mail,) = room.mails()
    assert mail["To"] == "desk@example.org"
    assert "Fire in the harbour" in mail["Subject"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert FIRE_URL in text.get_content()
    third = room.crawl(after=timedelta(minutes=20))["example"]
    assert adds_up(third)
    assert len(room.mails()) == 1


def test_a_matching_article_of_the_first_poll_alerts_nobody(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, FIRE_URL)
    room.crawl()
    room.crawl(after=timedelta(hours=1))
    assert room.mails() == []


def test_the_stored_article_is_clean_and_cites_the_canonical_host(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL.replace("www.example.com", "old.example.com"))
    room.crawl()
    (row,) = room.rows()
    assert row["body"].split("\n") == list(FIRE_TEXT)
    assert row["title"] == "Fire in the harbour"
    assert row["url"] == FIRE_URL
    assert row["outlet"] == "example"
    assert row["revision"] == 1
    assert "old.example.com" not in "".join(world.asked_urls())


@pytest.mark.parametrize("fault", ["refuse", "reset", "drop_connect", "expired", "wrong_host"])
def test_a_broken_first_host_gives_way_to_the_mirror(newsroom: Make, world: World, fault: str) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    world.break_host("www.example.com", fault, "https")
    world.break_host("www.example.com", "refuse" if fault == "refuse" else "reset", "http")
    report = room.crawl()["example"]
    assert (report["new"], report["host"], report["error"]) == (1, "example-mirror.net", None), told(report)
    (row,) = room.rows()
    assert row["url"] == FIRE_URL
    assert row["fetched_url"].split("/")[2] == "example-mirror.net"


@pytest.mark.parametrize("status", [401, 403, 404, 451, 500, 503])
def test_a_page_that_one_host_refuses_is_asked_of_the_next(newsroom: Make, world: World, status: int) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    world.put("www.example.com", "/story/100/fire-in-the-harbour", Answer(status=status, body="no"))
    assert room.crawl()["example"]["new"] == 1


def test_an_outlet_out_of_reach_is_told_and_the_others_are_done(newsroom: Make, world: World) -> None:
    other = EXAMPLE.replace("example", "second").replace("old.second.com", "old.second.org")
    room = newsroom(EXAMPLE, other)
    publish(world, FIRE_URL)
    for host in ("www.second.com", "second-mirror.net"):
        world.break_host(host, "reset")
    report = room.crawl_report()
    assert not report.polled_all
    assert report.outlets["example"].counts["new"] == 1
    assert "second" in (report.outlets["second"].error or "")


def test_one_article_under_many_addresses(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(
        world,
        FIRE_URL,
        FIRE_URL + "?utm_source=rss#top",
        "http://example.com:80/story/100/fire-in-the-harbour",
        "https://m.example.com/story/100/fire-in-the-harbour",
        "https://example-mirror.net/story/100/another-slug",
        "https://www.google.com/url?q=https%3A%2F%2Fwww.example.com%2Fstory%2F100%2Ffire-in-the-harbour&sa=D",
    )
    report = room.crawl()["example"]
    assert adds_up(report)
    assert (report["new"], report["found"] - report["duplicate"]) == (1, 1), told(report)
    assert len(room.rows()) == 1
    pages = [url for url in world.asked_urls() if "/story/" in url]
    assert len(pages) == 1


def test_an_edit_is_a_revision_that_alerts_when_the_match_is_new(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world)
    room.crawl()
    publish(world, LIBRARY_URL)
    room.crawl(after=timedelta(minutes=5))
    assert room.mails() == []
    for host in ("www.example.com", "example-mirror.net"):
        edited = (*LIBRARY_TEXT, "A fire in the harbour delayed the opening by a day.")
        world.put(host, "/story/101/library-opens", html("Library opens reading room", *edited))
    report = room.crawl(after=timedelta(hours=4, minutes=5))["example"]
    assert report["revised"] == 1, told(report)
    (row,) = room.rows()
    assert row["revision"] == 2
    assert row["revised_at"] is not None
    assert len(room.mails()) == 1
    again = room.crawl(after=timedelta(hours=30))["example"]
    assert again["unchanged"] == 1, told(again)
    assert len(room.mails()) == 1


def test_an_edit_of_a_silent_article_alerts_when_the_match_is_new(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, LIBRARY_URL)
    room.crawl()
    for host in ("www.example.com", "example-mirror.net"):
        edited = (*LIBRARY_TEXT, "A fire in the harbour delayed the opening by a day.")
        world.put(host, "/story/101/library-opens", html("Library opens reading room", *edited))
    assert room.crawl(after=timedelta(hours=4))["example"]["revised"] == 1
    assert len(room.mails()) == 1


def test_a_copy_in_another_outlet_is_the_same_story_and_no_second_mail(newsroom: Make, world: World) -> None:
    wire = '[[outlets]]\nid = "wire"\nname = "Wire"\nhosts = ["wire.example"]\nfeeds = ["http://wire.example/rss.xml"]\n'
    room = newsroom(EXAMPLE, wire, FIRE)
    publish(world)
    world.put("wire.example", "/rss.xml", feed())
    room.crawl()
    publish(world, FIRE_URL)
    world.put("wire.example", "/rss.xml", feed("http://wire.example/news/fire-at-port-selm"))
    world.put("wire.example", "/news/fire-at-port-selm", html("Port Selm fire", *FIRE_TEXT, "Wire reports."))
    room.crawl(after=timedelta(minutes=5))
    assert len({row["story_id"] for row in room.rows()}) == 1
    assert len(room.rows()) == 2
    assert len(room.mails()) == 1


def test_foreign_links_and_strange_schemes_are_counted_and_never_asked(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(
        world, "https://elsewhere.example.net/a", "mailto:desk@example.com", "javascript:alert(1)", FIRE_URL
    )
    report = room.crawl()["example"]
    assert (report["new"], report["skipped"]) == (1, 3), told(report)
    reasons = dict(room.sql("select reason, count(*) from links where state = 'skipped' group by 1"))
    assert reasons == {"foreign": 1, "scheme": 2}
    assert not any("elsewhere" in url for url in world.asked_urls())


def test_a_redirect_to_a_foreign_site_is_not_followed(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/story/100/fire-in-the-harbour", redirect("https://casino.example.net/win"))
    report = room.crawl()["example"]
    assert (report["new"], report["skipped"]) == (0, 1), told(report)
    assert room.sql("select state, reason from links") == [("skipped", "foreign")]
    assert not any("casino" in url for url in world.asked_urls())


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            Answer(
                body="<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script>",
                status=403,
            ),
            "challenge",
        ),
        (redirect("/"), "front_page"),
        (Answer(body="", status=200), "empty"),
    ],
)
def test_what_is_not_an_article_never_becomes_one(
    newsroom: Make, world: World, page: Answer, reason: str
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/", html("Example News", "All the news."))
        world.put(host, "/story/100/fire-in-the-harbour", page)
    report = room.crawl()["example"]
    assert report["new"] == 0
    assert adds_up(report)
    assert room.rows() == []
    assert [row[0] for row in room.sql("select reason from links")] == [reason]


def test_pages_that_failed_are_taken_up_by_the_next_pass(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world)
    room.crawl()
    publish(world, FIRE_URL)
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/story/100/fire-in-the-harbour", Answer(status=503))
    report = room.crawl(after=timedelta(minutes=1))["example"]
    assert (report["new"], report["failed"], report["error"]) == (0, 1, None), told(report)
    publish(world, FIRE_URL)
    report = room.crawl(after=timedelta(minutes=20))["example"]
    assert report["new"] == 1, told(report)
    assert len(room.mails()) == 1


def test_an_unchanged_feed_is_not_read_again(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    listed = feed(FIRE_URL)
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/rss.xml", Answer(body=listed.body, content_type=listed.content_type, etag='"v1"'))
    assert room.crawl()["example"]["found"] == 1
    report = room.crawl(after=timedelta(minutes=5))["example"]
    assert (report["found"], report["error"]) == (0, None), told(report)
    (row,) = room.rows()
    assert row["last_seen_at"] == "2026-11-23T06:05:00Z"


@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html><html><body>Welcome</body></html>",
        "",
        "<rss><channel><item><link>http://www.exa",
        "\x00\x01\x02",
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>',
    ],
)
def test_a_feed_that_is_none_fails_the_poll_and_the_mirror_serves(
    newsroom: Make, world: World, body: str
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    world.put("www.example.com", "/rss.xml", Answer(body=body, content_type="application/rss+xml"))
    report = room.crawl()["example"]
    assert (report["new"], report["error"]) == (1, None), told(report)


def test_two_rules_for_one_reader_and_story_are_one_mail(newsroom: Make, world: World) -> None:
    warehouse = '[[rules]]\nid = "warehouse"\nquery = "warehouse"\nto = ["desk", "second"]\n'
    room = newsroom(EXAMPLE, FIRE, warehouse)
    publish(world)
    room.crawl()
    publish(world, FIRE_URL)
    room.crawl(after=timedelta(minutes=5))
    mails = room.mails()
    assert sorted(str(mail["To"]) for mail in mails) == [
        "desk@example.org",
        "one@example.org, two@example.org",
    ]
    (desk,) = [mail for mail in mails if mail["To"] == "desk@example.org"]
    text = desk.get_body(("plain",))
    assert text is not None
    assert "fire" in text.get_content()
    assert "warehouse" in text.get_content()


def test_titles_with_control_characters_are_inert(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world)
    room.crawl()
    publish(world, FIRE_URL)
    nasty = "Fire\x00 in\r\nBcc: x@y \x1b[31m the \u202eharbour\u2028 <script>alert(1)</script>"
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/story/100/fire-in-the-harbour", html(nasty.replace("<", "&lt;"), *FIRE_TEXT))
    report = room.crawl(after=timedelta(minutes=5))["example"]
    assert report["new"] == 1
    (row,) = room.rows()
    assert not any(ord(each) < 32 or each in "\u202e\u2028" for each in row["title"])
    (mail,) = room.mails()
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
