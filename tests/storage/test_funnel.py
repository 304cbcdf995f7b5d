"""The funnel of an outlet: each address once, by state and reason, of a day and of all time."""

from __future__ import annotations

from typing import Any

from tests.storage.world import TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"


def funnel(world: World) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = world.store.status(world.now)["example"]["funnel"]
    return found


def test_each_address_is_in_one_place_and_found_is_their_sum(world: World) -> None:
    world.store_article(A)
    link = world.found(A.replace("1001", "1002"))
    world.write(world.refusal(link, "http_404", retry=False))
    world.discover(
        A.replace("Bridge", "Slug"),
        A.replace("1001", "1003"),
        "http://elsewhere.test/x",
        "javascript:alert(1)",
    )
    day = funnel(world)["day"]
    assert day == {
        "found": 6,
        "fetched": 2,
        "new": 1,
        "revision": 0,
        "duplicate": 1,
        "unchanged": 0,
        "pending": 1,
        "skipped": {"foreign": 1, "scheme": 1},
        "failed": {"http_404": 1},
        "rechecks": {"revised": 0, "unchanged": 0},
    }


def test_a_day_later_the_day_is_empty_and_the_whole_stands(world: World) -> None:
    world.store_article(A)
    world.begin(hours=25)
    assert funnel(world)["day"]["found"] == 0
    assert funnel(world)["all"]["found"] == funnel(world)["all"]["fetched"] == 1
    assert world.store.status(world.now)["example"]["links"] == {"new": 1}


def test_looks_at_articles_again_are_counted_apart(world: World) -> None:
    stored = world.store_article(A)
    world.begin(hours=4)
    world.write(world.article(world.recheck(stored.article_id or 0), "Bridge open", TEXT + " It is open."))
    counts = {"found": 1, "revised": 1}
    world.store.finish_run(world.run_id, world.now, counts, None, None)
    assert funnel(world)["day"]["rechecks"] == {"revised": 1, "unchanged": 0}
    assert funnel(world)["day"]["found"] == 1


def test_failures_are_told_by_reason_with_the_newest_addresses(world: World) -> None:
    for number in range(1, 6):
        link = world.found(A.replace("1001", f"200{number}"))
        world.write(world.refusal(link, "http_503"))
    (told,) = world.store.failures("example", each=2)
    assert (told["state"], told["reason"], told["links"]) == ("failed", "http_503", 5)
    assert [each["url"][-11:-7] for each in told["examples"]] == ["2005", "2004"]
    assert told["examples"][0]["next_try_at"] > "2026-11-23T12:00:00Z"
