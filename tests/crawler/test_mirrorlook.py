"""Which mirror is compared after a re-check, and which times differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.items import Key, Link, Outlet, Precision, Timestamp
from crawler.mirrorlook import cost, is_other_time, mirror_to_ask

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOSTS = ("www.example.com", "one.example.net", "two.example.net", "three.example.net")
OUTLET = Outlet(id="example", name="Example", hosts=HOSTS, canonical_host=HOSTS[0])
LINK = Link(
    id=1,
    outlet_id="example",
    url="http://www.example.com/a",
    address="http://www.example.com/a",
    key=Key(kind="path", value="/a"),
    host=HOSTS[0],
    first_seen_at=NOON,
    article_id=7,
)


def test_each_mirror_is_asked_in_turn_after_every_fourth_check_and_never_the_own_host() -> None:
    asked = [mirror_to_ask(OUTLET, replace(LINK, checks=checks), HOSTS) for checks in range(48)]
    assert Counter(asked) == {None: 36, HOSTS[1]: 4, HOSTS[2]: 4, HOSTS[3]: 4}
    assert asked == [mirror_to_ask(OUTLET, replace(LINK, checks=checks), HOSTS) for checks in range(48)]


def test_a_mirror_that_rests_loses_its_turn() -> None:
    asked = [mirror_to_ask(OUTLET, replace(LINK, checks=checks), HOSTS[:2]) for checks in range(48)]
    assert Counter(asked) == {None: 44, HOSTS[1]: 4}


def test_an_outlet_of_one_host_has_nothing_to_compare() -> None:
    alone = replace(OUTLET, hosts=HOSTS[:1])
    assert {mirror_to_ask(alone, replace(LINK, checks=checks), HOSTS) for checks in range(8)} == {None}
    assert (cost(alone), cost(OUTLET)) == (1.0, 1.25)


def test_times_differ_beyond_their_precision_only() -> None:
    second = Timestamp(at=NOON, precision=Precision.SECOND, local="2026-11-23T12:00:00+00:00")
    day = Timestamp(at=NOON.replace(hour=0), precision=Precision.DAY, local="2026-11-23")
    assert not is_other_time(second, day)
    assert not is_other_time(second, replace(second, at=NOON + timedelta(seconds=59)))
    assert is_other_time(second, replace(second, at=NOON + timedelta(minutes=2)))
    assert is_other_time(second, replace(day, local="2026-11-22"))
    assert not is_other_time(second, Timestamp())
