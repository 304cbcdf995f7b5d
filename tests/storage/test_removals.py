"""Removals: every host, twice, in four ways; what comes back, and outlets in which everything is missing at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crawler.items import Attempt, Outcome, Refusal
from storage.connection import Connection
from tests.storage.world import OUTLET, TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
WAYS = ("http_404", "http_410", "soft_404", "front_page")


def missing(world: World, article_id: int, *words: str) -> Refusal:
    """Return what a re-check gave when the hosts answered with these words."""
    link = world.recheck(article_id)
    attempts = tuple(
        Attempt(host=host, url=link.url, status=404 if word == "challenge" else 200, reason=word)
        for host, word in zip(OUTLET.hosts, words, strict=True)
    )
    refusal = world.refusal(link, words[-1], retry=False)
    page = replace(refusal.page, host=OUTLET.hosts[-1], status=200, attempts=attempts)
    return replace(refusal, page=page)


def check(world: World, article_id: int, *words: str, hours: float) -> Outcome:
    world.begin(hours=hours)
    (outcome,) = world.write(missing(world, article_id, *words))
    return outcome


def removals(world: World) -> list[tuple[object, ...]]:
    sql = "SELECT article_id, how, missing_since, gone_at, returned_at FROM removals ORDER BY gone_at, article_id"
    return [tuple(row.values()) for row in world.rows(sql)]


@pytest.mark.parametrize("way", WAYS)
def test_a_removal_is_a_row_with_the_way_in_which_it_was_said(world: World, way: str) -> None:
    article_id = world.store_article(A).article_id or 0
    check(world, article_id, way, way, hours=1)
    assert removals(world) == [], "one check proves nothing"
    assert check(world, article_id, way, way, hours=12).reason == "gone"
    told = way.removeprefix("http_")
    assert removals(world) == [(article_id, told, "2026-11-23T13:00:00Z", "2026-11-24T01:00:00Z", None)]
    (row,) = world.rows("SELECT outlet, title, url, first_seen_at FROM removals")
    assert tuple(row.values()) == ("example", "Bridge closed", A, "2026-11-23T12:00:00Z")


def test_hosts_that_say_it_in_different_ways_are_mixed(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    for hours in (1, 12):
        check(world, article_id, "http_404", "front_page", hours=hours)
    assert [row[1] for row in removals(world)] == ["mixed"]


def test_a_return_ends_the_row_and_a_second_removal_is_another(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    for hours in (1, 12):
        check(world, article_id, "http_404", "http_404", hours=hours)
    world.begin(days=2)
    world.write(world.article(world.recheck(article_id)))
    for hours in (48, 12):
        check(world, article_id, "http_410", "http_410", hours=hours)
    assert [(row[1], row[4]) for row in removals(world)] == [("404", "2026-11-26T01:00:00Z"), ("410", None)]
    kinds = [row["kind"] for row in world.rows("SELECT kind FROM notes ORDER BY id")]
    assert kinds == ["gone", "returned", "gone"]
    assert world.value("SELECT body FROM revisions WHERE article_id = ?", article_id) == TEXT


def test_a_page_that_is_back_before_the_second_check_was_no_removal(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    check(world, article_id, "http_404", "http_404", hours=1)
    world.begin(hours=12)
    world.write(world.article(world.recheck(article_id)))
    assert removals(world) == []
    assert world.rows("SELECT gone_at, returned_at FROM absences") == [
        {"gone_at": None, "returned_at": "2026-11-24T01:00:00Z"}
    ]


def test_a_bot_check_with_status_404_proves_nothing(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    for hours in (1, 13, 13):
        check(world, article_id, "challenge", "http_404", hours=hours)
    assert world.value("SELECT count(*) FROM absences") == 0


def _store(world: World, count: int) -> list[int]:
    urls = [A.replace("1001", str(2000 + number)) for number in range(count)]
    texts = [f"{TEXT}\nReport number {number} of the day." for number in range(count)]
    return [
        world.store_article(url, body=text).article_id or 0 for url, text in zip(urls, texts, strict=True)
    ]


def _check_all(world: World, ids: list[int], gone: set[int], *, hours: float) -> None:
    world.begin(hours=hours)
    world.store._db.execute("UPDATE articles SET recheck_at = first_seen_at")
    for each in ids:
        body = world.store.revisions(each)[-1].body
        is_gone = each in gone
        world.write(
            missing(world, each, "http_404", "http_404")
            if is_gone
            else world.article(world.recheck(each), body=body)
        )


def test_an_outlet_whose_every_page_is_missing_has_removed_none_of_them(world: World) -> None:
    ids = _store(world, 12)
    for hours in (1, 13, 12):
        _check_all(world, ids, set(ids), hours=hours)
    assert removals(world) == []
    assert world.value("SELECT count(*) FROM notes WHERE kind = 'removals_in_doubt'") == 1
    assert world.store.status(world.now)["example"]["absences"] == {"missing": 0, "doubt": 12, "gone": 0}


def test_when_the_outlet_is_mended_what_is_still_missing_is_removed(world: World) -> None:
    ids = _store(world, 12)
    for hours in (1, 13):
        _check_all(world, ids, set(ids), hours=hours)
    for hours in (25, 25):
        _check_all(world, ids, {ids[3]}, hours=hours)
    assert [row[0] for row in removals(world)] == [ids[3]]
    assert world.store.status(world.now)["example"]["absences"] == {"missing": 0, "doubt": 0, "gone": 1}


def test_after_a_week_what_is_missing_is_removed_whatever_happened(world: World) -> None:
    ids = _store(world, 12)
    for hours in (1, 13, 24 * 7):
        _check_all(world, ids, set(ids), hours=hours)
    assert len(removals(world)) == 12


def test_a_few_of_many_that_vanish_at_once_are_removed(world: World) -> None:
    ids = _store(world, 30)
    for hours in (1, 13):
        _check_all(world, ids, set(ids[:12]), hours=hours)
    assert [row[0] for row in removals(world)] == ids[:12]


def test_removals_of_an_older_store_are_taken_over(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    for hours in (1, 12):
        check(world, article_id, "http_404", "http_404", hours=hours)
    world.begin(days=2)
    world.write(world.article(world.recheck(article_id)))
    for hours in (48, 12):
        check(world, article_id, "http_410", "http_410", hours=hours)
    other = world.store_article(A.replace("1001", "1002"), body=TEXT + "\nMore.").article_id or 0
    check(world, other, "soft_404", "soft_404", hours=1)
    columns = "article_id, missing_since, last_missing_at, checks, how, revision, gone_at, returned_at"
    before = world.rows(f"SELECT {columns} FROM absences ORDER BY id")
    _take_over_again(world.path)
    assert world.rows(f"SELECT {columns} FROM absences ORDER BY id") == before


def _take_over_again(path: Path) -> None:
    """Fill the table of absences as the migration does for a store that had none."""
    from storage.migrations import SCHEMA

    statements = (SCHEMA / "m015_ladder.sql").read_text(encoding="utf-8").split(";\n\n")
    db = Connection.open(path, read_only=False)
    with db.transaction():
        db.execute("DELETE FROM absences")
        for each in statements:
            if each.startswith("INSERT INTO absences"):
                db.execute(each)
    db.close()
