"""When outlets are polled: the pure part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.items import Outlet
from schedules.cadence import START_WITHIN, beat, first_poll, span

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("due", [None, NOW - timedelta(hours=9), NOW])
def test_outlets_never_polled_or_overdue_are_polled_within_ten_seconds(
    place: float, due: datetime | None
) -> None:
    first = first_poll(due, NOW, place)
    assert NOW <= first <= NOW + START_WITHIN < NOW + timedelta(seconds=10)


def test_an_outlet_that_is_due_later_waits() -> None:
    assert first_poll(NOW + timedelta(minutes=3), NOW, 0.5) == NOW + timedelta(minutes=3)


def test_a_cron_is_not_moved_and_an_interval_by_a_twentieth() -> None:
    assert beat(Outlet(id="a", name="A", hosts=("a.example",), cron="0 6 * * mon")).jitter == 0
    assert beat(Outlet(id="a", name="A", hosts=("a.example",), every=timedelta(minutes=5))).jitter == 15


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (2.7, "3 s"),
        (60, "1 min"),
        (300, "5 min"),
        (5400, "90 min"),
        (7200, "2 h"),
        (893, "15 min"),
        (90_000, "25 h"),
        (2_000_000, "23 d"),
    ],
)
def test_spans_read_as_people_say_them(seconds: float, said: str) -> None:
    assert span(seconds) == said
