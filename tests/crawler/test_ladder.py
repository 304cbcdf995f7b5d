"""The ladder of re-checks keeps what the contract promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from crawler.ladder import next_recheck, next_try, retry_recheck

START = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _ages() -> list[timedelta]:
    ages, now = [timedelta()], START
    while (due := next_recheck(START, now)) is not None:
        ages.append(due - START)
        now = due
    return ages


def test_checked_by_four_hours_again_within_a_day_daily_for_a_week_then_ever_more_seldom() -> None:
    ages = _ages()
    assert any(HOUR / 4 <= age <= 4 * HOUR for age in ages)
    assert any(4 * HOUR < age <= 24 * HOUR for age in ages)
    week = [age for age in ages if age <= timedelta(days=8)]
    assert all(b - a < timedelta(days=1) for a, b in pairwise(week))
    assert week[-1] >= timedelta(days=7)
    later = [b - a for a, b in pairwise(age for age in ages if age >= timedelta(days=7))]
    assert later == sorted(later) or later[:-1] == sorted(later[:-1])
    assert ages[-1] == timedelta(days=365)


def test_check_that_proved_nothing_is_repeated_before_the_next_rung() -> None:
    assert retry_recheck(START, START + 3 * HOUR) == START + 4 * HOUR
    month = START + timedelta(days=30)
    assert month < retry_recheck(START, month) <= START + timedelta(days=31)


def test_a_link_that_no_host_could_give_is_tried_for_two_weeks() -> None:
    waits = [next_try(failures, START, START, is_gone=False) for failures in (1, 2, 7, 8, 40)]
    assert waits == [START + pause for pause in (5 * MINUTE, 10 * MINUTE, 320 * MINUTE, 6 * HOUR, 6 * HOUR)]
    late = START + timedelta(days=14)
    assert next_try(8, START, late, is_gone=False) is None
    assert next_try(7, START, late, is_gone=False) is not None


def test_a_page_that_every_host_denies_is_looked_for_a_day() -> None:
    assert next_try(1, START, START, is_gone=True) == START + 5 * MINUTE
    assert next_try(8, START, START + timedelta(days=1), is_gone=True) is None
