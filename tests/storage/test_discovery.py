"""One poll: every address enters the ledger once, and before the validators."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.errors import StoreLocked
from crawler.identity import LinkClass, classify_link
from crawler.items import LinkState, Outlet, PollOutcome, Source, SourceKind, Validators
from tests.storage.world import FEED, OUTLET, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
NEW_FEED = Source(kind=SourceKind.FEED, url="http://www.example.com/rss/2.xml")


def is_new(world: World, source: Source) -> bool:
    """Return whether what the source lists next alerts nobody, since no poll of it was complete."""
    (poll,) = world.store.plan_polls(world.outlet, (source,), world.now)
    return poll.is_new


def test_each_address_counts_once_over_hosts_and_schemes(world: World) -> None:
    recorded = world.discover(
        A, A, A.replace("www.example.com", "example-mirror.net"), A.replace("http:", "https:")
    )
    assert len(recorded.to_fetch) == 1
    assert recorded.counted == recorded.known == ()


def test_links_that_are_not_ours_end_skipped_with_a_reason(world: World) -> None:
    recorded = world.discover("http://elsewhere.test/x", "javascript:alert(1)")
    assert recorded.to_fetch == ()
    assert [(o.state, o.reason) for o in recorded.counted] == [
        (LinkState.SKIPPED, "foreign"),
        (LinkState.SKIPPED, "scheme"),
    ]
    again = world.discover("http://elsewhere.test/x", "javascript:alert(1)")
    assert again.counted == ()
    assert len(again.known) == 2


def test_new_address_of_a_known_key_is_a_duplicate_without_a_fetch(world: World) -> None:
    stored = world.store_article(A)
    recorded = world.discover("http://www.example.com/Detail/2026/11/23/1001/Other-slug")
    assert recorded.to_fetch == ()
    (outcome,) = recorded.counted
    assert (outcome.state, outcome.article_id) == (LinkState.DUPLICATE, stored.article_id)


def test_second_address_of_a_key_about_to_be_fetched_waits_and_takes_over_after_a_failure(
    world: World,
) -> None:
    other = "http://www.example.com/Detail/2026/11/23/1001/Other-slug"
    recorded = world.discover(A, other)
    (link,) = recorded.to_fetch
    assert [o.state for o in recorded.counted] == [LinkState.DUPLICATE]
    world.write(world.refusal(link, "http_404", retry=False))
    assert [each.url for each in world.store.pending_links("example", world.now)] == [other]


def test_second_address_of_a_key_gets_the_article_of_the_first(world: World) -> None:
    (link,) = world.discover(A, "http://www.example.com/Detail/2026/11/23/1001/Other-slug").to_fetch
    (outcome,) = world.write(world.article(link))
    assert world.value("SELECT article_id FROM links WHERE state = 'duplicate'") == outcome.article_id


def test_validators_are_kept_per_host(world: World) -> None:
    world.discover(A, host="example-mirror.net", validators=Validators(etag='"m"', body_sha256="bb"))
    assert world.given("www.example.com").etag == '"1"'
    assert world.given("example-mirror.net").etag == '"m"'
    assert world.given("") == Validators()


def test_validators_are_not_kept_when_the_links_are_not(world: World) -> None:
    blocker = type(world.store).open(world.path)
    try:
        with blocker._db.transaction(), pytest.raises(StoreLocked):
            world.discover(A, validators=Validators(etag='"2"'))
    finally:
        blocker.close()
    assert world.given("www.example.com").etag == '"1"'


def test_source_at_another_host_of_the_outlet_is_no_new_source(world: World) -> None:
    assert not is_new(world, replace(FEED, url="https://example-mirror.net/rss.xml"))
    assert is_new(world, NEW_FEED)


def test_first_poll_of_a_new_source_is_silent_and_the_next_is_not(world: World) -> None:
    (first,) = world.discover(A, source=NEW_FEED).to_fetch
    world.begin(minutes=5)
    fetched = world.discover(A, "http://www.example.com/Detail/2026/11/23/1002/b", source=NEW_FEED).to_fetch
    assert first.silent
    assert [link.silent for link in fetched] == [True, False]


def test_failed_first_poll_leaves_the_source_new(world: World) -> None:
    world.discover(source=NEW_FEED, outcome=PollOutcome.FAILED, error="dns")
    assert is_new(world, NEW_FEED)


def test_link_known_before_stays_loud_when_a_new_source_names_it(world: World) -> None:
    world.discover(A)
    (link,) = world.discover(A, source=NEW_FEED).to_fetch
    assert not link.silent


def test_known_source_lifts_the_silence_of_a_link_in_the_same_run_and_it_alerts(world: World) -> None:
    world.add_rule("bridge")
    (link,) = world.discover(A, source=NEW_FEED).to_fetch
    (outcome,) = world.write(world.article(link))
    assert outcome.alerts == 0
    world.discover(A)
    assert len(world.store.claim_alerts(world.now, 60)) == 1


def test_old_link_of_a_new_source_is_not_lifted_in_a_later_run(world: World) -> None:
    world.add_rule("bridge")
    (link,) = world.discover(A, source=NEW_FEED).to_fetch
    world.write(world.article(link))
    world.begin(minutes=5)
    world.discover(A)
    assert world.store.claim_alerts(world.now, 60) == []


def test_sitemaps_of_a_new_index_are_new_and_later_ones_are_not(world: World) -> None:
    index = Source(kind=SourceKind.SITEMAP, url="http://www.example.com/index.xml")
    old, fresh = "http://www.example.com/s1.xml", "http://www.example.com/s2.xml"
    world.discover(source=index, children=(old,))
    assert is_new(world, replace(index, url=old))
    world.begin(days=1)
    world.discover(source=index, children=(old, fresh))
    assert not is_new(world, replace(index, url=fresh))


def test_unchanged_poll_moves_last_seen_without_touching_a_link(world: World) -> None:
    stored = world.store_article(A)
    world.begin(hours=5)
    before = world.rows("SELECT * FROM links")
    same = Validators(body_sha256="aa")
    world.discover(outcome=PollOutcome.UNCHANGED, not_modified=True, validators=same)
    assert world.rows("SELECT * FROM links") == before
    row = world.store.article(stored.article_id or 0)
    assert row is not None
    assert row["last_seen_at"] == "2026-11-23T17:00:00Z"
    assert world.given("www.example.com").etag == '"1"'


def test_an_unchanged_answer_of_a_stale_mirror_sees_nothing_of_another_hosts_list(world: World) -> None:
    stored = world.store_article(A)
    seen = world.rows("SELECT last_seen_at FROM export")
    world.begin(hours=1)
    old = Validators(body_sha256="other")
    world.discover(
        outcome=PollOutcome.UNCHANGED, not_modified=True, validators=old, host="example-mirror.net"
    )
    assert stored.article_id is not None
    assert world.rows("SELECT last_seen_at FROM export") == seen


def test_link_that_fell_out_of_the_list_was_last_seen_in_the_answer_before(world: World) -> None:
    stored = world.store_article(A)
    world.begin(hours=1)
    world.discover(outcome=PollOutcome.UNCHANGED)
    world.begin(hours=1)
    world.discover("http://www.example.com/Detail/2026/11/23/2/x")
    row = world.store.article(stored.article_id or 0)
    assert row is not None
    assert row["last_seen_at"] == "2026-11-23T13:00:00Z"


def test_equal_answers_in_a_row_are_one_poll_row(world: World) -> None:
    for _ in range(5):
        world.now += timedelta(minutes=5)
        world.discover(outcome=PollOutcome.FAILED, error="timeout")
    rows = world.rows("SELECT outcome, count FROM polls ORDER BY id")
    assert rows == [{"outcome": "listed", "count": 1}, {"outcome": "failed", "count": 5}]


def test_failed_link_waits_for_its_next_try_unless_told_otherwise(world: World) -> None:
    link = world.found(A)
    world.write(world.refusal(link))
    assert world.discover(A).known == (link.id,)
    assert world.store.pending_links("example", world.now) == []
    assert [each.id for each in world.store.pending_links("example", world.now, ignore_backoff=True)] == [
        link.id
    ]
    world.now += timedelta(minutes=5)
    assert [each.id for each in world.discover(A).to_fetch] == [link.id]


def test_a_failure_after_two_weeks_is_final(world: World) -> None:
    link = world.found(A)
    for _ in range(8):
        world.write(world.refusal(link))
    assert world.store.pending_links("example", world.now, ignore_backoff=True) != []
    world.now += timedelta(days=14)
    world.write(world.refusal(link))
    assert world.store.pending_links("example", world.now, ignore_backoff=True) == []


def test_hostile_titles_are_stored_whole_without_nul_or_surrogates(world: World) -> None:
    link = world.found(A)
    (outcome,) = world.write(world.article(link, "A\x00B\ud800C", "Text with \x00 and \udfff in it."))
    row = world.store.article(outcome.article_id or 0)
    assert row is not None
    assert row["title"] == "AB?C"


def test_renamed_outlet_takes_over_all_that_stands_under_its_former_id(world: World) -> None:
    stored = world.store_article(A)
    world.store.sync_config((replace(OUTLET, id="renamed", formerly=("example",)),), (), world.now)
    row = world.store.article(stored.article_id or 0)
    assert row is not None
    assert row["outlet"] == "renamed"
    assert world.value("SELECT count(*) FROM outlets WHERE id = 'example'") == 0


def test_same_list_in_a_whole_answer_counts_its_links_as_known(world: World) -> None:
    recorded = world.discover(A, "http://elsewhere.test/x")
    ids = {recorded.to_fetch[0].id, recorded.counted[0].link_id}
    world.begin(minutes=5)
    assert set(world.discover(outcome=PollOutcome.UNCHANGED).known) == ids
    world.begin(minutes=5)
    assert world.discover(outcome=PollOutcome.UNCHANGED, not_modified=True).known == ()


def test_an_address_that_cannot_be_judged_sinks_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def classify(outlet: Outlet, url: str) -> LinkClass:
        if "odd" in url:
            raise ValueError(f"odd: {url}")
        return classify_link(outlet, url)

    monkeypatch.setattr("storage.linkrecorder.classify_link", classify)
    recorded = world.discover("http://odd\udce4.example/1", A)
    assert [link.url for link in recorded.to_fetch] == [A]
    assert [(each.state, each.reason) for each in recorded.counted] == [(LinkState.SKIPPED, "malformed")]
    assert len(world.discover("http://odd\udce4.example/1", A).known) == 1
    assert world.value("SELECT count(*) FROM notes WHERE kind = 'malformed'") == 1


def test_known_source_lifts_the_silence_of_what_an_old_link_led_to(world: World) -> None:
    world.add_rule("bridge")
    world.begin(minutes=5)
    (link,) = world.discover("http://www.example.com/latest", source=NEW_FEED).to_fetch
    world.write(world.article(link, page=world.page(link, url=A)))
    world.begin(minutes=5)
    world.discover(A)
    assert len(world.store.claim_alerts(world.now, 60)) == 1
