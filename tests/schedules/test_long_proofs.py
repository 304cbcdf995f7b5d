"""Short forms of the long proofs of delivery: benchmarks/crashmail.py and benchmarks/month.py."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks import crashmail, month
from crawler.items import Recipient, Rule


@pytest.mark.timeout(120)
async def test_kill_9_between_match_and_delivery_loses_nothing() -> None:
    assert await crashmail.run(4, random.Random(7)) == []


@pytest.mark.timeout(120)
async def test_days_around_a_clock_change_bring_every_mail_in_its_window() -> None:
    assert await month.run(2, random.Random(3), datetime(2026, 10, 24, 12, 0, tzinfo=UTC)) == []


def test_the_readers_clock_is_walked_over_both_kinds_of_clock_change() -> None:
    """What the month is judged by: a time that is skipped comes when the gap ends, one shown twice comes once."""
    sydney = Recipient(id="a", emails=("a@example.org",), timezone="Australia/Sydney")
    berlin = replace(sydney, timezone="Europe/Berlin", quiet="22:00-07:00")
    rule = Rule(id="r", query="x", to=("a",), cadence="daily 02:30", severity="high")
    assert month.due(rule, sydney, datetime(2026, 10, 3, 12, 0, tzinfo=UTC)) == datetime(
        2026, 10, 3, 16, 0, tzinfo=UTC
    )
    first = month.due(rule, berlin, datetime(2026, 10, 24, 20, 0, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert month.due(rule, berlin, first) == first + timedelta(hours=25)
    assert month.due(replace(rule, severity="normal"), berlin, first) == datetime(
        2026, 10, 26, 6, 0, tzinfo=UTC
    )
