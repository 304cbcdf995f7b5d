"""What a front page says of its site, whatever its markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.finding.front import is_section_address, read_front
from crawler.finding.offers import HEAD, LINK

URL = "https://www.paper.example/"


def offers(markup: str, head: str = "", url: str = URL) -> list[tuple[str, str]]:
    """Return way and address of what may be feeds on a page."""
    page = f"<html><head>{head}</head><body>{markup}</body></html>".encode()
    return [(offer.way, offer.url) for offer in read_front(page, url=url).offers]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/rss+xml" href="/f">',
        '<LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" HREF=/f>',
        '<link rel="alternate" type="application/feed+json" href="https://www.paper.example/f">',
        '<link rel="feed" type="application/rdf+xml" href=" f ">',
        '<base href="https://www.paper.example/x/"><link rel="alternate" type="text/xml" href="../f">',
    ],
)
def test_feeds_named_in_the_head(link: str) -> None:
    assert offers("", link) == [(HEAD, "https://www.paper.example/f")]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?x=1">',
        '<link rel="alternate" hreflang="fr" href="/fr/">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:x">',
        '<link rel="alternate" type="application/rss+xml" href="feed:x">',
        '<link rel="stylesheet" href="/feed.css">',
    ],
)
def test_alternates_that_are_no_feeds(link: str) -> None:
    assert offers("", link) == []


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("/rss", ""),
        ("/rssfeedstopstories.cms", ""),
        ("/feeds/all", ""),
        ("/world/index.rss", ""),
        ("/news.xml", "RSS"),
        ("/?feed=atom", ""),
        ("https://feeds.feedburner.com/paper", ""),
        ("https://rss.paper.example/x", ""),
    ],
)
def test_links_that_look_like_feeds(href: str, text: str) -> None:
    assert len(offers(f'<a href="{href}">{text}</a>')) == 1
    assert offers(f'<a href="{href}">{text}</a>')[0][0] == LINK


@pytest.mark.parametrize(
    "href",
    [
        "/feeding-the-birds-1234567.html",
        "/sitemap.xml",
        "https://www.facebook.com/dialog/feed?x=1",
        "https://feedly.com/i/subscription/feed/https://www.paper.example/rss",
        "https://other.example/feed",
        "mailto:rss@paper.example",
        "javascript:rss()",
        "#rss",
        "/style/rss.css",
        "http://[/rss",
    ],
)
def test_links_that_are_none(href: str) -> None:
    assert offers(f'<a href="{href}">x</a>') == []


def test_name_language_hosts_and_editions() -> None:
    head = """<meta property="og:site_name" content="  The\nPaper "><link rel="canonical" href="https://paper.example/">
    <link rel="alternate" hreflang="fr" href="https://fr.paper.example/"><link rel="alternate" hreflang="x-default" href="/">"""
    page = read_front(f"<html lang='en-GB'><head>{head}</head></html>".encode(), url=URL)
    assert (page.name, page.language, page.hosts) == ("The Paper", "en-GB", ("paper.example",))
    assert page.editions == (("fr", "https://fr.paper.example/"),)


def test_the_menu_gives_sections_those_with_articles_first() -> None:
    menu = "".join(
        f'<a href="/{name}">{name}</a>' for name in ("culture", "world", "about", "login", "2026", "en")
    )
    stories = "".join(f'<a href="/world/{n}/a-story">A story</a>' for n in (704101, 704102))
    footer = '<footer><a href="/imprint-and-more">x</a><nav><a href="/partners">p</a></nav></footer>'
    page = read_front(f"<body><nav>{menu}</nav>{stories}{footer}</body>".encode(), url=URL)
    assert page.menu == (f"{URL}world", f"{URL}culture")
    assert page.articles == (f"{URL}world/704101/a-story", f"{URL}world/704102/a-story")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("world", True),
        ("world/asia/", True),
        ("category/politics/", True),
        ("section/10102/1", True),
        ("sport.html", True),
        ("", False),
        ("en", False),
        ("pt-br/", False),
        ("login", False),
        ("2026/11", False),
        ("a/b/c", False),
        ("world?page=2", False),
        ("app.apk", False),
    ],
)
def test_the_shape_of_a_section(path: str, expected: bool) -> None:
    assert is_section_address(URL + path) is expected


@given(st.binary(max_size=400))
def test_no_bytes_raise(body: bytes) -> None:
    page = read_front(b"<html><a href='/rss'>" + body, url=URL)
    addresses = [*(offer.url for offer in page.offers), *page.menu, *page.articles]
    assert all(address.startswith(("http://", "https://")) for address in addresses)


def test_a_page_of_100_000_links_is_bounded() -> None:
    links = "".join(f'<a href="/rss/{n}">x</a><a href="/sec-{n % 26 * "a"}b">y</a>' for n in range(50_000))
    page = read_front(f"<nav>{links}</nav>".encode(), url=URL)
    assert len(page.offers) <= 200
    assert len(page.menu) <= 40
