"""When outlets are polled: the pure part."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.items import Outlet
from schedules.cadence import (
    START_WITHIN,
    beat,
    first_poll,
    moved,
    shortest,
    shortest_intervals,
    span,
    told_pace,
)

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


QUARTER = Outlet(id="a", name="A", hosts=("a.example",), every=timedelta(minutes=15))


def test_the_next_poll_is_when_the_first_source_is_due_and_never_at_once() -> None:
    assert moved(QUARTER, NOW + timedelta(minutes=40), NOW, 0) == NOW + timedelta(minutes=40)
    assert moved(QUARTER, NOW + timedelta(minutes=40), NOW, -1) == NOW + timedelta(minutes=38)
    assert moved(QUARTER, NOW - timedelta(hours=9), NOW, 0) == NOW + timedelta(minutes=15) / 8


def test_the_shortest_interval_of_an_outlet_counts_and_as_configured_is_none() -> None:
    assert shortest(QUARTER, (None, None)) is None
    assert shortest(QUARTER, (None, 3600)) is None
    assert shortest(QUARTER, (3600, 1800)) == 1800
    assert shortest(QUARTER, (None, 1)) == 225
    assert shortest(replace(QUARTER, fixed=True), (300,)) is None
    assert shortest_intervals([QUARTER], {"a": [300.0], "b": [5.0]}) == {"a": 300.0}


def test_what_differs_from_the_config_is_said_with_its_cause() -> None:
    assert told_pace(QUARTER, (None, None)) == ""
    assert told_pace(QUARTER, (None, 300, 3600)) == (
        "1 of 3 sources as often as every 5 min, since much of their lists is new at each poll; "
        "1 of 3 sources as rarely as every 1 h, since they bring little or fail"
    )
    assert told_pace(replace(QUARTER, cron="0 6 * * mon"), (300,)) == ""


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
