"""What the store remembers of sources: how to ask them, when, what they may have hidden, and their states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.errors import StoreLocked
from crawler.items import (
    Discovery,
    FeedEntry,
    Gap,
    Outlet,
    PollOutcome,
    Precision,
    Source,
    SourceKind,
    Timestamp,
    Validators,
)
from crawler.recorded import Recorded
from tests.storage.world import FEED, OUTLET, World

SECOND = Source(kind=SourceKind.FEED, url="http://www.example.com/second.xml")
TWO = replace(OUTLET, sources=(FEED, SECOND), every=timedelta(minutes=15))
MIRROR = "example-mirror.net"
OUTLET_15 = replace(OUTLET, every=timedelta(minutes=15))


def links(start: int, count: int = 20) -> list[str]:
    """Return addresses of somebody else, newest first."""
    return [f"http://elsewhere.test/{number}" for number in range(start + count - 1, start - 1, -1)]


def dated(world: World, *ages: float) -> tuple[FeedEntry, ...]:
    """Return entries of the outlet that are so many hours old."""
    return tuple(
        FeedEntry(
            url=f"http://www.example.com/Detail/{int(at.timestamp() // 60)}",
            published=Timestamp(at=at, precision=Precision.MINUTE),
        )
        for at in (world.now - timedelta(hours=age) for age in ages)
    )


def list_(world: World, *urls: str, **more: Any) -> Recorded:
    """Record a list under a body of its own."""
    seen = Validators(etag='"1"', body_sha256=f"{hash((urls, more.get('listing'))):x}")
    return world.discover(*urls, validators=seen, **more)


def watch(world: World, hours: int = 6, per_hour: int = 5) -> int:
    """Poll hourly for a while; return the number of the next link."""
    for hour in range(hours):
        list_(world, *links(1000 + hour * per_hour))
        world.begin(hours=1)
    return 1000 + (hours - 1) * per_hour + 20


def feed_row(world: World) -> dict[str, Any]:
    return world.rows("SELECT * FROM feeds WHERE source_key = '/rss.xml'")[0]


def gaps(world: World) -> list[Gap]:
    return world.store.open_gaps("example")


# --- the rate ---------------------------------------------------------------------------------------


def test_the_first_list_is_no_news_and_the_rate_counts_what_nobody_knew(world: World) -> None:
    world.store.sync_config((TWO,), (), world.now)
    list_(world, *links(0), source=SECOND)
    row = world.rows("SELECT rate, news_at, answers FROM feeds WHERE source_key = '/second.xml'")[0]
    assert row == {"rate": None, "news_at": None, "answers": 1}
    watch(world)
    assert 4 < feed_row(world)["rate"] < 6


def test_a_link_that_another_source_found_in_the_same_hour_is_news_here_too(world: World) -> None:
    world.store.sync_config((TWO,), (), world.now)
    list_(world, *links(0))
    list_(world, *links(0), source=SECOND)
    world.begin(hours=1)
    list_(world, *links(4))
    list_(world, *links(4), source=SECOND)
    rates = [row["rate"] for row in world.rows("SELECT rate FROM feeds WHERE outlet_id = 'example'")]
    assert rates[0] == pytest.approx(rates[1]) == pytest.approx(4)


def test_answers_of_a_stale_mirror_do_not_shorten_the_time_that_fresh_links_span(world: World) -> None:
    world.store.sync_config((TWO,), (), world.now)
    old = dated(world, 20, 21, 22, 23, 24, 25)
    for _ in range(30):  # calm: one link an hour
        list_(world, listing=dated(world, *range(20)))
        world.begin(hours=1)
    for _ in range(24):
        list_(world, host=MIRROR, listing=old)
        world.begin(hours=1)
    before = feed_row(world)
    list_(world, listing=dated(world, *range(20)))
    row = feed_row(world)
    assert row["rate"] == pytest.approx(1, rel=0.2), "twenty in a day, not twenty in an hour"
    assert before["interval_seconds"] is None
    assert row["interval_seconds"] is None or row["interval_seconds"] >= TWO.every.total_seconds()


def test_unchanged_of_a_host_whose_list_is_not_the_one_that_stands_says_nothing_of_the_rate(
    world: World,
) -> None:
    list_(world, listing=dated(world, 0, 1, 2))
    list_(world, host=MIRROR, listing=dated(world, 0, 1, 2, 3))
    world.begin(hours=1)
    before = feed_row(world)
    world.discover(outcome=PollOutcome.UNCHANGED)
    row = feed_row(world)
    assert (row["rate"], row["listing_seen_at"]) == (before["rate"], before["listing_seen_at"])
    world.discover(host=MIRROR, outcome=PollOutcome.UNCHANGED)
    assert feed_row(world)["listing_seen_at"] == "2026-11-23T13:00:00Z"


# --- gaps -------------------------------------------------------------------------------------------


def test_a_list_without_a_known_link_opens_one_gap_with_an_estimate(world: World) -> None:
    following = watch(world)
    before = world.now - timedelta(hours=1)
    world.begin(days=3)
    list_(world, *links(following + 400))
    (gap,) = gaps(world)
    assert (gap.source, gap.from_at, gap.to_at) == (FEED, before, world.now)
    assert gap.estimate == pytest.approx(5 * 73 - 20, abs=15)
    assert world.value("SELECT count(*) FROM notes WHERE kind = 'gap'") == 1
    world.begin(hours=1)
    list_(world, *links(following + 405))
    assert gaps(world) == [gap]


def test_lists_that_roll_over_again_and_again_lengthen_one_gap(world: World) -> None:
    list_(world, *links(0))
    start = world.now
    for number in range(1, 4):
        world.begin(minutes=15)
        list_(world, *links(number * 1000))
    (gap,) = gaps(world)
    assert (gap.from_at, gap.to_at) == (start, world.now)


def test_a_closed_gap_stays_closed_and_the_next_is_another(world: World) -> None:
    list_(world, *links(0))
    world.begin(days=3)
    list_(world, *links(1000))
    (gap,) = gaps(world)
    world.store.close_gap(gap.id, world.now, True, "57 links by the sitemap")
    assert gaps(world) == []
    assert world.store.status(world.now)["example"]["gaps"] == {"open": 0, "uncovered": 0, "told": []}
    world.begin(days=3)
    list_(world, *links(2000))
    assert [each.id for each in gaps(world)] != [gap.id]
    row = world.rows("SELECT state, told FROM gaps ORDER BY id")[0]
    assert row == {"state": "covered", "told": "57 links by the sitemap"}


def test_the_old_list_of_a_stale_mirror_is_no_gap_and_no_news(world: World) -> None:
    list_(world, *links(0))
    world.begin(days=1)
    list_(world, *links(15))
    world.begin(hours=1)
    rate = feed_row(world)["rate"]
    list_(world, *links(0), host="example-mirror.net")
    assert gaps(world) == []
    assert feed_row(world)["rate"] <= rate


def test_another_hosts_other_list_is_no_gap_as_long_as_the_rate_does_not_say_so(world: World) -> None:
    list_(world, *links(0))
    world.begin(hours=1)
    list_(world, *links(5000), host="example-mirror.net")
    assert gaps(world) == []


def test_sitemaps_of_an_index_are_lists_of_their_own_time(world: World) -> None:
    index = Source(kind=SourceKind.SITEMAP, url="http://www.example.com/index.xml")
    child = Source(kind=SourceKind.SITEMAP, url="http://www.example.com/s1.xml")
    world.discover(source=index, children=(child.url,))
    list_(world, *links(0), source=child)
    world.begin(days=3)
    list_(world, *links(1000), source=child)
    assert gaps(world) == []
    intervals = world.rows("SELECT interval_seconds FROM feeds WHERE kind = 'sitemap'")
    assert [row["interval_seconds"] for row in intervals] == [None, None]


def test_a_gap_that_began_before_a_list_fell_empty_is_found_when_it_is_filled_again(world: World) -> None:
    list_(world, *links(0))
    last = world.now
    for _ in range(2):
        world.begin(days=1)
        list_(world)
    assert world.store.status(world.now)["example"]["sources"][0]["state"] == "empty"
    world.begin(days=1)
    list_(world, *links(1000))
    (gap,) = gaps(world)
    assert gap.from_at == last


# --- who is due -------------------------------------------------------------------------------------


def due(world: World, outlet: Outlet = TWO) -> list[Source]:
    polls = world.store.plan_polls(outlet, outlet.sources, world.now, due_only=True)
    return [poll.source for poll in polls]


def test_sources_are_due_by_their_own_interval_counted_from_the_start_of_the_run(world: World) -> None:
    world.store.sync_config((TWO,), (), world.now)
    world.begin()
    world.now += timedelta(seconds=90)  # the answer came late
    list_(world, *links(0))
    list_(world, *links(0), source=SECOND)
    world.store._db.execute("UPDATE feeds SET interval_seconds = NULL")
    world.store._db.execute("UPDATE feeds SET interval_seconds = 3600 WHERE source_key = '/second.xml'")
    world.now += timedelta(minutes=10)
    assert due(world) == []
    world.now += timedelta(minutes=3, seconds=30)
    assert due(world) == [FEED]
    assert len(world.store.plan_polls(TWO, TWO.sources, world.now)) == 2
    world.now += timedelta(minutes=45)
    assert due(world) == [FEED, SECOND]
    for outlet in (replace(TWO, fixed=True), replace(TWO, cron="0 6 * * mon")):
        assert due(world, outlet) == [FEED, SECOND]
        assert world.store.next_poll(outlet) is None


def test_the_next_poll_is_that_of_the_first_source_due_and_none_where_all_is_as_configured(
    world: World,
) -> None:
    world.store.sync_config((TWO,), (), world.now)
    start = world.now
    world.begin()
    list_(world, *links(0))
    list_(world, *links(0), source=SECOND)
    world.store._db.execute("UPDATE feeds SET interval_seconds = NULL")
    assert world.store.next_poll(TWO) is None
    world.store._db.execute("UPDATE feeds SET interval_seconds = 300 WHERE source_key = '/second.xml'")
    assert world.store.next_poll(TWO) == start + timedelta(minutes=5)
    world.store._db.execute("UPDATE feeds SET interval_seconds = 3000")
    assert world.store.next_poll(TWO) == start + timedelta(minutes=50)
    assert world.store.intervals() == {"example": [3000, 3000]}


@pytest.mark.parametrize("outcome", [PollOutcome.LISTED, PollOutcome.UNCHANGED])
def test_a_source_answered_by_a_stale_mirror_is_due_an_interval_later(
    world: World, outcome: PollOutcome
) -> None:
    world.store.sync_config((OUTLET_15,), (), world.now)
    old = dated(world, 20, 21, 22)
    list_(world, listing=dated(world, 0, 1, 2))
    list_(world, host=MIRROR, listing=old)
    world.begin(hours=1)
    world.store._db.execute("UPDATE feeds SET interval_seconds = 3600, asked_at = NULL")
    world.discover(host=MIRROR, outcome=outcome, listing=old if outcome is PollOutcome.LISTED else ())
    assert world.store.host_health("example").stale, "the answer was an old list"
    assert world.store.next_poll(OUTLET_15) == world.now + timedelta(hours=1)


def test_an_opinion_does_not_count_as_asking_the_source(world: World) -> None:
    list_(world, listing=dated(world, 0, 1, 2))
    before = feed_row(world)["asked_at"]
    world.begin(hours=1)
    list_(world, host=MIRROR, listing=dated(world, 20, 21), opinion=True)
    assert feed_row(world)["asked_at"] == before


def test_a_source_never_polled_is_due_and_asked_after_those_polled_before(world: World) -> None:
    world.store.sync_config((replace(TWO, sources=(SECOND, FEED)),), (), world.now)
    polls = world.store.plan_polls(TWO, (SECOND, FEED), world.now)
    assert [(poll.source, poll.is_new) for poll in polls] == [(FEED, False), (SECOND, True)]


def test_a_sitemap_of_an_index_that_is_configured_later_is_a_source_of_its_own(world: World) -> None:
    index = Source(kind=SourceKind.SITEMAP, url="http://www.example.com/index.xml")
    child = Source(kind=SourceKind.SITEMAP, url="http://www.example.com/s1.xml")

    def configure(*sources: Source) -> None:
        world.store.sync_config((replace(OUTLET, sources=sources),), (), world.now)

    def told() -> list[str]:
        return [source["url"] for source in world.store.status(world.now)["example"]["sources"]]

    configure(FEED, index)
    world.discover(source=index, children=(child.url,))
    list_(world, *links(0), source=child)
    assert told() == [FEED.url, index.url]
    configure(FEED, child)
    assert told() == [FEED.url, child.url]
    polls = world.store.plan_polls(OUTLET, (FEED, child), world.now)
    assert [poll.is_new for poll in polls] == [False, False]
    configure(FEED, index)
    world.discover(source=index, children=(child.url,))
    assert told() == [FEED.url, index.url], "a sitemap of the index again"


def test_only_hosts_that_may_be_asked_get_validators(world: World) -> None:
    list_(world, *links(0), host="example-mirror.net")
    (poll,) = world.store.plan_polls(OUTLET, (FEED,), world.now)
    assert sorted(poll.validators) == ["example-mirror.net", "www.example.com"]
    fewer = replace(OUTLET, hosts=("www.example.com",))
    (poll,) = world.store.plan_polls(fewer, (FEED,), world.now)
    assert sorted(poll.validators) == ["www.example.com"]


# --- several answers at once ------------------------------------------------------------------------


def answers(world: World, *urls: str) -> Sequence[Discovery]:
    return [
        Discovery(
            outlet_id="example",
            source=source,
            outcome=PollOutcome.LISTED,
            at=world.now,
            host="www.example.com",
            url=source.url,
            entries=tuple(FeedEntry(url=url) for url in urls),
        )
        for source in (FEED, SECOND)
    ]


def test_answers_written_together_are_written_in_order(world: World) -> None:
    a = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
    first, second = world.store.record_discoveries(world.run_id, TWO, answers(world, a))
    assert [link.url for link in first.to_fetch] == [a]
    assert [link.id for link in second.to_fetch] == [first.to_fetch[0].id]
    assert not first.to_fetch[0].silent


def test_of_answers_that_cannot_be_written_none_is(world: World) -> None:
    blocker = type(world.store).open(world.path)
    try:
        with blocker._db.transaction(), pytest.raises(StoreLocked):
            world.store.record_discoveries(world.run_id, TWO, answers(world, "http://elsewhere.test/1"))
        with blocker._db.transaction(), pytest.raises(StoreLocked):
            world.store.close_gap(1, world.now, True, "")
    finally:
        blocker.close()
    assert world.value("SELECT count(*) FROM links") == 0


# --- states -----------------------------------------------------------------------------------------


def test_the_state_of_a_source_is_one_word(world: World) -> None:
    def state() -> tuple[str, str]:
        (source,) = world.store.status(world.now)["example"]["sources"]
        return source["state"], source["told"]

    following = watch(world, hours=30, per_hour=2)
    assert state()[0] == "well"
    world.discover(outcome=PollOutcome.UNCHANGED, not_modified=True, conditional=True)
    assert state()[0] == "unchanged"
    for _ in range(72):
        world.begin(hours=1)
        world.discover(outcome=PollOutcome.UNCHANGED, not_modified=True, conditional=True)
    word, told = state()
    assert word == "quiet"
    assert "has named nothing new since 2026-11-24" in told
    list_(world, *links(following - 15))
    assert state()[0] == "well"
    world.discover(outcome=PollOutcome.FAILED, error="timeout")
    assert state()[0] == "failing"
