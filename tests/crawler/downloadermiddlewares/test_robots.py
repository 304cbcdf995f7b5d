"""robots.txt on the way to the network: whose rules, asked when, and what they stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.errors import AllHostsFailed
from crawler.gate import Gate
from tests.world.answers import Answer, Asked, html, redirect
from tests.world.crawling import HOSTS, OUTLET, PATH, Net, fetch_page, fetch_pages, fetch_source, link
from tests.world.server import World

TEXT = "The governor said on Monday that the bridge would open to traffic in spring, two years late."
ARTICLE = html("Bridge to open", *[TEXT] * 8)
URL = f"http://www.presstv.ir{PATH}"
ONE_HOST = replace(OUTLET, hosts=HOSTS[:1])


def robots(text: str, **more: object) -> Answer:
    return Answer(body=text, content_type="text/plain", **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def article(world: World) -> None:
    for host in HOSTS[:2]:
        world.put(host, PATH, ARTICLE)


@pytest.mark.parametrize(
    "answer",
    [
        robots("User-agent: *\nDisallow: /private"),
        robots("User-agent: *\nDisallow: /\n\nUser-agent: newshawk\nAllow: /"),
        Answer(status=404, body="no"),
        Answer(status=403, body="no"),
        html("Home", TEXT),
        robots("<!DOCTYPE html><body>User-agent: *\nDisallow: /"),
        robots("\x00\x01\ufeff"),
        redirect("https://ads.example.net/robots.txt"),
        redirect("/robots.txt"),
        robots("# " + "x" * 600_000 + "\nUser-agent: *\nDisallow: /"),
    ],
)
def test_free(world: World, net: Net, answer: Answer) -> None:
    world.put(HOSTS[0], "/robots.txt", answer)
    assert fetch_page(net, URL).reasons == ["ok"]


def test_disallowed_everywhere_is_skipped(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/robots.txt", robots("User-agent: *\nDisallow: /Detail"))
    got = fetch_page(net, URL, outlet=ONE_HOST)
    assert isinstance(got.error, AllHostsFailed)
    assert (got.error.reason, got.error.skipped, got.error.permanent) == ("robots", True, True)
    assert world.asked_urls() == []


def test_rules_after_half_a_megabyte_do_not_count_but_those_before_do(world: World, net: Net) -> None:
    text = "User-agent: *\nDisallow: /Detail\n" + "# padding\n" * 100_000
    world.put(HOSTS[0], "/robots.txt", robots(text))
    assert fetch_page(net, URL).reasons == ["robots", "ok"]


def test_a_redirect_within_the_outlet_leads_to_the_rules(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/robots.txt", redirect(f"http://{HOSTS[1]}/robots.txt"))
    world.put(HOSTS[1], "/robots.txt", robots("User-agent: *\nDisallow: /Detail"))
    assert fetch_page(net, URL, outlet=OUTLET).reasons == ["robots", "robots", "http_404"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_whose_rules_cannot_be_had_counts_as_failed(world: World, net: Net, status: int) -> None:
    world.put(HOSTS[0], "/robots.txt", Answer(status=status, body="no"))
    got = fetch_page(net, URL)
    assert got.reasons == ["robots_unreachable", "ok"]
    assert URL not in world.asked_urls()


def test_a_robots_file_that_never_ends_is_cut(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/robots.txt", robots("User-agent: *\n", fault="trickle"))
    assert fetch_page(net, URL, DOWNLOAD_TIMEOUT=0.7).reasons == ["timeout", "ok"]


def test_sources_obey_too(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/robots.txt", robots("User-agent: *\nDisallow: /rss"))
    assert fetch_source(net, outlet=ONE_HOST).reasons == ["robots"]


def test_rules_are_asked_once_for_all_pages_and_crawls(world: World, net: Net) -> None:
    links = [link(f"{URL}-{number}") for number in range(5)]
    for one in links:
        world.put(HOSTS[0], one.url.removeprefix("http://www.presstv.ir"), ARTICLE)
    fetch_pages(net, *links)
    fetch_pages(net, *links)
    asked: list[Asked] = [one for one in world.asked if one.path == "/robots.txt"]
    assert len(asked) == 1


def test_crawl_delay_reaches_the_gate_capped(world: World, net: Net) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    slow = replace(net, gate=Gate(delay=0.0, clock=lambda: 0.0, sleep=sleep))
    world.put(HOSTS[0], "/robots.txt", robots("User-agent: *\nCrawl-delay: 1000000000"))
    fetch_pages(slow, link(URL), link(URL))
    assert slept == [30.0]
