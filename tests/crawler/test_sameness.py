"""One text for many addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.fingerprint import fingerprint
from crawler.items import Article, Key, Link, LinkState, Page, Refusal, TimeSource, Timestamp
from crawler.sameness import MOST_HELD, KnownTexts, Sameness, is_suspicious

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOST = "www.example.com"


def article(number: int, text: str = "Our server sends its regards.", host: str = HOST) -> Article:
    url = f"http://{host}/story/{number}/fire-in-harbour"
    key = Key(kind="id", value=str(number))
    link = Link(id=number, outlet_id="example", url=url, address=url, key=key, host=host, first_seen_at=NOW)
    page = Page(link=link, at=NOW, url=url, requested_url=url, host=host, status=200, body=b"<p>x")
    return Article(
        page=page, address=url, key=key, title="Hello", body=text, fingerprint=fingerprint("Hello", text)
    )


def test_the_third_key_refuses_all_three_and_the_text_is_known_from_then_on() -> None:
    known = KnownTexts()
    run = Sameness(known)
    assert run.sift(article(1)) == run.sift(article(2)) == []
    refused = run.sift(article(3))
    assert [(type(each), each.page.link.id) for each in refused] == [(Refusal, n) for n in (1, 2, 3)]
    assert all(
        each.reason == "same_text" and each.retry and each.state is LinkState.FAILED
        for each in refused
        if isinstance(each, Refusal)
    )
    assert run.released() == []
    (later,) = Sameness(known).sift(article(9))
    assert isinstance(later, Refusal)


def test_one_key_asked_three_times_is_one() -> None:
    run = Sameness(KnownTexts())
    for _ in range(3):
        assert run.sift(article(1)) == []
    assert len(run.released()) == 3


def test_what_another_host_gives_does_not_count() -> None:
    run = Sameness(KnownTexts())
    for number, host in enumerate((HOST, "example-mirror.net", "third.example.net")):
        assert run.sift(article(number, host=host)) == []


def test_not_more_is_held_than_memory_has_room_for() -> None:
    run = Sameness(KnownTexts())
    gone = [
        each
        for number in range(MOST_HELD + 5)
        for each in run.sift(article(number, f"Text number {number}."))
    ]
    assert [each.page.link.id for each in gone] == [0, 1, 2, 3, 4]
    assert len(run.released()) == MOST_HELD


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Fire again"},
        {"byline": ("A. Writer",)},
        {"published": Timestamp(at=NOW, source=TimeSource.PAGE)},
        {"body": "A long text. " * 200},
    ],
)
def test_a_page_that_says_what_it_is_goes_on_at_once(change: dict[str, object]) -> None:
    assert is_suspicious(article(1))
    sure = replace(article(1), **change)  # type: ignore[arg-type]
    assert not is_suspicious(sure)
    assert Sameness(KnownTexts()).sift(sure) == [sure]


def test_a_page_that_calls_itself_an_article_goes_on_at_once() -> None:
    sure = article(1)
    sure = replace(sure, page=replace(sure.page, body=b'<meta property="og:type" content="article">'))
    assert not is_suspicious(sure)
