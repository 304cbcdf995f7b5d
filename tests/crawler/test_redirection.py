"""Where a redirect may lead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.failover import Candidate, Fetch, Purpose
from crawler.faults import Fault
from crawler.items import Attempt, Outlet, Source, SourceKind
from crawler.redirection import redirect_target
from tests.world.crawling import OUTLET, PATH

URL = f"https://www.presstv.ir{PATH}"
PLAIN = replace(OUTLET, article_id=())
SECTIONS = replace(
    OUTLET, sources=(Source(kind=SourceKind.SECTION, url="https://www.presstv.ir/iran/nuclear"),)
)


def follow(
    location: str, *, outlet: Outlet = OUTLET, url: str = URL, purpose: str = "page", hops: int = 0
) -> str:
    """Return the address that is followed, or the reason why none is."""
    present = Candidate(host=url.split("/")[2], url=url)
    fetch = Fetch(purpose=Purpose(purpose), outlet=outlet, candidates=(present,), redirects=hops)
    target = redirect_target(fetch, url, location)
    return target.reason if isinstance(target, Fault) else target


@pytest.mark.parametrize(
    ("location", "followed"),
    [
        (f"https://presstv.ir{PATH}", f"https://presstv.ir{PATH}"),
        (f"http://www.presstv.co.uk{PATH}", f"http://www.presstv.co.uk{PATH}"),
        (f"https://presstv.co.uk{PATH}", f"https://presstv.co.uk{PATH}"),
        ("/Detail/2023/04/18/701800/", "https://www.presstv.ir/Detail/2023/04/18/701800/"),
        ("/Detail/2023/04/18/701800", "https://www.presstv.ir/Detail/2023/04/18/701800"),
        ("New-slug", "https://www.presstv.ir/Detail/2023/04/18/701800/New-slug"),
        (f"//presstv.ir{PATH}", f"https://presstv.ir{PATH}"),
        (f"https://l.facebook.com/l.php?u=https%3A%2F%2Fpresstv.ir{PATH}", f"https://presstv.ir{PATH}"),
    ],
)
def test_within_the_outlet(location: str, followed: str) -> None:
    assert follow(location) == followed


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://ads.example.net/", "foreign"),
        ("https://www.presstv.ir.example.net/", "foreign"),
        (f"https://112481749.r.worldcdn.net{PATH}", "foreign"),
        ("http://10.0.0.1/", "foreign"),
        (f"https://presstv.com{PATH}", "dead_mirror"),
        (f"https://www.presstv.com{PATH}", "dead_mirror"),
        ("javascript:alert(1)", "bad_redirect"),
        ("https://www.presstv.ir@ads.example.net/", "bad_redirect"),
        ("http://[", "bad_redirect"),
        ("   ", "bad_redirect"),
        ("/", "front_page"),
        ("/index.html", "front_page"),
        ("/en/", "front_page"),
        ("https://presstv.ir", "front_page"),
        ("/Detail", "front_page"),
        ("/Section/10102/1", "front_page"),
        (URL, "redirects"),
    ],
)
def test_not_followed(location: str, reason: str) -> None:
    assert follow(location) == reason


def test_a_declared_section_is_no_article() -> None:
    assert follow("/Iran/Nuclear/", outlet=SECTIONS) == "front_page"


def test_without_a_pattern_a_longer_path_above_the_article_may_be_the_article() -> None:
    url = "https://www.presstv.ir/2026/11/bridge-opens/amp"
    assert (
        follow("/2026/11/bridge-opens/", outlet=PLAIN, url=url)
        == "https://www.presstv.ir/2026/11/bridge-opens/"
    )


def test_sources_may_be_sent_anywhere_within_the_outlet() -> None:
    assert follow("/", url="https://www.presstv.ir/rss.xml", purpose="source") == "https://www.presstv.ir/"


def test_five_hops_are_enough() -> None:
    assert follow("New", hops=4).startswith("https:")
    assert follow("New", hops=5) == "redirects"


def test_not_to_a_host_that_has_just_failed() -> None:
    present = Candidate(host="presstv.ir", url=f"https://presstv.ir{PATH}")
    failed = Attempt(host="www.presstv.ir", url=URL, status=None, reason="refused")
    fetch = Fetch(purpose=Purpose.PAGE, outlet=OUTLET, candidates=(present,), attempts=(failed,))
    target = redirect_target(fetch, present.url, URL)
    assert isinstance(target, Fault)
    assert target.reason == "dead_mirror"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/404", "soft_404"),
        ("/404.html", "soft_404"),
        ("/error/404", "soft_404"),
        ("/en/not-found", "soft_404"),
        ("/page-not-found/", "soft_404"),
        ("/pageNotFound.aspx", "soft_404"),
        ("/errors.html", ""),
        ("/missing-plane-found/", ""),
        ("/news/world", "front_page"),
        ("/news", "front_page"),
        ("/news/world/88", ""),
    ],
)
def test_an_address_for_what_is_not_there_and_a_section_above_say_that_it_is_gone(
    location: str, reason: str
) -> None:
    url = "https://www.presstv.ir/news/world/88/a-bridge"
    found = follow(location, outlet=PLAIN, url=url)
    assert found == (reason or f"https://www.presstv.ir{location}")
