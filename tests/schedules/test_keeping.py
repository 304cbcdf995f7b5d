"""The care of kept pages in the daemon: beside the thread that writes, and again only after a day."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from crawler.config import Config
from crawler.config.model import Store as StoreTable
from crawler.items.kept import PageLimits
from schedules.daemon import Daemon
from schedules.jobs import PRESS, Timetable
from schedules.keeping import TAKEN_AT_ONCE, PageKeeper
from storage.thread import StoreThread
from tests.storage.keptpages import page, store_page
from tests.storage.world import OTHER, OUTLET, World, opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made
        assert made.store.check(bodies=True) == []


@pytest_asyncio.fixture
async def thread(world: World) -> object:
    thread = StoreThread(world.path)
    await thread.open()
    yield thread
    await thread.close()


async def test_a_night_makes_room_first_and_then_takes_what_is_too_old(
    world: World, thread: StoreThread
) -> None:
    for number in range(20):
        store_page(world, number)
    world.begin(days=40)
    for number in range(30, 40):
        store_page(world, number)
    config = Config(store=StoreTable(path=world.path, keep_pages=timedelta(days=30)), outlets=(OUTLET, OTHER))
    done = await PageKeeper(thread, lambda: world.now).keep(config)
    assert done.dictionaries == ("example",)
    assert done.saved > 0
    assert (done.taken, world.store.kept()["dropped"]) == (20, 20)
    assert world.store.kept()["pages"] == 10
    again = await PageKeeper(thread, lambda: world.now).keep(config)
    assert (again.dictionaries, again.saved, again.taken) == ((), 0, 0)


async def test_many_bodies_go_in_several_transactions_and_crawls_write_between(
    world: World, thread: StoreThread
) -> None:
    for number in range(TAKEN_AT_ONCE + 20):
        store_page(world, number, b"<html>" + str(number).encode() + b"</html>")
    world.now += timedelta(days=400)
    taking = asyncio.create_task(
        PageKeeper(thread, lambda: world.now).take(PageLimits(pages=timedelta(days=30)))
    )
    run = asyncio.create_task(thread.call("begin_run", "example", world.now, "crawl"))
    assert (await taking).taken == TAKEN_AT_ONCE + 20
    assert await run


async def test_an_outlet_whose_pages_give_none_is_tried_again_after_a_day(
    world: World, thread: StoreThread
) -> None:
    for number in range(8):
        store_page(world, number, hashlib.shake_256(str(number).encode()).digest(4000))
    now: list[datetime] = [world.now]
    keeper = PageKeeper(thread, lambda: now[0])
    assert await keeper.make_dictionaries() == ()
    for number in range(100, 140):
        store_page(world, number, page("example", number))
    assert await keeper.make_dictionaries() == (), "within the day it is left alone"
    now[0] += timedelta(days=1)
    assert await keeper.make_dictionaries() == ("example",)


async def test_two_that_make_dictionaries_at_once_make_each_once(world: World, thread: StoreThread) -> None:
    for number in range(10):
        store_page(world, number)
    keeper = PageKeeper(thread, lambda: world.now)
    made = await asyncio.gather(keeper.make_dictionaries(), keeper.make_dictionaries())
    assert sorted(made) == [(), ("example",)]


async def test_the_nightly_job_of_the_daemon_looks_after_kept_pages(world: World) -> None:
    for number in range(20):
        store_page(world, number)
    store = StoreTable(path=world.path, keep_pages=timedelta(days=1))
    daemon = Daemon(Config(store=store, outlets=(OUTLET, OTHER)))
    daemon.runtime.clock = lambda: world.now + timedelta(days=2)
    daemon._keeper = PageKeeper(daemon.runtime.store, daemon.runtime.clock)
    await daemon.runtime.store.open()
    try:
        await daemon.press()
        assert world.value("SELECT count(*) FROM dictionaries") == 1
        await daemon.fold()
    finally:
        await daemon.runtime.store.close()
    assert world.store.kept()["dropped"] == 20


async def test_the_timetable_looks_for_dictionaries_within_the_hour() -> None:
    async def nothing(*_: object) -> None:
        pass

    timetable = Timetable(nothing, nothing, press=nothing)
    timetable.start()
    (job,) = (each for each in timetable._scheduler.get_jobs() if each.id == PRESS)
    timetable.stop()
    wait = job.next_run_time - datetime.now(job.next_run_time.tzinfo)
    assert timedelta(0) < wait < timedelta(hours=1)
