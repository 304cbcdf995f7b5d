"""Which hosts are asked, in which order, and what their failures mean together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.failover import (
    Fetch,
    gave_up,
    next_request,
    page_candidates,
    page_request,
    source_candidates,
    source_request,
    with_attempt,
)
from crawler.hosthealth import HostHealth
from crawler.items import Attempt, Source, SourceKind
from tests.world.crawling import HOSTS, NOW, OUTLET, PATH, link

URL = f"http://www.presstv.ir{PATH}"
HTTPS = URL.replace("http:", "https:")


def attempt(host: str, reason: str, url: str = "", status: int | None = None) -> Attempt:
    return Attempt(host=host, url=url or f"http://{host}{PATH}", status=status, reason=reason)


@pytest.fixture
def health() -> HostHealth:
    return HostHealth(lambda: NOW)


def done(*args: object) -> None:
    """A callback."""


def test_a_source_is_tried_at_each_host_in_order(health: HostHealth) -> None:
    urls = [candidate.url for candidate in source_candidates(OUTLET, OUTLET.sources[0], health)]
    assert urls == [f"http://{host}/rss.xml" for host in HOSTS]


def test_a_source_elsewhere_is_tried_there_only(health: HostHealth) -> None:
    source = Source(kind=SourceKind.FEED, url="https://feeds.example.org/x")
    assert [candidate.url for candidate in source_candidates(OUTLET, source, health)] == [source.url]


def test_a_page_is_asked_first_where_the_feed_came_from(health: HostHealth) -> None:
    hosts = [candidate.host for candidate in page_candidates(OUTLET, link(URL, HOSTS[2]), health)]
    assert hosts == [HOSTS[2], HOSTS[0], HOSTS[1]]
    hosts = [candidate.host for candidate in page_candidates(OUTLET, link(URL, HOSTS[2]), health, HOSTS[1])]
    assert hosts == [HOSTS[1], HOSTS[2], HOSTS[0]]


def test_a_re_check_asks_the_canonical_host_then_the_one_that_served_then_mirrors(health: HostHealth) -> None:
    health.mark_stale("presstv", HOSTS[0], NOW)
    again = replace(link(URL, HOSTS[2]), article_id=7)
    assert [one.host for one in page_candidates(OUTLET, again, health)] == [HOSTS[0], HOSTS[2], HOSTS[1]]
    first = link(URL, HOSTS[2])
    assert [one.host for one in page_candidates(OUTLET, first, health)] == [HOSTS[2], HOSTS[1], HOSTS[0]]


def test_aliases_are_never_candidates(health: HostHealth) -> None:
    found = page_candidates(OUTLET, link(f"http://presstv.com{PATH}", "presstv.com"), health)
    assert [candidate.host for candidate in found] == list(HOSTS)


def test_resting_hosts_go_last(health: HostHealth) -> None:
    health.report("presstv", attempt(HOSTS[0], "challenge", status=403), NOW)
    found = page_candidates(OUTLET, link(URL, HOSTS[0]), health)
    assert [candidate.host for candidate in found] == [HOSTS[1], HOSTS[2], HOSTS[0]]


def test_schemes_are_never_weaker_than_linked_or_configured(health: HostHealth) -> None:
    secure = replace(OUTLET, sources=(Source(kind=SourceKind.FEED, url="https://www.presstv.ir/rss.xml"),))

    def schemes(outlet: object, url: str) -> list[str]:
        found = page_candidates(outlet, link(url), health)  # type: ignore[arg-type]
        return [one.url.partition(":")[0] for one in found if one.host == HOSTS[0]]

    assert schemes(OUTLET, URL) == ["http"]
    assert schemes(OUTLET, HTTPS) == ["https", "http"]
    assert schemes(secure, HTTPS) == ["https"]
    assert schemes(secure, URL) == ["https", "http"]


def test_a_blocked_scheme_rests_alone(health: HostHealth) -> None:
    health.report("presstv", attempt(HOSTS[0], "proxy", HTTPS), NOW)
    health.report("presstv", attempt(HOSTS[0], "ok", URL, 200), NOW)
    found = page_candidates(OUTLET, link(HTTPS, HOSTS[0]), health)
    assert found[0].url == URL
    assert health.order(OUTLET)[0] == HOSTS[0]


def test_spiders_move_on_when_the_body_is_no_feed(health: HostHealth) -> None:
    request = source_request(OUTLET, OUTLET.sources[0], health, done, done, {})
    served = with_attempt(request.meta["fetch"], attempt(HOSTS[0], "ok", request.url, 200))
    request.meta["fetch"] = replace(served, reported=1)
    following = next_request(request, "not_a_feed", 200, "html")
    assert following is not None
    fetch: Fetch = following.meta["fetch"]
    assert [one.reason for one in fetch.attempts] == ["not_a_feed"]
    assert (fetch.reported, fetch.present.host, following.callback) == (0, HOSTS[1], done)


def test_another_scheme_of_a_host_is_worth_a_try_only_if_the_way_was_at_fault(health: HostHealth) -> None:
    request = page_request(OUTLET, link(HTTPS, HOSTS[0]), health, done, done)
    for reason, url in (("tls", URL), ("http_404", f"https://presstv.ir{PATH}")):
        following = next_request(request, reason, None)
        assert following is not None
        assert following.url == url


def test_no_header_of_an_earlier_host_goes_along(health: HostHealth) -> None:
    request = source_request(OUTLET, OUTLET.sources[0], health, done, done, {})
    request.headers["If-None-Match"] = '"v1"'
    request.headers["Proxy-Authorization"] = "Basic x"
    following = next_request(request, "http_500", 500)
    assert following is not None
    assert not following.headers


@pytest.mark.parametrize(
    ("reasons", "told", "permanent", "skipped"),
    [
        (("dns", "refused", "timeout"), "dns", False, False),
        (("resting", "refused"), "refused", False, False),
        (("refused", "http_500"), "http_500", False, False),
        (("http_403", "seizure"), "http_403", False, False),
        (("timeout", "tls"), "tls", False, False),
        (("http_404", "http_404"), "http_404", True, False),
        (("http_404", "http_503"), "http_404", False, False),
        (("foreign", "foreign"), "foreign", True, True),
        (("foreign", "refused"), "foreign", False, False),
        (("robots",), "robots", True, True),
        (("http_404", "foreign"), "http_404", True, False),
        (("dead_mirror", "dead_mirror"), "dead_mirror", False, False),
    ],
)
def test_the_most_telling_attempt_names_the_whole(
    reasons: tuple[str, ...], told: str, permanent: bool, skipped: bool
) -> None:
    attempts = tuple(attempt(host, reason) for host, reason in zip(HOSTS, reasons, strict=False))
    fetch = Fetch(purpose="page", outlet=OUTLET, candidates=(), attempts=attempts)  # type: ignore[arg-type]
    error = gave_up(fetch)
    assert (error.reason, error.permanent, error.skipped) == (told, permanent, skipped)


def test_a_failing_host_rests_longer_each_time_and_comes_back() -> None:
    now = [NOW]
    health = HostHealth(lambda: now[0])
    rests = []
    for _ in range(4):
        health.report("presstv", attempt(HOSTS[0], "timeout"), now[0])
        until = health.state("presstv", HOSTS[0], "http").rest_until
        assert until is not None
        rests.append(until - now[0])
        now[0] = until
    assert rests == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert health.order(OUTLET)[0] == HOSTS[0]
    health.report("presstv", attempt(HOSTS[0], "ok", status=200), now[0])
    assert health.state("presstv", HOSTS[0], "http").failures == 0


def test_a_taken_domain_rests_an_hour(health: HostHealth) -> None:
    health.report("presstv", attempt(HOSTS[0], "seizure", status=200), NOW)
    assert health.state("presstv", HOSTS[0], "http").rest_until == NOW + timedelta(hours=1)


def test_faults_of_a_page_say_nothing_of_its_host(health: HostHealth) -> None:
    for reason, status in (("http_404", 404), ("foreign", 302), ("robots", None), ("resting", None)):
        health.report("presstv", attempt(HOSTS[0], reason, status=status), NOW)
    assert not health.rests("presstv", URL)


def test_a_host_out_of_reach_several_times_is_lost_for_pages(health: HostHealth) -> None:
    for _ in range(3):
        health.report("presstv", attempt(HOSTS[0], "timeout"), NOW)
    assert health.is_lost("presstv", URL)
    assert not health.is_lost("presstv", HTTPS)
