"""What a rule asks to be told of after the first alert: terms that go, headlines, removals and returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.items import Link, Outcome, Recipient
from crawler.query import Matcher
from storage.joining import merge as merge_stories
from storage.values import stored
from tests.storage.world import DESK, OTHER, OUTLET, TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
B = "http://www.example.com/Detail/2026/11/23/1002/Else"
MAYOR = "The mayor resigned."
ELSE = "A bakery in the old town won the yearly prize for rye bread, the guild said. " * 6


def due(world: World, article_id: int | None, **later: float) -> Link:
    """Return the article's link for a re-check after some time, whatever the ladder says."""
    world.begin(**later)
    world.store._db.execute(
        "UPDATE articles SET recheck_at = ? WHERE id = ?", (stored(world.now), article_id)
    )
    return world.recheck(article_id or 0)


def edit(world: World, article_id: int | None, body: str = TEXT, title: str = "Bridge closed") -> Outcome:
    """Let a later re-check find this text."""
    link = due(world, article_id, days=2)
    (outcome,) = world.write(world.article(link, title=title, body=body))
    return outcome


def remove(world: World, article_id: int | None) -> Outcome:
    """Let two re-checks, 13 hours apart, find the page removed everywhere."""
    for hours in (48, 13):
        (outcome,) = world.write(world.removed(due(world, article_id, hours=hours), 404, 410))
    return outcome


def events(world: World) -> list[str]:
    """The events of all alerts, the first one first."""
    return [row["event"] for row in world.rows("SELECT event FROM outbox ORDER BY id")]


def test_edit_that_takes_the_match_away_alerts_who_asks_for_it(world: World) -> None:
    world.add_rule("mayor", on=("match", "unmatch"))
    first = world.store_article(A, body=f"{TEXT}\n{MAYOR}")
    assert edit(world, first.article_id).alerts == 1
    assert events(world) == ["match", "unmatch"]


def test_edit_that_takes_the_match_away_alerts_nobody_by_default(world: World) -> None:
    world.add_rule("mayor")
    first = world.store_article(A, body=f"{TEXT}\n{MAYOR}")
    assert edit(world, first.article_id).alerts == 0


def test_each_headline_alerts_once_whether_the_old_or_the_new_one_matches(world: World) -> None:
    world.add_rule("title:closed", on=("headline",))
    first = world.store_article(A, "Span closed")
    assert first.alerts == 0
    titles = ("Span shut for all traffic", "Span shut for all lorries", "Span closed by the mayor")
    alerts = [edit(world, first.article_id, title=title).alerts for title in titles]
    assert alerts == [1, 0, 1]  # it matches before, not at all, behind
    assert events(world) == ["headline", "headline"]


def test_an_edit_that_brings_the_match_in_a_new_headline_is_one_alert(world: World) -> None:
    world.add_rule("mayor", on=("match", "edit", "headline"))
    first = world.store_article(A)
    assert edit(world, first.article_id, title="Mayor closes the bridge").alerts == 1
    assert events(world) == ["edit"]


def test_a_second_edit_of_a_story_that_was_told_of_still_tells_the_headline(world: World) -> None:
    world.add_rule("mayor", on=("match", "edit", "headline"))
    first = world.store_article(A, "Mayor closes the bridge")
    edit(world, first.article_id, title="Bridge closed for good")
    edit(world, first.article_id, title="Mayor shuts the bridge")
    assert events(world) == ["match", "headline", "headline"]


def test_removal_and_return_alert_once_each(world: World) -> None:
    world.add_rule("bridge", on=("match", "removal"))
    first = world.store_article(A)
    assert remove(world, first.article_id).alerts == 1
    (again,) = world.write(world.removed(due(world, first.article_id, hours=200), 404, 410))
    assert again.alerts == 0
    assert edit(world, first.article_id).alerts == 1
    assert events(world) == ["match", "removal", "return"]
    assert remove(world, first.article_id).alerts == 1  # a second removal is another one


def test_removal_alerts_nobody_whose_rule_does_not_ask_or_does_not_match(world: World) -> None:
    world.add_rule("bridge")
    world.add_rule("zebra", on=("removal",))
    first = world.store_article(A)
    assert remove(world, first.article_id).alerts == 0
    assert edit(world, first.article_id).alerts == 0


def test_a_rule_made_after_the_removal_is_not_told_of_it(world: World) -> None:
    first = world.store_article(A)
    remove(world, first.article_id)
    world.now += timedelta(minutes=1)
    world.add_rule("bridge", on=("removal",))
    (again,) = world.write(world.removed(due(world, first.article_id, hours=200), 404, 410))
    assert again.alerts == 0


def test_what_is_silent_when_it_is_found_is_news_when_it_goes(world: World) -> None:
    world.add_rule("bridge", on=("match", "removal"))
    link = world.found(A)
    world.store._db.execute("UPDATE links SET silent = 1")
    (first,) = world.write(world.article(link))
    assert first.alerts == 0
    assert remove(world, first.article_id).alerts == 1


def test_two_stories_that_become_one_keep_what_happened_to_each(world: World) -> None:
    world.add_rule("closed", on=("match", "headline"))
    one, two = world.store_article(A, "Span closed"), world.store_article(B, "Shop closed", ELSE)
    edit(world, one.article_id, title="Span shut for all traffic")
    edit(world, two.article_id, ELSE, title="Shop shut for the whole week")
    with world.store._writing() as db:
        merge_stories(db, one.story_id or 0, two.story_id or 0)
    rows = world.rows("SELECT event, state, story_id FROM outbox ORDER BY id")
    told = [(row["event"], row["state"]) for row in rows if row["story_id"] == one.story_id]
    assert told == [("match", "queued"), ("headline", "queued"), ("headline", "queued")]
    assert [row["state"] for row in rows if row["story_id"] == two.story_id] == ["dead"]  # told by the other


@pytest.mark.parametrize(
    ("event", "edited"), [("unmatch", True), ("headline", True), ("removal", False), ("return", False)]
)
def test_alert_says_what_happened(world: World, event: str, edited: bool) -> None:
    world.add_rule("mayor", on=("unmatch", "headline", "removal"))
    first = world.store_article(A, body=f"{TEXT}\n{MAYOR}")
    match event:
        case "unmatch":
            edit(world, first.article_id)
        case "headline":
            edit(world, first.article_id, f"{TEXT}\n{MAYOR}", title="The span is shut now")
        case "removal":
            remove(world, first.article_id)
        case _:
            remove(world, first.article_id)
            edit(world, first.article_id, f"{TEXT}\n{MAYOR}")
    alert = world.store.claim_alerts(world.now, 60)[-1]
    assert (alert.event, alert.edited_at is not None) == (event, edited)
    assert alert.headline_before == ("Bridge closed" if event == "headline" else "")
    text = alert.body_before if event == "unmatch" else alert.body
    assert [text[start:end] for _, start, end in alert.spans] == ["mayor"]


def test_who_was_told_of_the_story_has_its_headline_though_another_reader_is_told_of_the_match(
    world: World,
) -> None:
    asked = ("match", "edit", "headline")
    world.add_rule("mayor", on=asked)
    first = world.store_article(A, "Mayor closes the bridge")
    edit(world, first.article_id, title="Bridge closed for good")
    rule = replace(world.rules[0], to=("desk", "second"))
    world.store.sync_config((OUTLET, OTHER), [rule], world.now)
    world.store.set_matcher(
        Matcher([rule]), [rule], (DESK, Recipient(id="second", emails=("s@example.org",)))
    )
    assert edit(world, first.article_id, title="Mayor shuts the bridge").alerts == 2
    told = world.rows("SELECT recipient_id, event FROM outbox WHERE revision = 3 ORDER BY recipient_id")
    assert [tuple(row.values()) for row in told] == [("desk", "headline"), ("second", "edit")]
