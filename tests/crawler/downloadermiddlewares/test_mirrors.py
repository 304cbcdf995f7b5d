"""A host that fails gives way to the next."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.errors import AllHostsFailed
from crawler.gate import Gate
from crawler.hosthealth import HostHealth, Memory, State
from crawler.items import Source, SourceKind
from tests.world.answers import Answer, Asked, feed, html, redirect
from tests.world.crawling import HOSTS, NOW, OUTLET, PATH, Net, fetch_page, fetch_pages, fetch_source, link
from tests.world.server import World

TEXT = "The governor said on Monday that the bridge would open to traffic in spring, two years late."
ARTICLE = html("Bridge to open", *[TEXT] * 8)
URL = f"http://www.presstv.ir{PATH}"
CHALLENGE = Answer(status=200, body="<title>Just a moment...</title><p>Enable JavaScript and cookies</p>")
NOTICE = Answer(
    body="<title>presstv.ir</title><p>The domain presstv.ir has been seized by the United States Government in "
    "accordance with a seizure warrant issued pursuant to 18 USC 981</p>"
)
CENSOR = Answer(body='<html><body><iframe src="http://10.10.34.35?type=x"></iframe></body></html>')
SOFT = Answer(body="<title>Page not found - Press TV</title><h1>404</h1>")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Answer(status=401), "http_401"),
        (Answer(status=403, body="no"), "http_403"),
        (Answer(status=404, body="no"), "http_404"),
        (Answer(status=410, body="no"), "http_410"),
        (Answer(status=451, body="no"), "http_451"),
        (Answer(status=429, body="no"), "http_429"),
        (Answer(status=500, body="no"), "http_500"),
        (Answer(status=503, body="no"), "http_503"),
        (Answer(status=530, body="no"), "http_530"),
        (CHALLENGE, "challenge"),
        (replace(CHALLENGE, status=403), "challenge"),
        (Answer(status=202, headers=(("x-amzn-waf-action", "challenge"),)), "challenge"),
        (NOTICE, "seizure"),
        (CENSOR, "censor"),
        (SOFT, "soft_404"),
        (Answer(body="<title>presstv.ir</title><p>This domain is for sale</p>"), "parked"),
        (Answer(body="<title>Sign in</title><form><input type=password></form>"), "login"),
        (Answer(body="<title>Before you continue</title><form><button>Accept all</button></form>"), "consent"),
        (Answer(body=b""), "empty"),
        (feed("http://www.presstv.ir/a"), "feed"),
        (redirect("http://ads.example.net/landing"), "foreign"),
        (redirect("http://presstv.com" + PATH), "dead_mirror"),
        (redirect("/"), "front_page"),
        (redirect("/Section/10102/1"), "front_page"),
        (redirect("/login?next=x"), "login"),
        (redirect("file:///etc/passwd"), "bad_redirect"),
        (redirect("data:text/html,hello"), "bad_redirect"),
        (redirect("http://[::1"), "bad_redirect"),
        (redirect(""), "bad_redirect"),
        (redirect("http://127.0.0.1/"), "foreign"),
        (redirect("http://169.254.169.254/latest/"), "foreign"),
        (redirect("http://2130706433/"), "foreign"),
        (replace(ARTICLE, fault="reset"), "reset"),
        (replace(ARTICLE, fault="reset_midway"), "truncated"),
        (replace(ARTICLE, fault="truncated"), "truncated"),
        (replace(ARTICLE, fault="junk"), "protocol"),
        (replace(ARTICLE, fault="big_headers"), "protocol"),
        (Answer(body=zlib.compress(b"x" * 100_000_000), headers=(("Content-Encoding", "deflate"),)), "too_large"),
        (Answer(body=b"x" * 100, headers=(("Content-Encoding", "gzip, gzip, gzip, gzip, gzip"),)), "too_large"),
        (Answer(body=b"not brotli at all", headers=(("Content-Encoding", "br"),)), "protocol"),
        (Answer(body=b"x" * 9_000_000), "too_large"),
        (Answer(body=b"x" * 9_000_000, length=False), "too_large"),
    ],
)  # fmt: skip
def test_the_next_host_is_asked_after(world: World, net: Net, page: Answer, reason: str) -> None:
    world.put(HOSTS[0], PATH, page)
    world.put(HOSTS[1], PATH, ARTICLE)
    got = fetch_page(net, URL)
    assert got.reasons == [reason, "ok"]
    assert got.response is not None
    assert got.response.url == f"http://presstv.ir{PATH}"
    assert {asked.host for asked in world.asked} == {HOSTS[0], HOSTS[1]}


@pytest.mark.parametrize("fault", ["hang", "trickle"])
def test_a_host_that_does_not_end_is_cut_at_the_time_limit(world: World, net: Net, fault: str) -> None:
    world.put(HOSTS[0], PATH, replace(ARTICLE, fault=fault))
    world.put(HOSTS[1], PATH, ARTICLE)
    assert fetch_page(net, URL, DOWNLOAD_TIMEOUT=0.7).reasons == ["timeout", "ok"]


def test_all_attempts_are_told_when_no_host_serves(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, NOTICE)
    world.break_host(HOSTS[1], "reset")
    world.put(HOSTS[2], PATH, Answer(status=500, body="no"))
    got = fetch_page(net, URL)
    assert isinstance(got.error, AllHostsFailed)
    assert (got.error.reason, got.error.permanent, got.error.skipped) == ("seizure", False, False)
    assert [attempt.host for attempt in got.attempts] == list(HOSTS)


def test_gone_at_every_host_is_permanent(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, Answer(status=410, body="gone"))
    world.put(HOSTS[1], PATH, SOFT)
    world.put(HOSTS[2], PATH, redirect("/"))
    got = fetch_page(net, URL)
    assert isinstance(got.error, AllHostsFailed)
    assert (got.error.reason, got.error.permanent, got.error.skipped) == ("http_410", True, False)


def test_a_foreign_redirect_at_every_host_is_skipped(world: World, net: Net) -> None:
    for host in HOSTS:
        world.put(host, PATH, redirect("https://ads.example.net/"))
    got = fetch_page(net, URL)
    assert isinstance(got.error, AllHostsFailed)
    assert (got.error.reason, got.error.permanent, got.error.skipped) == ("foreign", True, True)
    assert "ads.example.net" not in {asked.host for asked in world.asked}


def test_a_host_out_of_reach_leaves_the_question_open(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, Answer(status=404, body="no"))
    world.break_host(HOSTS[1], "reset")
    got = fetch_page(net, URL)
    assert isinstance(got.error, AllHostsFailed)
    assert (got.error.reason, got.error.permanent) == ("http_404", False)


def test_pages_are_asked_first_of_the_host_that_served_the_feed(world: World, net: Net) -> None:
    world.put(HOSTS[2], PATH, ARTICLE)
    got = fetch_page(net, URL, host=HOSTS[2])
    assert got.reasons == ["ok"]
    assert world.asked_urls() == [f"http://www.presstv.co.uk{PATH}"]


def test_a_failed_host_goes_last_for_the_next_page(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, CHALLENGE)
    world.put(HOSTS[1], PATH, ARTICLE)
    assert fetch_page(net, URL).reasons == ["challenge", "ok"]
    assert fetch_page(net, URL).reasons == ["ok"]


def test_those_who_waited_for_a_host_that_failed_go_on_without_asking_it(world: World, net: Net) -> None:
    world.break_host(HOSTS[0], "reset")
    links = [link(f"{URL}-{number}") for number in range(6)]
    for one in links:
        world.put(HOSTS[1], one.url.removeprefix("http://www.presstv.ir"), ARTICLE)
    got = fetch_pages(net, *links)
    assert all(one.reasons[-1] == "ok" for one in got)
    assert sum(asked.host == HOSTS[0] for asked in world.asked) <= 1


def test_a_host_that_rests_is_asked_when_nothing_else_is_left(world: World, net: Net) -> None:
    outlet = replace(OUTLET, hosts=HOSTS[:1])
    world.put(HOSTS[0], PATH, Answer(status=503, body="busy"))
    fetch_page(net, URL, outlet=outlet)
    world.put(HOSTS[0], PATH, ARTICLE)
    assert fetch_page(net, URL, outlet=outlet).reasons == ["ok"]


def test_retry_after_is_honoured_and_recorded(world: World, net: Net) -> None:
    outlet = replace(OUTLET, hosts=HOSTS[:1])
    world.put(HOSTS[0], PATH, Answer(status=429, body="slow", headers=(("Retry-After", "99999999"),)))
    got = fetch_page(net, URL, outlet=outlet)
    assert (got.reasons, got.attempts[0].rest) == (["http_429"], 3600)
    asked = len(world.asked)
    assert fetch_page(net, URL, outlet=outlet).reasons == ["resting"]
    assert len(world.asked) == asked


def test_redirects_within_the_outlet_are_followed(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, redirect(f"https://www.presstv.ir{PATH}", 301))
    world.put(HOSTS[0], PATH + "-new", ARTICLE)

    def hop(asked: Asked) -> Answer:
        return redirect(PATH + "-new") if asked.scheme == "https" else redirect(f"https://{HOSTS[0]}{PATH}")

    world.put(HOSTS[0], PATH, hop)
    got = fetch_page(net, URL)
    assert got.reasons == ["ok"]
    assert got.response is not None
    assert got.response.url == f"https://www.presstv.ir{PATH}-new"
    assert got.capture is not None
    assert got.capture.requested_url == URL


@pytest.mark.parametrize("target", ["{path}", "{path}?n={n}"])
def test_a_redirect_loop_ends_and_gives_way(world: World, net: Net, target: str) -> None:
    def loop(asked: Asked) -> Answer:
        return redirect(target.format(path=PATH, n=len(world.asked)))

    for number in range(60):
        world.put(HOSTS[0], f"{PATH}?n={number}", loop)
    world.put(HOSTS[0], PATH, loop)
    world.put(HOSTS[1], PATH, ARTICLE)
    assert fetch_page(net, URL).reasons == ["redirects", "ok"]
    assert len(world.asked_urls()) <= 7


def test_a_live_mirror_that_redirects_to_the_dead_one_is_not_followed(world: World, net: Net) -> None:
    world.break_host(HOSTS[0], "reset")
    world.put(HOSTS[1], PATH, redirect(f"http://{HOSTS[0]}{PATH}"))
    world.put(HOSTS[2], PATH, ARTICLE)
    assert fetch_page(net, URL).reasons == ["reset", "dead_mirror", "ok"]


def test_a_meta_refresh_is_not_followed(world: World, net: Net) -> None:
    body = f'<meta http-equiv=refresh content="0;url=http://169.254.169.254/"><title>A</title><article><p>{TEXT}</p>'
    world.put(HOSTS[0], PATH, Answer(body=body))
    assert fetch_page(net, URL).reasons == ["ok"]
    assert world.asked_urls() == [URL]


def test_https_links_are_asked_over_https_then_as_configured(world: World, net: Net) -> None:
    world.break_host(HOSTS[0], "refuse", "https")
    world.put(HOSTS[0], PATH, ARTICLE)
    got = fetch_page(net, URL.replace("http:", "https:"))
    assert got.reasons == ["proxy", "ok"]
    assert [attempt.url for attempt in got.attempts] == [URL.replace("http:", "https:"), URL]


def test_https_links_never_go_weaker_than_configured(world: World, net: Net) -> None:
    outlet = replace(
        OUTLET, hosts=HOSTS[:1], sources=(Source(kind=SourceKind.FEED, url="https://www.presstv.ir/rss.xml"),)
    )
    world.break_host(HOSTS[0], "refuse", "https")
    world.put(HOSTS[0], PATH, ARTICLE)
    assert fetch_page(net, URL.replace("http:", "https:"), outlet=outlet).reasons == ["proxy"]
    assert world.asked_urls() == []


def test_a_source_is_tried_at_each_host(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/rss.xml", NOTICE)
    world.put(HOSTS[2], "/rss.xml", feed(URL))
    got = fetch_source(net)
    assert got.reasons == ["seizure", "http_404", "ok"]
    assert got.response is not None
    assert got.response.url == "http://www.presstv.co.uk/rss.xml"


def test_a_source_of_another_host_is_asked_there_only(world: World, net: Net) -> None:
    world.put("feeds.example.org", "/presstv", Answer(status=500, body="no"))
    got = fetch_source(net, Source(kind=SourceKind.FEED, url="http://feeds.example.org/presstv"))
    assert got.reasons == ["http_500"]
    assert world.asked_urls() == ["http://feeds.example.org/presstv"]


def test_an_empty_feed_is_an_answer_but_an_empty_body_is_not(world: World, net: Net) -> None:
    world.put(HOSTS[0], "/rss.xml", Answer(body=b"", content_type="application/rss+xml"))
    world.put(HOSTS[1], "/rss.xml", feed())
    assert fetch_source(net).reasons == ["empty", "ok"]


def test_a_feed_of_16_mib_is_the_largest(world: World, net: Net) -> None:
    big = feed(URL)
    world.put(HOSTS[0], "/rss.xml", replace(big, body=str(big.body) + " " * 17 * 1024 * 1024))
    world.put(HOSTS[1], "/rss.xml", replace(big, body=str(big.body) + " " * 15 * 1024 * 1024))
    assert fetch_source(net).reasons == ["too_large", "ok"]


def test_a_body_that_ends_with_the_connection_is_whole(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, replace(ARTICLE, length=False))
    assert fetch_page(net, URL).reasons == ["ok"]


def test_health_survives_from_what_the_store_remembers(world: World) -> None:
    health = HostHealth(lambda: NOW)
    state = State(failing_since=NOW, failures=4, rest_until=NOW + timedelta(hours=1), reason="seizure")
    health.load("presstv", Memory(states={(HOSTS[0], "http"): state}))
    assert health.order(OUTLET) == [HOSTS[1], HOSTS[2], HOSTS[0]]


def test_two_crawls_share_the_gate(world: World, net: Net) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    slow = replace(net, gate=Gate(delay=7.0, clock=lambda: 0.0, sleep=sleep))
    world.put(HOSTS[0], PATH, ARTICLE)
    for _ in range(2):
        assert fetch_page(slow, URL).reasons == ["ok"]
    assert [asked.path for asked in world.asked] == ["/robots.txt", PATH, PATH]
    assert slept == [7.0, 7.0]
