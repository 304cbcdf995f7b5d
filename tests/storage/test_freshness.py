"""Old lists are told and take nobody's place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawler.items import FeedEntry, PollOutcome, Precision, Timestamp, Validators
from crawler.recorded import Recorded
from tests.storage.world import World

MAIN, MIRROR = "www.example.com", "example-mirror.net"


@pytest.fixture
def world(world: World) -> World:
    """A store in which the main host has listed five entries, an hour apart, the newest now."""
    world.make_known()
    listed(world, *range(5))
    return world


def listed(
    world: World, *ages: float, host: str = MAIN, site: str = "www.example.com", **more: Any
) -> Recorded:
    """Record a list with entries of these ages in hours; the number of an entry is the minute it is of."""
    entries = []
    for age in ages:
        at = world.now - timedelta(hours=age)
        url = f"http://{site}/Detail/{int(at.timestamp() // 60)}"
        entries.append(FeedEntry(url=url, published=Timestamp(at=at, precision=Precision.MINUTE)))
    more.setdefault("validators", Validators(body_sha256=f"{host}{ages}"))
    return world.discover(host=host, listing=tuple(entries), **more)


def news(recorded: Recorded) -> list[bool]:
    """Return of each link that nobody knew whether it is silent."""
    return [link.silent for link in recorded.to_fetch if link.id > 5]


def stale(world: World) -> dict[str, str]:
    rows = world.rows("SELECT host, stale_as FROM hosts WHERE stale_since IS NOT NULL")
    return {row["host"]: row["stale_as"] for row in rows}


def notes(world: World) -> list[str]:
    return [row["kind"] for row in world.rows("SELECT kind FROM notes ORDER BY id")]


def standing_list(world: World) -> list[tuple[str, str]]:
    rows = world.rows("SELECT url FROM listings JOIN links ON links.id = link_id ORDER BY url")
    return [row["url"] for row in rows]


def test_an_old_list_of_a_mirror_takes_no_place_and_marks_the_mirror_once(world: World) -> None:
    world.begin(minutes=20)
    before, seen = standing_list(world), world.rows("SELECT id, last_seen_at FROM links")
    for _ in range(2):
        recorded = listed(world, 20, 21, 22, host=MIRROR)
        assert recorded.in_doubt
    assert standing_list(world) == before
    assert world.rows("SELECT id, last_seen_at FROM links WHERE id <= 5") == seen[:5]
    assert stale(world) == {MIRROR: "behind"}
    assert notes(world) == ["stale"]
    feed = world.rows("SELECT listed_host, host, entries FROM feeds")[0]
    assert (feed["listed_host"], feed["host"], feed["entries"]) == (MAIN, MIRROR, 5)
    assert world.store.host_health("example").stale == {MIRROR: world.now}


def test_entries_of_an_old_list_that_nobody_knew_are_in_the_ledger_all_the_same(world: World) -> None:
    world.begin(minutes=20)
    recorded = listed(world, 20, 21, host=MIRROR)
    assert news(recorded) == [False, False]
    asked = listed(world, 30, 31, host=MIRROR, opinion=True)
    assert news(asked) == [], "nothing in it was ever seen here"
    asked = listed(world, 20, 30, host=MIRROR, opinion=True)
    assert [link.silent for link in asked.to_fetch if link.id > 7] == [True]


def test_a_mirror_that_catches_up_is_fresh_again_and_told(world: World) -> None:
    world.begin(minutes=20)
    listed(world, 20, 21, host=MIRROR)
    recorded = listed(world, 1, 2, host=MIRROR)
    assert recorded.marks == ((MIRROR, False),)
    assert stale(world) == {}
    assert notes(world) == ["stale", "caught_up"]
    assert world.value("SELECT listed_host FROM feeds") == MIRROR


def test_the_host_of_the_list_may_take_its_newest_entry_back(world: World) -> None:
    world.begin(minutes=5)
    listed(world, 20, 21)
    assert stale(world) == {}
    assert len(standing_list(world)) == 2


def test_an_empty_or_foreign_list_of_a_mirror_takes_no_place(world: World) -> None:
    world.begin(minutes=5)
    listed(world, host=MIRROR)
    assert stale(world) == {MIRROR: "other"}
    recorded = listed(world, 0, 1, host=MIRROR, site="casino.example.net")
    assert [outcome.reason for outcome in recorded.counted] == ["foreign", "foreign"]
    assert len(standing_list(world)) == 5


def test_the_validators_of_an_old_list_hide_nothing_of_the_good_host(world: World) -> None:
    world.begin(minutes=5)
    good = world.given(MAIN)
    listed(world, 20, host=MIRROR, validators=Validators(etag='"old"', body_sha256="old"))
    assert world.given(MAIN) == good
    unchanged = {
        "host": MIRROR,
        "outcome": PollOutcome.UNCHANGED,
        "validators": Validators(body_sha256="old"),
    }
    recorded = world.discover(**unchanged)
    assert recorded.in_doubt, "what it served before is known to be old"
    assert recorded.known == ()


def test_a_frozen_list_is_doubted_once_an_hour(world: World) -> None:
    same = {"outcome": PollOutcome.UNCHANGED, "validators": Validators(body_sha256="x")}
    world.begin(hours=11)
    assert not world.discover(**same).in_doubt
    world.begin(hours=2)
    assert world.discover(**same).in_doubt
    world.begin(minutes=30)
    assert not world.discover(**same).in_doubt
    world.begin(minutes=30)
    assert world.discover(**same).in_doubt


def test_another_host_with_news_takes_the_place_of_a_frozen_one(world: World) -> None:
    world.begin(hours=13)
    assert world.discover(outcome=PollOutcome.UNCHANGED).in_doubt
    recorded = listed(world, 1, 2, 14, host=MIRROR, opinion=True)
    assert news(recorded) == [False, False]
    assert recorded.marks == ((MAIN, True),)
    assert stale(world) == {MAIN: "frozen"}
    assert world.value("SELECT listed_host FROM feeds") == MIRROR
    listed(world, 13, 14, host=MAIN)
    assert stale(world) == {MAIN: "frozen"}


def test_a_quiet_outlet_is_quiet_on_all_hosts_and_nobody_is_marked(world: World) -> None:
    world.begin(hours=13)
    assert world.discover(outcome=PollOutcome.UNCHANGED).in_doubt
    before = world.rows("SELECT * FROM polls")
    recorded = listed(world, 13, 14, 15, host=MIRROR, opinion=True)
    assert news(recorded) == []
    assert stale(world) == {}
    assert world.value("SELECT listed_host FROM feeds") == MAIN
    assert world.rows("SELECT * FROM polls") == before


def test_an_opinion_neither_fails_a_source_nor_unlists_what_stands(world: World) -> None:
    world.begin(minutes=30)
    recorded = listed(world, 0.5, 1.5, host=MIRROR, opinion=True)
    assert (news(recorded), recorded.marks) == ([], ())
    assert len(standing_list(world)) == 5
    world.begin(minutes=30)
    recorded = listed(world, 8, 9, host=MIRROR, opinion=True)
    assert recorded.marks == ((MIRROR, True),)
    assert len(standing_list(world)) == 5


def test_a_list_with_nothing_that_was_ever_seen_here_is_no_list_of_the_outlet(world: World) -> None:
    world.begin(minutes=30)
    links = world.value("SELECT count(*) FROM links")
    recorded = listed(world, 0.1, 0.2, host=MIRROR, opinion=True)
    assert (recorded.to_fetch, recorded.marks) == ((), ((MIRROR, True),))
    assert stale(world) == {MIRROR: "other"}
    assert world.value("SELECT count(*) FROM links") == links
    assert world.given(MIRROR) == Validators()


def test_hosts_that_gave_no_list_for_six_hours_are_due_for_a_probe_once(world: World) -> None:
    def due(**more: Any) -> list[str]:
        return world.store.claim_probes("example", [MAIN, MIRROR], world.now, **more)

    listed(world, 0, host=MIRROR)
    world.begin(hours=5)
    assert due() == []
    world.begin(hours=1)
    listed(world, 0)
    assert due(only_stale=True) == []
    assert due() == [MIRROR]
    assert due() == []
    world.begin(hours=6)
    listed(world, 0)
    assert due() == [MIRROR]
