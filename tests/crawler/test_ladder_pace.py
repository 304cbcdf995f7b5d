"""Checks between the promised ones: their steps, and what stretches and draws them together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.ladder import BETWEEN, LEAST_PAUSE, NEVER, RUNGS, Pace, next_recheck
from crawler.recheckwords import pace_told, rechecks_told

START = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUIET = Pace(arrivals=10, budget=2000, done=0, edits=0, checks=0)


def ages(stretch: float, *, published_at: datetime | None = None) -> list[timedelta]:
    """The ages of an article at all its checks, each made when it is due."""
    found, now = [], START
    while (due := next_recheck(START, now, stretch=stretch, published_at=published_at)) is not None:
        found.append(due - START)
        now = due
    return found


def pace(**changes: float) -> Pace:
    """A pace that is the quiet one but for these."""
    return Pace(**({name: getattr(QUIET, name) for name in Pace.__dataclass_fields__} | changes))  # type: ignore[arg-type]


def test_an_article_is_checked_each_quarter_of_an_hour_hourly_daily_and_weekly() -> None:
    found = ages(1.0)
    gaps = {age: later - age for age, later in pairwise(found) if later not in RUNGS and age not in RUNGS}
    assert {gap for age, gap in gaps.items() if age < 3 * HOUR} == {HOUR / 4}
    assert {gap for age, gap in gaps.items() if 4 * HOUR < age < DAY} == {HOUR}
    assert {gap for age, gap in gaps.items() if age > 18 * DAY} == {7 * DAY}
    assert found[-1] == timedelta(days=365)


def test_what_the_checks_between_cost_is_what_the_budget_reckons_with() -> None:
    assert len(ages(1.0)) - len(RUNGS) == BETWEEN
    assert ages(NEVER) == list(RUNGS)


@given(st.floats(0.1, 30.0))
def test_a_stretch_moves_no_check_before_its_pause_and_keeps_what_is_promised(stretch: float) -> None:
    found = ages(stretch)
    assert all(later - age >= LEAST_PAUSE for age, later in pairwise(found))
    assert min(found) <= 4 * HOUR
    week = [age for age in found if age <= 8 * DAY + 6 * HOUR]
    assert all(later - age <= DAY for age, later in pairwise(week) if age >= DAY)
    assert found[-1] == RUNGS[-1]


@given(st.floats(0.5, 12.0))
def test_twice_the_stretch_has_at_most_as_many_checks(stretch: float) -> None:
    assert len(ages(2 * stretch)) <= len(ages(stretch))


def test_an_article_published_long_ago_has_the_promised_checks_alone() -> None:
    assert ages(1.0, published_at=START - 90 * DAY) == list(RUNGS)
    assert len(ages(1.0, published_at=START - 30 * DAY)) < len(ages(1.0))


@pytest.mark.parametrize(
    ("arrivals", "stretch"), [(10, 1.0), (50, 1.5), (100, 16.5), (111, NEVER), (300, NEVER)]
)
def test_the_budget_stretches_what_it_cannot_pay(arrivals: float, stretch: float) -> None:
    assert pace(arrivals=arrivals).stretch() == pytest.approx(stretch)


def test_more_checks_than_the_budget_in_a_day_stretch_further() -> None:
    assert pace(done=4000).stretch() == 2 * pace(done=2000).stretch()


def test_an_outlet_that_edits_much_is_checked_more_and_one_that_never_does_less() -> None:
    assert pace(edits=500, checks=2000).habit == 0.5
    assert 2 < pace(edits=0, checks=2000).habit <= 4.0
    assert pace(edits=40, checks=2000).habit == pytest.approx(1.0)


def test_a_busy_story_halves_the_steps_but_never_beyond_the_budget() -> None:
    assert QUIET.stretch(is_busy=True) == 0.5
    tight = pace(arrivals=100)
    assert tight.stretch(is_busy=True) == tight.stretch()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "usual length"),
        ({"arrivals": 200}, "over the budget: 200 new articles a day"),
        ({"arrivals": 111}, "leaves no room"),
        ({"arrivals": 80}, "4.7 times as long, for the budget"),
        ({"checks": 3000}, "4.0 times as long: 0 edits in 3,000 checks"),
        ({"edits": 300, "checks": 3000}, "0.5 times as long, for it edits much: 300 edits"),
    ],
)
def test_the_pace_is_told_with_its_reason(changes: dict[str, float], told: str) -> None:
    own = pace(**changes)
    stretch = own.stretch()
    facts = {name: getattr(own, name) for name in Pace.__dataclass_fields__}
    facts |= {"stretch": None if stretch == NEVER else stretch, "due": 3, "oldest": "2026-11-23T00:00:00Z"}
    assert told in pace_told(facts)
    assert rechecks_told(facts).startswith(
        "3 due, the oldest since 2026-11-23T00:00:00Z; 0 in 24 hours of a budget of"
    )
