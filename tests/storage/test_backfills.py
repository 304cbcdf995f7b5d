"""Backfills in the store: what is taken up again, and that an archive is no poll."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.errors import StoreLocked
from crawler.identity import classify_link
from crawler.items import (
    ArchiveDocument,
    Backfill,
    Discovery,
    FeedEntry,
    PollOutcome,
    Source,
    SourceKind,
)
from crawler.walk import Walk, parts_of
from storage.backfills import MOST_TRIES
from tests.storage.world import FEED, NOON, World

MAP = "http://www.example.com/map.xml"
ROOT = ArchiveDocument(kind=SourceKind.SITEMAP, url=MAP, root=MAP)
A, B, C = (f"http://www.example.com/Detail/2026/11/20/{number}/x" for number in (2001, 2002, 2003))


def begin(world: World, words: str = "30d", **more: Any) -> Backfill:
    given = {"since": NOON - timedelta(days=30), "until": None, "now": world.now} | more
    backfill = world.store.begin_backfill("example", words, **given)
    world.store.add_documents(backfill.id, [ROOT])
    return backfill


def walk(world: World, *urls: str, document: ArchiveDocument = ROOT, **more: Any) -> Walk:
    discovery = Discovery(
        outlet_id="example",
        source=Source(kind=document.kind, url=document.url),
        outcome=more.pop("outcome", PollOutcome.LISTED),
        at=world.now,
        host="www.example.com",
        url=document.url,
        entries=tuple(FeedEntry(url=url) for url in urls),
        error=more.pop("error", ""),
    )
    return Walk(document=document, discovery=discovery, named=len(urls), **more)


def record(world: World, backfill: Backfill, given: Walk, room: int | None = None) -> Any:
    return world.store.record_walk(world.run_id, world.outlet, backfill, given, room)


def left(world: World, backfill: Backfill) -> list[str]:
    return [each.url for each in world.store.waiting_documents(backfill.id, SourceKind.SITEMAP, 10)]


def test_the_same_words_take_up_what_is_unfinished_with_its_window(world: World) -> None:
    first = begin(world)
    again = begin(world, since=NOON, now=NOON + timedelta(days=2))
    assert (again.id, again.since, again.is_resumed) == (first.id, first.since, True)
    assert begin(world, "31d").id != first.id
    assert begin(world, silent=False).id != first.id
    assert begin(world, anew=True).id != first.id


def test_what_is_done_or_old_is_begun_anew(world: World) -> None:
    first = begin(world)
    world.store.finish_backfill(first.id, "paused", "stopped", world.now)
    assert begin(world).id == first.id
    assert begin(world, now=NOON + timedelta(days=31)).id != first.id
    second = begin(world)
    world.store.finish_backfill(second.id, "done", "", world.now)
    assert not begin(world).is_resumed


def test_a_walked_document_leads_on_and_is_not_walked_again(world: World) -> None:
    backfill = begin(world)
    child = ArchiveDocument(kind=SourceKind.SITEMAP, url=MAP + "?2", root=MAP, number=2)
    done = record(world, backfill, walk(world, A, B, follow=(child, ROOT)))
    assert (done.added, done.follow) == (2, (child,))
    assert left(world, backfill) == [child.url]


def test_its_links_are_silent_and_no_source_hears_of_it(world: World) -> None:
    before = (
        world.rows("SELECT * FROM feeds"),
        world.rows("SELECT * FROM polls"),
        world.rows("SELECT * FROM listings"),
    )
    backfill = begin(world)
    record(world, backfill, walk(world, A, "http://elsewhere.test/x"))
    rows = world.rows(
        "SELECT state, reason, silent, feed_id, backfill_id FROM links WHERE backfill_id IS NOT NULL"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("pending", "", 1, None, backfill.id),
        ("skipped", "foreign", 1, None, backfill.id),
    ]
    after = (
        world.rows("SELECT * FROM feeds"),
        world.rows("SELECT * FROM polls"),
        world.rows("SELECT * FROM listings"),
    )
    assert after == before


def test_a_known_link_stays_what_it_is_and_is_not_unsilenced(world: World) -> None:
    world.store_article(A)
    silent = begin(world)
    record(world, silent, walk(world, B))
    loud = begin(world, "alert", silent=False)
    done = record(world, loud, walk(world, A, B, C))
    assert done.added == 1
    assert world.value("SELECT silent FROM links WHERE url = ?", A) == 0
    assert world.value("SELECT silent FROM links WHERE url = ?", B) == 1
    assert world.value("SELECT silent FROM links WHERE url = ?", C) == 0


def test_without_room_a_document_waits_on(world: World) -> None:
    backfill = begin(world)
    done = record(world, backfill, walk(world, A, B, C), room=2)
    assert (done.added, done.had_room) == (2, False)
    assert left(world, backfill) == [MAP]
    done = record(world, backfill, walk(world, A, B, C), room=1)
    assert (done.added, done.had_room) == (1, True)
    assert left(world, backfill) == []


def test_a_failed_document_is_tried_again_some_times_unless_it_is_final(world: World) -> None:
    backfill = begin(world)
    failed = walk(world, outcome=PollOutcome.FAILED, error="http_503 busy")
    for _ in range(MOST_TRIES - 1):
        record(world, backfill, failed)
        assert left(world, backfill) == []
        begin(world)
        assert left(world, backfill) == [MAP]
    record(world, backfill, failed)
    begin(world)
    assert left(world, backfill) == []
    other = begin(world, "final")
    record(world, other, walk(world, outcome=PollOutcome.FAILED, error="http_404", is_final=True))
    begin(world, "final")
    assert left(world, other) == []


def test_nothing_of_a_walk_is_kept_when_the_store_is_locked(world: World) -> None:
    backfill = begin(world)
    blocker = type(world.store).open(world.path)
    try:
        with blocker._db.transaction(), pytest.raises(StoreLocked):
            record(world, backfill, walk(world, A))
    finally:
        blocker.close()
    assert left(world, backfill) == [MAP]
    assert world.value("SELECT count(*) FROM links WHERE url = ?", A) == 0


def test_first_sightings_and_article_addresses_are_told(world: World) -> None:
    world.store_article(A)
    other = A.replace("www.example.com", "example-mirror.net")
    keys = {url: classify_link(world.outlet, url).ledger_key for url in (A, other, B)}
    found = world.store.first_seen("example", list(keys.values()))
    assert found == {keys[A]: NOON, keys[other]: NOON}
    assert world.store.article_addresses("example", 10) == [A]
    assert world.store.listed_now("example", FEED) == [A]


def test_status_tells_of_the_last_backfill(world: World) -> None:
    assert world.store.status(world.now)["example"]["backfill"] is None
    backfill = begin(world)
    world.store.finish_backfill(backfill.id, "paused", "stopped", world.now)
    told = world.store.status(world.now)["example"]["backfill"]
    assert (told["state"], told["told"], told["documents"]) == ("paused", "stopped", {"waiting": 1})
    assert datetime.fromisoformat(told["since_at"]) == backfill.since


def test_a_document_written_in_parts_is_walked_with_the_last_and_a_kill_between_loses_nothing(
    world: World,
) -> None:
    backfill = begin(world)
    whole = walk(world, A, B, C)
    first, last = parts_of(whole, size=2)
    assert record(world, backfill, first).added == 2
    assert left(world, backfill) == [MAP]  # killed here, it is walked again
    assert [record(world, backfill, part).added for part in (first, last)] == [0, 1]
    assert left(world, backfill) == []
    (row,) = world.rows("SELECT state, entries, inside, new_links FROM backfill_documents")
    assert tuple(row.values()) == ("walked", 3, 3, 3)


def test_what_each_link_is_was_judged_outside_of_the_transaction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    backfill = begin(world)
    links = tuple(classify_link(world.outlet, url) for url in (A, "http://elsewhere.test/x"))
    monkeypatch.setattr("storage.linkrecorder.classify_link", lambda *_: pytest.fail("judged again"))
    record(world, backfill, walk(world, A, "http://elsewhere.test/x", links=links))
    rows = world.rows("SELECT state FROM links WHERE backfill_id = ? ORDER BY id", backfill.id)
    assert [row["state"] for row in rows] == ["pending", "skipped"]


def test_what_pages_named_is_kept_while_a_backfill_may_go_on(world: World) -> None:
    backfill = begin(world)
    record(world, backfill, walk(world, A, digests=b"8 bytes."))
    world.store.finish_backfill(backfill.id, "paused", "stopped", world.now)
    assert world.store.named_in_backfill(backfill.id) == {MAP: b"8 bytes."}
    world.store.finish_backfill(backfill.id, "done", "", world.now)
    assert world.store.named_in_backfill(backfill.id) == {}


def test_what_pages_named_is_forgotten_when_their_gap_is_closed(world: World) -> None:
    world.discover(A)
    with world.store._writing() as db:
        sql = "INSERT INTO gaps (feed_id, from_at, to_at, found_at, state) SELECT id, '', '', '', 'open' FROM feeds"
        db.execute(sql)
    backfill = begin(world, gap_id=1)
    record(world, backfill, walk(world, B, digests=b"8 bytes."))
    world.store.finish_backfill(backfill.id, "failed", "no host answered", world.now)
    world.store.close_gap(1, world.now, covered=False, told="")
    assert world.store.named_in_backfill(backfill.id) == {}
