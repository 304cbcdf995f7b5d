"""Articles that vanish and return over flaky mirrors, from the network to the views; the page of a re-check as a 304."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.path.newsroom import EXAMPLE, Newsroom, adds_up
from tests.path.vanishing import TABLE, Vanishing
from tests.world.answers import Answer, feed, html
from tests.world.server import World

Make = Callable[..., Newsroom]
MAIN, MIRROR = "www.example.com", "example-mirror.net"
HOUR = timedelta(hours=1)
STORY = f"http://{MAIN}/story/100/the-pool"
LINES = (
    "The council of Selm voted on Monday to close the old swimming pool by the river in the spring.",
    "A new one is to be built beside the school; work begins in June and takes two years.",
    "Until then the clubs train in the neighbouring town, which asks for no money.",
)


def test_each_removal_is_found_in_its_way_no_other_and_each_return(newsroom: Make, world: World) -> None:
    scene = Vanishing(world, newsroom(TABLE), count=32, removed=8)
    scene.build()
    scene.remove()
    expected = dict(scene.gone)
    for _ in range(
        12
    ):  # a host that has just failed rests, and then a check proves nothing: the next one may
        scene.pass_after(5)
        if len(scene.removals()) == len(expected):
            break
    assert {number: how for number, (how, _) in scene.removals().items()} == expected
    assert scene.missing_on_one() <= scene.only_there
    back = scene.restore(4)
    for _ in range(2):
        scene.pass_after(26)
    found = scene.removals()
    assert {number: how for number, (how, _) in found.items()} == expected
    assert sorted(number for number, (_, returned) in found.items() if returned) == back


def _serve(world: World, answer: Answer, *, mirror: Answer | None = None) -> None:
    world.put(MAIN, "/rss.xml", feed(STORY))
    world.put(MAIN, "/story/100/the-pool", answer)
    world.put(MIRROR, "/story/100/the-pool", mirror or answer)


def _asked(world: World) -> list[tuple[str, str]]:
    """Return host and If-None-Match of each request for the article since the last call."""
    asked = [(one.host, one.header("If-None-Match")) for one in world.asked if "/story/" in one.path]
    world.asked.clear()
    return asked


def test_a_recheck_asks_for_changes_only_and_a_304_is_unchanged(newsroom: Make, world: World) -> None:
    room, page = newsroom(EXAMPLE), replace(html("The pool", *LINES), etag='"a"')
    _serve(world, page)
    room.crawl()
    assert _asked(world) == [(MAIN, "")]
    report = room.crawl(after=HOUR)["example"]
    assert adds_up(report)
    assert (report["unchanged"], report["failed"]) == (1, 0)
    assert _asked(world) == [(MAIN, '"a"')]
    assert room.sql("SELECT status, verdict, reason FROM visits ORDER BY id DESC LIMIT 1") == [
        (304, "unchanged", "not_modified")
    ]
    _serve(world, replace(html("The pool", *LINES, "Nobody objected."), etag='"b"'))
    assert room.crawl(after=3 * HOUR)["example"]["revised"] == 1


def test_the_same_bytes_are_not_read_again(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    _serve(world, html("The pool", *LINES))
    room.crawl()
    assert room.crawl(after=HOUR)["example"]["unchanged"] == 1
    assert room.sql("SELECT reason FROM visits ORDER BY id DESC LIMIT 1") == [("same_bytes",)]


def test_a_server_that_says_304_to_anything_is_found_out_by_the_fourth_check(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    _serve(world, replace(html("The pool", *LINES), etag='"a"'))
    room.crawl()
    _serve(world, replace(html("The pool", *LINES, "Nobody objected."), etag='"a"'))
    revised = [room.crawl(after=hours * HOUR)["example"]["revised"] for hours in (1, 3, 5, 7)]
    assert sum(revised) == 1
    assert room.sql("SELECT count(*) FROM notes WHERE kind = 'validators_lie'") == [(1,)]
    _asked(world)
    room.crawl(after=9 * HOUR)
    assert [tag for _, tag in _asked(world)][:1] == [""], "it is asked for whole pages from then on"


def _front(title: str, canonical: str) -> Answer:
    cards = "".join(
        f"<h3><a href='/story/{number}/x'>Report {number}</a></h3><p>Report {number}, said the council on Monday.</p>"
        for number in range(200, 208)
    )
    head = f"<title>{title}</title><link rel='canonical' href='{canonical}'>"
    return Answer(body=f"<html><head>{head}</head><body><main><h1>{title}</h1>{cards}</main></body></html>")


def test_a_front_page_at_the_articles_own_address_removes_it_and_is_no_edit(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    _serve(world, html("The pool of Selm closes", *LINES))
    room.crawl()
    front = _front("Example News", f"http://{MAIN}/")
    _serve(world, front, mirror=html("The pool of Selm closes", *LINES))
    assert room.crawl(after=2 * HOUR)["example"]["unchanged"] == 1
    assert room.sql("SELECT host, kind, theirs FROM mirror_divergence") == [(MAIN, "gone", "front_page")]
    _serve(world, front)
    for hours in (4, 17):
        room.crawl(after=hours * HOUR)
    assert [row["revision"] for row in room.rows()] == [1]
    assert room.sql("SELECT how, returned_at FROM removals") == [("front_page", None)]
    _serve(world, html("The pool of Selm closes", *LINES))
    room.crawl(after=48 * HOUR)
    assert room.sql("SELECT returned_at IS NOT NULL FROM removals") == [(1,)]


def test_an_article_that_names_the_front_page_as_its_address_stays_an_article(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    flawed = "<html><head><title>{title}</title><link rel='canonical' href='/'></head><body><article><h1>{title}</h1>{text}"
    text = "".join(f"<p>{line}</p>" for line in LINES)
    _serve(world, Answer(body=flawed.format(title="The pool of Selm closes", text=text)))
    room.crawl()
    _serve(
        world, Answer(body=flawed.format(title="Pool of Selm shut", text=f"{text}<p>Nobody objected.</p>"))
    )
    assert room.crawl(after=2 * HOUR)["example"]["revised"] == 1


def test_mirrors_are_compared_in_turn_and_a_mirrors_text_changes_nothing(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    false = html("The pool", *(line.replace("council", "army") for line in LINES))
    _serve(world, html("The pool", *LINES), mirror=false)
    room.crawl()
    _asked(world)
    for number in range(1, 9):
        assert adds_up(room.crawl(after=number * 2 * HOUR)["example"])
    hosts = [host for host, _ in _asked(world)]
    assert hosts.count(MIRROR) == 2, "after every fourth check"
    assert room.sql("SELECT host, kind, ended_at FROM mirror_divergence") == [(MIRROR, "text", None)]
    (row,) = room.rows()
    assert (row["revision"], "council" in row["body"]) == (1, True)
    assert room.sql("SELECT DISTINCT verdict FROM visits ORDER BY 1") == [
        ("compared",),
        ("new",),
        ("unchanged",),
    ]
