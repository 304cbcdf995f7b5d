"""The timetable: real triggers of APScheduler at set times, and its clockwork."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crawler.items import Outlet
from schedules.jobs import Timetable, coming, next_comparison, next_due, night_of, trigger

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""A Monday."""


def outlet(outlet_id: str = "example", *, every: timedelta = timedelta(minutes=5), cron: str = "") -> Outlet:
    return Outlet(id=outlet_id, name="Example", hosts=("www.example.com",), every=every, cron=cron)


async def nothing() -> None:
    pass


def test_triggers_follow_the_declaration() -> None:
    assert isinstance(trigger(outlet()), IntervalTrigger)
    assert isinstance(trigger(outlet(cron="0 6 * * mon-fri")), CronTrigger)


def test_cron_days_are_names_so_that_monday_is_monday() -> None:
    monday = trigger(outlet(cron="0 6 * * mon")).get_next_fire_time(None, NOW + timedelta(hours=1))
    assert monday == datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
    assert monday.strftime("%a") == "Mon"


def test_an_outlet_never_polled_is_due_at_once() -> None:
    assert next_due(outlet(), None) is None
    assert next_due(outlet(cron="0 6 * * mon"), None) is None


def test_an_interval_counts_from_the_last_good_poll() -> None:
    assert next_due(outlet(), NOW) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (NOW - timedelta(days=3), datetime(2026, 11, 23, 6, 0, tzinfo=UTC)),
        (NOW, datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        (NOW - timedelta(days=20), datetime(2026, 11, 4, 6, 0, tzinfo=UTC)),
    ],
)
def test_a_cron_that_came_while_nobody_ran_is_overdue(last: datetime, due: datetime) -> None:
    assert next_due(outlet(cron="0 6 * * mon-fri"), last) == due


def test_the_coming_hours_are_listed_in_order() -> None:
    often = outlet(every=timedelta(minutes=30))
    rare = outlet("rare", cron="30 6 * * *")
    plan = coming([often, rare], {"example": NOW - timedelta(minutes=20), "rare": NOW}, NOW, hours=1)
    assert [(at.strftime("%H:%M"), who) for at, who in plan] == [
        ("06:10", "example"),
        ("06:30", "rare"),
        ("06:40", "example"),
    ]


async def test_a_poll_that_takes_longer_than_its_interval_is_never_at_work_twice() -> None:
    at_work, most, polls = 0, 0, 0
    enough = asyncio.Event()

    async def poll(_: Outlet) -> None:
        nonlocal at_work, most, polls
        at_work, polls = at_work + 1, polls + 1
        most = max(most, at_work)
        await asyncio.sleep(1.6)
        at_work -= 1
        if polls == 2:
            enough.set()

    timetable = Timetable(poll, nothing)
    timetable.set_outlets([outlet(every=timedelta(seconds=1))], {}, datetime.now(UTC))
    timetable.start()
    await asyncio.wait_for(enough.wait(), 20)
    timetable.stop()
    assert most == 1


async def test_an_adapted_outlet_is_polled_when_its_first_source_is_due() -> None:
    polled = asyncio.Event()
    due = datetime.now(UTC) + timedelta(hours=3)

    async def poll(_: Outlet) -> datetime:
        polled.set()
        return due

    timetable = Timetable(poll, nothing)
    timetable.set_outlets([outlet(every=timedelta(hours=1))], {}, datetime.now(UTC))
    timetable.start()
    await asyncio.wait_for(polled.wait(), 20)
    await asyncio.sleep(0)
    (job,) = (job for job in timetable._scheduler.get_jobs() if job.id == "poll:example")
    timetable.stop()
    assert abs(job.next_run_time - due) < timedelta(minutes=10)


def test_an_outlet_whose_interval_was_adapted_is_due_by_that() -> None:
    assert next_due(outlet(), NOW, 1200.0) == NOW + timedelta(minutes=20)
    plan = coming([outlet()], {"example": NOW}, NOW, 1, {"example": 1800.0})
    assert [at.strftime("%H:%M") for at, _ in plan] == ["06:30", "07:00"]


async def test_pausing_starts_no_job_and_leaves_those_at_work_alone() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
    polls = 0

    async def poll(_: Outlet) -> None:
        nonlocal polls
        polls += 1
        begun.set()
        await may_end.wait()
        ended.set()

    timetable = Timetable(poll, nothing)
    timetable.set_outlets([outlet()], {}, datetime.now(UTC))
    timetable.start()
    await asyncio.wait_for(begun.wait(), 20)
    timetable.pause()
    may_end.set()
    await asyncio.wait_for(ended.wait(), 20)
    timetable.stop()
    assert polls == 1


async def test_an_outlet_that_is_gone_is_polled_no_more_and_a_new_one_is() -> None:
    polled: list[str] = []
    second = asyncio.Event()

    async def poll(each: Outlet) -> None:
        polled.append(each.id)
        if each.id == "new":
            second.set()

    later = {"old": datetime.now(UTC)}
    timetable = Timetable(poll, nothing)
    timetable.set_outlets([outlet("old", every=timedelta(seconds=1))], later, datetime.now(UTC))
    timetable.set_outlets([outlet("new")], {}, datetime.now(UTC))
    timetable.start()
    await asyncio.wait_for(second.wait(), 20)
    timetable.stop()
    assert polled == ["new"]


async def test_a_poll_that_raises_is_polled_again() -> None:
    polls = 0
    again = asyncio.Event()

    async def poll(_: Outlet) -> None:
        nonlocal polls
        polls += 1
        if polls > 1:
            again.set()
        raise ValueError("a fault of ours")

    timetable = Timetable(poll, nothing)
    timetable.set_outlets([outlet(every=timedelta(seconds=1))], {}, datetime.now(UTC))
    timetable.start()
    await asyncio.wait_for(again.wait(), 20)
    timetable.stop()


def test_comparisons_come_at_night_an_outlet_at_the_same_time_each_night() -> None:
    assert [night_of(place) for place in (0.0, 0.5)] == [timedelta(hours=3), timedelta(hours=4)]
    assert next_comparison(NOW, NOW, 0.5) == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert next_comparison(None, NOW, 0.0) == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    tonight = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert next_comparison(tonight, tonight, 0.0) == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_a_comparison_that_was_missed_is_made_up_for_once_soon_after_the_start() -> None:
    for days in (1, 2, 30):
        assert next_comparison(NOW - timedelta(days=days), NOW, 0.0) == NOW + timedelta(minutes=10)
    assert next_comparison(NOW - timedelta(days=1), NOW, 0.5) == NOW + timedelta(minutes=20)


async def test_the_comparison_of_each_outlet_is_started_and_that_of_a_removed_one_is_not() -> None:
    compared: list[str] = []
    both = asyncio.Event()

    async def compare(each: Outlet) -> None:
        compared.append(each.id)
        if len(compared) == 2:
            both.set()

    async def poll(_: Outlet) -> None:
        pass

    timetable = Timetable(poll, nothing, compare=compare)
    # a clock of an hour ago: what it calls soon is due by now
    earlier = datetime.now(UTC) - timedelta(hours=1)
    owed = dict.fromkeys(("a", "b", "gone"), earlier - timedelta(days=3))
    timetable.set_comparisons([outlet("gone"), outlet("a"), outlet("b")], owed, earlier)
    timetable.set_comparisons([outlet("a"), outlet("b")], owed, earlier)
    timetable.start()
    await asyncio.wait_for(both.wait(), 20)
    timetable.stop()
    assert sorted(compared) == ["a", "b"]
