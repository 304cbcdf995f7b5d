"""Mirrors over many passes: old lists, frozen lists, texts that differ, hosts that come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

from crawler.config import load_config
from crawler.runtime import Runtime
from schedules.crawls import Crawls
from schedules.monitor import outlook
from schedules.passes import clock_from
from tests.path.newsroom import EXAMPLE, START, Newsroom, adds_up, told
from tests.world.answers import Answer, feed, html, redirect
from tests.world.reactor import reactor_thread
from tests.world.server import World

Make = Callable[..., Newsroom]
MAIN, MIRROR = "www.example.com", "example-mirror.net"
HOUR = timedelta(hours=1)
LINES = (
    "The council of Selm voted on Monday to close the old swimming pool by the river in the spring.",
    "A new one is to be built beside the school; work begins in June and takes two years.",
    "Until then the clubs train in the neighbouring town, which asks for no money.",
)


def story(number: int) -> str:
    return f"http://{MAIN}/story/{number}/news-{number}"


def serve(world: World, host: str, *hours: float, at: timedelta) -> None:
    """Let *host* serve a list with stories of these ages at the time *at* after START, and their pages."""
    items = ""
    for age in hours:
        when = START + at - timedelta(hours=age)
        number = 1000 + int((when - START) / timedelta(minutes=1))
        items += (
            f"<item><title>News {number}</title><link>{story(number)}</link>"
            f"<pubDate>{format_datetime(when)}</pubDate></item>"
        )
        page = html(f"News {number}", *(f"{line} ({number})" for line in LINES))
        for each in (MAIN, MIRROR):
            world.put(each, f"/story/{number}/news-{number}", page)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
    world.put(host, "/rss.xml", Answer(body=body, content_type="application/rss+xml"))


def poll(room: Newsroom, after: timedelta) -> dict[str, object]:
    """Crawl the outlet as the daemon does."""

    async def crawl() -> dict[str, object]:
        config = load_config(room.config)
        runtime = Runtime.build(config, clock_from(START + after))
        await runtime.start()
        try:
            report = await Crawls(runtime).crawl_outlet(config.outlets[0], "schedule", patient=True)
        finally:
            await runtime.stop()
        return report.as_json()

    return reactor_thread().run(crawl())


def asked_lists(world: World) -> list[str]:
    """Return the hosts that were asked for the list since the last call."""
    hosts = [asked.host for asked in world.asked if asked.path == "/rss.xml"]
    world.asked.clear()
    return hosts


def stale(room: Newsroom) -> list[tuple[object, ...]]:
    return room.sql("SELECT host, stale_as FROM hosts WHERE stale_since IS NOT NULL")


def test_a_frozen_host_is_doubted_in_the_same_pass_and_the_next_has_the_news(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    serve(world, MAIN, 0, 1, 2, 3, 4, at=timedelta())
    room.crawl()
    assert asked_lists(world) == [MAIN]
    room.crawl(after=11 * HOUR)
    assert asked_lists(world) == [MAIN], "half a day has not passed"
    serve(world, MIRROR, 0.5, 1, 2, 13, 14, at=13 * HOUR)
    report = room.crawl(after=13 * HOUR)["example"]
    assert asked_lists(world) == [MAIN, MIRROR]
    assert (report["new"], report["error"]) == (3, None), told(report)
    assert adds_up(report)
    assert stale(room) == [(MAIN, "frozen")]
    room.crawl(after=13.2 * HOUR)
    assert asked_lists(world) == [MIRROR], "the fresh host is asked first from then on"
    serve(world, MAIN, 0, 1, 2, 3, at=20 * HOUR)
    serve(world, MIRROR, 0, 1, 2, 3, at=20 * HOUR)
    room.crawl(after=20 * HOUR)
    assert asked_lists(world) == [MIRROR, MAIN], "a marked host is looked at again after six hours"
    assert stale(room) == []


def test_healthy_mirrors_are_asked_nothing_by_a_pass_and_every_six_hours_by_the_daemon(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    for hours in (0, 3, 7, 9, 14):
        for host in (MAIN, MIRROR):
            serve(world, host, 0, 1, 2, 3, at=hours * HOUR)
        if hours == 9:
            room.crawl(after=hours * HOUR)
            assert asked_lists(world) == [MAIN]
            continue
        report = poll(room, hours * HOUR)
        assert adds_up(report)
        expected = [MAIN, MIRROR] if hours in (7, 14) else [MAIN]
        assert asked_lists(world) == expected, hours
    assert stale(room) == []


def test_a_mirror_with_an_old_list_is_found_by_a_probe_and_told_once(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    serve(world, MIRROR, 30, 31, 32, at=timedelta())
    for hours in (0, 7, 14):
        serve(world, MAIN, 0, 1, 2, 8, 9, at=hours * HOUR)
        if hours == 0:
            serve(world, MAIN, 0, 1, 30, 31, at=timedelta())
        report = poll(room, hours * HOUR)
        assert (adds_up(report), report["error"], report["host"]) == (True, None, MAIN)
    assert stale(room) == [(MIRROR, "behind")]
    assert room.sql("SELECT count(*) FROM notes WHERE kind = 'stale'") == [(1,)]
    silent = "SELECT silent FROM links WHERE url LIKE '%/story/-920/%'"
    assert room.sql(silent) == [(1,)], "what only the old list names is kept, and alerts nobody"


def test_an_old_list_serves_when_nothing_else_does_and_unlists_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    serve(world, MAIN, 0, 1, 2, 3, at=timedelta())
    room.crawl()
    standing = room.sql("SELECT link_id FROM listings ORDER BY 1")
    world.put(MAIN, "/rss.xml", Answer(status=503))
    serve(world, MIRROR, 30, 31, at=timedelta())
    report = room.crawl(after=HOUR)["example"]
    assert (report["error"], report["host"]) == (None, MIRROR)
    assert room.sql("SELECT link_id FROM listings ORDER BY 1") == standing
    assert stale(room) == [(MIRROR, "behind")]
    serve(world, MAIN, 0, 1, 2, 3, at=2 * HOUR)
    asked_lists(world)
    room.crawl(after=2 * HOUR)
    assert asked_lists(world) == [MAIN]


def test_a_probe_that_fails_is_no_failed_poll(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    world.put(MIRROR, "/rss.xml", html("Welcome", "No feed here."))
    for hours in (0, 7):
        serve(world, MAIN, 0, 1, 2, 3, at=hours * HOUR)
        report = poll(room, hours * HOUR)
        assert (report["error"], report["failed"]) == (None, 0)
    assert asked_lists(world) == [MAIN, MAIN, MIRROR]
    assert room.sql("SELECT failures, error FROM feeds") == [(0, None)]


def test_a_failed_host_rests_over_restarts_and_serves_again_when_it_is_back(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    for host in (MAIN, MIRROR):
        serve(world, host, 0, 1, 2, 3, at=timedelta())
    world.break_host(MAIN, "reset")
    for minutes, failures in ((0, 1), (2, 2), (3, 2), (6, 3)):
        assert room.crawl(after=timedelta(minutes=minutes))["example"]["host"] == MIRROR
        sql = "SELECT failures, reason, host FROM host_health WHERE host = 'www.example.com' AND scheme = 'http'"
        assert room.sql(sql) == [(failures, "reset", MAIN)], minutes
    world.break_host(MAIN, "")
    asked_lists(world)
    room.crawl(after=timedelta(minutes=7))
    assert asked_lists(world) == [MIRROR], "it rests for four minutes after the third failure"
    room.crawl(after=timedelta(minutes=11))
    assert asked_lists(world) == [MAIN]
    assert room.sql("SELECT failures, reason FROM hosts WHERE host = 'www.example.com'") == [(0, None)]


def test_a_tampering_mirror_changes_no_article_while_its_own_host_is_away_for_a_night(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, '[[rules]]\nid = "pool"\nquery = "pool OR army"\nto = ["desk"]\n')
    serve(world, MAIN, 30, at=timedelta())
    room.crawl()
    serve(world, MAIN, 0, 30, at=timedelta())
    room.crawl(after=timedelta(minutes=5))
    assert len(room.mails()) == 1
    path = "/story/1000/news-1000"
    world.put(MIRROR, path, html("News 1000", *(f"{line} says the army (1000)" for line in LINES)))
    world.break_host(MAIN, "reset")
    for hours in (2, 4, 8):
        room.crawl(after=hours * HOUR)
    world.break_host(MAIN, "")
    room.crawl(after=30 * HOUR)
    sql = "SELECT host, count, ended_at FROM divergences JOIN articles AS a ON a.id = article_id"
    assert room.sql(f"{sql} WHERE a.url LIKE '%/1000/%'") == [(MIRROR, 3, None)]
    assert {row["revision"] for row in room.rows()} == {1}
    assert len(room.mails()) == 1
    assert room.sql("SELECT count(*) FROM notes WHERE kind = 'divergent'") == [(1,)]


BURNT = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com", "example-mirror.net"]
aliases = ["old.example.com"]
feeds = ["http://www.example.com/rss.xml", "http://feeds.feedburner.com/example"]
article_id = '/story/(-?\\d+)'
"""


def test_feedburners_links_are_asked_where_they_lead_once_and_end_in_one_article(
    newsroom: Make, world: World
) -> None:
    room = newsroom(BURNT)
    serve(world, MAIN, 1, 2, at=timedelta())
    names = {
        "known": story(940),
        "former": story(880).replace(MAIN, "old.example.com"),
        "fresh": story(820) + "?utm_source=feedburner",
        "again": story(820).replace(MAIN, MIRROR),
        "foreign": "http://casino.example.net/",
    }
    for name, target in names.items():
        world.put("feedproxy.google.com", f"/~r/example/~3/{name}/", redirect(target, 301))
    world.put("feedproxy.google.com", "/~r/example/~3/nowhere/", html("FeedBurner", "Nothing here."))
    wrapped = [f"http://feedproxy.google.com/~r/example/~3/{name}/" for name in (*names, "nowhere")]
    world.put("feeds.feedburner.com", "/example", feed(*wrapped))
    world.put(MIRROR, "/story/820/news-820", html("News 820", *LINES))
    report = room.crawl()["example"]
    assert adds_up(report)
    assert (report["new"], report["duplicate"], report["skipped"], report["failed"]) == (3, 3, 1, 1), told(
        report
    )
    assert sorted(row["url"] for row in room.rows()) == sorted(map(story, (820, 880, 940)))
    asked = world.asked_urls()
    assert not any("casino" in url for url in asked)
    assert sum("/story/940/" in url for url in asked) == 1, "a known article is not fetched again"
    world.asked.clear()
    report = room.crawl(after=timedelta(hours=1))["example"]
    assert (report["new"], report["duplicate"], report["skipped"]) == (0, 0, 0), told(report)
    assert adds_up(report)
    again = [url for url in world.asked_urls() if "feedproxy" in url]
    assert again == [wrapped[-1]], "only what led nowhere is asked once more"


def test_where_a_feedburner_link_leads_is_found_at_a_mirror_when_the_host_is_away(
    newsroom: Make, world: World
) -> None:
    room = newsroom(BURNT)
    world.put("feeds.feedburner.com", "/example", feed("http://feedproxy.google.com/~r/example/~3/one/"))
    world.put("feedproxy.google.com", "/~r/example/~3/one/", redirect(story(820)))
    serve(world, MIRROR, 3, at=timedelta())
    world.break_host(MAIN, "reset")
    report = room.crawl()["example"]
    assert (report["new"], report["failed"], report["error"]) == (1, 0, None), told(report)
    assert [row["url"] for row in room.rows()] == [story(820)]


def test_two_editions_with_one_space_of_numbers_keep_two_articles(newsroom: Make, world: World) -> None:
    french = EXAMPLE.replace('"example"', '"example-fr"').replace("www.example.com", "fr.example.com")
    french = french.replace("example-mirror.net", "fr-mirror.net").replace(
        "old.example.com", "ancien.example.com"
    )
    room = newsroom(EXAMPLE, french)
    path = "/story/100/port-selm"
    for host, line in (
        (MAIN, LINES[0]),
        ("fr.example.com", "Le conseil de Selm a voté lundi la fin du bassin."),
    ):
        world.put(host, "/rss.xml", feed(f"http://{host}{path}", f"http://{MAIN}/story/200/abroad"))
        world.put(host, path, html(f"Port Selm at {host}", line, *LINES[1:]))
        world.put(host, "/story/200/abroad", html("Abroad", *LINES))
    report = room.crawl()
    assert (report["example"]["new"], report["example-fr"]["new"]) == (2, 1)
    assert report["example-fr"]["skipped"] == 1, "the link of the other edition is foreign"
    assert sorted((row["outlet"], row["url"]) for row in room.rows()) == [
        ("example", f"http://{MAIN}{path}"),
        ("example", f"http://{MAIN}/story/200/abroad"),
        ("example-fr", f"http://fr.example.com{path}"),
    ]


def test_the_articles_own_host_is_asked_in_the_same_pass_when_a_mirror_shows_another_text(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    serve(world, MAIN, 0, 1, at=timedelta())
    serve(world, MIRROR, 0, 1, at=timedelta())
    room.crawl()
    edited, path = html("News 1000", *(f"{line} Edited." for line in LINES)), "/story/1000/news-1000"
    for host in (MAIN, MIRROR):
        world.put(host, path, edited)
    world.put(MIRROR, "/story/940/news-940", html("News 940", *(f"{line} False." for line in LINES)))
    world.put(MAIN, "/rss.xml", Answer(status=403))
    report = room.crawl(after=2 * HOUR)["example"]
    assert adds_up(report)
    assert (report["revised"], report["unchanged"], report["failed"]) == (1, 1, 0), told(report)
    revisions = {row["url"]: row["revision"] for row in room.rows()}
    assert revisions == {story(1000): 2, story(940): 1}
    assert room.sql("SELECT host, ended_at IS NULL FROM divergences ORDER BY id") in (
        [(MIRROR, 0), (MIRROR, 1)],
        [(MIRROR, 1), (MIRROR, 0)],
    )


def test_status_and_the_catalogue_tell_how_each_host_stands(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    serve(world, MAIN, 0, 1, at=timedelta())
    room.crawl()
    world.put(MAIN, "/rss.xml", Answer(status=403))
    serve(world, MIRROR, 40, 41, at=HOUR)
    room.crawl(after=HOUR)
    with room.store() as store:
        hosts = store.status(START + HOUR)["example"]["hosts"]
    assert [(host["host"], host["role"], host["state"]) for host in hosts] == [
        (MAIN, "mirror", "resting"),
        (MIRROR, "mirror", "stale"),
    ]
    assert hosts[0]["told"].startswith("answered 403 once since 2026-11-23T07:00:")
    told_now = outlook(load_config(room.config), START + HOUR)
    assert told_now["outlets"]["example"]["hosts"] == hosts
    assert told_now["blackouts"] == []


def test_a_text_that_a_mirror_alone_gave_is_compared_with_the_first_host_when_it_is_back(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    serve(world, MIRROR, 0, at=timedelta())
    false = html("Cheap watches", "Buy the watches of the season now.", "They are cheap and they are many.")
    path = next(path for host, path in world._pages if host == MIRROR and path.startswith("/story/"))
    true = world._pages[MAIN, path]
    world.put(MIRROR, path, false)
    world.break_host(MAIN, "reset")
    assert room.crawl()["example"]["new"] == 1
    world.break_host(MAIN, "")
    world.put(MAIN, path, true)
    assert room.crawl(after=5 * HOUR)["example"]["revised"] == 1
    (row,) = room.rows()
    assert (row["title"], row["revision"], row["fetched_url"].split("/")[2]) == ("News 1000", 2, MAIN)


def test_what_an_old_list_names_first_is_news_unless_it_is_older_than_the_watch(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE)
    serve(world, MAIN, 0, 1, 2, 3, at=timedelta())
    room.crawl()
    serve(world, MAIN, 0, 1, at=10 * HOUR)
    room.crawl(after=10 * HOUR)
    world.break_host(MAIN, "reset")
    serve(world, MIRROR, 18, 90 * 24, at=20 * HOUR)
    assert room.crawl(after=20 * HOUR)["example"]["new"] == 2
    assert stale(room) == [(MIRROR, "behind")]
    first, last = room.sql(
        "SELECT title, silent FROM links WHERE first_seen_at > '2026-11-24' ORDER BY published_at"
    )
    assert last == ("News 1120", 0), "published two hours after the first poll"
    assert first[1] == 1, "published ninety days before"
