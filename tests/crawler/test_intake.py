"""Many writes as one: order, company, errors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from crawler.errors import StoreFull
from crawler.intake import LARGEST, Intake


class Ledger:
    """A writer that takes a batch in when its gate is open, and refuses what it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.bad: set[str] = set()
        self.full = False
        self.gate = asyncio.Event()
        self.asked = asyncio.Event()

    async def write(self, batch: Sequence[str]) -> list[str]:
        self.asked.set()
        await self.gate.wait()
        if self.full:
            raise StoreFull("news.db", "the disk is full.", "Make room.")
        for item in batch:
            if item in self.bad:
                raise ValueError(item)
        self.batches.append(list(batch))
        return [item.upper() for item in batch]


async def put_all(
    intake: Intake[str, str], ledger: Ledger, items: Sequence[str]
) -> list[str | BaseException]:
    """Put the first item, the others while it is being written; return what each came to."""
    first = asyncio.create_task(intake.put(items[0]))
    await ledger.asked.wait()
    others = [asyncio.create_task(intake.put(item)) for item in items[1:]]
    await asyncio.sleep(0)
    assert not first.done()
    ledger.gate.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


async def test_what_arrives_during_a_write_is_written_together_and_in_order() -> None:
    ledger = Ledger()
    results = await put_all(Intake(ledger.write), ledger, ["a", "b", "c", "d"])
    assert results == ["A", "B", "C", "D"]
    assert ledger.batches == [["a"], ["b", "c", "d"]]


async def test_a_batch_is_bounded() -> None:
    ledger = Ledger()
    items = [f"i{number}" for number in range(2 * LARGEST + 2)]
    assert await put_all(Intake(ledger.write), ledger, items) == [item.upper() for item in items]
    assert [len(batch) for batch in ledger.batches] == [1, LARGEST, LARGEST, 1]


async def test_one_bad_item_sinks_no_other() -> None:
    ledger = Ledger()
    ledger.bad = {"c"}
    results = await put_all(Intake(ledger.write), ledger, ["a", "b", "c", "d"])
    assert isinstance(results.pop(2), ValueError)
    assert results == ["A", "B", "D"]
    assert ledger.batches == [["a"], ["b"], ["d"]]


async def test_every_item_of_a_batch_hears_that_the_store_could_not_write() -> None:
    ledger = Ledger()
    ledger.full = True
    results = await put_all(Intake(ledger.write), ledger, ["a", "b", "c"])
    assert all(isinstance(result, StoreFull) for result in results)
    assert ledger.batches == []


async def test_an_intake_that_failed_takes_the_next_item() -> None:
    ledger = Ledger()
    ledger.gate.set()
    ledger.bad = {"a"}
    intake: Intake[str, str] = Intake(ledger.write)
    with pytest.raises(ValueError, match="a"):
        await intake.put("a")
    assert await intake.put("b") == "B"


async def test_who_gave_up_waiting_keeps_no_other_from_its_result() -> None:
    ledger = Ledger()
    intake: Intake[str, str] = Intake(ledger.write)
    gone = asyncio.create_task(intake.put("a"))
    await ledger.asked.wait()
    kept = asyncio.create_task(intake.put("b"))
    await asyncio.sleep(0)
    gone.cancel()
    ledger.gate.set()
    assert await kept == "B"
    assert ledger.batches == [["a"], ["b"]]
