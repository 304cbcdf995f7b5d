"""What each outlet of the catalogue claims to know is proven by a fixture beside it: addresses and pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.feeds import read_feed
from crawler.identity import article_key, classify_link, ownership
from crawler.items import Key
from crawler.outlets.load import catalogue
from tests.pages.expected import addresses, fixtures

FEEDS = Path(__file__).parents[4] / "shared" / "data" / "feeds"
OUTLETS = FEEDS.parent / "outlets.json"
ADDRESSES = addresses()


def cases(kind: str) -> list[Any]:
    """Return each outlet's addresses of one list of its fixture."""
    return [
        pytest.param(outlet_id, url, id=f"{outlet_id} {url}")
        for outlet_id, lists in ADDRESSES.items()
        for url in lists[kind]
    ]


@pytest.mark.parametrize("outlet_id", ADDRESSES)
def test_all_forms_of_an_address_name_one_article(outlet_id: str) -> None:
    outlet = catalogue()[outlet_id]
    for named, urls in ADDRESSES[outlet_id]["same"].items():
        kind, _, value = named.partition(" ")
        links = {url: classify_link(outlet, url) for url in urls}
        assert {url: link.refusal for url, link in links.items()} == dict.fromkeys(urls, "")
        assert {url: link.key for url, link in links.items()} == dict.fromkeys(
            urls, Key(kind=kind, value=value)
        )


@pytest.mark.parametrize(("outlet_id", "url"), cases("apart"))
def test_lists_and_other_pages_of_the_outlet_have_no_article_number(outlet_id: str, url: str) -> None:
    link = classify_link(catalogue()[outlet_id], url)
    assert (link.refusal, link.key.kind) == ("", "path")


@pytest.mark.parametrize(("outlet_id", "url"), cases("foreign"))
def test_rivals_impostors_and_other_editions_are_foreign(outlet_id: str, url: str) -> None:
    assert classify_link(catalogue()[outlet_id], url).refusal == "foreign"


@pytest.mark.parametrize(
    "host", ["pravda-en.com", "news-pravda.com", "www.pravda-en.com", "112481749.r.worldcdn.net"]
)
def test_impostors_belong_to_nobody(host: str) -> None:
    assert [each.id for each in catalogue().values() if ownership(each, host)] == []


def test_the_two_agencies_called_saba_stay_apart() -> None:
    assert ownership(catalogue()["saba"], "www.sabanew.net") is None
    assert ownership(catalogue()["sabanew"], "www.saba.ye") is None


# --- claims and proofs ----------------------------------------------------------------------------


def test_every_pattern_of_the_catalogue_is_proven_by_addresses() -> None:
    for outlet in catalogue().values():
        kinds = {pattern.kind for pattern in outlet.article_id}
        proven = {named.partition(" ")[0] for named in ADDRESSES.get(outlet.id, {}).get("same", {})}
        assert kinds == proven, outlet.id


def test_every_rule_for_pages_is_proven_by_a_page() -> None:
    proven = {fixture.outlet_id for fixture in fixtures()}
    claiming = {outlet.id for outlet in catalogue().values() if outlet.chrome or outlet.pages}
    assert claiming <= proven


def test_every_chrome_rule_of_more_than_thirty_outlets_cuts_a_line_of_a_page() -> None:
    cutting: dict[str, set[str]] = {}
    for fixture in fixtures():
        cutting.setdefault(fixture.outlet_id, set()).update(fixture.wanted["cut"].values())
    unproven = {
        f"{outlet.id}: {rule.id}"
        for outlet in catalogue().values()
        for rule in outlet.chrome
        if outlet.id not in PROVEN_ELSEWHERE and rule.id not in cutting.get(outlet.id, set())
    }
    assert unproven == set()
    assert len({fixture.outlet_id for fixture in fixtures()}) > 30


PROVEN_ELSEWHERE = ("presstv", "presstv-fr")
"""Their rules are proven by tests/crawler/extract/test_presstv.py and tests/crawler/test_clean.py."""


def test_every_fixture_is_of_an_outlet_of_the_catalogue() -> None:
    assert set(ADDRESSES) | {fixture.outlet_id for fixture in fixtures()} <= set(catalogue())


# --- real feeds -----------------------------------------------------------------------------------

REAL_FEEDS = {
    "presstv": ["presstv.co.uk.rss.2026-08-15.excerpt.xml"],
    "rt": [
        "rt__www.rt.com.rss-news.truncated.xml",
        "rt-mirror__rurtnews.com.rss-russia.truncated.xml",
        "rt-mirror__runewsrt.com.rss-russia.truncated.xml",
        "rt-mirror__rtrunews.com.rss-russia.truncated.xml",
        "rt-mirror__rtnewsru.com.rss-russia.truncated.xml",
    ],
    "guardian": ["rss-parser__guardian.rss"],
    "newarab": ["newarab.com.rss.truncated.xml"],
}


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the real feeds are in ../shared, which is not here")
@pytest.mark.parametrize(
    ("outlet_id", "name"), [(outlet_id, name) for outlet_id, names in REAL_FEEDS.items() for name in names]
)
def test_links_of_real_feeds_are_the_outlets_own_and_their_keys_tell_them_apart(
    outlet_id: str, name: str
) -> None:
    outlet = catalogue()[outlet_id]
    entries = read_feed((FEEDS / name).read_bytes(), url=outlet.sources[0].url).entries
    links = [classify_link(outlet, entry.url) for entry in entries]
    assert links
    assert [link.url for link in links if link.refusal] == []
    if outlet.article_id:
        assert [link.url for link in links if link.key.kind == "path"] == []
    assert len({link.key for link in links}) == len({entry.url.partition("?")[0] for entry in entries})


@pytest.mark.skipif(not OUTLETS.is_file(), reason="../shared is absent")
def test_every_outlet_with_a_feed_that_somebody_saw_is_there() -> None:
    left_out = {
        "isna.ir",  # sends HTML with 200
        "news.cn",  # 200, and nothing new since 2018
        "cgtn.com",  # 200, and nothing new since April 2026
        "arabnews.com",  # 200, and nothing new since 25 April 2026
        "kyivindependent.com",  # 404 since its move to another system
    }
    known = {source.url for outlet in catalogue().values() for source in outlet.sources}
    seen = {
        outlet["key"]: {feed["url"] for feed in outlet["feeds"] if feed["status"].startswith("seen")}
        for outlet in json.loads(OUTLETS.read_text(encoding="utf-8"))
    }
    missing = {key for key, feeds in seen.items() if feeds and not feeds & known}
    assert missing == left_out


def test_a_path_identity_keeps_what_tells_documents_apart() -> None:
    first = article_key(catalogue()["guardian"], "https://www.theguardian.com/world/2024/mar/02/ferries")
    second = article_key(catalogue()["guardian"], "http://guardian.co.uk/world/2024/mar/02/ferries?CMP=x")
    assert first == second == Key(kind="path", value="/world/2024/mar/02/ferries")
