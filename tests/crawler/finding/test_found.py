"""Which feeds are worth polling, which say the same, which sitemaps list news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import UsageError
from crawler.finding.conclusions import linked_site, more_hosts, name_of, real_sections
from crawler.finding.found import FoundSource, frozen, printed_offset, read_source, unusable, without_doubles
from crawler.finding.offers import GIVEN, GUESSES, HEAD, LINK, Offer, guesses, ranked, unwanted
from crawler.finding.sitemaps import by_newsness, is_named_for_news, why_not_polled
from crawler.finding.sites import addresses_of, country_of, id_for, same_site
from crawler.items import FeedEntry, Listing, Outlet, SourceKind, Timestamp

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
OUTLET = Outlet(id="paper", name="Paper", hosts=("www.paper.example",))
BASE = "https://www.paper.example"


def listing(*urls: str, at: datetime | None = None, kind: str = "rss", title: str = "") -> Listing:
    """Return a list of links, all of one time."""
    stamp = Timestamp(at=at, local=at.isoformat() if at else None)
    return Listing(kind=kind, entries=tuple(FeedEntry(url=url, published=stamp) for url in urls), title=title)


def source(
    *urls: str, at: datetime | None = NOW, kind: str = "rss", way: str = HEAD, name: str = "f"
) -> FoundSource:
    """Return what a feed of these links is to OUTLET."""
    offer = Offer(url=f"{BASE}/{name}", way=way)
    return read_source(OUTLET, offer, offer.url, SourceKind.FEED, listing(*urls, at=at, kind=kind))


def stories(*numbers: int) -> list[str]:
    """Return addresses of the outlet's articles."""
    return [f"{BASE}/news/{number}/x" for number in numbers]


def test_links_of_aliases_twins_and_wrappers_are_the_outlets_own() -> None:
    found = source(
        f"{BASE}/a", "http://paper.example/b", "https://m.paper.example/c", "https://other.example/d"
    )
    assert (found.entries, found.own, found.links) == (4, 3, (f"{BASE}/a", f"http{BASE[5:]}/b", f"{BASE}/c"))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (source(), "names no link"),
        (source("https://o.example/1", "https://o.example/2"), "other sites"),
        (source(f"{BASE}/a", "https://o.example/1", "https://o.example/2"), "only 1 of its 3"),
        (source(f"{BASE}/a", "https://o.example/1", "https://o.example/2", way=GIVEN), ""),
        (source(f"{BASE}/a"), ""),
    ],
)
def test_a_feed_is_usable_when_its_links_are_the_outlets(found: FoundSource, words: str) -> None:
    assert (words in unusable(found)) if words else not unusable(found)


def test_a_feed_stands_still_after_14_days_unless_it_was_given_or_has_no_dates() -> None:
    old = NOW - timedelta(days=15)
    assert "2026-11-08" in frozen(source(f"{BASE}/a", at=old), NOW)
    assert not frozen(source(f"{BASE}/a", at=NOW - timedelta(days=13)), NOW)
    assert not frozen(source(f"{BASE}/a", at=old, way=GIVEN), NOW)
    assert not frozen(source(f"{BASE}/a", at=None), NOW)
    assert frozen(source(f"{BASE}/2026/10/01/a", at=None), NOW)


def test_of_two_formats_of_one_feed_the_longer_stays() -> None:
    short, long = (
        source(*stories(*range(10)), name="rss"),
        source(*stories(*range(25)), kind="atom", name="atom"),
    )
    kept, told = without_doubles([short, long])
    assert [each.url for each in kept] == [long.url]
    assert (told[0].url, told[0].why) == (short.url, f"the same links as {long.url}")
    assert [each.url for each in without_doubles([long, short])[0]] == [long.url]


def test_a_section_feed_whose_links_the_main_feed_names_stays() -> None:
    main, section = source(*stories(*range(20)), name="all"), source(*stories(1, 4, 7, 9), name="sport")
    assert without_doubles([main, section]) == ([main, section], [])
    again = source(*stories(*range(1, 20)), name="again")
    assert len(without_doubles([main, again])[0]) == 1


def test_one_offset_of_all_times_is_evidence_of_a_zone_and_two_are_not() -> None:
    tehran = datetime.fromisoformat("2026-11-23T09:30:00+03:30")
    assert printed_offset([source(f"{BASE}/a", at=tehran)]) == "+03:30"
    assert printed_offset([source(f"{BASE}/a", at=tehran), source(f"{BASE}/b")]) == ""
    assert printed_offset([source(f"{BASE}/b")]) == ""


@pytest.mark.parametrize(
    ("url", "title", "about"),
    [
        ("/comments/feed/", "", "comments"),
        ("/news/704100/a-long-slug/feed/", "", "comments"),
        ("/feed/", "Paper » Kommentar-Feed", "comments"),
        ("/tag/iran/feed/", "", "one tag"),
        ("/author/ann/feed/", "", "one author"),
        ("/?s=iran&feed=rss2", "", "a search"),
        ("/podcasts/daily/rss", "", "podcasts"),
        ("/rss/videos.xml", "", "videos"),
        ("/web-stories/feed/", "", "web stories"),
        ("/feed/", "", ""),
        ("/world/rss.xml", "World", ""),
        ("/commentary/feed/", "", ""),
    ],
)
def test_what_a_feed_is_about(url: str, title: str, about: str) -> None:
    assert unwanted(BASE + url, title) == about


def test_offers_are_ranked_by_how_they_were_come_by_each_once() -> None:
    urls = [("/a/b/feed", LINK), ("/feed", LINK), ("/x/rss", HEAD), ("/feed/", HEAD)]
    found = ranked(Offer(url=BASE + path, way=way) for path, way in urls)
    assert [each.url.removeprefix(BASE) for each in found] == ["/feed/", "/x/rss", "/a/b/feed"]
    assert BASE + "/rss" not in [each.url for each in guesses(BASE + "/", [BASE + "/rss/"])]
    assert len(guesses(BASE + "/", [])) < len(GUESSES)  # /feed/ and /feed are asked once


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (listing(*stories(704100, 704101), at=NOW), ""),
        (listing(*stories(704100), at=NOW - timedelta(days=30)), "2026-10-24"),
        (listing(*stories(*range(704100, 705200))), "for backfill"),
        (listing(*stories(704100, 704101), f"{BASE}/about"), ""),
        (listing(f"{BASE}/about", f"{BASE}/terms", *stories(704100)), "look like articles"),
        (listing("https://o.example/1"), "no address of the site"),
    ],
)
def test_a_sitemap_is_polled_when_it_lists_news(read: Listing, words: str) -> None:
    own = [entry.url for entry in read.entries if entry.url.startswith(BASE)]
    why = why_not_polled(read, own, frozenset(), NOW)
    assert (words in why) if words else why == ""


def test_sitemaps_named_for_news_come_first() -> None:
    urls = [f"{BASE}/image-sitemap.xml", f"{BASE}/sitemap.xml", f"{BASE}/news-sitemap.xml"]
    assert by_newsness([*urls, urls[0]]) == urls[::-1]
    assert is_named_for_news(urls[2])
    assert not is_named_for_news(f"{BASE}/news-2026-11.xml")


def test_another_host_of_the_site_that_many_links_lead_to_is_one_of_its_hosts() -> None:
    urls = [
        *stories(*range(8)),
        "https://live.paper.example/1",
        "https://live.paper.example/2",
        "https://fr.paper.example/3",
    ]
    read = listing(*urls, "https://fr.paper.example/4", "https://other.example/5")
    assert more_hosts(OUTLET, [read], [("fr", "https://fr.paper.example/")]) == ()
    assert more_hosts(OUTLET, [listing(*urls[4:10])], []) == ("live.paper.example",)


def test_the_site_of_a_feed_is_where_most_of_its_links_lead() -> None:
    assert linked_site(listing(*stories(1, 2), "https://o.example/1")) == f"{BASE}/"
    assert linked_site(listing("https://a.example/1", "https://b.example/1", "https://c.example/1")) == ""
    assert linked_site(listing("http://[", "javascript:x")) == ""


def test_a_page_whose_articles_stand_on_every_page_is_no_section() -> None:
    sidebar = stories(1, 2, 3, 4)
    pages = {
        name: source(*sidebar, *more, name=name)
        for name, more in (("world", stories(5, 6, 7)), ("sport", stories(8, 9, 10)), ("about", []))
    }
    assert [page.url for page in real_sections(pages)] == [f"{BASE}/world", f"{BASE}/sport"]


def test_a_name_without_the_words_of_feeds() -> None:
    feed = read_source(
        OUTLET,
        Offer(url=BASE, way=HEAD),
        BASE,
        SourceKind.FEED,
        listing(*stories(1), title="The Paper - RSS Feed"),
    )
    assert name_of([], [feed], "www.paper.example") == "The Paper"
    assert name_of([], [], "www.paper.example") == "paper.example"


def test_hosts_tell_site_country_and_id() -> None:
    assert same_site("feeds.bbc.co.uk", "www.bbc.co.uk")
    assert not same_site("one.co.uk", "two.co.uk")
    assert not same_site("127.0.0.1:8001", "127.0.0.1:8002")
    assert [country_of(host) for host in ("www.presstv.ir", "bbc.co.uk", "x.io", "rt.com", "127.0.0.1")] == [
        "IR",
        "GB",
        "",
        "",
        "",
    ]
    taken = {"presstv"}
    hosts = ("www.presstv.ir", "french.presstv.ir", "www.bbc.co.uk", "127.0.0.1:8001", "[::1]:80")
    assert [id_for(host, taken) for host in hosts] == [
        "presstv-2",
        "french-presstv",
        "bbc",
        "127-0-0-1-8001",
        "1-80",
    ]


def test_what_is_typed_becomes_an_address() -> None:
    assert addresses_of(" www.a.example ") == ["https://www.a.example/", "http://www.a.example/"]
    assert addresses_of("127.0.0.1:8001/x") == ["https://127.0.0.1:8001/x", "http://127.0.0.1:8001/x"]
    assert addresses_of("HTTP://a.example/x?y=1#z") == ["http://a.example/x?y=1"]
    for wrong in ("", "news", "ftp://a.example/", "http://u:p@a.example/", "http://["):
        with pytest.raises(UsageError):
            addresses_of(wrong)
