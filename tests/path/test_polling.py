"""Servers that lie about changes, sources that fail or fall empty, lists that roll over, and who is due when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.config import load_config
from crawler.runtime import Runtime
from schedules.crawls import CrawlReport, Crawls
from schedules.monitor import outlook, timetable
from schedules.passes import clock_from
from storage.store import Store
from tests.path.newsroom import START, Newsroom
from tests.world.answers import Answer, Asked, feed, html
from tests.world.reactor import reactor_thread
from tests.world.server import World

Make = Callable[..., Newsroom]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WIRE = """
[[outlets]]
id = "wire"
name = "Wire"
hosts = ["wire.example.org"]
feeds = ["http://wire.example.org/rss.xml"]
"""
TWO_FEEDS = WIRE.replace('"]\n', '", "http://wire.example.org/world.xml"]\n').replace(
    'hosts = ["wire.example.org", "http://wire.example.org/world.xml"]', 'hosts = ["wire.example.org"]'
)


class Site:
    """A feed of links to somebody else's pages, so that nothing else is asked for."""

    def __init__(self, world: World, path: str = "/rss.xml") -> None:
        self.world, self.path = world, path
        self.links: list[int] = [1]
        self.answer: Callable[[Site, Asked], Answer] = lambda site, _: site.whole()
        world.put("wire.example.org", path, lambda asked: self.answer(self, asked))

    def whole(self, **more: Any) -> Answer:
        """Return the present list."""
        listed = feed(*(f"http://elsewhere.example/{number}" for number in self.links))
        return Answer(body=listed.body, content_type=listed.content_type, **more)

    @property
    def etag(self) -> str:
        """An ETag that names the present list."""
        return f'"{"-".join(map(str, self.links))}"'

    @property
    def asked(self) -> list[Asked]:
        """The questions so far."""
        return [each for each in self.world.asked if each.path == self.path]

    @property
    def conditional(self) -> list[bool]:
        """For each question whether it asked for changes only."""
        return [bool(each.header("If-None-Match") or each.header("If-Modified-Since")) for each in self.asked]


@pytest.fixture
def site(world: World) -> Site:
    return Site(world)


def scheduled(room: Newsroom, *, after: timedelta) -> CrawlReport:
    """Run what the daemon runs for the wire at a time."""

    async def run() -> CrawlReport:
        config = load_config(room.config)
        runtime = Runtime.build(config, clock_from(START + after))
        await runtime.start()
        try:
            return await Crawls(runtime).crawl_outlet(config.outlets[0], "schedule", patient=True)
        finally:
            await runtime.stop()

    return reactor_thread().run(run())


def found(room: Newsroom) -> int:
    """Return how many links the ledger has."""
    return int(room.sql("select count(*) from links")[0][0])


def near(moment: datetime, after: timedelta) -> bool:
    """Return whether a moment is that long after START; clocks of passes run on."""
    return timedelta() <= moment - START - after < timedelta(minutes=5)


def state(room: Newsroom, after: timedelta) -> dict[str, Any]:
    """Return the state of the wire's first source at a time."""
    row: dict[str, Any] = outlook(load_config(room.config), START + after)["outlets"]["wire"]["sources"][0]
    return row


def lies(room: Newsroom) -> int:
    """Return how often it was noted that a host lies."""
    return int(room.sql("select count(*) from notes where kind = 'validators_lie'")[0][0])


# --- servers that lie -------------------------------------------------------------------------------


def says_304_to_every_condition(site: Site, asked: Asked) -> Answer:
    if asked.header("If-None-Match"):
        return Answer(status=304, content_type="")
    return site.whole(headers=(("ETag", site.etag),))


def always_of_1980(site: Site, asked: Asked) -> Answer:
    if asked.header("If-Modified-Since"):
        return Answer(status=304, content_type="")
    return site.whole(headers=(("Last-Modified", "Tue, 01 Jan 1980 00:00:00 GMT"),))


def etag_is_stuck(site: Site, asked: Asked) -> Answer:
    if asked.header("If-None-Match") == '"stuck"':
        return Answer(status=304, headers=(("ETag", '"stuck"'),), content_type="")
    return site.whole(headers=(("ETag", '"stuck"'),))


def test_a_permanent_304_is_put_to_the_proof_and_then_believed_no_more(newsroom: Make, site: Site) -> None:
    room = newsroom(WIRE)
    site.answer = says_304_to_every_condition
    room.crawl()
    site.links = [2, 1]
    room.crawl(after=2 * HOUR)
    assert (found(room), site.conditional) == (1, [False, True])
    room.crawl(after=25 * HOUR)
    assert (found(room), site.conditional[2:]) == (2, [False])
    assert lies(room) == 0  # it may have changed a moment ago
    site.links = [3, 2, 1]
    room.crawl(after=26 * HOUR)  # the outdated ETag is answered 304: so the whole is asked for at once
    assert (found(room), site.conditional[3:], lies(room)) == (3, [True, False], 1)
    assert site.asked[3].header("If-None-Match") == '"1"'
    site.links = [4, 3, 2, 1]
    room.crawl(after=27 * HOUR)
    assert (found(room), site.conditional[5:]) == (4, [False])
    assert state(room, 27 * HOUR)["distrusted_hosts"] == ["wire.example.org"]
    site.links = [5, 4, 3, 2, 1]
    room.crawl(after=50 * HOUR + HOUR / 2)  # asked again whether it says 304 to anything
    assert (found(room), site.conditional[6:], lies(room)) == (5, [True, False], 2)


def test_an_honest_server_is_cleared_by_its_answer_to_outdated_validators(
    newsroom: Make, world: World, site: Site
) -> None:
    room = newsroom(WIRE)
    site.answer = lambda site, _: site.whole(etag=site.etag)
    room.crawl()
    room.crawl(after=HOUR)
    site.links = [2, 1]
    room.crawl(after=25 * HOUR)
    room.crawl(after=26 * HOUR)
    room.crawl(after=27 * HOUR)
    sent = [each.header("If-None-Match") for each in site.asked]
    assert sent == ["", '"1"', "", '"1"', '"2-1"']
    assert lies(room) == 0
    assert state(room, 27 * HOUR)["distrusted_hosts"] == []


@pytest.mark.parametrize("lie", [always_of_1980, etag_is_stuck])
def test_validators_that_stay_the_same_under_another_list_are_a_lie_at_once(
    newsroom: Make, site: Site, lie: Callable[[Site, Asked], Answer]
) -> None:
    room = newsroom(WIRE)
    site.answer = lie
    room.crawl()
    room.crawl(after=HOUR)
    site.links = [2, 1]
    room.crawl(after=25 * HOUR)
    assert (found(room), lies(room), site.conditional) == (2, 1, [False, True, False])
    site.links = [3, 2, 1]
    room.crawl(after=26 * HOUR)
    assert (found(room), site.conditional[3:]) == (3, [False])


def test_a_server_that_ignores_conditions_is_no_liar(newsroom: Make, site: Site) -> None:
    room = newsroom(WIRE)
    site.answer = lambda site, _: site.whole(headers=(("Last-Modified", "Tue, 01 Jan 1980 00:00:00 GMT"),))
    for hour in range(3):
        site.links = [hour, *site.links]
        room.crawl(after=hour * HOUR)
    room.crawl(after=30 * HOUR)
    assert lies(room) == 0


def test_a_last_modified_of_2041_is_never_sent(newsroom: Make, site: Site) -> None:
    room = newsroom(WIRE)

    def of_2041(site: Site, asked: Asked) -> Answer:
        if asked.header("If-Modified-Since"):
            return Answer(status=304, content_type="")
        return site.whole(headers=(("Last-Modified", "Fri, 01 Feb 2041 00:00:00 GMT"),))

    site.answer = of_2041
    room.crawl()
    site.links = [2, 1]
    room.crawl(after=HOUR)
    assert (found(room), site.conditional) == (2, [False, False])


def test_a_304_after_a_failure_stays_a_failure_until_a_whole_answer(newsroom: Make, site: Site) -> None:
    room = newsroom(WIRE)
    site.answer = lambda site, _: site.whole(etag='"1"')
    room.crawl()
    site.answer = lambda _, __: Answer(status=500, body="broken")
    assert room.crawl(after=HOUR)["wire"]["error"]
    site.answer = lambda _, __: Answer(status=304, content_type="")
    assert room.crawl(after=8 * HOUR)["wire"]["error"]
    assert site.conditional == [False, True, False]
    assert state(room, 8 * HOUR)["state"] == "failing"
    site.answer = lambda site, _: site.whole(etag='"1"')
    assert room.crawl(after=16 * HOUR)["wire"]["error"] is None
    assert state(room, 16 * HOUR)["state"] == "unchanged"


# --- states -----------------------------------------------------------------------------------------


def test_a_list_that_falls_empty_is_a_state_of_its_own_told_after_two_answers(
    newsroom: Make, site: Site
) -> None:
    room = newsroom(WIRE)
    room.crawl()
    assert state(room, HOUR)["state"] == "well"
    full, site.links = site.links, []
    room.crawl(after=HOUR)
    assert state(room, HOUR)["state"] == "well"
    room.crawl(after=2 * HOUR)
    told = state(room, 2 * HOUR)
    assert told["state"] == "empty"
    assert "empty list, 2 times" in told["told"]
    site.links = full
    room.crawl(after=3 * HOUR)
    assert state(room, 3 * HOUR)["state"] == "well"


# --- roll-over --------------------------------------------------------------------------------------


def fill(room: Newsroom, site: Site, *, per_hour: int, hours: int = 5, size: int = 20) -> int:
    """Poll hourly while links appear; return the newest link's number."""
    newest = 100
    for hour in range(hours):
        newest += per_hour if hour else 0
        site.links = list(range(newest, newest - size, -1))
        room.crawl(after=hour * HOUR)
    return newest


def test_after_three_days_of_downtime_a_fast_list_has_rolled_over_and_the_gap_is_on_record(
    newsroom: Make, site: Site
) -> None:
    room = newsroom(WIRE)
    newest = fill(room, site, per_hour=5) + 5 * 72
    site.links = list(range(newest, newest - 20, -1))
    room.crawl(after=76 * HOUR)
    with room.store() as store:
        (gap,) = store.open_gaps("wire")
    assert near(gap.from_at, 4 * HOUR)
    assert near(gap.to_at, 76 * HOUR)
    assert gap.source.url == "http://wire.example.org/rss.xml"
    assert gap.estimate == pytest.approx(5 * 72 - 20, rel=0.1)
    row = outlook(load_config(room.config), START + 76 * HOUR)["outlets"]["wire"]
    assert row["gaps"]["open"] == 1
    assert "the daemon looks for them" in row["gaps"]["told"][0]
    site.links = [newest + 1, *site.links[:-1]]
    room.crawl(after=77 * HOUR)
    with Store.open(room.folder / "newshawk.db") as store:
        assert len(store.open_gaps("wire")) == 1
        store.close_gap(gap.id, START + 78 * HOUR, False, "the sitemap ends in May")
        assert store.open_gaps("wire") == []
    row = outlook(load_config(room.config), START + 78 * HOUR)["outlets"]["wire"]
    assert (row["gaps"]["open"], row["gaps"]["uncovered"]) == (0, 1)
    assert "the sitemap ends in May" in row["gaps"]["told"][0]


def test_a_slow_list_still_overlaps_after_three_days(newsroom: Make, site: Site) -> None:
    room = newsroom(WIRE)
    newest = fill(room, site, per_hour=0) + 15
    site.links = list(range(newest, newest - 20, -1))
    room.crawl(after=76 * HOUR)
    with room.store() as store:
        assert store.open_gaps("wire") == []


def test_what_a_lying_server_hid_is_a_gap_from_its_last_whole_answer(newsroom: Make, site: Site) -> None:
    room = newsroom(WIRE)
    site.answer = etag_is_stuck
    site.links = list(range(20))
    room.crawl()
    room.crawl(after=10 * HOUR)
    site.links = list(range(100, 120))
    room.crawl(after=25 * HOUR)
    with room.store() as store:
        (gap,) = store.open_gaps("wire")
    assert near(gap.from_at, timedelta())
    assert near(gap.to_at, 25 * HOUR)


# --- who is due -------------------------------------------------------------------------------------


def set_interval(room: Newsroom, path: str, seconds: float) -> None:
    with Store.open(room.folder / "newshawk.db") as store:
        sql = "UPDATE feeds SET interval_seconds = ? WHERE source_key = ?"
        store._db.execute(sql, (seconds, path))


def test_the_daemon_polls_only_the_sources_that_are_due_and_a_pass_by_hand_all(
    newsroom: Make, world: World, site: Site
) -> None:
    room, slow = newsroom(TWO_FEEDS), Site(world, "/world.xml")
    scheduled(room, after=timedelta())
    set_interval(room, "/world.xml", 3600)
    quarter = timedelta(minutes=15)
    assert scheduled(room, after=quarter).error is None
    assert (len(site.asked), len(slow.asked)) == (2, 1)
    set_interval(room, "/rss.xml", 3600)
    report = scheduled(room, after=2 * quarter)
    assert (report.error, room.sql("select count(*) from runs")) == (None, [(2,)])
    room.crawl(after=2 * quarter)
    assert (len(site.asked), len(slow.asked)) == (3, 2)
    told = timetable(load_config(room.config), 6, START + 2 * quarter)["outlets"]["wire"]
    assert told["every"] == "every 15 min"


def test_a_dead_feed_is_asked_less_often_and_the_others_go_on(
    newsroom: Make, world: World, site: Site
) -> None:
    room, dead = newsroom(TWO_FEEDS), Site(world, "/world.xml")
    dead.answer = lambda _, __: Answer(status=404, body="gone")
    quarter = timedelta(minutes=15)
    for number in range(16):
        assert scheduled(room, after=number * quarter).error is None
    assert len(site.asked) == 16
    assert 4 < len(dead.asked) < 10
    why = outlook(load_config(room.config), START + 4 * HOUR)["outlets"]["wire"]["why"]
    assert why == "1 of 2 sources as rarely as every 1 h, since they bring little or fail"
    dead.answer = lambda site, _: site.whole()
    scheduled(room, after=5 * HOUR)
    assert outlook(load_config(room.config), START + 5 * HOUR)["outlets"]["wire"]["why"] == ""


def test_where_no_source_answers_none_is_asked_less_often(newsroom: Make, site: Site) -> None:
    room = newsroom(WIRE)
    site.answer = lambda _, __: Answer(status=404, body="gone")
    for number in range(8):
        assert scheduled(room, after=number * timedelta(minutes=15)).error is not None
    assert len(site.asked) == 8


def test_a_feed_without_news_is_asked_less_often_after_a_day_and_a_fixed_one_is_not(
    newsroom: Make, world: World, site: Site
) -> None:
    room = newsroom(WIRE + 'every = "1h"\n')
    for hour in range(32):
        scheduled(room, after=hour * HOUR)
    assert 24 < len(site.asked) < 32
    told = timetable(load_config(room.config), 6, START + 32 * HOUR)["outlets"]["wire"]
    assert told["interval_seconds"] > 3600
    assert "1 of 1 sources as rarely as every" in told["why"]
    room.declare(WIRE + 'every = "1h"\nfixed = true\n')
    told = timetable(load_config(room.config), 6, START + 32 * HOUR)["outlets"]["wire"]
    assert (told["interval_seconds"], told["why"]) == (3600, "")
    before = len(site.asked)
    for hour in range(32, 36):
        scheduled(room, after=hour * HOUR)
    assert len(site.asked) == before + 4


SECTION = """
[[outlets]]
id = "town"
name = "Town"
hosts = ["town.example.org"]
sections = ["http://town.example.org/latest"]
"""


def test_an_unchanged_page_is_read_again_when_what_tells_articles_changed(
    newsroom: Make, world: World
) -> None:
    links = "".join(f'<a href="/s-{number}.html">Story {number}</a>' for number in (11, 12))
    world.put(
        "town.example.org",
        "/latest",
        Answer(body=f"<html><body><h1>Latest</h1>{links}</body></html>", etag='"1"'),
    )
    for number in (11, 12):
        world.put(
            "town.example.org",
            f"/s-{number}.html",
            html(f"Story {number}", f"The mayor opened the {number}th bridge."),
        )
    room = newsroom(SECTION)
    assert room.crawl()["town"]["found"] == 0
    with room.store() as store:
        (source,) = store.status(START + HOUR)["town"]["sources"]
    assert source["state"] == "empty"
    assert "has never named an article" in source["told"]
    room.declare(SECTION + "article_id = '/s-(\\d+)'\n")
    assert room.crawl(after=HOUR)["town"]["new"] == 2
