"""A mirror whose text differs is recorded beside the original and never replaces it."""

from __future__ import annotations

import pytest

from crawler.items import Article, LinkState, Outcome
from tests.storage.world import TEXT, World

MAIN, MIRROR = "www.example.com", "example-mirror.net"
A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
EDITED = TEXT.replace("two of its six piers", "three of its six piers")
TAMPERED = TEXT.replace("after the flood of last week", "after an attack by the enemy")


def shown(world: World, article_id: int, body: str, host: str, title: str = "Bridge closed") -> Article:
    """Return what *host* shows at a re-check."""
    link = world.recheck(article_id)
    return world.article(link, title, body, page=world.page(link, host=host, body=f"{host}{body}".encode()))


def recheck(world: World, body: str, host: str, *, hours: float = 12) -> Outcome:
    world.begin(hours=hours)
    world.store._db.execute("UPDATE articles SET recheck_at = first_seen_at")
    (outcome,) = world.write(shown(world, 1, body, host))
    return outcome


@pytest.fixture
def world(world: World) -> World:
    """A store with one article, served by the main host."""
    world.add_rule("bridge OR enemy", on=("match", "edit"))
    world.store_article(A)
    return world


def revisions(world: World) -> list[str]:
    return [each.body for each in world.store.revisions(1)]


def test_a_text_of_a_mirror_alone_is_kept_beside_the_article_and_alerts_nobody(world: World) -> None:
    outcome = recheck(world, TAMPERED, MIRROR)
    assert (outcome.state, outcome.reason, outcome.alerts) == (LinkState.FAILED, "divergent", 0)
    assert revisions(world) == [TEXT]
    (row,) = world.store.divergences(1)
    assert (row["host"], row["body"], row["count"], row["ended_at"]) == (MIRROR, TAMPERED, 1, None)
    capture = world.store.capture(row["capture_id"])
    assert capture is not None
    assert TAMPERED.encode() in capture.body


def test_it_is_told_when_the_own_host_was_asked_again_and_still_differs(world: World) -> None:
    recheck(world, TAMPERED, MIRROR)
    assert world.rows("SELECT * FROM notes") == [], "the own host has not been heard"
    recheck(world, TEXT, MAIN, hours=0)
    (note,) = world.rows("SELECT kind, text FROM notes")
    assert note["kind"] == "divergent"
    assert MIRROR in note["text"]


def test_an_edit_that_the_mirror_had_first_is_not_told_as_a_difference(world: World) -> None:
    recheck(world, EDITED, MIRROR)
    recheck(world, EDITED, MAIN, hours=0)
    assert world.rows("SELECT * FROM notes") == []


def test_a_mirror_that_still_differs_after_an_edit_is_told(world: World) -> None:
    recheck(world, TAMPERED, MIRROR)
    assert recheck(world, EDITED, MAIN, hours=0).state is LinkState.REVISION
    assert [row["kind"] for row in world.rows("SELECT kind FROM notes")] == ["divergent"]


def test_the_same_text_again_is_one_row_with_a_count_and_told_once(world: World) -> None:
    for _ in range(3):
        recheck(world, TAMPERED, MIRROR, hours=1)
        recheck(world, TEXT, MAIN, hours=1)
    (row,) = world.store.divergences(1)
    assert row["count"] == 3
    assert row["first_seen_at"] < row["last_seen_at"]
    assert world.value("SELECT count(*) FROM notes") == 1
    assert world.value("SELECT count(*) FROM captures") == 2


def test_texts_that_change_with_every_fetch_do_not_pile_up(world: World) -> None:
    for number in range(12):
        recheck(world, f"{TEXT}\nRead also: story number {number}.", MIRROR, hours=0.5)
        recheck(world, TEXT, MAIN, hours=0.5)
    rows = world.store.divergences(1)
    assert len(rows) == 5
    assert sum(row["count"] for row in rows) == 12


def test_a_difference_that_no_reader_would_notice_is_none(world: World) -> None:
    outcome = recheck(world, TEXT.replace("Monday", "MONDAY"), MIRROR)
    assert outcome.state is LinkState.UNCHANGED
    assert world.store.divergences(1) == []


def test_it_becomes_a_revision_when_an_own_host_shows_it_too(world: World) -> None:
    recheck(world, EDITED, MIRROR)
    outcome = recheck(world, EDITED, MAIN, hours=1)
    assert outcome.state is LinkState.REVISION
    assert revisions(world) == [TEXT, EDITED]
    (row,) = world.store.divergences(1)
    assert row["ended_at"] is not None


def test_it_becomes_a_revision_when_no_own_host_answered_for_half_a_day(world: World) -> None:
    states = [recheck(world, EDITED, MIRROR, hours=hours).state for hours in (48, 6, 6)]
    assert states == [LinkState.FAILED, LinkState.FAILED, LinkState.REVISION]
    assert [each.host for each in world.store.revisions(1)] == [MAIN, MIRROR]


def test_an_own_host_that_shows_the_article_starts_the_half_day_anew(world: World) -> None:
    assert recheck(world, EDITED, MIRROR).reason == "divergent"
    assert recheck(world, TEXT, MAIN, hours=6).state is LinkState.UNCHANGED
    assert recheck(world, EDITED, MIRROR, hours=7).reason == "divergent"


def test_a_mirror_that_shows_the_articles_text_again_differs_no_more(world: World) -> None:
    recheck(world, TAMPERED, MIRROR)
    recheck(world, TEXT, MIRROR, hours=1)
    assert [row["ended_at"] for row in world.store.divergences(1)] == ["2026-11-24T01:00:00Z"]


def test_a_mirror_that_still_has_the_text_before_the_edit_undoes_nothing(world: World) -> None:
    assert recheck(world, EDITED, MAIN).state is LinkState.REVISION
    outcome = recheck(world, TEXT, MIRROR, hours=1)
    assert (outcome.state, outcome.reason) == (LinkState.FAILED, "outdated")
    assert revisions(world) == [TEXT, EDITED]
    assert world.store.divergences(1) == []


def test_the_www_form_of_a_host_is_no_mirror(world: World) -> None:
    assert recheck(world, EDITED, "example.com").state is LinkState.REVISION


def test_a_duplicate_that_a_mirror_served_with_another_text_is_recorded(world: World) -> None:
    link = world.found(A.replace("Detail/2026/11/23/1001", "Detail/2026/11/23/2002"))
    page = world.page(link, host=MIRROR, url=A)
    (outcome,) = world.write(world.article(link, body=TAMPERED, page=page))
    assert outcome.state is LinkState.DUPLICATE
    assert [row["body"] for row in world.store.divergences(1)] == [TAMPERED]
    assert revisions(world) == [TEXT]
    assert world.recheck(1).article_id == 1
