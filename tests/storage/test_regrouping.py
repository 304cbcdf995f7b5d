"""Stories of articles whose texts are read anew: strangers part, copies meet, and each reader is told once."""

from __future__ import annotations

from tests.storage.test_reextract import FERRY, URL, apply, due, read
from tests.storage.world import World

STUB = "What happened today was told in short by our own reporters in the town and its villages nearby."
"""What the pages of a broken outlet all give."""
NEWS = (
    f"The council of Karlow wants two new schools before winter, its speaker said at noon.\n{FERRY}",
    f"A bear was seen near the market of Ostra, where nobody was hurt, as hunters confirmed.\n{FERRY}",
    f"Prices of bread rose for the ninth month in a row, said the office of statistics.\n{FERRY}",
)


def stubs(world: World) -> list[int]:
    """Store three articles whose texts were read as one and the same; return their numbers."""
    outcomes = [
        world.store_article(f"http://www.example.com/Detail/2026/11/23/{n}/x", f"Title {n}", STUB)
        for n in range(3)
    ]
    assert len({outcome.story_id for outcome in outcomes}) == 1
    return [outcome.article_id for outcome in outcomes if outcome.article_id is not None]


def story_ids(world: World, ids: list[int]) -> list[int]:
    """Return the stories of articles."""
    return [world.value("SELECT story_id FROM articles WHERE id = ?", number) for number in ids]


def test_articles_that_a_bad_reading_made_one_story_part_and_each_alerts(world: World) -> None:
    world.add_rule("ferry")
    ids = stubs(world)
    reads = [read(world, number, body) for number, body in zip(ids, NEWS, strict=True)]
    looked = world.store.look_again(reads, world.now, force=True)
    assert [each.alerts for each in looked] == [1, 1, 1]
    assert [each.alerts for each in apply(world, *reads, force=True)] == [1, 1, 1]
    assert len(set(story_ids(world, ids))) == 3
    rows = world.rows("SELECT article_id, story_id FROM outbox ORDER BY article_id")
    assert [(row["article_id"], row["story_id"]) for row in rows] == list(
        zip(ids, story_ids(world, ids), strict=True)
    )


def test_copies_that_a_bad_reading_hid_are_one_story_after_it(world: World) -> None:
    world.add_rule("ferry")
    ids = stubs(world)
    texts = (NEWS[0], NEWS[1], NEWS[0])
    reads = [read(world, number, body) for number, body in zip(ids, texts, strict=True)]
    assert [each.alerts for each in apply(world, *reads, force=True)] == [1, 1, 0]
    first, second, copy = story_ids(world, ids)
    assert first == copy != second


def test_an_article_alone_in_its_story_joins_that_of_its_copy_and_nobody_is_told_twice(world: World) -> None:
    world.add_rule("ferry")
    first = world.store_article(URL, "First", NEWS[0])
    second = world.store_article("http://www.example.com/Detail/2026/11/23/1002/Copy", "Copied", STUB)
    assert second.article_id is not None
    assert first.story_id != second.story_id
    (done,) = apply(world, read(world, second.article_id, NEWS[0]), force=True)
    assert (done.matched, done.alerts) == (("rule0",), 0)
    assert story_ids(world, [second.article_id]) == [first.story_id]
    assert world.value("SELECT merged_into FROM stories WHERE id = ?", second.story_id) == first.story_id
    assert world.value("SELECT count(*) FROM outbox") == 1


def test_what_was_told_of_a_bad_reading_goes_along_with_its_article(world: World) -> None:
    world.add_rule("reporters OR ferry")
    ids = stubs(world)
    assert world.value("SELECT article_id FROM outbox") == ids[0]
    (mail,) = due(world)
    world.store.mark_sent(mail.ids, world.now, "<1@example.com>")
    reads = [read(world, number, body) for number, body in zip(ids, NEWS, strict=True)]
    apply(world, *reads, force=True)
    row = world.rows("SELECT article_id, story_id, state FROM outbox")[0]
    assert (row["article_id"], row["story_id"], row["state"]) == (ids[0], story_ids(world, ids)[0], "sent")
