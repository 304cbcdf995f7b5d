"""What one run takes over of what earlier ones left, from a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.config.model import Store
from crawler.items import Attempt, Discovery, FeedEntry, PollOutcome
from crawler.run import Run
from crawler.runtime import Runtime
from tests.storage.world import FEED, NOON, OUTLET

BACKLOG = 20
MIRROR = "example-mirror.net"


class Clock:
    """Time that moves when it is told to."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def runtime(tmp_path: Path) -> AsyncIterator[Runtime]:
    """A runtime whose store has a backlog of pending links."""
    config = replace(Config(outlets=(OUTLET,)), store=Store(path=tmp_path / "n.db"))
    runtime = Runtime.build(config, Clock())
    await runtime.store.open()
    await runtime.apply_config(config)
    run = await Run.begin(runtime, OUTLET, "crawl", patient=False)
    assert len(await run.record(listing(*range(BACKLOG)))) == BACKLOG
    yield runtime
    await runtime.stop()


def listing(*numbers: int) -> Discovery:
    return Discovery(
        outlet_id=OUTLET.id,
        source=FEED,
        outcome=PollOutcome.LISTED,
        at=NOON,
        host="www.example.com",
        url=FEED.url,
        entries=tuple(FeedEntry(url=f"http://www.example.com/Detail/{1000 + each}/x") for each in numbers),
        attempts=(Attempt(host="www.example.com", url=FEED.url, status=200, reason="ok"),),
    )


async def patient(runtime: Runtime, room: int) -> Run:
    run = await Run.begin(runtime, OUTLET, "poll", patient=True)
    run.room = room
    return run


async def test_a_daemons_run_counts_of_a_backlog_what_it_takes_over(runtime: Runtime) -> None:
    run = await patient(runtime, 5)
    left = await run.left_over()
    assert [link.id for link in left] == [1, 2, 3, 4, 5]
    assert {name: count for name, count in run.tally.counts().items() if count} == {"found": 5, "pending": 5}
    assert run.room == 0
    await run.finish()


async def test_what_the_run_has_asked_for_already_takes_no_room_from_the_backlog(runtime: Runtime) -> None:
    run = await patient(runtime, 8)
    asked = await run.record(listing(0, 1, 2))
    left = await run.left_over()
    assert [link.id for link in (*asked, *left)] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert await run.left_over() == []


async def test_what_a_list_names_is_counted_though_there_is_no_room(runtime: Runtime) -> None:
    run = await patient(runtime, 2)
    asked = await run.record(listing(BACKLOG, BACKLOG + 1, BACKLOG + 2))
    assert (len(asked), await run.left_over()) == (2, [])
    assert run.tally.counts()["pending"] == 3
    await run.finish()
    assert (await runtime.store.call("check")) == []


async def test_a_pass_by_hand_takes_the_whole_backlog(runtime: Runtime) -> None:
    run = await Run.begin(runtime, OUTLET, "crawl", patient=False)
    assert len(await run.left_over()) == BACKLOG == run.tally.counts()["pending"]


async def failures_in_store(runtime: Runtime) -> int:
    memory = await runtime.store.call("host_health", OUTLET.id)
    return max((state.failures for state in memory.states.values()), default=0)


def report(run: Run, reason: str) -> None:
    attempt = Attempt(host=MIRROR, url=f"http://{MIRROR}/rss.xml", status=None, reason=reason)
    run.runtime.health.report(OUTLET.id, attempt, run.runtime.clock())


async def test_a_host_that_begins_to_fail_is_in_the_store_before_the_run_ends(runtime: Runtime) -> None:
    run = await patient(runtime, 5)
    report(run, "refused")
    await run.record(listing(0))
    assert await failures_in_store(runtime) == 1


async def test_health_is_written_in_mid_run_when_a_host_turns_and_twice_a_minute_at_most(
    runtime: Runtime,
) -> None:
    clock = runtime.clock
    assert isinstance(clock, Clock)
    run = await patient(runtime, 5)
    report(run, "refused")
    await run.record(listing(0))
    clock.now += timedelta(seconds=40)
    report(run, "refused")  # it fails as before
    await run.record(listing(0))
    assert await failures_in_store(runtime) == 1
    report(run, "ok")
    await run.record(listing(0))
    assert await failures_in_store(runtime) == 0
    clock.now += timedelta(seconds=10)
    report(run, "refused")  # it turns again, too soon to be written
    await run.record(listing(0))
    assert await failures_in_store(runtime) == 0
    await run.finish()
    assert await failures_in_store(runtime) == 1
