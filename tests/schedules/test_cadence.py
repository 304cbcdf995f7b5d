"""When outlets are polled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crawler.items import Outlet
from schedules.cadence import START_WITHIN, first_poll
from schedules.jobs import coming, trigger

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def outlet(*, every: timedelta = timedelta(minutes=5), cron: str = "") -> Outlet:
    return Outlet(id="example", name="Example", hosts=("www.example.com",), every=every, cron=cron)


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("last", [None, NOW - timedelta(hours=9), NOW - timedelta(minutes=5)])
def test_outlets_never_polled_or_overdue_are_polled_within_ten_seconds(
    place: float, last: datetime | None
) -> None:
    first = first_poll(outlet(), last, NOW, place)
    assert first is not None
    assert NOW <= first <= NOW + START_WITHIN < NOW + timedelta(seconds=10)


def test_an_outlet_polled_lately_waits_for_its_interval() -> None:
    assert first_poll(outlet(), NOW - timedelta(minutes=2), NOW, 0.5) == NOW + timedelta(minutes=3)


def test_a_cron_outlet_that_was_polled_waits_for_its_cron_and_a_new_one_does_not() -> None:
    daily = outlet(cron="0 6 * * mon-fri")
    assert first_poll(daily, NOW - timedelta(days=2), NOW, 0.0) is None
    assert first_poll(daily, None, NOW, 0.0) == NOW


def test_triggers_follow_the_declaration() -> None:
    assert isinstance(trigger(outlet()), IntervalTrigger)
    assert isinstance(trigger(outlet(cron="0 6 * * mon-fri")), CronTrigger)


def test_cron_days_are_names_so_that_monday_is_monday() -> None:
    monday = trigger(outlet(cron="0 6 * * mon")).get_next_fire_time(None, NOW + timedelta(hours=1))
    assert monday == datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
    assert monday is not None
    assert monday.strftime("%a") == "Mon"


def test_the_coming_hours_are_listed_in_order() -> None:
    often = outlet(every=timedelta(minutes=30))
    rare = Outlet(id="rare", name="Rare", hosts=("r.example",), cron="30 6 * * *")
    plan = coming([often, rare], {"example": NOW - timedelta(minutes=20), "rare": NOW}, NOW, hours=1)
    assert [(at.strftime("%H:%M"), who) for at, who in plan] == [
        ("06:10", "example"),
        ("06:30", "rare"),
        ("06:40", "example"),
    ]
