"""Lists of subscriptions: whatever a reader exports, and what was made to break one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import NotAFeed
from crawler.finding.opml import Group, grouped, read_opml


def opml(*outlines: str, version: str = "2.0") -> bytes:
    """Return a list of these outlines."""
    return f'<?xml version="1.0"?><opml version="{version}"><head><title>Mine</title></head><body>{"".join(outlines)}</body></opml>'.encode()


def feed(url: str, site: str = "", title: str = "A feed") -> str:
    """Return one subscription."""
    at = f' htmlUrl="{site}"' if site else ""
    return f'<outline type="rss" text="{title}" xmlUrl="{url}"{at}/>'


def groups(*outlines: str) -> list[Group]:
    """Return the sites of a list."""
    return grouped(read_opml(opml(*outlines), name="list.opml")[0])[0]


def test_feeds_in_nested_folders_are_grouped_by_their_site() -> None:
    inner = f'<outline text="Deep">{feed("https://www.a.example/sport.xml", "https://www.a.example/sport")}</outline>'
    found = groups(
        f'<outline text="News">{feed("https://a.example/rss.xml", "https://a.example/")}{inner}</outline>',
        feed("https://b.example/feed", title="B"),
    )
    assert [(group.host, [each.url for each in group.feeds]) for group in found] == [
        ("a.example", ["https://a.example/rss.xml", "https://www.a.example/sport.xml"]),
        ("b.example", ["https://b.example/feed"]),
    ]
    assert [(group.name, group.is_guessed) for group in found] == [("A feed", False), ("B", True)]


def test_a_feed_that_a_service_keeps_belongs_to_the_site_that_the_list_names() -> None:
    body = opml(
        feed("http://feeds.feedburner.com/one", "https://one.example/"),
        feed("http://feeds.feedburner.com/two"),
    )
    found, left_out = grouped(read_opml(body, name="x")[0])
    assert [group.host for group in found] == ["one.example"]
    assert [each.url for each in left_out] == ["http://feeds.feedburner.com/two"]


def test_a_host_of_feeds_alone_stands_for_its_site() -> None:
    assert [group.host for group in groups(feed("https://rss.paper.example/all"))] == ["paper.example"]


def test_old_lists_with_odd_capitals_and_schemes_are_read() -> None:
    body = opml(
        '<outline title="T" xmlurl="feed://x.example/rss" htmlURL="http://x.example"/>', version="1.1"
    )
    (only,), left_out, is_broken = read_opml(body, name="x")
    assert (only.url, only.site, only.title) == ("http://x.example/rss", "http://x.example", "T")
    assert (left_out, is_broken) == ([], False)
    (only,), _, _ = read_opml(opml(feed("feed:https://x.example/rss")), name="x")
    assert only.url == "https://x.example/rss"


@pytest.mark.parametrize(
    "url", ["", "/feed.xml", "ftp://x.example/f", "javascript:alert(1)", "http://u:p@x.example/", "http://[/"]
)
def test_an_address_that_cannot_be_used_is_told_and_stops_nothing(url: str) -> None:
    found, left_out, _ = read_opml(opml(feed(url, title="Odd"), feed("https://a.example/rss")), name="x")
    assert [each.url for each in found] == ["https://a.example/rss"]
    assert len(left_out) == 1
    assert left_out[0].why


def test_one_address_twice_is_one_subscription() -> None:
    found, _, _ = read_opml(
        opml(feed("https://a.example/rss"), feed("https://a.example/rss", title="Again")), name="x"
    )
    assert [each.title for each in found] == ["A feed"]


def test_a_list_that_breaks_off_gives_what_stands_before() -> None:
    whole = opml(
        feed("https://a.example/rss?a=1&b=2"), feed("https://b.example/rss"), feed("https://c.example/rss")
    )
    found, _, is_broken = read_opml(whole[: whole.rindex(b"<outline") + 30], name="x")
    assert [each.url for each in found] == ["https://a.example/rss?a=1&b=2", "https://b.example/rss"]
    assert is_broken


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"<html><body>no</body></html>", "unknown"),
        (b'<rss version="2.0"><channel/></rss>', "unknown"),
        (
            b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body>&b;</body></opml>',
            "entities",
        ),
        (
            b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body>&a;</body></opml>',
            "entities",
        ),
        (b"<opml><body>" + b'<outline text="x">' * 1000, "too_deep"),
    ],
)
def test_what_is_no_list_or_a_bomb_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read_opml(body, name="x")
    assert refused.value.reason == reason


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(tail: bytes) -> None:
    try:
        found, _, _ = read_opml(b"<opml><body>" + tail, name="x")
    except NotAFeed:
        return
    assert all(each.url.startswith(("http://", "https://")) for each in found)
