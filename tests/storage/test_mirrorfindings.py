"""What mirrors say otherwise though they have no other text, and how often an outlet is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.failover import sampled_host
from crawler.items import Article, Attempt, Link, Precision, TimeSource, Timestamp
from storage.values import stored
from tests.storage.world import NOON, OUTLET, TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
OWN, MIRROR = OUTLET.hosts


def stamp(hours: float = 0, precision: Precision = Precision.MINUTE) -> Timestamp:
    """A publication time so many hours after noon."""
    at = NOON + timedelta(hours=hours)
    return Timestamp(at=at, precision=precision, source=TimeSource.PAGE, local=at.isoformat())


def due(world: World, article_id: int) -> Link:
    """The article's link for a re-check a day later."""
    world.begin(days=1)
    world.store._db.execute("UPDATE articles SET recheck_at = ?", (stored(world.now),))
    return world.recheck(article_id)


def seen(world: World, link: Link, host: str, published: Timestamp, denied: str = "") -> Article:
    """What a re-check read at a host, after another denied the page."""
    tried = [Attempt(host=denied, url=A, status=404, reason="http_404")] if denied else []
    tried.append(Attempt(host=host, url=A, status=200, reason="ok"))
    page = replace(world.page(link), host=host, attempts=tuple(tried))
    return world.article(link, body=TEXT, page=page, published=published)


def findings(world: World) -> list[tuple[object, ...]]:
    """Host, kind, theirs, count and whether it ended."""
    rows = world.rows(
        "SELECT host, kind, theirs, count, ended_at IS NOT NULL FROM mirror_divergence ORDER BY first_seen_at"
    )
    return [tuple(row.values()) for row in rows]


def test_a_page_gone_on_one_mirror_is_a_finding_told_once_until_it_is_back(world: World) -> None:
    article_id = world.store_article(A, published=stamp()).article_id or 0
    for count in (1, 2):
        world.write(seen(world, due(world, article_id), OWN, stamp(), MIRROR))
        assert findings(world) == [(MIRROR, "gone", "404", count, 0)]
    assert world.value("SELECT count(*) FROM notes WHERE kind = 'gone_on_mirror'") == 1
    assert world.value("SELECT gone_at FROM articles") is None
    world.write(seen(world, due(world, article_id), MIRROR, stamp()))
    assert findings(world) == [(MIRROR, "gone", "404", 2, 1)]


def test_another_time_on_a_mirror_is_kept_with_both_and_ends(world: World) -> None:
    article_id = world.store_article(A, published=stamp()).article_id or 0
    world.write(seen(world, due(world, article_id), MIRROR, stamp(2)))
    (row,) = world.rows("SELECT kind, ours, theirs, revision FROM mirror_divergence")
    assert (row["kind"], row["revision"]) == ("time", 1)
    assert row["ours"].startswith("2026-11-23T12:00:00")
    assert row["theirs"].startswith("2026-11-23T14:00:00")
    world.write(seen(world, due(world, article_id), MIRROR, stamp()))
    assert [each[-1] for each in findings(world)] == [1]


@pytest.mark.parametrize("theirs", [stamp(0.001), stamp(3, Precision.DAY), Timestamp()])
def test_a_time_that_says_less_is_no_other_time(world: World, theirs: Timestamp) -> None:
    article_id = world.store_article(A, published=stamp()).article_id or 0
    world.write(seen(world, due(world, article_id), MIRROR, theirs))
    assert findings(world) == []


def test_the_pace_is_reckoned_once_in_ten_minutes_and_by_the_budget_of_now(world: World) -> None:
    world.store_article(A, published=stamp())
    (row,) = world.rows("SELECT * FROM paces")
    assert (row["budget"], row["at"], row["stretch"]) == (2000, stored(NOON), 1.0)
    world.outlet = replace(world.outlet, recheck_budget=0)
    world.begin(minutes=1)
    world.store_article(A.replace("1001", "1002"), "Else", "A bakery in the old town won the prize. " * 9)
    assert world.value("SELECT budget FROM paces") == 0
    assert world.store.status(world.now)["example"]["rechecks"]["budget"] == 0
    ages = world.rows("SELECT (julianday(recheck_at) - julianday(first_seen_at)) * 24 AS hours FROM articles")
    assert [round(each["hours"], 2) for each in ages] == [0.25, 1.0]


def test_every_third_re_check_asks_a_host_in_turn(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    link = due(world, article_id)
    turns = [sampled_host(OUTLET, replace(link, checks=number)) for number in range(9)]
    assert turns == ["", "", MIRROR, "", "", OWN, "", "", MIRROR]
    assert sampled_host(replace(OUTLET, hosts=(OWN,)), replace(link, checks=2)) == ""
    assert sampled_host(OUTLET, replace(link, article_id=None, checks=2)) == ""
