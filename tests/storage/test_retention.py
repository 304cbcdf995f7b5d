"""Runs, polls and comparisons of long ago that brought nothing are folded away; what is pointed to stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.completeness import Comparison
from crawler.items import PollOutcome, Signals
from storage import pagesignals
from storage.values import stored
from tests.storage.test_backfills import ROOT, record, walk
from tests.storage.world import OUTLET, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"


def end(world: World, **counts: int) -> None:
    found = {"found": sum(counts.values())}
    world.store.finish_run(world.run_id, world.now, counts | found, "www.example.com", None)


def folded(world: World) -> int:
    """Fold all that may go; return how many rows went."""
    rows = 0
    while gone := world.store.fold_history(world.now, limit=2):
        rows += gone
    return rows


def test_idle_runs_older_than_a_month_go_and_what_is_pointed_to_stays(world: World) -> None:
    outcome = world.store_article(A)
    end(world, new=1)
    for _ in range(5):
        world.begin(minutes=5)
        world.discover(outcome=PollOutcome.UNCHANGED)
        end(world, known=1)
    assert folded(world) == 0
    world.begin(days=40)
    end(world)
    folded(world)
    left = {row["id"] for row in world.rows("SELECT id FROM runs")}
    assert len(left) == 3, "the one that found the article, the one of the last answer, the latest"
    assert world.store.check(bodies=True) == []
    assert world.store.trace([A])[0]["discovery"]["run"]["id"] in left
    assert outcome.article_id


def test_answers_that_named_nothing_new_go_and_failures_stay(world: World) -> None:
    world.discover(A)
    for number in range(4):
        world.begin(minutes=5)
        world.discover(A, host=("example-mirror.net", "www.example.com")[number % 2])
        end(world, known=1)
    world.begin(minutes=5)
    world.discover(outcome=PollOutcome.FAILED, error="dns")
    end(world)
    world.begin(days=40)
    world.discover(A)
    end(world, known=1)
    folded(world)
    polls = world.rows("SELECT outcome, new_links FROM polls ORDER BY id")
    assert [(row["outcome"], row["new_links"]) for row in polls] == [
        ("listed", 1),
        ("failed", None),
        ("listed", 0),
    ]


def test_the_latest_comparison_of_an_outlet_is_kept_however_old(world: World) -> None:
    for _ in range(3):
        world.begin(days=1)
        comparison = Comparison(outlet_id="example", at=world.now, since=world.now - timedelta(days=2))
        world.store.record_comparison(OUTLET, comparison, "nightly", world.now)
    world.begin(days=200)
    folded(world)
    assert world.value("SELECT count(*) FROM reconciliations") == 1


def test_documents_of_backfills_go_after_ninety_days_and_what_found_links_stays(world: World) -> None:
    world.discover(A)
    with world.store._writing() as db:
        db.execute(
            "INSERT INTO gaps (feed_id, from_at, to_at, found_at, state) SELECT id, '', '', '', 'covered' FROM feeds"
        )
    for url in ("", A.replace("1001", "1002")):
        backfill = world.store.begin_backfill("example", "", world.now, None, world.now, gap_id=1)
        world.store.add_documents(backfill.id, [ROOT])
        record(world, backfill, walk(world, *filter(None, [url])))
        world.store.finish_backfill(backfill.id, "done", "", world.now)
    world.begin(days=89)
    folded(world)
    assert world.value("SELECT count(*) FROM backfill_documents") == 2
    world.begin(days=2)
    folded(world)
    assert world.value("SELECT count(*) FROM backfill_documents") == 0
    assert [row["id"] for row in world.rows("SELECT id FROM backfills")] == [2]
    assert world.store.check(bodies=True) == []


def test_signals_of_old_pages_go_but_for_the_newest_of_each_outlet_and_those_of_breaks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagesignals, "KEPT", 3)
    outcome = world.store_article(A)
    with world.store._writing() as db:
        for days in range(400, 410):
            at = stored(world.now - timedelta(days=days))
            number = pagesignals.add(db, "example", outcome.link_id, outcome.article_id, at, Signals(), None)
        db.execute(
            "INSERT INTO breaks (outlet_id, kind, opened_at, first_page, last_page, pages, signs, new_template, template,"
            " told) VALUES ('example', 'text', ?, ?, ?, 1, '[]', 0, x'', '[]')",
            (stored(world.now), number, number),
        )
        pagesignals.mark(db, [number], 1)
    folded(world)
    left = [row["at"] for row in world.rows("SELECT at FROM page_signals ORDER BY at DESC")]
    assert left == [stored(world.now - timedelta(days=days)) for days in (400, 401, 402, 403, 409)]
