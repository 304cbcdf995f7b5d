"""One rule says what a try means for a host, and the store gives back exactly what was learned."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.hosthealth import HostHealth, State, learned, overall
from crawler.items import Attempt
from storage.store import Store
from tests.world.crawling import HOSTS, NOW, OUTLET, PATH

MINUTE = timedelta(minutes=1)


def tried(reason: str, host: str = HOSTS[0], scheme: str = "http", *, rest: float = 0.0) -> Attempt:
    status = 200 if reason in ("ok", "seizure", "not_a_feed") else None
    if reason.startswith("http_"):
        status = int(reason.removeprefix("http_"))
    if reason in ("foreign", "front_page", "redirects"):
        status = 302
    return Attempt(host=host, url=f"{scheme}://{host}{PATH}", status=status, reason=reason, rest=rest)


def after(*reasons: str, for_source: bool = False) -> State:
    state = State()
    for number, reason in enumerate(reasons):
        state = learned(state, tried(reason), NOW + number * MINUTE, for_source=for_source)
    return state


@pytest.mark.parametrize(
    "reason",
    ["dns", "refused", "reset", "tls", "timeout", "proxy", "private", "robots_unreachable", "http_401",
     "http_403", "http_429", "http_451", "http_500", "http_503", "http_530", "challenge", "seizure", "parked",
     "consent", "censor", "login", "error", "dead_mirror", "protocol", "truncated"],
)  # fmt: skip
def test_a_host_rests_after(reason: str) -> None:
    state = after(reason)
    assert (state.failures, state.reason, state.failing_since) == (1, reason, NOW)
    assert state.rest_until is not None
    assert state.rest_until >= NOW + MINUTE


@pytest.mark.parametrize("reason", ["http_404", "http_410", "soft_404", "not_html", "empty", "robots"])
def test_a_page_that_is_not_there_says_nothing_against_its_host(reason: str) -> None:
    assert after(reason).rest_until is None


@pytest.mark.parametrize("reason", ["foreign", "front_page", "redirects"])
def test_a_host_that_leads_elsewhere_rests_at_once_for_a_source_and_after_five_pages(reason: str) -> None:
    assert after(reason, for_source=True).failures == 1
    assert after(*[reason] * 4).rest_until is None
    assert after(*[reason] * 5).failures == 1
    assert after(*[reason] * 4, "ok", *[reason] * 4).rest_until is None


def test_the_kind_and_number_of_failures_in_a_row_are_kept() -> None:
    state = after("ok", "timeout", "http_403", "challenge")
    assert (state.failures, state.reason) == (3, "challenge")
    assert state.last_ok_at == NOW
    assert state.failing_since == NOW + MINUTE
    assert state.rest_until == NOW + 3 * MINUTE + 4 * MINUTE


def test_a_good_answer_ends_it_and_a_missing_page_is_no_good_answer() -> None:
    assert after("timeout", "ok") == State(last_ok_at=NOW + MINUTE, last_tried_at=NOW + MINUTE, status=200)
    assert after("ok", "http_404").last_ok_at == NOW


def test_pauses_grow_to_six_hours_and_a_longer_wish_of_the_host_counts() -> None:
    state = after(*["timeout"] * 30)
    assert state.rest_until == NOW + 29 * MINUTE + timedelta(hours=6)
    asked = learned(State(), tried("http_429", rest=3600.0), NOW)
    assert asked.rest_until == NOW + timedelta(hours=1)


def test_one_scheme_that_serves_is_enough_for_the_whole() -> None:
    well = State(last_ok_at=NOW, last_tried_at=NOW)
    failing = State(failing_since=NOW, failures=2, rest_until=NOW + MINUTE, reason="tls", last_tried_at=NOW)
    assert overall([failing, well]) == State(last_ok_at=NOW, last_tried_at=NOW)
    served_before = State(last_ok_at=NOW - MINUTE, last_tried_at=NOW - MINUTE)
    assert overall([failing, served_before]) == replace(failing, last_ok_at=NOW - MINUTE)
    assert overall([failing]).reason == "tls"
    assert overall([]) == State()


def test_a_restart_goes_on_exactly_where_the_last_process_ended(tmp_path: Path) -> None:
    now = [NOW]
    first = HostHealth(lambda: now[0])
    for reason, scheme in (("timeout", "https"), ("ok", "http"), ("tls", "https"), ("refused", "https")):
        first.report("presstv", tried(reason, scheme=scheme), now[0])
    first.report("presstv", tried("seizure", HOSTS[1]), now[0])
    first.mark_stale("presstv", HOSTS[2], NOW)
    with Store.open(tmp_path / "store.db") as store:
        store.sync_config([OUTLET], [], NOW)
        learned_now = first.unsaved("presstv")
        store.save_health("presstv", learned_now)
        first.saved("presstv", learned_now)
        memory = store.host_health("presstv")
    assert first.unsaved("presstv") == {}
    second = HostHealth(lambda: now[0])
    second.load("presstv", memory)
    for host in HOSTS:
        for scheme in ("https", "http"):
            assert second.state("presstv", host, scheme) == first.state("presstv", host, scheme)
    assert second.is_lost("presstv", f"https://{HOSTS[0]}/")
    assert not second.rests("presstv", f"http://{HOSTS[0]}/")
    now[0] = NOW + timedelta(minutes=2)
    for health in (first, second):
        health.report("presstv", tried("timeout", scheme="https"), now[0])
    assert second.state("presstv", HOSTS[0], "https") == first.state("presstv", HOSTS[0], "https")
    assert second.state("presstv", HOSTS[0], "https").failures == 4


def test_what_is_learned_while_the_store_is_busy_stays_unsaved(tmp_path: Path) -> None:
    health = HostHealth(lambda: NOW)
    health.report("presstv", tried("timeout"), NOW)
    given = health.unsaved("presstv")
    health.report("presstv", tried("timeout"), NOW)
    health.saved("presstv", given)
    assert [state.failures for state in health.unsaved("presstv").values()] == [2]


def test_a_host_that_comes_back_is_asked_over_its_other_scheme_at_once() -> None:
    health = HostHealth(lambda: NOW)
    for scheme in ("https", "http"):
        for _ in range(3):
            health.report("presstv", tried("timeout", scheme=scheme), NOW)
    health.report("presstv", tried("ok"), NOW)
    assert not health.is_lost("presstv", f"https://{HOSTS[0]}/")
    health.report("presstv", tried("tls", scheme="https"), NOW)
    health.report("presstv", tried("ok"), NOW)
    assert health.rests("presstv", f"https://{HOSTS[0]}/"), "http was well before: https stays at rest"


def test_hosts_with_old_lists_stand_behind_fresh_ones_and_resting_ones_behind_both() -> None:
    clock: list[datetime] = [NOW]
    health = HostHealth(lambda: clock[0])
    health.mark_stale("presstv", HOSTS[0], NOW)
    assert health.order(OUTLET) == [HOSTS[1], HOSTS[2], HOSTS[0]]
    health.report("presstv", tried("timeout", HOSTS[1]), NOW)
    assert health.order(OUTLET) == [HOSTS[2], HOSTS[0], HOSTS[1]]
    assert health.awake(OUTLET) == [HOSTS[2], HOSTS[0]]
    clock[0] += 2 * MINUTE
    health.mark_stale("presstv", HOSTS[0], None)
    assert health.order(OUTLET) == list(HOSTS)
