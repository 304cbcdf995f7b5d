"""Whose an address is, and which article it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import ConfigError
from crawler.identity import (
    article_key,
    classify_link,
    ledger_key,
    outlet_address,
    ownership,
    pattern_problem,
)
from crawler.items import IdPattern, Key, Outlet

PRESSTV = Outlet(
    id="presstv",
    name="Press TV",
    hosts=("www.presstv.ir", "presstv.ir", "www.presstv.co.uk"),
    aliases=("presstv.com", "www.presstv.com", "presstv.tv", "599046384.r.worldcdn.net", "127.0.0.1:8001"),
    article_id=(
        IdPattern(pattern=r"/(?:detail|video)/\d{4}/\d{1,2}/\d{1,2}/(\d+)"),
        IdPattern(pattern=r"/detail/(\d+)\.html", valid_until=date(2013, 12, 31)),
        IdPattern(pattern=r"/detail\.aspx\?(?:.*&)?id=(\d+)", valid_until=date(2013, 12, 31)),
    ),
)


@pytest.mark.parametrize(
    ("host", "whose"),
    [
        ("www.presstv.ir", "host"),
        ("PressTV.IR.", "host"),
        ("presstv.ir:443", "host"),
        ("presstv.ir:80", "host"),
        ("www.presstv.com", "alias"),
        ("127.0.0.1:8001", "alias"),
        ("599046384.r.worldcdn.net", "alias"),
        ("presstv.co.uk", "twin"),
        ("m.presstv.ir", "twin"),
        ("amp.presstv.com", "twin"),
        ("www.m.presstv.tv", "twin"),
        ("112481749.r.worldcdn.net", None),
        ("french.presstv.ir", None),
        ("r.worldcdn.net", None),
        ("evilpresstv.ir", None),
        ("presstv.ir.evil.example", None),
        ("presstv.ir:8080", None),
        ("127.0.0.1:8002", None),
        ("127.0.0.1", None),
        ("co.uk", None),
        ("", None),
    ],
)
def test_ownership_is_exact_but_for_twins(host: str, whose: str | None) -> None:
    assert ownership(PRESSTV, host) == whose


@pytest.mark.parametrize(
    "url",
    [
        "https://presstv.ir/Detail/2023/04/18/701800/Russia-Putin-Ukraine-",
        "http://www.presstv.co.uk/detail/2023/4/18/701800/other-slug/",
        "https://www.presstv.com/Video/2023/04/18/701800",
        "https://m.presstv.ir/DETAIL/2023/04/18/701800/a?utm_source=rss",
        "https://www.google.com/url?q=https://presstv.ir/Detail/2023/04/18/701800/x",
        "http://www.presstv.com/detail/701800.html",
        "http://presstv.com/detail.aspx?id=701800&sectionid=351020403",
        "http://presstv.com/Detail.aspx?sectionid=351020403&ID=701800",
    ],
)
def test_addresses_of_every_era_name_one_article(url: str) -> None:
    link = classify_link(PRESSTV, url)
    assert (link.key, link.refusal) == (Key(kind="id", value="701800"), "")
    assert link.address.split("/")[2] == "www.presstv.ir"
    assert link.ledger_key.startswith("/")


def test_without_a_hit_the_key_is_the_path_with_its_query() -> None:
    assert article_key(PRESSTV, "https://presstv.ir/Section/10102/1?b=1&a=2&utm_source=x") == Key(
        kind="path", value="/Section/10102/1?a=2&b=1"
    )


def test_the_ledger_knows_an_address_over_hosts_schemes_and_order_of_parameters() -> None:
    keys = {
        ledger_key(PRESSTV, url)
        for url in (
            "https://presstv.ir/a?x=1&id=2",
            "http://www.presstv.com/a?id=2&x=1#top",
            "https://amp.presstv.ir/a?id=2&x=1&fbclid=0",
        )
    }
    assert keys == {"/a?id=2&x=1"}
    assert ledger_key(PRESSTV, "https://other.example/a") == "https://other.example/a"


def test_the_citation_stands_on_the_canonical_host_and_keeps_its_scheme() -> None:
    moved = replace(PRESSTV, canonical_host="presstv.ir")
    assert outlet_address(PRESSTV, "http://presstv.com/a") == "http://www.presstv.ir/a"
    assert outlet_address(moved, "https://www.presstv.co.uk/a?z=1&b=2") == "https://presstv.ir/a?z=1&b=2"
    assert outlet_address(PRESSTV, "https://other.example/a#b") == "https://other.example/a"


def test_an_expired_pattern_does_not_count_after_its_day() -> None:
    outlet = replace(
        PRESSTV, article_id=(IdPattern(pattern=r"-(\d+)(?:/|$)", kind="old", valid_until=date(2020, 12, 31)),)
    )
    assert article_key(outlet, "https://presstv.ir/2020/12/31/a-77").kind == "old"
    assert article_key(outlet, "https://presstv.ir/2021/01/01/a-77").kind == "path"
    assert article_key(outlet, "https://presstv.ir/a-77", on=date(2021, 1, 1)).kind == "path"
    assert article_key(outlet, "https://presstv.ir/a-77").kind == "old"


def test_patterns_may_be_written_in_the_outlets_script() -> None:
    outlet = replace(PRESSTV, article_id=(IdPattern(pattern=r"/خبر/(\d+)/"),))
    assert article_key(outlet, "https://presstv.ir/خبر/774416/الف").value == "774416"


def test_of_alternatives_the_group_that_took_part_counts() -> None:
    outlet = replace(PRESSTV, article_id=(IdPattern(pattern=r"/a/(\d+)|/b/(\d+)"),))
    assert article_key(outlet, "https://presstv.ir/b/12").value == "12"


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("https://112481749.r.worldcdn.net/Detail/2023/04/18/701800/x", "foreign"),
        ("https://t.co/abc", "foreign"),
        ("javascript:void(0)", "scheme"),
        ("mailto:a@presstv.ir", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("/Detail/1", "malformed"),
        ("http://[bad", "malformed"),
        ("http://presstv.ir@evil.example/", "userinfo"),
        ("http://presstv.ir/" + "a" * 10_000, "too_long"),
    ],
)
def test_what_is_not_ours_is_refused_with_a_word(url: str, refusal: str) -> None:
    link = classify_link(PRESSTV, url)
    assert link.refusal == refusal
    assert link.ledger_key
    assert len(link.ledger_key) < 600


def test_long_refused_links_stay_apart() -> None:
    one, other = (classify_link(PRESSTV, "http://x/" + "a" * 10_000 + end).ledger_key for end in "12")
    assert one != other


@settings(deadline=None)
@given(st.text())
def test_any_link_is_classed_and_can_be_stored(url: str) -> None:
    link = classify_link(PRESSTV, url)
    for text in (link.address, link.ledger_key, link.key.value):
        text.encode("utf-8")
        assert "\x00" not in text


def test_a_pattern_that_would_hang_runs_in_linear_time() -> None:
    outlet = replace(PRESSTV, article_id=(IdPattern(pattern=r"/(a+)+$"),))
    assert article_key(outlet, "https://presstv.ir/" + "a" * 5_000 + "!").kind == "path"


def test_a_pattern_that_re2_refuses_is_told_with_the_cure() -> None:
    assert "linear time" in pattern_problem(r"/(?=x)(\d+)")
    assert "parentheses" in pattern_problem(r"/\d+")
    assert pattern_problem(r"/(\d+)") == ""
    outlet = replace(PRESSTV, article_id=(IdPattern(pattern=r"(\d+)(?!x)"),))
    with pytest.raises(ConfigError, match="article_id"):
        article_key(outlet, "https://presstv.ir/1")
