"""A day's heartbeat is looked at once, whatever the clock or a restart does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crawler.items import Beat
from storage.silences import BY_HAND
from storage.store import Store
from tests.storage.world import NOON, World

DETAIL = "http://www.example.com/Detail/2026/11/23/"
MONDAY = date(2026, 11, 23)


def look(world: World, days: int, now: datetime | None = None) -> Beat | None:
    return world.store.begin_heartbeat(
        MONDAY + timedelta(days=days), NOON + timedelta(days=days), now or world.now
    )


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows("SELECT state FROM heartbeats ORDER BY day")]


@pytest.fixture
def begun(world: World) -> World:
    """A world whose first day was looked at."""
    world.add_rule("bridge")
    assert look(world, 0) is None, "the first day has nothing to look back on"
    world.begin(days=1)
    return world


def test_a_day_on_which_nothing_matched_has_one(begun: World) -> None:
    beat = look(begun, 1)
    assert beat == Beat(day="2026-11-24", since=NOON, made_at=begun.now, alerts=0)
    begun.store.mark_heartbeat(beat.day, "sent", begun.now)
    assert look(begun, 1) is None
    assert states(begun) == ["first", "sent"]


def test_a_day_with_alerts_has_none_and_the_next_one_looks_back_on_itself_only(begun: World) -> None:
    begun.store_article(DETAIL + "1001/Bridge")
    assert look(begun, 1, begun.now + timedelta(seconds=1)) is None
    assert states(begun) == ["first", "matched"]
    begun.begin(days=1)
    beat = look(begun, 2)
    assert beat is not None
    assert beat.alerts == 0


def test_a_day_whose_alerts_a_silence_held_has_one_that_says_so(begun: World) -> None:
    begun.store.begin_silence("rule0", "desk", "hand", begun.now, begun.now + timedelta(days=7))
    begun.store_article(DETAIL + "1001/Bridge")
    beat = look(begun, 1)
    assert beat is not None
    figures = begun.store.heartbeat_figures(beat.since, begun.now)
    assert (figures["silenced"], figures["dead"], figures["never"]) == (1, 0, ())


def test_an_alert_that_somebody_gave_up_is_none_that_could_not_be_delivered(begun: World) -> None:
    begun.store_article(DETAIL + "1001/Bridge")
    begun.store.silence_alerts([1], BY_HAND)
    begun.begin(days=8)
    counted = begun.store.heartbeat_figures(begun.now - timedelta(days=9), begun.now)
    assert (counted["dead"], counted["dead_before"]) == (0, 0)
    begun.store.retry_alerts([1], begun.now)
    begun.store.mark_dead([1], "550 no such user")
    counted = begun.store.heartbeat_figures(begun.now - timedelta(days=9), begun.now)
    assert (counted["dead"], counted["dead_before"]) == (0, 1)


def test_an_unsubscribing_is_told_on_a_day_with_alerts_too(begun: World) -> None:
    begun.store_article(DETAIL + "1001/Bridge")
    begun.store.begin_silence("rule0", "other", "leave", begun.now)
    beat = look(begun, 1)
    assert beat is not None
    assert beat.alerts == 1


def test_a_clock_that_is_put_back_brings_no_second_one(begun: World) -> None:
    assert look(begun, 1) is not None
    begun.store.mark_heartbeat("2026-11-24", "sent", begun.now)
    assert look(begun, 0) is None
    assert begun.store.begin_heartbeat(date(2026, 11, 20), NOON, NOON - timedelta(days=3)) is None
    assert states(begun) == ["first", "sent"]


def test_one_that_could_not_leave_is_tried_again_when_it_is_time(begun: World) -> None:
    assert look(begun, 1) is not None
    later = begun.now + timedelta(minutes=5)
    begun.store.mark_heartbeat("2026-11-24", "waiting", begun.now, "ServerUnavailable", later)
    assert look(begun, 1) is None
    again = look(begun, 1, later)
    assert again is not None
    assert (again.tries, again.made_at) == (1, begun.now)


def test_one_that_was_being_sent_when_the_process_died_is_not_sent_twice(begun: World) -> None:
    assert look(begun, 1) is not None
    begun.store.mark_heartbeat("2026-11-24", "sending", begun.now)
    other = Store.open(begun.path, create=False)
    assert other.begin_heartbeat(date(2026, 11, 24), NOON, begun.now + timedelta(hours=5)) is None
    other.close()


@pytest.mark.parametrize("state", ["waiting", "sending", "failed"])
def test_the_day_after_one_that_did_not_leave_tells_of_both(begun: World, state: str) -> None:
    begun.store.begin_silence("rule0", "desk", "leave", begun.now - timedelta(hours=1))
    first = look(begun, 1)
    assert first is not None
    begun.store.mark_heartbeat(first.day, state, begun.now, "ServerUnavailable")
    begun.begin(days=1)
    second = look(begun, 2)
    assert second is not None
    assert second.since == first.since == NOON
    begun.store.mark_heartbeat(second.day, "sent", begun.now)
    assert states(begun) == ["first", "failed" if state == "waiting" else state, "sent"]
    begun.begin(days=1)
    third = look(begun, 3)
    assert third is not None
    assert third.since == second.made_at


def test_it_counts_dead_letters_lately_and_before_and_rules_that_never_matched(begun: World) -> None:
    begun.add_rule("zeppelin")
    begun.store_article(DETAIL + "1001/Bridge")
    begun.store.mark_dead([1], "550 no such user")
    now = begun.now + timedelta(days=1)
    figures = begun.store.heartbeat_figures(begun.now, now)
    assert (figures["articles"], figures["texts"], figures["rules"]) == (1, 1, 2)
    assert [rule for rule, _ in figures["never"]] == ["rule1"]
    assert (figures["dead"], figures["dead_before"]) == (1, 0)
    later = begun.store.heartbeat_figures(begun.now, now + timedelta(days=7))
    assert (later["dead"], later["dead_before"]) == (0, 1)
