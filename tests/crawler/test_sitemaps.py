"""Sitemaps, news sitemaps, indexes, and bytes that are none."""

from __future__ import annotations

import contextlib
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import NotAFeed
from crawler.items import Listing, Precision, TimeSource
from crawler.sitemaps import read_sitemap

SHARED = Path(__file__).parents[3] / "shared" / "data" / "sitemaps"
URL = "https://www.x.ir/sitemap.xml"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def urlset(urls: str, more: str = f'xmlns:news="{NEWS}"') -> bytes:
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {more}>{urls}</urlset>'.encode()


def read(body: bytes, **options: object) -> Listing:
    return read_sitemap(body, url=URL, now=NOW, **options)  # type: ignore[arg-type]


def links(body: bytes) -> list[str]:
    return [entry.url for entry in read(body).entries]


def news(prefix: str) -> str:
    return (
        f"<url><loc> https://www.x.ir/a </loc><lastmod>2026-08-20</lastmod><{prefix}:news><{prefix}:publication>"
        f"<{prefix}:name>X</{prefix}:name><{prefix}:language>fa</{prefix}:language></{prefix}:publication>"
        f"<{prefix}:publication_date>2026-08-15T10:00:00+03:30</{prefix}:publication_date>"
        f"<{prefix}:title>Caf&eacute; &amp; more</{prefix}:title></{prefix}:news>"
        "<image:image><image:title>a picture</image:title></image:image></url>"
    )


@pytest.mark.parametrize(
    ("prefix", "declared"), [("news", f'xmlns:news="{NEWS}"'), ("n", f'xmlns:n="{NEWS}"'), ("n", "")]
)
def test_a_news_sitemap_gives_title_day_and_language(prefix: str, declared: str) -> None:
    (entry,) = read(urlset(news(prefix), declared)).entries
    assert (entry.url, entry.title, entry.language) == ("https://www.x.ir/a", "Café & more", "fa")
    assert entry.published.local == "2026-08-15T10:00:00+03:30"
    assert (entry.published.precision, entry.published.source) == (Precision.SECOND, TimeSource.FEED)


def test_the_time_of_the_last_change_is_no_publication_date() -> None:
    (entry,) = read(urlset("<url><loc>https://www.x.ir/a</loc><lastmod>2026-08-15</lastmod></url>")).entries
    assert entry.published.at is None


def test_an_index_gives_its_children_newest_first() -> None:
    children = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for loc, day in (
            ("https://x.ir/1.xml", "2026-01-01"),
            ("https://x.ir/undated.xml", ""),
            ("/3.xml.gz", "2026-08-01T00:00:00Z"),
            ("https://x.ir/1.xml", "2026-02-01"),
            ("file:///etc/passwd", "2026-09-01"),
        )
    )
    listing = read(f"<sitemapindex>{children}</sitemapindex>".encode())
    assert (listing.kind, listing.entries) == ("sitemap_index", ())
    assert listing.children == ("https://www.x.ir/3.xml.gz", "https://x.ir/1.xml", "https://x.ir/undated.xml")


def test_gzip_text_and_feeds_serve_as_sitemaps() -> None:
    plain = urlset("<url><loc>https://www.x.ir/a</loc></url>")
    assert links(gzip.compress(plain)) == ["https://www.x.ir/a"]
    assert links(b"\xef\xbb\xbfhttps://x.ir/a\r\nhttps://x.ir/b\n\njunk\n") == [
        "https://x.ir/a",
        "https://x.ir/b",
    ]
    assert links(b'<rss version="2.0"><channel><item><link>https://x.ir/a</link></item></channel></rss>') == [
        "https://x.ir/a"
    ]


def test_lastmod_is_kept_as_the_last_change_and_a_wrong_one_as_characters_only() -> None:
    days = ("2026-08-15", "1970-01-01", "2041-01-01", "0000-00-00", "yesterday")
    entries = read(
        urlset("".join(f"<url><loc>/{n}</loc><lastmod>{day}</lastmod></url>" for n, day in enumerate(days)))
    )
    assert [entry.changed.at for entry in entries.entries] == [datetime(2026, 8, 15, tzinfo=UTC), *[None] * 4]
    assert entries.entries[2].changed.raw == "2041-01-01"


def test_an_index_of_undated_sitemaps_is_ordered_by_the_days_in_their_names() -> None:
    names = ("/2026-01.xml", "/other.xml", "/2026-03.xml", "/2026-02.xml")
    listing = read(
        f"<sitemapindex>{''.join(f'<sitemap><loc>{name}</loc></sitemap>' for name in names)}</sitemapindex>".encode()
    )
    assert [child.removeprefix("https://www.x.ir") for child in listing.children] == [
        "/2026-03.xml",
        "/2026-02.xml",
        "/2026-01.xml",
        "/other.xml",
    ]
    assert len(listing.changed) == len(listing.children)


def test_dates_of_an_index_that_cannot_be_put_nothing_first() -> None:
    listing = read(
        b"<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2041-01-01</lastmod></sitemap>"
        b"<sitemap><loc>/b.xml</loc><lastmod>2026-08-01</lastmod></sitemap></sitemapindex>"
    )
    assert [child[-6:] for child in listing.children] == ["/b.xml", "/a.xml"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + urlset("<url><loc>https://www.x.ir/caf\u00e9</loc></url>"),
        b"\n \n" + urlset("<url><loc>https://www.x.ir/caf\u00e9</loc></url>"),
        urlset("<url><loc><![CDATA[ https://www.x.ir/caf\u00e9 ]]></loc></url>"),
        urlset("<url><loc>/caf\u00e9</loc></url>"),
        urlset("<url><loc>//www.x.ir/caf\u00e9</loc></url>"),
        '<?xml version="1.0" encoding="iso-8859-1"?><urlset><url><loc>https://www.x.ir/caf\u00e9</loc></url></urlset>'.encode(
            "latin-1"
        ),
        '<?xml version="1.0"?><urlset><url><loc>https://www.x.ir/caf\u00e9</loc></url></urlset>'.encode(
            "utf-16"
        ),
        '<s:urlset xmlns:s="x"><s:url><s:loc>https://www.x.ir/caf\u00e9</s:loc></s:url></s:urlset>'.encode(),
        gzip.compress(gzip.compress(urlset("<url><loc>https://www.x.ir/caf\u00e9</loc></url>"))),
        b"<!-- made by hand -->" + urlset("<url><loc>https://www.x.ir/caf\u00e9</loc></url>"),
        "https://www.x.ir/caf\u00e9\r\n".encode(),
    ],
)
def test_marks_encodings_prefixes_and_wrappings_do_not_matter(body: bytes) -> None:
    assert links(body) == ["https://www.x.ir/caf\u00e9"]


def test_more_than_fifty_thousand_entries_are_cut_at_the_protocol_s_bound() -> None:
    body = urlset("".join(f"<url><loc>https://x.ir/{n}</loc></url>" for n in range(50_010)))
    listing = read(gzip.compress(body))
    assert (len(listing.entries), listing.truncated) == (50_000, True)


def test_faulty_xml_keeps_addresses_whole() -> None:
    assert links(
        urlset(
            "<url><loc>https://x.ir/?a=1&sectionid=2</loc></url><url><loc><![CDATA[https://x.ir/?c&d]]></loc></url>"
        )
    ) == [
        "https://x.ir/?a=1&sectionid=2",
        "https://x.ir/?c&d",
    ]
    broken = urlset("<url><loc>https://x.ir/1</loc></url><url><loc>https://x.ir/22</loc></url>")
    assert links(broken[: broken.index(b"22") + 1]) == ["https://x.ir/1"]


def test_the_limit_cuts_and_says_so() -> None:
    body = urlset("".join(f"<url><loc>https://x.ir/{number}</loc></url>" for number in range(10)) * 2)
    assert (len(read(body).entries), read(body).truncated) == (10, False)
    assert (len(read(body, limit=4).entries), read(body, limit=4).truncated) == (4, True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body/></html>", "html"),
        (b"<opml/>", "unknown"),
        (b"words", "unknown"),
        (urlset("<a>" * 100_000), "too_deep"),
        (
            b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            + urlset("<url><loc>&a;</loc></url>")[21:],
            "entities",
        ),
        (b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + urlset("&b;")[21:], "entities"),
        (b" " * (16 * 1024 * 1024 + 1), "too_large"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_word(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read(body)
    assert refused.value.reason == reason


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_listing_or_not_a_feed(body: bytes) -> None:
    for whole in (
        body,
        b"<urlset><url><loc>" + body,
        b"<sitemapindex><sitemap>" + body,
        b"https://x.ir/" + body,
    ):
        with contextlib.suppress(NotAFeed):
            assert isinstance(read(whole), Listing)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/sitemaps is absent")
def test_every_real_sitemap_is_read() -> None:
    found = {path.name: read(path.read_bytes()) for path in sorted(SHARED.glob("*.xml"))}
    assert {name: len(listing.entries) + len(listing.children) for name, listing in found.items()} == {
        "news-crawl__sitemap-news.xml": 1,
        "trafilatura__sitemap-hreflang.xml": 3,
        "trafilatura__sitemap.xml": 84,
        "trafilatura__sitemap2.xml": 2,
        "ultimate-sitemap-parser__google-news.xml": 2,
        "ultimate-sitemap-parser__hreflang.xml": 2,
        "ultimate-sitemap-parser__simple-index.xml": 2,
        "worldmonitor__sitemap.xml": 259,
    }
