"""Which second channels an outlet has, and what one of them says of its sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.completeness import (
    MOST_UNDATED,
    Answered,
    Channel,
    ChannelKind,
    ChannelReport,
    Known,
    Named,
    Outcome,
    articles,
    channels,
    compare,
    is_news,
    named_by_robots,
    window,
)
from crawler.items import (
    FeedEntry,
    IdPattern,
    Key,
    Outlet,
    Precision,
    Source,
    SourceKind,
    TimeSource,
    Timestamp,
)
from crawler.shapes import learned_shapes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Source(kind=SourceKind.FEED, url="http://www.example.com/rss.xml")
SITEMAP = Source(kind=SourceKind.SITEMAP, url="http://www.example.com/news.xml")
OUTLET = Outlet(
    id="example",
    name="Example",
    hosts=("www.example.com", "mirror.example.net"),
    sources=(FEED,),
    article_id=(IdPattern(pattern=r"/story/(\d+)"),),
)
PATHS = Outlet(id="paths", name="Paths", hosts=("www.example.com",), sources=(FEED,))


def url(number: int, slug: str = "a-slug") -> str:
    return f"http://www.example.com/story/{number}/{slug}"


def at(moment: datetime, precision: Precision = Precision.SECOND) -> Timestamp:
    return Timestamp(at=moment, precision=precision, source=TimeSource.FEED)


def entry(number: int, moment: datetime | None = None) -> FeedEntry:
    return FeedEntry(url=url(number), published=at(moment) if moment else Timestamp())


def key(number: int) -> Key:
    return Key(kind="id", value=str(number))


def compared(
    *entries: FeedEntry,
    known: tuple[int, ...] = (),
    listed: tuple[int, ...] = (),
    kind: ChannelKind = ChannelKind.ROBOTS_SITEMAP,
    source: Source = SITEMAP,
    newest: datetime | None = NOW,
) -> ChannelReport:
    answer = Answered(channel=Channel(kind=kind, source=source), host="www.example.com", entries=entries)
    return compare(
        answer,
        articles(OUTLET, entries, NOW),
        since=NOW - 2 * DAY,
        known={key(number): Known(is_missed=False) for number in known},
        listed_now={key(number) for number in listed},
        newest=newest,
    )


def test_an_outlet_of_feeds_has_sitemaps_sections_front_page_and_mirrors_as_second_channels() -> None:
    section = Source(kind=SourceKind.SECTION, url="http://www.example.com/world")
    outlet = Outlet(id="x", name="X", hosts=OUTLET.hosts, sources=(FEED, SITEMAP, section))
    assert [(each.kind, each.source.url, each.host) for each in channels(outlet)] == [
        ("sitemap", SITEMAP.url, ""),
        ("section", section.url, ""),
        ("front_page", "http://www.example.com/", ""),
        ("mirror", "http://www.example.com/rss.xml", "www.example.com"),
        ("mirror", "http://mirror.example.net/rss.xml", "mirror.example.net"),
    ]


def test_where_sitemaps_are_the_usual_source_they_are_no_second_channel() -> None:
    outlet = Outlet(id="x", name="X", hosts=("www.example.com",), sources=(SITEMAP,))
    assert [each.kind for each in channels(outlet)] == ["front_page", "mirror"]


def test_a_front_page_that_is_configured_is_no_channel_of_its_own() -> None:
    front = Source(kind=SourceKind.SECTION, url="https://www.example.com/")
    outlet = Outlet(id="x", name="X", hosts=("www.example.com",), sources=(FEED, front))
    assert [each.kind for each in channels(outlet)] == ["section", "mirror"]


def test_a_source_elsewhere_has_no_mirrors() -> None:
    elsewhere = Source(kind=SourceKind.FEED, url="http://feeds.feedburner.com/x")
    outlet = Outlet(id="x", name="X", hosts=OUTLET.hosts, sources=(elsewhere,))
    assert [each.kind for each in channels(outlet)] == ["front_page"]


def test_of_the_sitemaps_in_robots_our_own_are_asked_news_first() -> None:
    named = [
        "http://www.example.com/sitemap.xml",
        "http://elsewhere.example/news.xml",
        "http://www.example.com/sitemap-news.xml",
        "http://mirror.example.net/sitemap-news.xml",
    ]
    assert [each.source.url for each in named_by_robots(OUTLET, named)] == [named[2], named[0]]
    with_sitemap = Outlet(id="x", name="X", hosts=OUTLET.hosts, sources=(FEED, SITEMAP))
    assert named_by_robots(with_sitemap, named) == []


def test_the_time_compared_reaches_to_the_last_comparison_within_two_and_seven_days() -> None:
    assert window(NOW, None) == NOW - 2 * DAY
    assert window(NOW, NOW - HOUR) == NOW - 2 * DAY
    assert window(NOW, NOW - 3 * DAY) == NOW - 3 * DAY
    assert window(NOW, NOW - 30 * DAY) == NOW - 7 * DAY


def test_only_articles_of_the_outlet_count_each_key_once() -> None:
    links = (
        url(1),
        url(1, "other"),
        "http://mirror.example.net/story/2/x",
        "http://elsewhere.example/story/3/x",
    )
    more = ("http://www.example.com/tag/fire", "http://www.example.com/video/what-happened-in-the-night")
    entries = [FeedEntry(url=each) for each in (*links, *more, "mailto:x@y")]
    assert [each.link.key.value for each in articles(OUTLET, entries, NOW)] == ["1", "2"]


def test_without_a_pattern_the_shape_decides_and_pictures_and_films_do_not_count() -> None:
    entries = [
        FeedEntry(url=f"http://www.example.com/{path}")
        for path in (
            "world/what-happened-in-the-night-of-monday",
            "video/what-happened-in-the-night-of-monday",
            "live/what-happened-in-the-night-of-monday",
            "tag/what-happened-in-the-night-of-monday",
            "world",
        )
    ]
    assert [each.link.key.value for each in articles(PATHS, entries, NOW)] == [
        "/world/what-happened-in-the-night-of-monday"
    ]


def test_what_is_known_or_listed_now_is_met_and_the_rest_is_missing() -> None:
    report = compared(*(entry(number, NOW - HOUR) for number in range(1, 6)), known=(1, 2), listed=(3,))
    assert report.outcome is Outcome.COMPARED
    assert {each.link.key.value for each in report.missing} == {"4", "5"}
    assert (len(report.expected), len(report.met), report.undated) == (5, 3, 0)


def test_what_was_published_before_the_time_compared_does_not_count() -> None:
    report = compared(entry(1, NOW - HOUR), entry(2, NOW - 3 * DAY), known=(1,))
    assert (report.expected, report.missing) == (frozenset({key(1)}), ())


def test_a_day_counts_when_any_moment_of_it_does() -> None:
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    dated = FeedEntry(url=url(1), published=at(midnight, Precision.DAY))
    assert len(compared(dated, entry(2, NOW)).missing) == 2
    assert len(compared(FeedEntry(url=url(1), published=at(midnight)), entry(2, NOW)).missing) == 1


def test_addresses_without_a_date_count_and_are_told_apart() -> None:
    report = compared(entry(1), entry(2), entry(3), known=(1, 2), kind=ChannelKind.FRONT_PAGE)
    assert (len(report.expected), len(report.met), report.undated) == (3, 2, 1)


def test_the_sitemap_of_a_whole_archive_says_nothing_of_addresses_without_a_date() -> None:
    entries = [entry(number) for number in range(1, MOST_UNDATED + 5)]
    report = compared(*entries, entry(9999, NOW), known=(1, 2))
    assert report.expected == {key(9999)}


def test_a_channel_older_than_the_sources_is_stale() -> None:
    report = compared(entry(1, NOW - 30 * HOUR), known=(1,))
    assert (report.outcome, report.expected) == (Outcome.STALE, frozenset())
    assert "2026-11-22" in report.told
    assert compared(entry(1, NOW - 9 * DAY), newest=None).outcome is Outcome.STALE


def test_a_list_of_which_nothing_is_known_and_nothing_dated_is_unrelated() -> None:
    assert compared(entry(1), entry(2)).outcome is Outcome.UNRELATED
    assert compared(entry(1), entry(2), listed=(1,)).outcome is Outcome.COMPARED
    assert compared(entry(1, NOW), entry(2, NOW)).outcome is Outcome.COMPARED, "the feed may have frozen"


def test_a_list_without_articles_is_empty_and_one_that_did_not_come_failed() -> None:
    assert compared(FeedEntry(url="http://elsewhere.example/x")).outcome is Outcome.EMPTY
    answer = Answered(channel=Channel(kind=ChannelKind.SITEMAP, source=SITEMAP), told="it refused")
    report = compare(answer, [], since=NOW, known={}, listed_now=(), newest=None)
    assert (report.outcome, report.told) == (Outcome.FAILED, "it refused")


def test_what_another_source_named_is_told_from_what_the_channel_itself_did() -> None:
    entries = (entry(1, NOW), entry(2, NOW))
    answer = Answered(channel=Channel(kind=ChannelKind.SITEMAP, source=SITEMAP), entries=entries)
    known = {
        key(1): Known(is_missed=False, sources=frozenset({SITEMAP.url})),
        key(2): Known(is_missed=False, sources=frozenset({SITEMAP.url, FEED.url})),
    }
    report = compare(
        answer, articles(OUTLET, entries, NOW), since=NOW - DAY, known=known, listed_now=(), newest=NOW
    )
    assert (len(report.met), report.listed) == (2, frozenset({key(2)}))


def test_news_is_what_was_published_after_the_first_poll_or_appeared_since_the_last_comparison() -> None:
    def named(stamp: Timestamp) -> Named:
        return Named(link=articles(OUTLET, [entry(1)], NOW)[0].link, entry=entry(1), published=stamp)

    assert is_news(named(at(NOW)), NOW - HOUR, is_new_on_channel=False)
    assert not is_news(named(at(NOW - DAY)), NOW - HOUR, is_new_on_channel=True)
    today = at(datetime(2026, 11, 23, tzinfo=UTC), Precision.DAY)
    assert not is_news(named(today), NOW, is_new_on_channel=True)
    assert is_news(named(today), NOW - DAY, is_new_on_channel=True)
    assert is_news(named(Timestamp()), NOW, is_new_on_channel=True)
    assert not is_news(named(Timestamp()), NOW, is_new_on_channel=False)


def test_learned_shapes_decide_as_in_a_crawl() -> None:
    known = [f"http://www.example.com/story/{number}/x" for number in range(4101, 4126)]
    shapes = learned_shapes(known)
    offer = "http://www.example.com/offers/the-best-shoes-of-the-year"
    entries = [FeedEntry(url=each) for each in ("http://www.example.com/story/4126/x", offer)]
    assert [each.link.url for each in articles(PATHS, entries, NOW, shapes)] == [entries[0].url]
    assert [each.link.url for each in articles(PATHS, entries[1:], NOW, shapes)] == [offer], "a new form"


def test_of_a_long_list_the_newest_are_judged_in_its_order() -> None:
    entries = [entry(1), entry(2, NOW - 9 * DAY), entry(3, NOW), entry(4, NOW - DAY), entry(5)]
    found = [each.link.key.value for each in articles(OUTLET, entries, NOW, limit=2)]
    assert found == ["3", "4"]
    assert [each.link.key.value for each in articles(OUTLET, entries, NOW, limit=4)] == ["1", "2", "3", "4"]
