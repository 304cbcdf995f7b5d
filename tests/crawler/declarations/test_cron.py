"""Cron expressions: what is accepted the scheduler runs, and means what it says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from crawler.declarations.cron import MONTHS, cron_expression
from crawler.declarations.values import DAYS

NUMBERS = st.integers(-1, 61).map(str)
WORDS = st.one_of(NUMBERS, st.sampled_from([*DAYS, *MONTHS, "*", "last", "2nd", ""]))
PARTS = st.one_of(
    WORDS,
    st.builds("{}-{}".format, WORDS, WORDS),
    st.builds("{}/{}".format, WORDS, NUMBERS),
    st.builds("{}-{}/{}".format, WORDS, WORDS, NUMBERS),
)
FIELDS = st.lists(PARTS, min_size=1, max_size=3).map(",".join)


@settings(max_examples=150, deadline=None)
@given(FIELDS, st.integers(0, 4))
def test_what_is_accepted_the_scheduler_accepts(field: str, place: int) -> None:
    fields = ["*"] * 5
    fields[place] = field
    try:
        accepted = cron_expression(" ".join(fields))
    except PydanticCustomError:
        return
    trigger = CronTrigger.from_crontab(accepted, timezone="UTC")
    assert trigger.get_next_fire_time(None, datetime(2026, 11, 23, tzinfo=UTC)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "0 6 * * mon-fri",
        "*/5 * * * *",
        "0,30 6-22/2 1 jan,jul sun",
        "5/15 0 31 * *",
        "0 0 29 feb *",
        "0 0 1 1-3 sat,sun",
    ],
)
def test_common_expressions_are_accepted(text: str) -> None:
    assert cron_expression(f"  {text.upper()} ") == text
    CronTrigger.from_crontab(text, timezone="UTC")


@pytest.mark.parametrize("text", ["0 6 * * 0", "0 6 * * 7", "0 6 * * mon-5", "0 6 * * 1,wed"])
def test_numbers_of_week_days_are_refused_with_their_reason(text: str) -> None:
    with pytest.raises(PydanticCustomError, match="Monday as 0"):
        cron_expression(text)


@pytest.mark.parametrize(
    "text",
    ["60 * * * *", "* * 0 * *", "* * * 13 *", "5-1 * * * *", "*/0 * * * *", "@daily", "* * 31 feb,apr *"],
)
def test_what_can_never_run_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        cron_expression(text)
