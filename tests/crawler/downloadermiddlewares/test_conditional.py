"""Sources are asked for only if they changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.downloadermiddlewares.conditional import is_past
from crawler.items import Validators
from tests.world.answers import feed, html, redirect
from tests.world.crawling import HOSTS, NOW, PATH, Net, fetch_page, fetch_source
from tests.world.server import World

MODIFIED = "Sun, 22 Nov 2026 10:00:00 GMT"
FEED = replace(feed("http://www.presstv.ir/a"), etag='"v1"', last_modified=MODIFIED)
KNOWN = Validators(etag='"v1"', last_modified=MODIFIED)


def test_an_unchanged_feed_is_a_304_for_its_spider(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/rss.xml", FEED)
    got = fetch_source(net, validators={HOSTS[0]: KNOWN})
    assert got.response is not None
    assert (got.response.status, got.reasons) == (304, ["ok"])


def test_each_host_gets_its_own_validators(world: World, net: Net) -> None:
    world.break_host(HOSTS[0], "reset")
    world.put(HOSTS[1], "/rss.xml", FEED)
    got = fetch_source(net, validators={HOSTS[0]: KNOWN})
    assert got.response is not None
    assert got.response.status == 200
    assert world.asked[-1].header("If-None-Match") == ""


def test_after_a_redirect_the_validators_are_those_of_the_host_that_answers(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/rss.xml", redirect(f"http://{HOSTS[1]}/rss.xml"))
    world.put(HOSTS[1], "/rss.xml", FEED)
    got = fetch_source(net, validators={HOSTS[1]: KNOWN})
    assert got.response is not None
    assert got.response.status == 304
    assert got.attempts[-1].host == HOSTS[1]


def test_a_304_that_nobody_asked_for_is_a_fault(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/rss.xml", replace(FEED, status=304, etag=""))
    world.put(HOSTS[1], "/rss.xml", FEED)
    assert fetch_source(net).reasons == ["http_304", "ok"]


def test_pages_are_never_asked_for_conditionally(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, html("A", "Text."))
    fetch_page(net, f"http://www.presstv.ir{PATH}")
    assert not world.asked[-1].header("If-None-Match")


@pytest.mark.parametrize("etag", ['"a\r\nX-Evil: 1"', '"\x00"', "x" * 5000])
def test_a_hostile_etag_is_not_sent(world: World, net: Net, etag: str) -> None:
    world.put(HOSTS[0], "/rss.xml", FEED)
    got = fetch_source(net, validators={HOSTS[0]: Validators(etag=etag)})
    assert got.reasons == ["ok"]
    assert not world.asked[-1].header("If-None-Match")


@pytest.mark.parametrize(
    ("value", "past"),
    [
        (MODIFIED, True),
        ("Mon, 23 Nov 2026 18:00:00 GMT", True),
        ("Tue, 01 Jan 2041 00:00:00 GMT", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_a_last_modified_of_the_future_is_not_sent(value: str, past: bool) -> None:
    assert is_past(value, NOW) is past
