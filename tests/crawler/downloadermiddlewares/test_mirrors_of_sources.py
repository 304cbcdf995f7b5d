"""The same conditions for sources, for robots.txt and over real TLS: the next host serves, the failed one rests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.errors import AllHostsFailed
from crawler.items import Source, SourceKind
from tests.crawler.downloadermiddlewares.test_mirrors import ARTICLE, CENSOR, CHALLENGE, NOTICE
from tests.world.answers import Answer, feed, html, redirect
from tests.world.crawling import HOSTS, OUTLET, PATH, Config, Net, fetch_page, fetch_source
from tests.world.server import World

URL = f"http://www.presstv.ir{PATH}"
LIST = feed(URL)
SECURE = replace(OUTLET, sources=(Source(kind=SourceKind.FEED, url="https://www.presstv.ir/rss.xml"),))
PARKED = Answer(body="<title>presstv.ir</title><p>This domain is for sale</p>")
CONSENT = Answer(body="<title>Before you continue</title><form><button>Accept all</button></form>")
CONDITIONS = {
    "http_401": Answer(status=401),
    "http_403": Answer(status=403, body="no"),
    "http_451": Answer(status=451, body="no"),
    "http_500": Answer(status=500, body="no"),
    "http_502": Answer(status=502, body="no"),
    "http_503": Answer(status=503, body="no"),
    "challenge": CHALLENGE,
    "seizure": NOTICE,
    "parked": PARKED,
    "consent": CONSENT,
    "censor": CENSOR,
    "foreign": redirect("https://ads.example.net/landing"),
    "dead_mirror": redirect("http://presstv.com/rss.xml"),
    "front_page": redirect("/"),
    "redirects": redirect("/rss.xml"),
    "reset": replace(LIST, fault="reset"),
    "truncated": replace(LIST, fault="truncated"),
}


@pytest.mark.parametrize("reason", CONDITIONS)
def test_a_source_goes_on_to_the_next_host_and_the_failed_one_rests(
    world: World, net: Net, reason: str
) -> None:
    world.put(HOSTS[0], "/", html("Press TV", "All the news."))
    world.put(HOSTS[0], "/rss.xml", CONDITIONS[reason])
    world.put(HOSTS[1], "/rss.xml", LIST)
    got = fetch_source(net)
    assert got.reasons == [reason, "ok"]
    assert {asked.host for asked in world.asked} == set(HOSTS[:2])
    assert net.health.rests("presstv", "http://www.presstv.ir/rss.xml")
    assert net.health.order(OUTLET) == [HOSTS[1], HOSTS[2], HOSTS[0]]


@pytest.mark.parametrize("flaw", ["expired", "self_signed", "wrong_host", "no_tls"])
@pytest.mark.parametrize("what", ["page", "source"])
def test_a_flaw_of_tls_is_a_failure_of_the_host(world: World, net: Net, flaw: str, what: str) -> None:
    world.break_host(HOSTS[0], flaw, "https")
    for host in HOSTS:
        world.put(host, PATH, ARTICLE)
        world.put(host, "/rss.xml", LIST)
    secure = URL.replace("http:", "https:")
    got = (
        fetch_page(net, secure, outlet=SECURE)
        if what == "page"
        else fetch_source(net, SECURE.sources[0], SECURE)
    )
    assert got.reasons == ["tls", "ok"]
    assert HOSTS[0] not in {asked.host for asked in world.asked}
    assert net.health.rests("presstv", secure)
    assert not net.health.rests("presstv", URL), "over plain http nothing is known of it"


@pytest.mark.parametrize("fault", ["refuse", "drop_connect", "reset"])
@pytest.mark.parametrize("what", ["page", "source"])
def test_a_host_out_of_reach_gives_way(world: World, net: Net, fault: str, what: str) -> None:
    world.break_host(HOSTS[0], fault, "https")
    for host in HOSTS[1:]:
        world.put(host, PATH, ARTICLE)
        world.put(host, "/rss.xml", LIST)
    secure = URL.replace("http:", "https:")
    got = (
        fetch_page(net, secure, outlet=SECURE)
        if what == "page"
        else fetch_source(net, SECURE.sources[0], SECURE)
    )
    assert len(got.reasons) == 2
    assert got.reasons[-1] == "ok"
    assert net.health.rests("presstv", secure)


def test_a_name_that_cannot_be_resolved_and_a_closed_port_give_way(world: World, net: Net) -> None:
    living = world.listen(HOSTS[1])
    world.put(HOSTS[1], "/rss.xml", LIST)
    outlet = replace(
        OUTLET,
        hosts=("no-such-name.invalid", "127.0.0.1:9", living),
        aliases=(),
        sources=(Source(kind=SourceKind.FEED, url="http://no-such-name.invalid/rss.xml"),),
    )
    direct = replace(net, config=Config())
    direct.guard.allow_private = True
    got = fetch_source(direct, outlet.sources[0], outlet)
    assert got.reasons in (["dns", "refused", "ok"], ["dns", "timeout", "ok"])
    assert direct.health.order(outlet)[0] == living


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (Answer(status=500, body="no"), "robots_unreachable"),
        (Answer(status=503, body="no"), "robots_unreachable"),
        (Answer(status=429, body="no"), "robots_unreachable"),
        (Answer(fault="reset"), "reset"),
        (Answer(body="User-agent: *\nDisallow: /", content_type="text/plain"), "robots"),
    ],
)
@pytest.mark.parametrize("what", ["page", "source"])
def test_robots_that_forbid_or_cannot_be_had_lead_to_the_next_host(
    world: World, net: Net, robots: Answer, reason: str, what: str
) -> None:
    world.put(HOSTS[0], "/robots.txt", robots)
    for host in HOSTS:
        world.put(host, PATH, ARTICLE)
        world.put(host, "/rss.xml", LIST)
    got = fetch_page(net, URL) if what == "page" else fetch_source(net)
    assert got.reasons == [reason, "ok"]
    assert f"http://{HOSTS[0]}{PATH}" not in world.asked_urls()
    assert net.health.rests("presstv", URL) is (reason != "robots")


@pytest.mark.parametrize(
    "robots",
    [Answer(status=401), Answer(status=403), Answer(status=404), Answer(status=451), CHALLENGE,
     redirect("https://ads.example.net/robots.txt"), redirect("http://presstv.com/robots.txt")],
)  # fmt: skip
def test_robots_that_are_not_there_forbid_nothing(world: World, net: Net, robots: Answer) -> None:
    world.put(HOSTS[0], "/robots.txt", robots)
    world.put(HOSTS[0], PATH, ARTICLE)
    assert fetch_page(net, URL).reasons == ["ok"]
    assert {asked.host for asked in world.asked} == {HOSTS[0]}


def test_a_limit_ends_the_search_over_very_many_hosts(world: World, net: Net) -> None:
    outlet = replace(OUTLET, hosts=tuple(f"mirror{number}.example.org" for number in range(30)))
    got = fetch_page(net, "http://mirror0.example.org" + PATH, outlet=outlet)
    assert isinstance(got.error, AllHostsFailed)
    assert len(got.attempts) == 12


@pytest.mark.parametrize("target", ["https://ads.example.net/", "/"])
def test_a_host_that_leads_page_after_page_elsewhere_rests(world: World, net: Net, target: str) -> None:
    world.put(HOSTS[0], "/", html("Press TV", "All the news."))
    for number in range(5):
        path = f"{PATH}-{number}"
        world.put(HOSTS[0], path, redirect(target))
        world.put(HOSTS[1], path, ARTICLE)
        assert not net.health.rests("presstv", URL)
        assert fetch_page(net, f"http://{HOSTS[0]}{path}").reasons[-1] == "ok"
    assert net.health.rests("presstv", URL)
