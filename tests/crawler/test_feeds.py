"""Feeds of every kind, and bytes that are none."""

from __future__ import annotations

import contextlib
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import NotAFeed
from crawler.feeds import one_line, read_feed
from crawler.identity import classify_link
from crawler.items import IdPattern, Key, Listing, Outlet, Precision, TimeSource

SHARED = Path(__file__).parents[3] / "shared" / "data" / "feeds"
URL = "https://www.presstv.co.uk/rss.xml"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PRESSTV = Outlet(
    id="presstv",
    name="Press TV",
    hosts=("www.presstv.ir", "presstv.ir", "www.presstv.co.uk"),
    article_id=(IdPattern(pattern=r"/(?:detail|video)/\d{4}/\d{1,2}/\d{1,2}/(\d+)"),),
)
RT = Outlet(
    id="rt",
    name="RT",
    hosts=("www.rt.com", "rurtnews.com", "runewsrt.com", "rtrunews.com", "rtnewsru.com"),
    article_id=(IdPattern(pattern=r"/(\d{5,})-"),),
)


def rss(items: str, head: str = "<link>https://www.presstv.ir/</link>") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def item(link: str, more: str = "") -> str:
    return f"<item><link>{link}</link>{more}</item>"


def read(body: bytes, **options: object) -> Listing:
    return read_feed(body, url=URL, now=NOW, **options)  # type: ignore[arg-type]


def links(body: bytes, **options: object) -> list[str]:
    return [entry.url for entry in read(body, **options).entries]


def attempt(body: bytes) -> str:
    """Return the reason of a refusal, '' when the bytes are read; anything else is raised."""
    try:
        read(body)
    except NotAFeed as refused:
        return refused.reason
    return ""


def test_an_item_in_press_tvs_shape() -> None:
    body = rss(
        "<item><link>https://presstv.ir/Detail/2026/08/15/774402/Hezbollah-%E2%80%98x%E2%80%99-</link>"
        "<title> Iran  says\n &amp;quot;no&amp;quot; </title><description> One. </description>"
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/" /></item>'
        "<item><link>http://www.presstv.ir/Detail/2026/07/26/773072/a</link><title>Two</title></item>"
        "<item><link>https://presstv.ir/Detail/2026/08/15/774402/Hezbollah-‘x’-#top</link><title>Again</title></item>",
        "<language>en-us</language><lastBuildDate>Sat, 15 Aug 2026 21:39:28 +0330</lastBuildDate>",
    )
    first, second = read(body).entries
    assert first.url == "https://presstv.ir/Detail/2026/08/15/774402/Hezbollah-%E2%80%98x%E2%80%99-"
    assert (first.title, first.summary, first.language, first.guid) == ('Iran says "no"', "One.", "en-us", "")
    assert first.published.at is None, "the build date of the feed is not the date of an article"
    assert second.title == "Two"


def test_atom_takes_the_alternate_link_and_its_own_time() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fa"><entry>
      <link rel="enclosure" href="https://x.ir/a.mp3"/><link rel="alternate" href="https://x.ir/a"/>
      <link rel="related" href="https://x.ir/b"/>
      <published>2026-08-15T21:39:28+03:30</published><updated>2026-08-16T00:00:00Z</updated>
      <title type="html">A &lt;b&gt;bold&lt;/b&gt; one</title></entry></feed>"""
    (entry,) = read(body).entries
    assert (entry.url, entry.title) == ("https://x.ir/a", "A bold one")
    assert entry.published.local == "2026-08-15T21:39:28+03:30"
    assert (entry.published.precision, entry.published.source) == (Precision.SECOND, TimeSource.FEED)


def test_rdf_and_json_feeds_are_read() -> None:
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title></channel>
      <item><title>a</title><link>https://x.ir/a</link><dc:date>2026-08-15</dc:date></item></rdf:RDF>"""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "home_page_url": "https://x.ir/",
        "language": "en",
        "items": [
            {"id": "1", "url": "/a", "title": "A", "date_published": "2026-08-15T10:00:00Z"},
            {"id": "https://x.ir/b"},
            {"id": "2"},
            "junk",
        ],
    }
    assert (read(rdf).kind, links(rdf)) == ("rdf", ["https://x.ir/a"])
    assert read(rdf).entries[0].published.local == "2026-08-15"
    listing = read(json.dumps(feed).encode())
    assert (listing.kind, [entry.url for entry in listing.entries]) == (
        "json",
        ["https://x.ir/a", "https://x.ir/b"],
    )


def test_links_are_resolved_against_base_channel_or_address() -> None:
    assert links(rss(item("/a"))) == ["https://www.presstv.ir/a"]
    assert links(rss(item("/a"), head="")) == ["https://www.presstv.co.uk/a"]
    assert links(rss(item("/a"), head="<link>/news/</link>")) == ["https://www.presstv.co.uk/a"]
    based = (
        b'<rss version="2.0" xml:base="https://x.ir/b/"><channel><item><link>a</link></item></channel></rss>'
    )
    assert links(based) == ["https://x.ir/b/a"]


def test_links_of_other_schemes_are_kept_for_the_ledger() -> None:
    odd = ["javascript:void(0)", "mailto:a@x.ir", "file:/etc/passwd", "http://[bad"]
    assert links(rss("".join(map(item, odd)))) == odd


def test_guids_and_original_links() -> None:
    body = rss(
        '<item><guid isPermaLink="false">http://x.ir/1</guid></item><item><guid>http://x.ir/2</guid></item>'
        "<item><guid>774416</guid></item>"
        '<item xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><link>http://feeds.example/~r/1</link>'
        "<feedburner:origLink>https://x.ir/4</feedburner:origLink></item>"
    )
    assert links(body) == ["http://x.ir/2", "https://x.ir/4"]


def test_the_first_date_that_can_be_read_counts() -> None:
    dates = (
        "<pubDate>today</pubDate><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2026-08-15</dc:date>"
    )
    assert read(rss(item("/a", dates))).entries[0].published.local == "2026-08-15"
    unread = read(rss(item("/a", "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"))).entries[0].published
    assert (unread.at, unread.raw) == (None, "Thu, 01 Jan 1970 00:00:00 GMT")
    local = read(rss(item("/a", "<pubDate>3/9/2026 11:50:13 AM</pubDate>")), zone="Asia/Tehran").entries[0]
    assert local.published.local == "2026-03-09T11:50:13+03:30"


def test_an_empty_feed_is_an_answer() -> None:
    assert read(rss("")) == Listing(kind="rss")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\x00\xef\xbb\xbf", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"<!DOCTYPE html><html><body>Just a moment...</body></html>", "html"),
        (b"<html><head><title>x</title></head></html>", "html"),
        (
            b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b"><html xmlns="http://www.w3.org/1999/xhtml"/>',
            "html",
        ),
        (b"<head><title>Document Moved</title></head>", "html"),
        (b"<opml><body/></opml>", "unknown"),
        (b"plain words", "unknown"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown"),
        (b"\x1f\x8bnot gzip", "unknown"),
        (b'{"error": "no"}', "json"),
        (b"[" * 200_000, "json"),
        (b"{title} {link}", "json"),
        (b" " * (16 * 1024 * 1024 + 1), "too_large"),
        (gzip.compress(b"<rss>" + b"\x00" * (17 * 1024 * 1024)), "too_large"),
        (rss("<a>" * 100_000), "too_deep"),
        (b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + rss("&a;"), "entities"),
        (b'<!DOCTYPE a [<!ENTITY % a SYSTEM "http://x.example/a.dtd">%a;]>' + rss(""), "entities"),
        (b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + rss("&b;"), "entities"),
        (b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 50_000 + b'">]>' + rss("&a;" * 50_000), "entities"),
        ('<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss/>'.encode("utf-16"), "entities"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_word(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read(body)
    assert refused.value.reason == reason


def test_harmless_entities_are_read() -> None:
    body = b'<!DOCTYPE rss [<!ENTITY eacute "&#233;">]>' + rss(item("/a", "<title>caf&eacute;</title>"))[21:]
    assert read(body).entries[0].title == "café"


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("Últimas Notícias do porto", "windows-1252"),
        ("Лоцманы порта вернулись к работе", "koi8-r"),
        ("Les pilotes seraient à l'arrêt, et leurs bateaux être vendus", "iso-8859-15"),
        ("港の水先案内人は月曜日に仕事に戻った", "shift_jis"),
    ],
)
@pytest.mark.parametrize("declared", ["", "us-ascii", "utf-8"])
def test_a_feed_that_declares_no_encoding_or_a_wrong_one_is_read_as_a_page_would_be(
    title: str, encoding: str, declared: str
) -> None:
    body = f"<rss version='2.0'><channel>{item('/a', f'<title>{title}</title>')}</channel></rss>".encode(
        encoding
    )
    content_type = f"text/xml; charset={declared}" if declared else ""
    assert read(body, content_type=content_type).entries[0].title == title


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "windows-1256", "iso-8859-6"]
)
def test_persian_and_arabic_in_any_encoding(encoding: str) -> None:
    declared = "utf-8" if encoding.startswith("utf") else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>{item("/a", "<title>خبر</title>")}'
    assert read((text + "</channel></rss>").encode(encoding)).entries[0].title == "خبر"


def test_utf8_is_believed_before_a_wrong_declaration() -> None:
    body = b'<?xml version="1.0" encoding="windows-1252"?>' + rss(item("/a", "<title>Café’s</title>"))[21:]
    assert read(body, content_type="text/xml; charset=iso-8859-1").entries[0].title == "Café’s"
    latin = rss(item("/a", "<title>Café</title>")).decode().encode("latin-1")
    assert read(latin, content_type="text/xml; charset=iso-8859-1").entries[0].title == "Café"


def test_undeclared_gzip_and_junk_before_the_prolog() -> None:
    body = rss(item("/a"))
    assert links(gzip.compress(gzip.compress(body))) == links(body)
    assert links(gzip.compress(body)[:-6]) == links(body)
    assert links(b"\n\n <!-- cache -->" + body) == links(body)
    assert links(b"<br />\n<b>Warning</b>: mysql\n" + body) == links(body)


def test_a_feed_that_breaks_off_gives_no_half_address() -> None:
    whole = rss(
        item("https://presstv.ir/Detail/2026/08/15/774416/a")
        + item("https://presstv.ir/Detail/2026/08/15/774417/b")
    )
    end = whole.index(b"774417") + 4
    for cut in (whole[:end], whole[: whole.index(b"</link></item></channel>") + 3]):
        assert all("77441/" not in link and not link.endswith("7744") for link in links(cut))
    assert links(whole[:end]) == ["https://presstv.ir/Detail/2026/08/15/774416/a"]


def test_a_feed_that_breaks_off_before_its_first_item_is_none() -> None:
    whole = rss(item("https://presstv.ir/Detail/2026/08/15/774416/a"))
    for cut in (whole[: whole.index(b"774416")], whole[: whole.index(b"<item>")]):
        assert attempt(cut) == "truncated"
    assert attempt(whole.replace(b"<link>", b"<link><![CDATA[")[:-60]) == "truncated"


def test_a_bare_ampersand_spoils_one_link_at_most() -> None:
    assert links(rss(item("https://x.ir/?a=1&b=2") + item("https://x.ir/c"))) == [
        "https://x.ir/?a=1&b=2",
        "https://x.ir/c",
    ]


def test_parameters_that_begin_like_an_entity_stay_whole() -> None:
    old = "http://www.presstv.com/detail.aspx?id=139946&sectionid=351020403&copy=1"
    assert links(rss(item(old.replace("&", "&amp;")))) == [old]
    assert links(rss(item(f"<![CDATA[{old}]]>"))) == [old]
    assert links(rss(item(old))) == [old]
    assert links(
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"url": old}]}).encode()
    ) == [old]


def test_no_control_character_or_surrogate_leaves_a_json_feed() -> None:
    odd = {"url": "https://x.ir/\ud800a\x00b", "title": "t\ud800\x00", "id": "\udfff"}
    (entry,) = read(
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [odd]}).encode()
    ).entries
    assert (entry.url, entry.title, entry.guid) == ("https://x.ir/ab", "t", "")


def test_more_items_than_the_limit_give_the_newest_end() -> None:
    def dated(days: range) -> bytes:
        return rss("".join(item(f"/{day}", f"<pubDate>2026-08-{day:02}</pubDate>") for day in days))

    newest_first, oldest_first = read(dated(range(30, 0, -1)), limit=3), read(dated(range(1, 31)), limit=3)
    assert newest_first.truncated
    assert oldest_first.truncated
    assert [entry.url[-2:] for entry in newest_first.entries] == ["30", "29", "28"]
    assert [entry.url[-2:] for entry in oldest_first.entries] == ["28", "29", "30"]
    assert not read(dated(range(1, 4)), limit=3).truncated


def test_a_hundred_thousand_items_cost_no_more_than_the_limit() -> None:
    listing = read(rss("".join(item(f"/{number}") for number in range(100_000))))
    assert (len(listing.entries), listing.truncated) == (500, True)


def test_titles_are_fit_for_a_terminal_and_bounded() -> None:
    title = "\u202eevil\u0007 \u001b[31mred&#0;&#xD800; a\u2028b <i>c</i> 3 < 4 &amp; 5"
    body = rss(item("/a", f"<title><![CDATA[{title}]]></title>"))
    assert read(body).entries[0].title == "evil [31mred a b c 3 < 4 & 5"
    assert len(read(rss(item("/a", f"<title>{'x' * 5_000_000}</title>"))).entries[0].title) == 1_000
    assert one_line("a\ud800b", 10) == "ab"
    assert one_line(None, 10) == ""


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_listing_or_not_a_feed(body: bytes) -> None:
    for whole in (
        body,
        rss("") + body,
        b"<rss><channel><item>" + body,
        b'{"version":"https://jsonfeed.org/version/1",' + body,
    ):
        assert attempt(whole) in {
            "",
            "html",
            "empty",
            "truncated",
            "unknown",
            "entities",
            "too_large",
            "too_deep",
            "json",
        }


pieces = st.sampled_from(
    [
        "<rss",
        "version='2.0'>",
        "<channel>",
        "<item>",
        "</item>",
        "<link>",
        "</link>",
        "<guid>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "&",
        "&amp;",
        "&#x0;",
        "<feed",
        "xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "</entry>",
        "<link",
        "href='",
        "'/>",
        "<pubDate>",
        "http://x.ir/1",
        "<!--",
        "-->",
        "<content",
        "type='xhtml'>",
        "<div>",
        "<dc:date>",
        "<rdf:RDF>",
        "<image>",
        "xml:base='http://['",
        "<?xml",
        "<!DOCTYPE",
        "[",
        "]>",
        "é",
        "\x00",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join))
def test_any_tag_soup_gives_a_listing_or_not_a_feed(text: str) -> None:
    assert attempt(("<rss version='2.0'>" + text).encode()) in (
        "",
        "truncated",
        "too_deep",
        "entities",
        "html",
    )


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["id", "url", "title", "date_published"]), inner)
        ),
        max_leaves=20,
    )
)
def test_any_json_items_are_read(items: object) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode()
    assert attempt(body) in ("", "json")


needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/feeds is absent")


def shared_files() -> list[Path]:
    return [path for path in sorted(SHARED.glob("*")) if path.name != "index.json"] if SHARED.is_dir() else []


@needs_shared
def test_every_real_feed_is_read_or_refused_for_cause() -> None:
    refused, entries = {}, 0
    for path in shared_files():
        try:
            entries += len(read(path.read_bytes()).entries)
        except NotAFeed as error:
            refused[path.name] = error.reason
    assert refused == {
        "broken__hoki-liiga.net.unrendered-template.txt": "json",
        "broken__tvp.pl.empty-custom-xml.xml": "unknown",
        "feed-rs__rss2_rss_2.0_invalid_1.xml": "truncated",
        "feedparser__rss_incomplete_cdata.xml": "truncated",
        "node-feedparser__notafeed.html": "html",
        "rss-parser__unrecognized.rss": "html",
    }
    assert entries >= 1_025


@needs_shared
def test_press_tvs_real_feed_names_sixteen_articles() -> None:
    listing = read((SHARED / "presstv.co.uk.rss.2026-08-15.excerpt.xml").read_bytes())
    keys = {classify_link(PRESSTV, entry.url).key for entry in listing.entries}
    assert (len(listing.entries), len(keys)) == (16, 16)
    assert all(key.kind == "id" for key in keys)


@needs_shared
def test_rt_and_its_mirror_feeds_give_the_same_identities() -> None:
    for path in SHARED.glob("rt*.truncated.xml"):
        (entry,) = read(path.read_bytes()).entries
        found = classify_link(RT, entry.url)
        own = classify_link(RT, entry.guid)
        mirror = path.name.removeprefix("rt-mirror__").partition(".com")[0].removeprefix("rt__www.") + ".com"
        served = classify_link(
            RT, entry.guid.replace("www.rt.com", mirror if mirror != "rt.com" else "www.rt.com")
        )
        assert (found.key, found.address, found.ledger_key) == (own.key, own.address, own.ledger_key)
        assert (served.key, served.ledger_key) == (found.key, found.ledger_key)
        assert found.key == Key(kind="id", value=entry.guid.split("/")[4].split("-")[0])


WITHOUT_LINK = {
    "feed-rs__rss0_rss_0.91_missing_id.xml": (1, 0),
    "feed-rs__xml_xml_iso8859.xml": (1, 0),
    "feedjira__Permalinks.xml": (4, 3),  # one guid says that it is no address
    "feedparser__gb2312.xml": (1, 0),
    "feedparser__koi8r.xml": (1, 0),
    "feedparser__windows1255.xml": (1, 0),
    "node-feedparser__illegally-nested.xml": (20, 10),  # each item holds an empty one
    "rss-parser__incomplete-fields.atom": (1, 0),
    "v2__invalid-prolog.xml": (1, 0),
    "v2__no_encoding_ISO-8859-1.xml": (10, 9),
    "v2__utf8-incorrect-prolog.xml": (1, 0),
}
"""Real feeds with items that have no link: items, links."""


@needs_shared
def test_every_item_of_a_real_feed_that_has_a_link_is_found() -> None:
    index = json.loads((SHARED / "index.json").read_text(encoding="utf-8"))
    fewer = {}
    for row in index:
        with contextlib.suppress(NotAFeed):
            found = len(read((SHARED / row["file"]).read_bytes()).entries)
            if found < (row.get("items") or 0):
                fewer[row["file"]] = (row["items"], found)
    assert fewer == WITHOUT_LINK
