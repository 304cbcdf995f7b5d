"""Feeds are Atom by RFC 4287, whatever their stories hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.atom import Saved, feed
from crawler.items import FoundStory

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BODY = "The ferry was late.\nThe bridge over the river at Karlow was closed to all traffic on Monday.\nMore later."
SAVED = Saved(query="bridge", link="http://127.0.0.1:8001/-/feed?q=bridge", domain="example.org")


def story(number: int = 1, **more: Any) -> FoundStory:
    given: dict[str, Any] = {
        "story_id": number,
        "article_id": 100 + number,
        "outlet_id": "example",
        "outlet_name": "Example News",
        "url": f"http://www.example.com/Detail/{number}",
        "title": f"Bridge {number} closed",
        "body": BODY,
        "language": "en",
        "first_seen_at": NOON,
        "revised_at": NOON + timedelta(minutes=number),
        "spans": (("body", BODY.index("bridge"), BODY.index("bridge") + 6),),
    }
    return FoundStory(**(given | more))


def check(document: bytes) -> ElementTree.Element:
    """Return the feed's root after what RFC 4287 demands: one id, title and updated of feed and entries, times and
    addresses in their form, ids that differ, an author everywhere, one self link."""
    root = ElementTree.fromstring(document)
    assert root.tag == f"{ATOM}feed"
    ids = []
    for part in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
        assert TIME.fullmatch(part.findtext(f"{ATOM}updated") or "")
        assert all(TIME.fullmatch(each.text or "") for each in part.findall(f"{ATOM}published"))
        ids.append(part.findtext(f"{ATOM}id") or "")
        assert re.fullmatch(r"tag:[a-z0-9.-]+,2026:[\w./%:+-]+", ids[-1], re.ASCII)
        assert part.findtext(f"{ATOM}author/{ATOM}name")
        links = part.findall(f"{ATOM}link")
        assert all(re.fullmatch(r"https?://[^\s<>\"]+", link.get("href") or "") for link in links)
        assert len([link for link in links if link.get("rel") == "alternate"]) <= 1
        for content in part.findall(f"{ATOM}content"):
            assert content.get("type") == "html"
            assert len(content) == 0
    assert len(set(ids)) == len(ids)
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    return root


def test_a_feed_of_a_query() -> None:
    document = feed(SAVED, [story(2, others=("Other Wire",)), story(1, byline=("Ada Writer",))])
    check(document)
    read = feedparser.parse(document)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "newshawk: bridge"
    assert read.feed.updated == "2026-11-23T12:02:00Z"
    first, second = read.entries
    assert first.id == "tag:example.org,2026:newshawk/story/2"
    assert first.title == "Bridge 2 closed · Example News"
    assert first.link == "http://www.example.com/Detail/2"
    assert "The <b>bridge</b> over the river" in first.content[0].value
    assert "Also in Other Wire" in first.content[0].value
    assert (first.author, second.author) == ("Example News", "Ada Writer")


def test_ids_are_the_same_wherever_the_feed_is_read_and_whoever_served_the_article() -> None:
    elsewhere = Saved(
        query="bridge", link="https://archive.example.net/-/feed?q=bridge", domain="example.org"
    )
    ids = [
        [entry.findtext(f"{ATOM}id") for entry in (root, *root.findall(f"{ATOM}entry"))]
        for root in (
            check(feed(SAVED, [story()])),
            check(feed(elsewhere, [story(url="http://mirror.example/1")])),
        )
    ]
    assert ids[0] == ids[1]
    assert feed(SAVED, [story()]) == feed(SAVED, [story()])
    other = check(feed(Saved(query="ferry", link=SAVED.link, domain="example.org"), []))
    assert other.findtext(f"{ATOM}id") != ids[0][0]
    rule = check(feed(Saved(rule_id="r", link=SAVED.link, domain="example.org"), []))
    assert rule.findtext(f"{ATOM}id") == "tag:example.org,2026:newshawk/rule/r"


def test_links_to_the_store_need_its_address() -> None:
    plain = check(feed(SAVED, [story()]))
    assert not [link for link in plain.iter(f"{ATOM}link") if link.get("rel") == "related"]
    with_copy = Saved(
        query="bridge", link=SAVED.link, domain="example.org", archive="https://a.example.net/db/article?id="
    )
    root = check(feed(with_copy, [story()]))
    (link,) = [link for link in root.iter(f"{ATOM}link") if link.get("rel") == "related"]
    assert link.get("href") == "https://a.example.net/db/article?id=101"


def test_persian_is_read_from_the_right() -> None:
    root = check(feed(SAVED, [story(language="fa", title="پل بسته شد", body="پل بسته شد", spans=())]))
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "fa"
    assert '<p dir="rtl">پل بسته شد</p>' in (entry.findtext(f"{ATOM}content") or "")


def test_doubt_is_said() -> None:
    root = check(feed(SAVED, [story(doubt=True)]))
    assert "Text in doubt" in (root.findtext(f"{ATOM}entry/{ATOM}title") or "")
    assert "Text in doubt" in (root.findtext(f"{ATOM}entry/{ATOM}content") or "")


HOSTILE = st.text(max_size=50) | st.text(
    alphabet="<>&\"'/script=on\x00\x1b[31m\u202e\u2028\ufffe\r\n]]>\ud800\U0001f600", max_size=50
)


@given(title=HOSTILE, body=HOSTILE, name=HOSTILE, language=HOSTILE, url=HOSTILE, query=HOSTILE)
def test_no_text_breaks_the_feed_or_comes_alive(
    title: str, body: str, name: str, language: str, url: str, query: str
) -> None:
    entry = story(
        title=title,
        body=body,
        outlet_name=name,
        byline=(name,),
        others=(name,),
        language=language,
        url=f"http://www.example.com/{url}",
        spans=(("body", 0, 3),),
    )
    root = check(feed(Saved(query=query, link=SAVED.link, domain="example.org"), [entry]))
    told = root.findtext(f"{ATOM}entry/{ATOM}content") or ""
    alive = re.findall(r"</?([a-zA-Z]+)[^>]*>", told)
    assert set(alive) <= {"p", "b"}
    text = "".join(root.itertext())
    assert not set("\x00\x1b\u202e\u2028\ufffe\r") & set(text)


def test_an_address_that_is_no_link_is_left_out() -> None:
    root = check(feed(SAVED, [story(url="javascript:alert(1)")]))
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findall(f"{ATOM}link") == []
