"""Edits over the whole path: what was edited is classed, what changes by itself makes no revision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from storage.store import Store
from tests.path.newsroom import EXAMPLE, Newsroom
from tests.path.test_feed_to_mail import FIRE_TEXT
from tests.world.answers import Answer, feed, html
from tests.world.edits import EDITS, HOST, EditedSite
from tests.world.server import World

Make = Callable[..., Newsroom]
HOUR = timedelta(hours=1)
FIRE_PATH = "/story/100/fire-in-the-harbour"


def leading(room: Newsroom) -> dict[str, str]:
    """Return the leading class of the only edit of each article that has one, by address."""
    rows = room.sql("SELECT a.url, c.class FROM changes AS c JOIN articles AS a ON a.id = c.article_id")
    assert len(rows) == len({url for url, _ in rows})
    return dict(rows)


def test_each_way_of_editing_is_classed_and_no_jitter_makes_a_revision(newsroom: Make, world: World) -> None:
    site = EditedSite.of(2 * len(EDITS), 14)
    room = newsroom(EXAMPLE)
    site.publish(world)
    assert room.crawl()["example"]["new"] == 2 * len(EDITS) + 14
    site.edit(world)
    for hours in (2, 5, 12):
        room.crawl(after=hours * HOUR)
    told = leading(room)
    asked = {each.url: kind for each, kind in site.edits if kind != "boilerplate"}
    assert told == asked
    jitter = [each.url for each, _ in site.jitter]
    assert [row["revision"] for row in room.rows() if row["url"] in jitter] == [1] * 14


def rule(query: str) -> str:
    """Return a standing query for the desk."""
    return f'[[rules]]\nid = "word"\nquery = \'{query}\'\nto = ["desk"]\n'


def filled(room: Newsroom, world: World, path: str = FIRE_PATH, *texts: str) -> None:
    """Crawl a first list, which is silent, then one article."""
    world.put(HOST, "/rss.xml", feed())
    room.crawl()
    world.put(HOST, "/rss.xml", feed(f"https://{HOST}{path}"))
    world.put(HOST, path, html("Fire in the harbour", *(texts or FIRE_TEXT)))
    room.crawl(after=timedelta(minutes=1))


def visits(room: Newsroom) -> list[tuple[str, str]]:
    """Return verdict and reason of each visit, the first one first."""
    return [
        (verdict, reason) for verdict, reason in room.sql("SELECT verdict, reason FROM visits ORDER BY id")
    ]


def test_an_edit_that_might_be_jitter_is_asked_about_and_alerts_in_the_same_run(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, rule("smuggler"))
    filled(room, world)
    other = "A smuggler has told the court how the warehouse came to burn, and who paid him."
    world.put(HOST, FIRE_PATH, html("Fire in the harbour", *FIRE_TEXT[:2], other))
    counts = room.crawl(after=2 * HOUR)["example"]
    assert (counts["revised"], counts["failed"]) == (1, 0)
    assert visits(room) == [("new", ""), ("failed", "unconfirmed"), ("revision", "")]
    assert len(room.mails()) == 1


def test_an_edit_whose_second_answer_does_not_come_is_seen_by_the_next_run(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, rule("smuggler"))
    filled(room, world)
    edited = html("Fire in the harbour", *FIRE_TEXT[:2], "A smuggler has told the court who paid him for it.")
    answers = iter([edited, *[Answer(status=503)] * 2])
    world.put(HOST, FIRE_PATH, lambda _: next(answers))
    assert room.crawl(after=2 * HOUR)["example"]["revised"] == 0
    assert room.sql(
        "SELECT count(*) FROM captures WHERE id = (SELECT capture_id FROM unconfirmed_texts)"
    ) == [(1,)]
    world.put(HOST, FIRE_PATH, edited)
    counts = room.crawl(after=4 * HOUR)["example"]
    assert counts["revised"] == 1
    assert len(room.mails()) == 1


def test_a_live_blog_keeps_its_pages_and_alerts_at_once(newsroom: Make, world: World) -> None:
    path = "/story/300/live/flood"
    room = newsroom(EXAMPLE, rule("dam"))

    def serve(count: int, *first: str) -> None:
        lines = [
            f"The water stood at {n} feet by the old mill, the harbour master of Selm said."
            for n in range(count, 0, -1)
        ]
        text = "".join(f"<p>{line}</p>" for line in (*first, *lines))
        data = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Flood in Selm"}</script>'
        page = f"<html><head><title>Flood in Selm</title>{data}</head><body><article><h1>Flood in Selm</h1>{text}"
        world.put(HOST, path, Answer(body=f"{page}</article></body></html>"))

    filled(room, world, path)
    serve(8)
    room.crawl(after=2 * HOUR)
    serve(9)
    with Store.open(room.folder / "newshawk.db") as store, store._writing() as db:
        db.execute("UPDATE articles SET recheck_at = '2026-11-23T08:20:00Z'")
    room.crawl(after=timedelta(hours=2, minutes=20))
    assert visits(room)[-1] == ("unchanged", "live")
    serve(10, "The dam above the town has burst, and people flee to the hills.")
    with Store.open(room.folder / "newshawk.db") as store, store._writing() as db:
        db.execute("UPDATE articles SET recheck_at = '2026-11-23T08:30:00Z'")
    room.crawl(after=timedelta(hours=2, minutes=30))
    assert visits(room)[-1] == ("revision", "")
    assert len(room.mails()) == 1
    assert room.sql("SELECT live_by FROM live_blogs") == [("jsonld address",)]
    with Store.open(room.folder / "newshawk.db") as store:
        assert store.check(bodies=True) == []
