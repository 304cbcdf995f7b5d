"""How often an article is looked at: by its age, its outlet's habits, its story, and what the budget allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.habits import (
    BANDS,
    SHORTEST,
    Plan,
    Seen,
    band_of,
    checks_of_a_life,
    daily_budget,
    factor,
    helping,
    is_unconditional,
    rate,
    rooms,
    stretch_for,
    wish,
    with_check,
)
from crawler.ladder import RUNGS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
USUAL = [1.0] * len(BANDS)


def wait(age: timedelta, plan: Plan | None = None, **more: bool) -> timedelta:
    return wish(plan or Plan(), NOW - age, NOW, **more).at - NOW


@pytest.mark.parametrize(
    ("age", "every"),
    [
        (timedelta(), 15 * MINUTE),
        (3 * HOUR, HOUR),
        (2 * DAY, DAY),
        (20 * DAY, 7 * DAY),
        (100 * DAY, 30 * DAY),
    ],
)
def test_the_ladder_is_climbed_by_age(age: timedelta, every: timedelta) -> None:
    assert wait(age) == every


def test_an_outlet_that_edits_is_looked_at_more_often_and_one_that_never_does_less() -> None:
    band = band_of(3 * HOUR)
    busy = Seen(checks=500, hours=500, edits=50)
    idle = Seen(checks=500, hours=5000, edits=0)
    assert factor(busy, band) < 0.5 < 1.5 < factor(idle, band)
    assert factor(Seen(), band) == pytest.approx(1.0)


@given(
    checks=st.floats(0, 1e6),
    hours=st.floats(0, 1e7),
    edits=st.floats(0, 1e6),
    band=st.sampled_from(BANDS),
)
def test_habits_move_the_interval_within_bounds(
    checks: float, hours: float, edits: float, band: object
) -> None:
    seen = Seen(checks=checks, hours=hours, edits=edits)
    assert 0.25 <= factor(seen, band) <= 4  # type: ignore[arg-type]


def test_an_outlet_that_changes_its_habit_is_known_anew() -> None:
    band, seen = band_of(3 * HOUR), Seen()
    for _ in range(20_000):
        seen = with_check(seen, 1.0, is_edit=False)
    idle = rate(seen, band)
    for number in range(8_000):
        seen = with_check(seen, 1.0, is_edit=number % 20 == 0)
    assert rate(seen, band) > 10 * idle
    assert seen.checks < 5_000


@given(new=st.floats(0.1, 2000), budget=st.floats(50, 50_000))
def test_the_stretch_makes_the_checks_fit_the_budget_unless_the_promise_alone_is_more(
    new: float, budget: float
) -> None:
    stretch = stretch_for(USUAL, RUNGS, new, budget)
    assert 1 <= stretch <= 64.1
    promised = new * len(RUNGS)
    needed = new * checks_of_a_life(USUAL, RUNGS, stretch)
    assert needed <= budget * 1.01 or stretch > 60
    assert needed >= promised * 0.99


def test_a_busy_story_and_an_edit_double_the_pace_and_say_so() -> None:
    assert wait(2 * DAY, is_busy=True) == DAY / 2
    assert wait(2 * DAY, is_busy=True, is_edited=True) == DAY / 4
    assert wait(HOUR, is_busy=True) == SHORTEST
    why = wish(Plan(stretch=3.0), NOW - 2 * DAY, NOW, is_busy=True).why
    assert (
        why
        == "first week: every 1 day, the budget is short (3.0 times as long), its story is busy (twice as often)"
    )


def test_the_budget_follows_new_articles_and_politeness() -> None:
    assert daily_budget(0, 0, 1.0) == 200
    assert daily_budget(0, 100, 1.0) == 4000
    assert daily_budget(0, 1000, 1.0) == 10_800, "a quarter of what one request in two seconds comes to"
    assert daily_budget(77, 1000, 1.0) == 77


def test_what_is_promised_goes_first_and_old_articles_are_never_starved() -> None:
    young, old, wished = list(range(100)), list(range(100, 200)), list(range(200, 300))
    first = helping(young, old, wished, room=20, hour=0)
    assert first == [*range(16), *range(100, 104)]
    assert helping(young[:2], [], wished, room=5, hour=0) == [0, 1, 200, 201, 202]
    assert helping([], [], [5, 6], room=9, hour=0) == [5, 6]
    assert helping([1], [2], [1, 2, 3], room=9, hour=0) == [1, 2, 3]


def test_where_there_is_room_for_few_a_fifth_is_kept_hour_by_hour_so_that_neither_side_starves() -> None:
    young, old = list(range(100)), list(range(100, 200))
    for room in (1, 2, 3, 4, 7):
        asked = [helping(young, old, [], room=room, hour=hour) for hour in range(480_000, 480_005)]
        assert sum(number >= 100 for each in asked for number in each) == room
        assert all(len(each) == room for each in asked)
    assert helping([], old, [], room=1, hour=0) == [100]
    assert helping(young, [], [], room=1, hour=4) == [0]


@pytest.mark.parametrize("budget", range(1, 9))
def test_a_budget_of_less_than_eight_a_day_is_used_up_one_by_one(budget: int) -> None:
    assert rooms(budget, 0, 0)[0] == 1
    assert rooms(budget, 1, 1) == (0, 0)
    assert rooms(budget, budget, 0) == (0, 0)


def test_every_fourth_check_believes_no_validators() -> None:
    assert [is_unconditional(checks) for checks in range(8)] == [False, False, False, True] * 2


def test_wishes_leave_a_tenth_of_the_day_to_promises() -> None:
    assert rooms(800, 0, 0) == (100, 100)
    assert rooms(800, 720, 0) == (80, 0)
    assert rooms(800, 700, 0) == (100, 20)
    assert rooms(800, 100, 100) == (0, 0)
    assert rooms(800, 900, 0) == (0, 0)
