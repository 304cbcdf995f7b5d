"""How often a source is polled: bounds, overlap, quiet and failing sources."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Outlet
from crawler.pace import (
    MOST_TURNOVER,
    Look,
    Pace,
    adapts,
    after_answer,
    bounds,
    failure_weight,
    interval_after_failure,
    is_quiet,
    present_interval,
)

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EVERY = 900.0


def look(at: datetime, last: datetime | None, *, size: int = 20, fresh: int = 0) -> Look:
    return Look(at=at, last=last, size=size, fresh=fresh)


def polled(
    arrivals: list[float], *, size: int, hours: float, every: float = EVERY
) -> list[tuple[Pace, Look]]:
    """Return each poll of a feed that lists the latest *size* of links that arrive at these hours."""
    pace, at, last, found = Pace(), NOW, None, []
    while at < NOW + timedelta(hours=hours):
        new = 0
        if last is not None:
            since, until = ((moment - NOW) / timedelta(hours=1) for moment in (last, at))
            new = min(size, sum(1 for hour in arrivals if since < hour <= until))
        seen = look(at, last, size=size, fresh=new)
        pace = after_answer(pace, seen, every)
        found.append((pace, seen))
        last, at = at, at + timedelta(seconds=present_interval(pace.interval, every))
    return found


def poisson(per_hour: float, hours: float, seed: int = 1) -> list[float]:
    chance, at, found = random.Random(seed), 0.0, []
    while per_hour and at < hours:
        at += chance.expovariate(per_hour)
        found.append(at)
    return found


@given(
    every=st.floats(1, 31 * 86_400),
    polls=st.lists(st.tuples(st.floats(0, 10**6), st.integers(0, 50), st.integers(0, 50)), max_size=30),
)
def test_the_interval_stays_within_bounds_whatever_comes(
    every: float, polls: list[tuple[float, int, int]]
) -> None:
    pace, at, last = Pace(), NOW, None
    for seconds, size, fresh in polls:
        at += timedelta(seconds=seconds)
        pace = after_answer(pace, look(at, last, size=size, fresh=min(size, fresh)), every)
        last = at
        interval = present_interval(pace.interval, every)
        assert every / 4 <= interval <= every * 4
        assert interval >= min(every, 60)
        assert pace.rate is None or pace.rate >= 0


@given(
    every=st.floats(1, 86_400),
    fresh=st.lists(st.integers(0, 4), max_size=40),
    minutes=st.floats(0.01, 30),
)
def test_no_source_is_polled_less_often_in_its_first_day(
    every: float, fresh: list[int], minutes: float
) -> None:
    pace, at, last = Pace(), NOW, None
    for new in fresh:
        pace = after_answer(pace, look(at, last, fresh=new), every)
        assert present_interval(pace.interval, every) <= every
        last, at = at, at + timedelta(minutes=minutes)


def test_few_polls_by_hand_over_days_slow_nothing_down() -> None:
    pace, last = Pace(), None
    for day in range(6):
        at = NOW + timedelta(days=day)
        pace, last = after_answer(pace, look(at, last), EVERY), at
    assert pace.interval is None


def test_a_list_that_turns_over_slowly_is_polled_as_configured() -> None:
    polls = polled(poisson(6, 72), size=30, hours=72)
    assert {pace.interval for pace, _ in polls} == {None}


@pytest.mark.parametrize("per_hour", [20, 40, 60])
def test_a_fast_feed_is_polled_so_often_that_its_lists_overlap(per_hour: int) -> None:
    polls = polled(poisson(per_hour, 72), size=20, hours=72)
    settled = [seen.turnover for _, seen in polls if seen.at > NOW + timedelta(hours=2)]
    over = sum(1 for share in settled if share > MOST_TURNOVER) / len(settled)
    assert over < 0.15
    assert max(settled) < 0.8


def test_a_burst_shortens_the_interval_at_once_and_calm_lengthens_it_again() -> None:
    last = NOW + timedelta(hours=30)
    calm = Pace(rate=1.0, since=NOW, answers=100)
    burst = after_answer(calm, look(last + timedelta(minutes=15), last, fresh=12), EVERY)
    assert burst.interval == pytest.approx(EVERY * 0.2 / 0.6)
    pace, at = burst, last + timedelta(minutes=15)
    intervals = []
    for _ in range(12):
        before, at = at, at + timedelta(seconds=present_interval(pace.interval, EVERY))
        pace = after_answer(pace, look(at, before), EVERY)
        intervals.append(present_interval(pace.interval, EVERY))
    assert intervals == sorted(intervals)
    assert intervals[-1] >= EVERY


def test_a_quiet_source_is_polled_less_often_after_a_day_and_up_to_four_times() -> None:
    polls = polled([], size=20, hours=60)
    before = [pace.interval for pace, seen in polls if seen.at < NOW + timedelta(hours=24)]
    assert set(before) == {None}
    assert polls[-1][0].interval == EVERY * 4


def test_news_at_a_slowed_source_brings_it_back_step_by_step_with_its_rate() -> None:
    polls = polled([40 + n / 10 for n in range(100)], size=20, hours=50)
    assert present_interval(polls[-1][0].interval, EVERY) <= EVERY


def test_a_short_list_is_not_hurried_and_a_short_interval_never_shortened() -> None:
    full = look(NOW + timedelta(minutes=1), NOW, size=4, fresh=4)
    assert after_answer(Pace(since=NOW, answers=1), full, EVERY).interval is None
    fast = look(NOW + timedelta(seconds=3), NOW, size=20, fresh=20)
    assert after_answer(Pace(since=NOW, answers=1), fast, 3.0).interval is None
    assert bounds(3.0) == (3.0, 12.0)
    assert bounds(120.0) == (60.0, 480.0)


def test_a_cached_answer_is_not_asked_for_sooner_than_the_cache_ends_unless_configured_so() -> None:
    burst = look(NOW + timedelta(minutes=15), NOW, fresh=20)
    pace = Pace(since=NOW, answers=1)
    assert after_answer(pace, burst, EVERY).interval == EVERY / 4
    assert after_answer(pace, replace(burst, fresh_for=600.0), EVERY).interval == 600.0
    assert after_answer(pace, replace(burst, fresh_for=86_400.0), EVERY).interval is None


def test_what_came_while_nobody_looked_does_not_count_as_the_rate() -> None:
    pace = Pace(rate=10.0, since=NOW - timedelta(days=2), answers=200)
    rolled = Look(at=NOW + timedelta(days=3), last=NOW, size=20, fresh=20, rolled_over=True)
    assert after_answer(pace, rolled, EVERY).rate == 10.0


def test_the_rate_is_that_of_the_last_day_about() -> None:
    polls = polled(poisson(12, 96), size=40, hours=96)
    assert polls[-1][0].rate == pytest.approx(12, rel=0.25)
    assert polls[40][0].rate == pytest.approx(12, rel=0.5)


# --- failing --------------------------------------------------------------------------------------


def test_a_failing_source_is_asked_as_configured_for_an_hour_and_less_often_then() -> None:
    def interval(weight: float, minutes: float, *, alone: bool = True) -> float | None:
        return interval_after_failure(None, weight, timedelta(minutes=minutes), EVERY, alone=alone)

    assert interval(3, 59) is None
    assert interval(4, 60) == EVERY * 2
    assert interval(100, 6000) == EVERY * 4
    assert interval(100, 6000, alone=False) is None


def test_a_source_that_fails_forgets_that_it_was_slowed() -> None:
    assert interval_after_failure(EVERY * 3, 1, timedelta(), EVERY, alone=True) is None
    assert interval_after_failure(EVERY / 2, 1, timedelta(), EVERY, alone=True) == EVERY / 2


def test_failures_that_may_pass_weigh_less() -> None:
    assert failure_weight("http_404 gone") == failure_weight("not_a_feed") == 1.0
    assert failure_weight("timeout") == failure_weight("http_503 busy") == 0.25


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate_then", "days", "quiet"), [(10.0, 0.5, False), (10.0, 2, True), (0.01, 20, False), (0.05, 10, True)]
)
def test_a_source_is_quiet_when_much_was_to_be_expected(rate_then: float, days: float, quiet: bool) -> None:
    rated_at = NOW + timedelta(days=days)
    decayed = rate_then * 0.5**days
    assert is_quiet(decayed, rated_at, NOW, rated_at) is quiet


def test_fixed_intervals_and_crons_are_not_adapted() -> None:
    outlet = Outlet(id="a", name="A", hosts=("a.example",))
    assert adapts(outlet)
    assert not adapts(replace(outlet, fixed=True))
    assert not adapts(replace(outlet, cron="0 6 * * mon"))
