"""Where the next page of a list is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.feeds import read_feed
from crawler.items import Outlet, SourceKind
from crawler.paging import LAST, after_failed_guess, guesses, numbered, own_pages, page_number
from crawler.sections import read_section

SITE = "https://x.example"
FEED, SECTION = SourceKind.FEED, SourceKind.SECTION


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/Section/10102/1", 1),
        ("/Section/10102/7", 7),
        ("/news/page/3/", 3),
        ("/news?page=12", 12),
        ("/feed/?paged=2", 2),
        ("/news", 1),
        ("/2026", 1),
        ("/story/774416", 1),
    ],
)
def test_page_numbers(path: str, number: int) -> None:
    assert page_number(SITE + path) == number


def paths(kind: SourceKind, path: str, generator: str = "") -> list[str]:
    return [url.removeprefix(SITE) for _, url in guesses(kind, SITE + path, generator)]


def test_guesses_are_in_the_forms_in_use() -> None:
    assert paths(FEED, "/feed/") == ["/feed/?paged=2", "/feed/?page=2"]
    assert paths(FEED, "/rss.xml", "WordPress 6.5") == ["/rss.xml?paged=2", "/rss.xml?page=2"]
    assert paths(FEED, "/rss.xml") == ["/rss.xml?page=2"]
    assert paths(FEED, "/rss?cat=3") == ["/rss?cat=3&page=2"]
    assert paths(SECTION, "/Section/10102/1") == ["/Section/10102/2"]
    assert paths(SECTION, "/world") == ["/world?page=2", "/world/page/2/"]
    assert paths(SECTION, "/world?page=4") == []


def test_after_a_guess_that_failed_comes_the_next_form_and_then_none() -> None:
    second = after_failed_guess(SECTION, SITE + "/world", "page")
    assert second == ("folder", SITE + "/world/page/2/")
    assert after_failed_guess(SECTION, SITE + "/world", "folder") is None
    assert after_failed_guess(FEED, SITE + "/rss.xml", "paged") == ("page", SITE + "/rss.xml?page=2")


def test_a_form_goes_on_with_its_own_number() -> None:
    assert numbered(SITE + "/world?page=2&x=1", "page", 3) == SITE + "/world?x=1&page=3"
    assert numbered(SITE + "/world/page/2/", "folder", 3) == SITE + "/world/page/3/"
    assert numbered(SITE + "/Section/10102/2", "last", 3) == SITE + "/Section/10102/3"
    assert numbered(SITE + "/world", "last", 3) == ""


def test_a_page_s_own_next_number_is_known_in_every_form() -> None:
    assert SITE + "/Section/10102/2" in own_pages(SITE + "/Section/10102/1", 2)
    assert SITE + "/world/page/2" in own_pages(SITE + "/world/", 2)
    assert SITE + "/world?pg=3" in own_pages(SITE + "/world?pg=2", 3)


def following(page: str, url: str = SITE + "/world") -> tuple[str, ...]:
    return read_section(
        page.encode(), url=url, outlet=Outlet(id="x", name="X", hosts=("x.example",))
    ).following


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<head><link rel="next" href="/world?start=20"></head><body>x', "/world?start=20"),
        ('<a rel="nofollow next" href="/older">Older</a>', "/older"),
        ('<li class="pager-next"><a href="/world?p=1">next</a></li>', "/world?p=1"),
        ("<span class=next><a href=/world/2x>2</a></span>", "/world/2x"),
        ('<a href="/world/page/2">2</a><a href="/world/page/3">3</a>', "/world/page/2"),
    ],
)
def test_a_section_page_names_its_next_page(page: str, expected: str) -> None:
    assert following(page) == (SITE + expected,)


def test_what_is_no_next_page_is_not_taken_for_one() -> None:
    assert following('<a href="/sport/page/2">2</a><a rel="next" href="javascript:more()">More</a>') == ()


def test_feeds_name_their_next_page_or_archive() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="/feed?page=2"/>'
        '<link rel="prev-archive" href="https://x.example/2026/10"/><entry><link href="/a"/></entry></feed>'
    )
    assert read_feed(atom.encode(), url=SITE + "/feed").following == (
        SITE + "/feed?page=2",
        SITE + "/2026/10",
    )
    assert read_feed(
        b'{"version":"https://jsonfeed.org/version/1.1","next_url":"/feed.json?page=2","items":[]}',
        url=SITE + "/feed.json",
    ).following == (SITE + "/feed.json?page=2",)
    rss = b"<rss version='2.0'><channel><generator>https://wordpress.org/?v=6.5</generator></channel></rss>"
    read = read_feed(rss, url=SITE)
    assert (read.following, read.generator) == ((), "https://wordpress.org/?v=6.5")


@given(st.text(max_size=60))
def test_any_address_is_read_without_an_error(text: str) -> None:
    for url in (text, f"{SITE}/{text}", f"http://[{text}"):
        assert page_number(url) >= 0
        assert all(isinstance(form, str) for form in own_pages(url, 2))
        for kind in (SECTION, FEED):
            assert all(page_number(address) == 2 for form, address in guesses(kind, url) if form != LAST)
