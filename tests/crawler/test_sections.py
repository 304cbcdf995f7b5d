"""Links of section and front pages."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.addressform import looks_like_article
from crawler.errors import NotAFeed
from crawler.items import IdPattern, Listing, Outlet
from crawler.sections import read_section

URL = "https://www.presstv.ir/Section/10102/1"
PRESSTV = Outlet(
    id="presstv",
    name="Press TV",
    hosts=("www.presstv.ir", "presstv.ir", "www.presstv.co.uk"),
    aliases=("www.presstv.com",),
    article_id=(IdPattern(pattern=r"/(?:detail|video)/\d{4}/\d{1,2}/\d{1,2}/(\d+)"),),
)
PLAIN = replace(PRESSTV, article_id=())
PAGE = """<html><head><base href=https://www.presstv.ir/></head><body>
<a href=/Section/10101/1>Politics</a><a href=/Section/10102/2 class=next>Next</a>
<a href=/Detail/2026/08/15/774416/Iran-Oman-Hormuz><img src=//cdn.example/a.jpg></a>
<a href=/Detail/2026/08/15/774416/Iran-Oman-Hormuz#top class=section-latest-news-link> Iran   says
 <b>full</b> security </a>
<a href="https://www.presstv.com/Video/2026/08/14/774300/a?utm_source=home">A film</a>
<a href="https://other.example/Detail/2026/08/15/774400/b">Elsewhere</a>
<a href="javascript:void(0)">Share</a><a href="http://[">bad</a><a>no address</a>
</body></html>"""


def read(page: str, outlet: Outlet = PRESSTV, **options: int) -> Listing:
    return read_section(page.encode(), url=URL, outlet=outlet, **options)


def test_links_that_hit_the_pattern_are_articles_each_once_with_their_text() -> None:
    listing = read(PAGE)
    assert listing.kind == "section"
    assert [(entry.url, entry.title) for entry in listing.entries] == [
        ("https://www.presstv.ir/Detail/2026/08/15/774416/Iran-Oman-Hormuz", "Iran says full security"),
        ("https://www.presstv.com/Video/2026/08/14/774300/a?utm_source=home", "A film"),
    ]


def test_without_patterns_the_shape_of_the_address_decides() -> None:
    assert [entry.title for entry in read(PAGE, PLAIN).entries] == ["Iran says full security", "A film"]


@pytest.mark.parametrize(
    "address",
    [
        "https://x.ir/2026/08/15/some-story",
        "https://x.ir/news/774416",
        "https://x.ir/story.php?id=77441",
        "https://x.ir/world/iran-says-full-security-in-hormuz",
    ],
)
def test_shapes_of_articles(address: str) -> None:
    assert looks_like_article(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://x.ir/",
        "https://x.ir/world",
        "https://x.ir/2026/08/15",
        "https://x.ir/section/10102/2",
        "https://x.ir/tag/the-war-of-all-against-all",
        "https://x.ir/author/a-name-with-many-hyphens",
        "https://x.ir/news/page/77441",
        "https://x.ir/photo/20260815/774416.jpg",
        "https://x.ir/how-to-use-this-site",
    ],
)
def test_shapes_of_lists_and_files(address: str) -> None:
    assert not looks_like_article(address)


def test_the_limit_cuts_and_says_so() -> None:
    page = "".join(f"<a href=/Detail/2026/08/15/7744{number}/a>x</a>" for number in range(10, 20))
    assert len(read(page).entries) == 10
    assert (len(read(page, limit=3).entries), read(page, limit=3).truncated) == (3, True)


def test_a_challenge_page_is_a_listing_without_entries() -> None:
    assert read("<html><title>Just a moment...</title><a href=/cdn-cgi/l/1>x</a></html>").entries == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"{}", "unknown"),
        (b"words", "unknown"),
        (b"<rss/>", "unknown"),
        (b"a" * (17 * 2**20), "too_large"),
    ],
)
def test_what_is_no_page_is_refused_with_a_word(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read_section(body, url=URL, outlet=PRESSTV)
    assert refused.value.reason == reason


def test_the_encoding_of_the_page_is_honoured() -> None:
    page = "<meta charset=windows-1256><a href=/Detail/2026/08/15/774416/a>خبر</a>"
    (entry,) = read_section(page.encode("windows-1256"), url=URL, outlet=PRESSTV).entries
    assert entry.title == "خبر"


def test_parameters_that_begin_like_an_entity_stay_whole() -> None:
    outlet = replace(PRESSTV, article_id=(IdPattern(pattern=r"/detail\.aspx\?(?:.*&)?id=(\d+)"),))
    for written in (
        "?sectionid=3&id=1&copy=2",
        "?id=1&sectionid=3&copy=2",
        "?id=1&amp;sectionid=3&amp;copy=2",
    ):
        (entry,) = read(f'<a href="/detail.aspx{written}">x</a>', outlet).entries
        assert entry.url == "https://www.presstv.ir/detail.aspx" + written.replace("&amp;", "&")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_listing_or_not_a_feed(body: bytes) -> None:
    for whole in (body, b"<html><a href=/Detail/2026/08/15/774416/" + body):
        with contextlib.suppress(NotAFeed):
            assert isinstance(read_section(whole, url=URL, outlet=PRESSTV), Listing)
