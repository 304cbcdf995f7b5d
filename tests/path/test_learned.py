"""An outlet's template is learned from what was crawled, and cut from what is crawled next: on record, and never with
a match in it unsaid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from crawler.config import Config, load_config
from crawler.items import LearnedRule, LearnedState
from crawler.query import Matcher
from schedules.daemon import Daemon
from schedules.explain import explain_file
from schedules.learning import learn
from schedules.passes import clock_from
from schedules.reextract import Asked, OutletReport, reextract_pass
from storage.store import Store
from tests.crawler.learning.outlet import reports
from tests.path.newsroom import EXAMPLE, START, Newsroom, told
from tests.world.answers import feed, html
from tests.world.reactor import reactor_thread
from tests.world.server import World

Make = Callable[..., Newsroom]
PROMO = "Watch Example News from Karlow to Port Selm"
TEXTS = reports(40, 11)
WATCH = """
[[rules]]
id = "selm"
query = '"Port Selm"'
to = ["desk"]
"""


def publish(world: World, numbers: Sequence[int], *, page_end: Sequence[str] = (PROMO,)) -> None:
    """Serve a feed of stories, four a day, each with the same end."""
    urls = [f"https://www.example.com/2026/09/{1 + number // 4:02}/story/{number}/a" for number in numbers]
    world.put("www.example.com", "/rss.xml", feed(*urls))
    for number, url in zip(numbers, urls, strict=True):
        path = url.removeprefix("https://www.example.com")
        world.put("www.example.com", path, html(f"Report {number}", *TEXTS[number], *page_end))


def look(room: Newsroom) -> list[LearnedRule]:
    """Let the newsroom learn now; return what is applied since then."""
    config = load_config(room.config)
    with Store.open(room.folder / "newshawk.db") as store:

        async def call(verb: str, *given: Any) -> Any:
            return getattr(store, verb)(*given)

        return asyncio.run(learn(config.outlets[0], call, Matcher(config.rules), START))[1]


def test_what_recurs_is_cut_from_the_next_run_on_and_stays_on_record(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, range(30))
    assert room.crawl()["example"]["new"] == 30
    assert [rule.text for rule in look(room)] == [PROMO]
    publish(world, range(30, 33))
    report = room.crawl(after=timedelta(minutes=50))["example"]
    assert report["new"] == 3, told(report)
    rows = room.rows()
    assert [row["body"].split("\n")[-1] == PROMO for row in rows] == [True] * 30 + [False] * 3
    (row,) = (row for row in rows if row["title"] == "Report 32")
    assert row["body"].split("\n") == TEXTS[32]
    with room.store() as store:
        (cut,) = (line for line in store.cuts(row["id"], 1) if line.text == PROMO)
    assert cut.rule == "learned:1"
    page = str(html("Report 33", *TEXTS[33], PROMO).body).encode()
    explained = asyncio.run(explain_file(load_config(room.config), row["url"].replace("32", "33"), page))
    assert {"text": PROMO, "rule": "learned:1"}.items() <= explained["cuts"][-1].items()
    assert explained["article"]["body"].split("\n") == TEXTS[33]
    room.declare(EXAMPLE, WATCH)
    explained = asyncio.run(explain_file(load_config(room.config), row["url"].replace("32", "33"), page))
    assert [(each["query_id"], each["is_kept"]) for each in explained["carried"]] == [("selm", True)]


def test_the_daemon_learns_of_each_outlet_by_night(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, EXAMPLE.replace("example", "second").replace("old.second.com", "old.second.org"))
    publish(world, range(30))
    room.crawl()
    daemon = Daemon(load_config(room.config))

    async def night() -> None:
        await daemon.runtime.start()
        try:
            await daemon.learn()
        finally:
            await daemon.runtime.stop()

    reactor_thread().run(night())
    with room.store() as store:
        assert [rule.text for rule in store.learned_rules("example")] == [PROMO]
        assert [each.id for each in store.learned_chrome("example")] == ["learned:1"]
        assert store.learned_rules("second") == []


def test_a_query_that_matches_in_what_was_learned_gets_its_mail_and_the_rule_waits(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, range(30))
    room.crawl()
    assert look(room)
    room.declare(EXAMPLE, WATCH)
    publish(world, [30])
    room.crawl(after=timedelta(hours=1))
    (mail,) = room.mails()
    assert "Report 30" in mail["Subject"]
    assert room.rows()[-1]["body"].split("\n")[-1] == PROMO
    ((note,),) = room.sql("SELECT text FROM notes WHERE kind = 'chrome_match'")
    assert note.startswith("the query selm matches in")
    assert look(room) == []
    with room.store() as store:
        (rule,) = store.learned_rules("example")
    assert (rule.state, rule.why) == ("proposed", "the query selm matches in it")


def test_what_was_learned_makes_no_edit_of_texts_that_had_the_line(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, range(30))
    room.crawl()
    look(room)
    report = room.crawl(after=timedelta(hours=5))["example"]
    assert (report["revised"], report["unchanged"]) == (0, 30), told(report)
    assert {row["revision"] for row in room.rows()} == {1}
    assert [row["title"] for row in room.rows() if PROMO in row["body"]] == []


def test_kept_pages_read_again_lose_what_was_learned_but_no_line_with_a_match(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    publish(world, range(30))
    room.crawl()
    look(room)
    config = load_config(room.config)
    assert _again(config).fates == {"lost": 30}
    assert [row["title"] for row in room.rows() if PROMO in row["body"]] == []
    _decide(room, LearnedState.RETIRED)
    assert _again(config).fates == {"gained": 30}
    _decide(room, LearnedState.APPLIED)
    room.declare(EXAMPLE, WATCH)
    assert _again(load_config(room.config)).fates == {"same": 30}
    assert {PROMO in row["body"] for row in room.rows()} == {True}
    with room.store() as store:
        (rule,) = store.learned_rules("example")
    assert (rule.state, rule.why) == ("proposed", "the query selm matches in it")


def _again(config: Config) -> OutletReport:
    asked = Asked(outlets=config.outlets)
    done = reactor_thread().run(reextract_pass(config, asked, clock_from(START + timedelta(hours=5))))
    return done.outlets["example"]


def _decide(room: Newsroom, state: LearnedState) -> None:
    with Store.open(room.folder / "newshawk.db") as store:
        store.decide_learned([1], state, "test", "as the test says", START)
