"""How old a list is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.freshness import Standing, entry_time, is_behind, is_frozen, standing, usual_gap
from crawler.items import NO_TIME, Precision, Timestamp

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = "http://www.example.com/story/1"


def test_an_entry_is_as_old_as_its_publication_or_its_discovery() -> None:
    dated = Timestamp(at=NOW - 5 * HOUR, precision=Precision.MINUTE)
    assert entry_time(NOW, dated, PLAIN) == NOW - 5 * HOUR
    assert entry_time(NOW - 9 * HOUR, dated, PLAIN) == NOW - 9 * HOUR
    assert entry_time(NOW, NO_TIME, PLAIN) == NOW


def test_a_day_in_the_address_dates_an_entry_that_has_no_time_and_counts_to_its_end() -> None:
    old = "http://www.example.com/Detail/2026/11/20/5/Old"
    assert entry_time(NOW, NO_TIME, old) == datetime(2026, 11, 21, tzinfo=UTC)
    today = "http://www.example.com/Detail/2026/11/23/5/New"
    assert entry_time(NOW, NO_TIME, today) == NOW


def test_what_is_usual_is_the_median_and_one_old_entry_does_not_move_it() -> None:
    times = [NOW - n * timedelta(minutes=20) for n in range(10)]
    assert usual_gap([*times, NOW - timedelta(days=20)]) == timedelta(minutes=20)
    assert usual_gap(times[:3]) is None
    assert usual_gap([NOW] * 50) is None


@pytest.mark.parametrize(
    ("hours", "gap", "behind"),
    [(5, None, False), (7, None, True), (7, 3 * HOUR, False), (10, 3 * HOUR, True), (-3, None, False)],
)
def test_a_list_is_behind_after_six_hours_and_three_usual_gaps(
    hours: int, gap: timedelta | None, behind: bool
) -> None:
    assert is_behind(NOW - hours * HOUR, NOW, gap) is behind


@pytest.mark.parametrize(
    ("hours", "gap", "frozen"),
    [(11, HOUR / 6, False), (13, HOUR / 6, True), (13, 2 * HOUR, False), (21, 2 * HOUR, True),
     (100, None, False), (170, None, True)],
)  # fmt: skip
def test_a_list_is_frozen_after_half_a_day_and_ten_usual_gaps(
    hours: int, gap: timedelta | None, frozen: bool
) -> None:
    assert is_frozen(NOW - hours * HOUR, NOW, gap) is frozen


def test_how_a_list_stands_beside_another() -> None:
    def stands(*hours: int, is_ours: bool = True, newest: datetime | None = NOW) -> Standing:
        return standing([NOW - n * HOUR for n in hours], is_ours=is_ours, newest=newest, gap=HOUR)

    assert stands(1, 30) is Standing.FRESH
    assert stands(8, 30) is Standing.BEHIND
    assert stands() is Standing.OTHER
    assert stands(1, is_ours=False) is Standing.OTHER
    assert stands(newest=None) is Standing.FRESH
