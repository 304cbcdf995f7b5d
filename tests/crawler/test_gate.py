"""Politeness per host over the whole process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from crawler.errors import HostResting
from crawler.gate import MAX_REST, Gate, retry_after_seconds

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def gate(time: Time) -> Gate:
    return Gate(delay=1.0, clock=time, sleep=time.sleep)


async def use(gate: Gate, host: str, log: list[str], name: str, time: Time, takes: float = 0.0) -> None:
    async with gate.turn(host):
        log.append(f"{name} in")
        await asyncio.sleep(0)
        time.now += takes
        log.append(f"{name} out")


async def test_one_request_at_a_time_in_order_of_arrival(gate: Gate, time: Time) -> None:
    log: list[str] = []
    await asyncio.gather(*(use(gate, "a", log, str(n), time) for n in range(4)))
    assert log == [f"{n} {way}" for n in range(4) for way in ("in", "out")]


async def test_the_delay_counts_from_the_end_of_an_answer(gate: Gate, time: Time) -> None:
    await use(gate, "a", [], "slow", time, takes=7.0)
    await use(gate, "a", [], "next", time)
    assert time.slept == [1.0]


async def test_other_hosts_and_other_ports_do_not_wait(gate: Gate, time: Time) -> None:
    for host in ("www.presstv.ir", "presstv.ir", "127.0.0.1:8001", "127.0.0.1:8002"):
        await use(gate, host, [], host, time)
    assert time.slept == []


async def test_a_cancelled_waiter_gives_its_place_up(gate: Gate, time: Time) -> None:
    log: list[str] = []
    async with gate.turn("a"):
        waiting = asyncio.create_task(use(gate, "a", log, "gone", time))
        after = asyncio.create_task(use(gate, "a", log, "after", time))
        await asyncio.sleep(0)
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await after
    assert log == ["after in", "after out"]


async def test_a_failed_turn_still_keeps_the_delay(gate: Gate, time: Time) -> None:
    with pytest.raises(ValueError, match="broken"):
        async with gate.turn("a"):
            raise ValueError("broken")
    await use(gate, "a", [], "next", time)
    assert time.slept == [1.0]


async def test_crawl_delay_is_kept_and_capped(gate: Gate, time: Time) -> None:
    gate.set_crawl_delay("a", 5)
    gate.set_crawl_delay("b", 1e9)
    for host in ("a", "a", "b", "b"):
        await use(gate, host, [], host, time)
    assert time.slept == [5.0, 30.0]


async def test_retry_after_rests_the_host_for_everybody(gate: Gate, time: Time) -> None:
    assert gate.answered("a", 429, "120", now=NOW) == 120
    with pytest.raises(HostResting) as resting:
        await use(gate, "a", [], "x", time)
    assert resting.value.reason == "resting"
    assert resting.value.seconds == 120
    await use(gate, "b", [], "other host", time)
    time.now += 121
    await use(gate, "a", [], "rested", time)


async def test_those_who_wait_give_up_when_the_host_begins_to_rest(gate: Gate, time: Time) -> None:
    async with gate.turn("a"):
        waiting = asyncio.create_task(use(gate, "a", [], "x", time))
        await asyncio.sleep(0)
        gate.answered("a", 503, "3600", now=NOW)
    with pytest.raises(HostResting):
        await waiting


async def test_a_short_rest_is_waited_for(gate: Gate, time: Time) -> None:
    gate.answered("a", 503, "3", now=NOW)
    await use(gate, "a", [], "x", time)
    assert time.slept == [3.0]


async def test_429_without_retry_after_slows_the_host_until_it_answers_again(time: Time) -> None:
    gate = Gate(delay=0.0, clock=time, sleep=time.sleep)
    for _ in range(3):
        gate.answered("a", 429)
    await use(gate, "a", [], "1", time)
    await use(gate, "a", [], "2", time)
    assert time.slept == [4.0]
    for _ in range(3):
        gate.answered("a", 200)
    await use(gate, "a", [], "3", time)
    await use(gate, "a", [], "4", time)
    assert time.slept == [4.0, 4.0]  # the pause of turn 2 had begun; turn 3 begins none


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("99999999999999999999", MAX_REST),
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_REST),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("Mon, 99 Foo 2026 99:99:99 GMT", None),
        ("٣٠", None),
    ],
)
def test_retry_after_in_both_forms_and_absurd_ones(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOW) == seconds


def test_many_hosts_do_not_fill_the_memory(gate: Gate) -> None:
    for number in range(10_050):
        gate.set_crawl_delay(f"host{number}", 1)
    assert len(gate._lanes) <= 10_000


async def test_a_turn_given_back_costs_nobody_a_delay() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    gate = Gate(delay=1.0, clock=lambda: 0.0, sleep=sleep)
    for _ in range(3):
        with pytest.raises(HostResting):
            async with gate.turn("www.presstv.ir"):
                raise HostResting("www.presstv.ir", 60, "failed meanwhile")
    assert slept == []
