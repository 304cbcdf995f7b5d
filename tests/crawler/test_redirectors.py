"""Links that only lead to an article."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.failover import page_candidates
from crawler.hosthealth import HostHealth
from crawler.identity import classify_link
from crawler.items import Source, SourceKind
from crawler.redirectors import is_redirector, is_sealed
from tests.world.crawling import NOW, OUTLET, link


def fed_from(url: str) -> Source:
    return Source(kind=SourceKind.FEED, url=url)


BURNT = replace(OUTLET, sources=(*OUTLET.sources, fed_from("http://feeds.feedburner.com/presstv/all")))
BRANDED = replace(OUTLET, sources=(*OUTLET.sources, fed_from("https://feeds.example.net/presstv")))
R_LINK = "http://feedproxy.google.com/~r/presstv/all/~3/AbC-d_1/"


@pytest.mark.parametrize(
    ("url", "plain", "burnt", "branded"),
    [
        (R_LINK, "foreign", "", "foreign"),
        ("http://feeds.feedburner.com/~r/presstv/all/~3/x/", "foreign", "", "foreign"),
        ("https://feeds.example.net/~r/presstv/~3/x/", "foreign", "foreign", ""),
        ("http://feeds.feedburner.com/presstv/all", "foreign", "foreign", "foreign"),
        ("https://evil.example.com/~r/presstv/all/~3/x/", "foreign", "foreign", "foreign"),
        ("https://news.google.com/rss/articles/CBMiAU_yqLN3bGpVYm9ja2VkLXRva2Vu?oc=5", *["wrapper"] * 3),
        ("https://news.google.com/read/CBMiAU_yqLN3bGpVYm9ja2VkLXRva2Vu", *["wrapper"] * 3),
        ("https://news.google.com/topics/CAAqJggKIiBDQkFTRWdvSUwyMHZNRGx1YlY", *["foreign"] * 3),
        ("https://example.org/read/CBMiAU_yqLN3bGpVYm9ja2VkLXRva2Vu", *["foreign"] * 3),
    ],
)
def test_only_links_of_the_outlets_own_feed_service_are_followed(
    url: str, plain: str, burnt: str, branded: str
) -> None:
    assert [classify_link(outlet, url).refusal for outlet in (OUTLET, BURNT, BRANDED)] == [
        plain,
        burnt,
        branded,
    ]


def test_such_a_link_is_asked_at_its_own_host_and_nowhere_else() -> None:
    found = page_candidates(BURNT, link(R_LINK), HostHealth(lambda: NOW))
    assert [(each.host, each.url) for each in found] == [("feedproxy.google.com", R_LINK)]


def test_the_outlets_own_hosts_are_no_redirectors() -> None:
    assert not is_redirector(BURNT, "http://www.presstv.ir/~r/presstv/all/~3/x/")


def test_a_sealed_link_is_known_by_host_and_form() -> None:
    assert is_sealed("https://news.google.com/articles/CBMiAU_yqLN3bGpVYm9ja2VkLXRva2Vu")
    assert not is_sealed("https://news.google.com/foryou")
