"""After a downtime: what a feed named meanwhile is looked for in archives, and the gap is told covered or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from crawler.archiverun import Limits
from crawler.config import load_config
from crawler.runtime import Runtime
from schedules.backfill import GAP_LIMITS, cover_gaps
from schedules.crawls import Crawls
from schedules.passes import clock_from
from storage.store import Store
from tests.path.commands import Daemon, wait_until
from tests.path.newsroom import EXAMPLE, FIRE, START, Newsroom
from tests.path.test_backfill import HOST, MAPPED, SINCE, asked, dated_feed, put, section, sitemap, stories
from tests.path.test_feed_to_mail import LIBRARY_TEXT
from tests.world.answers import Answer, feed, html
from tests.world.reactor import reactor_thread
from tests.world.server import World

Make = Callable[..., Newsroom]
FEED = "http://www.example.com/rss.xml"


def open_gap(room: Newsroom, begin: timedelta, end: timedelta, url: str = FEED) -> None:
    """Write down a gap as polling does when a feed rolled over."""
    times = [(START + each).isoformat().replace("+00:00", "Z") for each in (begin, end, end)]
    with Store.open(room.folder / "newshawk.db") as store, store._writing() as db:
        (feed_id,) = db.one("SELECT id FROM feeds WHERE url = ?", (url,))  # type: ignore[misc]
        db.execute(
            "INSERT INTO gaps (feed_id, from_at, to_at, found_at, estimate, state) VALUES (?, ?, ?, ?, 9, 'open')",
            (feed_id, *times),
        )


def cover(room: Newsroom, after: timedelta, limits: Limits = GAP_LIMITS) -> int:
    """Look into the open gaps as the daemon does."""
    config = load_config(room.config)

    async def look() -> int:
        runtime = Runtime.build(config, clock_from(START + after))
        await runtime.start()
        try:
            return await cover_gaps(Crawls(runtime), config.outlets, limits)
        finally:
            await runtime.stop()

    return reactor_thread().run(look())


def gaps(room: Newsroom) -> list[Any]:
    return room.sql("select state, told from gaps order by id")


def day(hours: float) -> str:
    """The time so many hours after START, as feeds print it."""
    return f"{START + timedelta(hours=hours):%d %b %Y %H:%M:%S} GMT"


def test_pages_of_the_feed_cover_its_gap_and_what_it_hid_alerts(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE.replace("fire AND harbour", "library"))
    before, first, second, now = stories(world, 1, 2, 3, 4)
    put(world, "/story/2/x", html("Library opens reading room", *LIBRARY_TEXT))
    older = stories(world, 10, 11)
    put(world, "/rss.xml", dated_feed((before, day(-1)), *((each, day(-9)) for each in older)))
    room.crawl()
    put(world, "/rss.xml", dated_feed((now, day(9)), following="/rss.xml?page=2"))
    room.crawl(after=timedelta(hours=10))
    open_gap(room, timedelta(), timedelta(hours=10))
    hidden = [(first, day(5)), (second, day(3)), (before, day(-3)), *((each, day(-9)) for each in older)]
    put(world, "/rss.xml?page=2", dated_feed(*hidden))
    assert cover(room, timedelta(hours=10, minutes=1)) == 1
    ((state, said),) = gaps(room)
    assert state == "covered", said
    assert "2 articles found" in said
    assert room.sql("select count(*) from links where silent = 0 and backfill_id is not null") == [(2,)]
    assert room.mails() == []
    room.crawl(after=timedelta(hours=11))
    (mail,) = room.mails()
    assert "Library opens" in str(mail["Subject"])


def test_a_gap_without_an_archive_is_told_uncovered(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    before, now = stories(world, 1, 2)
    put(world, "/rss.xml", dated_feed((before, day(-1))))
    room.crawl()
    put(world, "/rss.xml", dated_feed((now, day(9))))
    room.crawl(after=timedelta(hours=10))
    open_gap(room, timedelta(), timedelta(hours=10))
    cover(room, timedelta(hours=10, minutes=1))
    ((state, said),) = gaps(room)
    assert state == "uncovered"
    assert "reaches back to 2026-11-23 15:00 UTC only" in said
    with room.store() as store:
        shown = store.status(START + timedelta(hours=11))["example"]["gaps"]
        later = store.status(START + timedelta(days=9))["example"]["gaps"]
    assert (shown["open"], shown["uncovered"]) == (0, 1)
    assert "may have named about 9 links unseen" in shown["told"][0]
    assert later["told"] == []


def test_a_sitemap_covers_only_when_it_holds_what_the_feed_holds(newsroom: Make, world: World) -> None:
    room = newsroom(MAPPED.replace("sitemaps", "#sitemaps"))
    now, *hidden = stories(world, 1, 2, 3)
    pages = [(f"http://{HOST}/about/{number}", "2026-11-10") for number in range(5)]
    put(world, "/rss.xml", dated_feed((stories(world, 9)[0], day(-1))))
    room.crawl()
    put(world, "/rss.xml", dated_feed((now, day(9))))
    room.crawl(after=timedelta(hours=10))
    put(world, "/robots.txt", Answer(body=f"Sitemap: http://{HOST}/map.xml"))
    put(world, "/map.xml", sitemap(pages))
    open_gap(room, timedelta(), timedelta(hours=10))
    cover(room, timedelta(hours=10, minutes=1))
    assert gaps(room)[0][0] == "uncovered"
    assert "holds other articles" in gaps(room)[0][1]
    put(world, "/map.xml", sitemap([*pages, (now, "2026-11-23"), *((url, "2026-11-23") for url in hidden)]))
    open_gap(room, timedelta(), timedelta(hours=10))
    cover(room, timedelta(hours=10, minutes=2))
    assert gaps(room)[1] == (
        "covered",
        f"http://{HOST}/map.xml was walked back to before it (1 document); 2 articles found",
    )


def test_undated_pages_reach_back_to_what_the_ledger_knew_before_the_gap(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE + 'sections = ["http://www.example.com/news"]\n')
    old = stories(world, 1, 2, 3)
    hidden, now = stories(world, 4, 5), stories(world, 6)
    put(world, "/rss.xml", feed(*old))
    put(world, "/news", section(old))
    room.crawl()
    put(world, "/rss.xml", feed(*now))
    put(world, "/news", section(now))
    room.crawl(after=timedelta(hours=30))
    put(world, "/news", section([*now, *hidden]))
    put(world, "/news?page=2", section(old))
    put(world, "/news?page=3", section([f"http://{HOST}/story/99/x"]))
    open_gap(room, timedelta(hours=5), timedelta(hours=30))
    cover(room, timedelta(hours=30, minutes=1))
    assert gaps(room)[0][0] == "covered", gaps(room)
    assert "/news?page=3" not in asked(world)


def test_a_gap_stays_open_when_nobody_could_be_asked_because_it_was_stopped(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    put(world, "/rss.xml", feed(*stories(world, 1)))
    room.crawl()
    open_gap(room, timedelta(), timedelta(hours=1))
    config = load_config(room.config)

    async def look() -> int:
        runtime = Runtime.build(config, clock_from(START))
        await runtime.start()
        try:
            crawls = Crawls(runtime)
            await crawls.stop()
            return await cover_gaps(crawls, config.outlets)
        finally:
            await runtime.stop()

    assert reactor_thread().run(look()) == 0
    assert gaps(room)[0][0] == "open"


def test_a_backfill_by_hand_closes_the_gap_that_it_covers(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    now, old = stories(world, 1), stories(world, 2, 3)
    put(world, "/rss.xml", dated_feed((now[0], day(-1)), *((url, "02 Oct 2026 10:00:00 GMT") for url in old)))
    room.crawl()
    open_gap(room, timedelta(hours=-5), timedelta(hours=-1))
    room.backfill(SINCE, after=timedelta(hours=1))
    assert gaps(room)[0][0] == "covered"


def test_the_daemon_looks_into_open_gaps_by_itself(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE + 'every = "7d"\n')
    old, hidden = stories(world, 1, 2), stories(world, 3)
    put(world, "/rss.xml", feed(*old))
    room.crawl(after=timedelta(hours=-30))
    put(world, "/rss.xml", feed(*hidden, *old))
    open_gap(room, timedelta(hours=-3), timedelta(hours=-1))
    with Daemon(room.folder) as daemon:
        wait_until(lambda: gaps(room)[0][0] != "open", lambda: str(daemon.lines))
        assert daemon.wait_for_event("gap covered")["source"] == FEED
        assert daemon.end() == 0
    assert room.sql("select count(*) from links where backfill_id is not null") == [(1,)]


def rolled_over(newsroom: Make, world: World) -> tuple[Newsroom, list[tuple[str, str]]]:
    """Return a newsroom whose feed rolled over, and what its second page is to list."""
    room = newsroom(EXAMPLE)
    before, hidden, now, old, older = stories(world, 1, 2, 3, 10, 11)
    put(world, "/rss.xml", dated_feed((before, day(-1))))
    room.crawl()
    put(world, "/rss.xml", dated_feed((now, day(9)), following="/rss.xml?page=2"))
    room.crawl(after=timedelta(hours=10))
    open_gap(room, timedelta(), timedelta(hours=10))
    return room, [(hidden, day(5)), (before, day(-3)), (old, day(-9)), (older, day(-9))]


def test_a_gap_whose_look_fails_is_looked_into_again_after_a_pause(newsroom: Make, world: World) -> None:
    room, second_page = rolled_over(newsroom, world)
    put(world, "/rss.xml?page=2", Answer(status=503))
    assert cover(room, timedelta(hours=10, minutes=1)) == 0
    assert room.sql("select state, tries from gaps") == [("open", 1)]
    with room.store() as store:
        (said,) = store.status(START + timedelta(hours=10, minutes=1))["example"]["gaps"]["told"]
    assert "looks for them again at" in said
    assert "(1 document could not be read)" in said
    put(world, "/rss.xml?page=2", dated_feed(*second_page))
    requests = len(asked(world))
    assert cover(room, timedelta(hours=10, minutes=2)) == 0
    assert len(asked(world)) == requests
    assert cover(room, timedelta(hours=10, minutes=20)) == 1
    assert gaps(room)[0][0] == "covered"


def test_a_gap_is_given_up_after_five_looks_with_the_reason(newsroom: Make, world: World) -> None:
    room, _ = rolled_over(newsroom, world)
    put(world, "/rss.xml?page=2", Answer(status=503))
    assert [cover(room, timedelta(hours=10 + 7 * turn)) for turn in range(5)] == [0, 0, 0, 0, 1]
    ((state, said),) = gaps(room)
    assert state == "uncovered"
    assert said.endswith("tried 5 times, at last: 1 document could not be read")


def test_a_look_that_ran_out_of_its_bounds_goes_on_where_it_was(newsroom: Make, world: World) -> None:
    room, second_page = rolled_over(newsroom, world)
    put(world, "/rss.xml?page=2", dated_feed(*second_page))
    assert cover(room, timedelta(hours=10, minutes=1), Limits(documents=1)) == 0
    assert cover(room, timedelta(hours=10, minutes=7)) == 1
    assert gaps(room)[0][0] == "covered"
    assert room.sql("select count(*), count(distinct gap_id) from backfills") == [(1, 1)]
