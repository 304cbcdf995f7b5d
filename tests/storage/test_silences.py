"""Silences: found all the same, on record, not sent; across an end, a restart and another process."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.query import Matcher
from storage.store import Store
from tests.storage.world import DESK, World

DETAIL = "http://www.example.com/Detail/2026/11/23/"
WEEK = timedelta(days=7)


def _state(world: World) -> list[tuple[str, int | None]]:
    return [(row["state"], row["silence"]) for row in reversed(world.store.alerts())]


def test_what_is_found_meanwhile_is_on_record_and_not_sent(world: World) -> None:
    world.add_rule("bridge")
    assert world.store.begin_silence("rule0", "", "hand", world.now, world.now + WEEK, "on holiday") == (1, 0)
    world.store_article(DETAIL + "1001/Bridge")
    assert world.store.claim_alerts(world.now + timedelta(days=9), 60) == []
    assert world.value("SELECT count(*) FROM matches") == 1
    (row,) = world.store.alerts()
    assert row["error"] == "silence 1 until 2026-11-30T12:00:00Z: on holiday"
    assert _state(world) == [("dead", 1)]
    (silence,) = world.store.silences(world.now)
    assert silence.alerts == 1
    assert world.store.outbox_depth() == {}, "given up on purpose is no dead letter"


def test_what_waits_when_it_begins_is_given_up(world: World) -> None:
    world.add_rule("bridge", cadence="daily 07:00")
    world.store_article(DETAIL + "1001/Bridge")
    assert world.store.begin_silence("", "desk", "hand", world.now, world.now + WEEK) == (1, 1)
    assert _state(world) == [("dead", 1)]


def test_it_ends_by_itself_and_holds_over_a_restart(world: World) -> None:
    rule = world.add_rule("bridge OR ferry")
    other = Store.open(world.path, create=False)
    other.begin_silence(rule.id, "desk", "hand", world.now, world.now + timedelta(hours=1))
    other.close()
    world.begin(minutes=59)
    world.store_article(DETAIL + "1001/Bridge")
    world.begin(minutes=1)
    world.store_article(DETAIL + "1002/Ferry", "Ferry fares rise", "A ferry crossed the sea.")
    assert _state(world) == [("dead", 1), ("queued", None)]
    assert world.store.silences(world.now) == []
    assert [each.id for each in world.store.silences(world.now, ended=True)] == [1]


@pytest.mark.parametrize(
    ("rule", "reader", "silent"),
    [("rule1", "", False), ("rule0", "night", False), ("", "desk", True), ("rule0", "desk", True)],
)
def test_it_concerns_its_rule_and_its_reader(world: World, rule: str, reader: str, silent: bool) -> None:
    world.add_rule("bridge")
    world.add_rule("ferry")
    world.store.begin_silence(rule, reader, "hand", world.now, world.now + WEEK)
    world.store_article(DETAIL + "1001/Bridge")
    assert _state(world) == [("dead", 1) if silent else ("queued", None)]


def test_ended_with_send_gives_one_digest_of_the_last_week(world: World) -> None:
    world.add_rule("bridge OR ferry OR choir")
    world.store.begin_silence("rule0", "desk", "leave", world.now)
    world.store_article(DETAIL + "1001/Bridge")
    world.begin(days=8)
    world.store_article(DETAIL + "1002/Ferry", "Ferry fares rise", "A ferry crossed the sea.")
    world.store_article(DETAIL + "1003/Choir", "Choir sings", "The choir sang for hours.")
    assert world.store.end_silence(1, world.now, send=True) == 2
    claimed = world.store.claim_alerts(world.now, 60)
    assert [alert.title for alert in claimed] == ["Ferry fares rise", "Choir sings"]
    assert all(alert.digest for alert in claimed)
    assert world.store.end_silence(1, world.now, send=True) is None


def test_what_another_silence_holds_stays_unsent(world: World) -> None:
    world.add_rule("bridge")
    world.store.begin_silence("rule0", "desk", "mute", world.now, world.now + WEEK)
    world.store_article(DETAIL + "1001/Bridge")
    world.store.begin_silence("", "desk", "hand", world.now, world.now + WEEK)
    assert world.store.end_silence(1, world.now, send=True) == 0
    assert _state(world) == [("dead", 2)]


def test_a_link_that_is_followed_twice_makes_one_silence(world: World) -> None:
    first = world.store.begin_silence("rule0", "desk", "mute", world.now, world.now + WEEK)
    later = world.now + timedelta(days=1)
    assert world.store.begin_silence("rule0", "desk", "mute", later, later + WEEK)[0] == first[0]
    assert world.store.begin_silence("rule0", "desk", "leave", later)[0] != first[0]


def test_a_silenced_alert_that_is_retried_by_hand_leaves(world: World) -> None:
    world.add_rule("bridge")
    world.store.begin_silence("rule0", "", "hand", world.now, world.now + WEEK)
    world.store_article(DETAIL + "1001/Bridge")
    assert world.store.retry_alerts([1], world.now) == [1]
    assert len(world.store.claim_alerts(world.now, 60)) == 1
    world.store.mark_dead([1], "550 no such user")
    assert world.store.outbox_depth() == {"dead": 1}


def test_a_reader_is_silenced_with_all_channels_and_a_channel_alone(world: World) -> None:
    ways = (DESK, replace(DESK, id="desk/chat", emails=()), replace(DESK, id="desktop"))
    world.add_rule("bridge OR ferry")
    rule = replace(world.rules[0], to=tuple(way.id for way in ways))
    world.store.set_matcher(Matcher([rule]), [rule], ways)
    world.store_article(DETAIL + "1001/Bridge")
    assert world.store.begin_silence("rule0", "desk", "hand", world.now, world.now + WEEK) == (1, 2)
    assert world.store.end_silence(1, world.now) == 0
    world.store.begin_silence("rule0", "desk/chat", "hand", world.now, world.now + WEEK)
    world.store_article(DETAIL + "1002/Ferry", "Ferry fares rise", "A ferry crossed the sea.")
    rows = [(row["recipient"], row["state"], row["silence"]) for row in reversed(world.store.alerts())]
    assert rows == [
        ("desk", "dead", 1),
        ("desk/chat", "dead", 1),
        ("desktop", "queued", None),
        ("desk", "queued", None),
        ("desk/chat", "dead", 2),
        ("desktop", "queued", None),
    ]


@pytest.mark.parametrize(("left", "silent"), [("desk", "desk"), ("desk/chat", "desk/chat")])
def test_a_link_ends_the_way_that_it_came_by_and_no_other(world: World, left: str, silent: str) -> None:
    ways = (DESK, replace(DESK, id="desk/chat", emails=()))
    world.add_rule("bridge OR ferry")
    rule = replace(world.rules[0], to=tuple(way.id for way in ways))
    world.store.set_matcher(Matcher([rule]), [rule], ways)
    world.store_article(DETAIL + "1001/Bridge")
    assert world.store.begin_silence("rule0", left, "leave", world.now) == (1, 1)
    world.store_article(DETAIL + "1002/Ferry", "Ferry fares rise", "A ferry crossed the sea.")
    rows = {(row["recipient"], row["state"]) for row in world.store.alerts()}
    assert rows == {(way.id, "dead" if way.id == silent else "queued") for way in ways}
    (silence,) = world.store.silences(world.now)
    assert [silence.concerns("rule0", way.id) for way in ways] == [way.id == silent for way in ways]
