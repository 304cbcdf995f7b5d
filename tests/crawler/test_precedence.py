"""What stated times prove of who was first, and what they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Member, Precision, Timestamp
from crawler.precedence import standing, window

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS = (Precision.SECOND, Precision.MINUTE, Precision.DAY, Precision.NONE)


def member(
    number: int,
    precision: Precision,
    at: datetime,
    seen: datetime,
    zone: str = "UTC",
    *,
    silent: bool = False,
) -> Member:
    """Return an article that states a time so exactly."""
    if precision is Precision.DAY:
        at = at.replace(hour=0, minute=0, second=0)
    stamp = Timestamp() if precision is Precision.NONE else Timestamp(at=at, precision=precision)
    return Member(
        id=number, outlet_id=f"o{number}", first_seen_at=seen, published=stamp, timezone=zone, silent=silent
    )


times = st.integers(0, 3 * 86_400).map(lambda seconds: NOON + timedelta(seconds=seconds))
made = st.builds(
    member,
    st.just(0),
    st.sampled_from(KINDS),
    times,
    times,
    st.sampled_from(("UTC", "Asia/Tehran", "America/New_York", "Pacific/Auckland")),
)
groups = st.lists(made, min_size=1, max_size=6).map(
    lambda members: [
        Member(
            id=number,
            outlet_id=f"o{number}",
            first_seen_at=each.first_seen_at,
            published=each.published,
            timezone=each.timezone,
        )
        for number, each in enumerate(members)
    ]
)


@given(made)
def test_a_window_is_never_empty_and_ends_when_the_article_was_seen(each: Member) -> None:
    found = window(each)
    assert found.not_after <= each.first_seen_at + timedelta(seconds=1)
    assert found.not_before is None or found.not_before < found.not_after


@given(groups)
def test_who_is_called_first_is_surely_before_all_others_that_state_a_time(members: list[Member]) -> None:
    told, windows = standing(members), {each.id: window(each) for each in members}
    if told.first_of == 1:
        end = windows[told.first_id].not_after
        others = [windows[each.id].not_before for each in members if each.id != told.first_id]
        assert all(begin is None or begin >= end for begin in others)
    for each in members:
        begin = windows[each.id].not_before
        earlier = [other for other in windows.values() if begin is not None and other.not_after <= begin]
        assert not (told.first_id == each.id and earlier)


@given(groups, st.randoms())
def test_the_order_in_which_articles_come_does_not_matter(members: list[Member], chance: object) -> None:
    told = standing(members)
    chance.shuffle(members)  # type: ignore[attr-defined]
    assert standing(members) == told


@pytest.mark.parametrize(
    ("zone", "begin", "end"),
    [
        ("UTC", "2026-11-23T00:00", "2026-11-24T00:00"),
        ("Asia/Tehran", "2026-11-22T20:30", "2026-11-23T20:30"),
        ("America/New_York", "2026-11-23T05:00", "2026-11-24T05:00"),
    ],
)
def test_a_printed_day_is_a_day_where_the_outlet_is(zone: str, begin: str, end: str) -> None:
    found = window(member(1, Precision.DAY, NOON, NOON + timedelta(days=9), zone))
    assert found.not_before is not None
    assert (found.not_before.isoformat()[:16], found.not_after.isoformat()[:16]) == (begin, end)


def test_a_minute_ends_before_the_next_and_two_of_one_minute_are_equal() -> None:
    late = NOON + timedelta(days=1)
    two = [
        member(1, Precision.MINUTE, NOON, late),
        member(2, Precision.MINUTE, NOON + timedelta(minutes=1), late),
    ]
    assert (standing(two).first_id, standing(two).first_of) == (1, 1)
    same = [
        member(2, Precision.MINUTE, NOON, late),
        member(1, Precision.SECOND, NOON + timedelta(seconds=30), late),
    ]
    assert standing(same).first_of == 2


def test_an_article_without_a_time_is_first_only_when_it_was_seen_before_all_stated_times() -> None:
    dated = member(1, Precision.MINUTE, NOON, NOON + timedelta(hours=1))
    assert standing([dated, member(2, Precision.NONE, NOON, NOON - timedelta(hours=1))]).first_id == 2
    late = standing([dated, member(2, Precision.NONE, NOON, NOON + timedelta(hours=2))])
    assert (late.first_id, late.first_of) == (1, 1)


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
@pytest.mark.parametrize("precision", KINDS)
def test_impossible_times_prove_nothing(at: datetime, precision: Precision) -> None:
    told = standing([member(1, precision, at, NOON, "Asia/Tehran"), member(2, Precision.MINUTE, NOON, NOON)])
    assert told.first_id in (1, 2)
    assert told.first_until <= NOON + timedelta(minutes=1)


def test_spread_counts_other_outlets_within_six_hours_and_no_old_pieces() -> None:
    hours = (0, 2, 6, 7)
    members = [
        member(n, Precision.SECOND, NOON + timedelta(hours=h), NOON + timedelta(days=9))
        for n, h in enumerate(hours)
    ]
    members.append(member(9, Precision.NONE, NOON, NOON, silent=True))
    told = standing(members)
    assert (told.spread, told.spread_seconds, told.outlets) == (2, 6 * 3600, 5)
