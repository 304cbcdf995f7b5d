"""The ladder of re-checks keeps what the contract promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from crawler.ladder import next_recheck, next_try, retry_recheck

START = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


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


def test_failed_link_is_tried_after_doubling_pauses_eight_times() -> None:
    waits = [next_try(failures, START) for failures in range(1, 9)]
    assert waits[0] == START + timedelta(minutes=5)
    assert waits[6] == START + timedelta(minutes=320)
    assert waits[7] is None
