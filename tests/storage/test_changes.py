"""Edits in the store: their classes, what makes no revision, live blogs, and what an older store knows of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from crawler.fingerprint import fingerprint
from crawler.items import LinkState, Outcome, Reread
from storage import changes
from storage.migrations import SCHEMA
from tests.storage.world import TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
LIVE = "http://www.example.com/Detail/2026/11/23/1002/live-blog"
TEASERS = (
    "Win a weekend in Karlow",
    "Ten soups for cold days",
    "Which river are you",
    "A letter from the reader",
)


def check(world: World, body: str, title: str = "Bridge closed", **later: float) -> Outcome:
    """Check the first article again, after some time, as a page that says this."""
    world.begin(**(later or {"hours": 2}))
    world.store._db.execute("UPDATE articles SET recheck_at = ? WHERE id = 1", ("2026-11-23T12:00:00Z",))
    (outcome,) = world.write(world.article(world.recheck(1), title, body))
    return outcome


def edit(world: World, body: str, title: str = "Bridge closed") -> Outcome:
    """Check the first article again, once more where a second answer has to tell."""
    outcome = check(world, body, title)
    return check(world, body, title, minutes=1) if outcome.reason == "unconfirmed" else outcome


def classes(world: World) -> list[tuple[int, list[str]]]:
    """Return number and classes of each edit."""
    rows = world.rows("SELECT number, classes FROM changes ORDER BY revision_id")
    return [(row["number"], json.loads(row["classes"])) for row in rows]


def ended(outcome: Outcome) -> tuple[str, str]:
    """Return how a re-check ended."""
    return outcome.state.value, outcome.reason


def test_an_edit_is_classed_with_its_revision(world: World) -> None:
    world.store_article(A)
    check(world, TEXT.replace("two of its six", "three of its six"))
    check(world, TEXT.replace("two of its six", "three of its six"), "Bridge shut")
    assert classes(world) == [(2, ["numbers"]), (3, ["headline"])]
    (row,) = world.rows("SELECT * FROM headline_changes")
    assert (row["article_id"], row["revision"], row["old_title"], row["new_title"]) == (
        1,
        3,
        "Bridge closed",
        "Bridge shut",
    )
    (newest, first) = world.store.changes_since(None)
    assert (newest["class"], first["class"], first["words_added"], first["words_removed"]) == (
        "headline",
        "numbers",
        1,
        1,
    )
    assert [row["number"] for row in world.store.changes_since(None, classes=["numbers"])] == [2]
    assert world.store.changes_since(None, outlet="other") == []
    assert world.store.changes_since(world.now, classes=["numbers"]) == []
    assert world.store.changes(1)[2]["before"] == 1


def test_minutes_after_publication_are_told_only_where_a_time_is_known(world: World) -> None:
    world.store_article(A)
    check(world, TEXT, "Bridge shut")
    assert world.value("SELECT minutes FROM headline_changes") is None
    with world.store._writing() as db:
        db.execute(
            "UPDATE articles SET published_at = '2026-11-23T12:30:00Z', published_precision = 'minute'"
        )
    assert world.value("SELECT minutes FROM headline_changes") == 90


def test_a_store_of_before_gets_its_classes_bit_by_bit(world: World) -> None:
    world.store_article(A)
    for number in range(3, 7):
        edit(world, TEXT.replace("half an hour", f"{number} hours"))
    before = classes(world)
    with world.store._writing() as db:
        db.execute("UPDATE changes SET class = '', classes = '[]', words_added = 0, headline = 0")
    assert [world.store.class_changes(3), world.store.class_changes(3), world.store.class_changes(3)] == [
        3,
        1,
        0,
    ]
    assert classes(world) == before
    assert all(each == ["numbers"] or "substantive" in each for _, each in before)


def test_migrating_lists_the_edits_of_before(world: World) -> None:
    world.store_article(A)
    edit(world, TEXT.replace("two of its six", "three of its six"))
    edit(world, TEXT, "Bridge shut")
    before = world.rows("SELECT * FROM changes")
    statements = (SCHEMA / "m014_changes.sql").read_text(encoding="utf-8").split(";\n\n")
    (listing,) = [each for each in statements if each.startswith("INSERT INTO changes")]
    with world.store._writing() as db:
        db.execute("DELETE FROM changes")
        db.execute(listing)
    assert [row["number"] for row in world.rows("SELECT number FROM changes WHERE class = ''")] == [2, 3]
    assert world.store.class_changes() == 2
    assert world.rows("SELECT * FROM changes") == before


def test_a_run_classes_what_an_earlier_version_left(world: World) -> None:
    world.store_article(A)
    check(world, TEXT, "Bridge shut")
    with world.store._writing() as db:
        db.execute("UPDATE changes SET class = '', classes = '[]', headline = 0")
    world.store.finish_run(world.run_id, world.now, {}, None, None)
    assert classes(world) == [(2, ["headline"])]


def test_a_text_that_is_read_anew_changes_what_the_edits_beside_it_did(world: World) -> None:
    world.store_article(A)
    check(world, TEXT + "\nThe mayor will speak tomorrow in the old town hall of Karlow.")
    check(world, TEXT.replace("six piers", "sixteen piers"))
    assert classes(world) == [(2, ["paragraph_added"]), (3, ["numbers", "paragraph_removed"])]
    kept = world.store.kept_text(2)
    assert kept is not None
    item = world.article(kept.page.link)
    read = replace(item, extraction="new", fingerprint=fingerprint(item.title, item.body))
    world.store.write_extractions(
        [Reread(revision_id=2, article_id=1, number=2, article=read)], world.run_id, world.now
    )
    assert classes(world) == [(2, ["boilerplate"]), (3, ["numbers"])]


# --- what changes by itself -----------------------------------------------------------------------


def test_counters_make_no_revision_and_are_kept_as_lines(world: World) -> None:
    world.store_article(A, body=TEXT + "\n12 views")
    pages = world.value("SELECT count(*) FROM captures")
    for number in range(20, 80):
        outcome = check(world, f"{number} minutes ago\n{TEXT}\n{number * 3} views")
        assert ended(outcome) == ("unchanged", "boilerplate")
    assert world.value("SELECT count(*) FROM revisions") == 1
    lines = world.store.ignored_lines(1)
    assert len(lines) == 50
    assert {line["reason"] for line in lines} == {"boilerplate"}
    assert (lines[0]["text"], lines[0]["capture_id"] is not None) == ("20 minutes ago", True)
    assert sum(line["count"] for line in lines) > 50
    assert world.value("SELECT count(*) FROM captures") == pages + 5
    assert (
        world.value("SELECT count(*) FROM visits WHERE reason = 'boilerplate' AND capture_id IS NOT NULL")
        == 5
    )


def test_a_teaser_that_differs_between_two_answers_is_learned(world: World) -> None:
    rule = world.add_rule("soups")
    world.store_article(A, body=f"{TEXT}\n{TEASERS[0]}")
    first = check(world, f"{TEXT}\n{TEASERS[1]}")
    assert ended(first) == ("failed", "unconfirmed")
    assert world.value("SELECT settled FROM unconfirmed_texts") == ""
    assert world.recheck(1).article_id == 1, "it is due at once"
    assert ended(check(world, f"{TEXT}\n{TEASERS[2]}", minutes=1)) == ("unchanged", "jitter")
    (place,) = world.rows("SELECT * FROM jitter")
    assert (place["why"], place["kind"], place["line_behind"]) == ("asked_twice", "lines", "")
    assert ended(check(world, f"{TEXT}\n{TEASERS[1]}")) == ("unchanged", "jitter")
    assert world.rows("SELECT * FROM outbox") == []
    assert rule.id not in {row["rule_id"] for row in world.rows("SELECT rule_id FROM matches")}
    assert world.value("SELECT count(*) FROM revisions") == 1
    assert {line["text"] for line in world.store.ignored_lines(1)} == {TEASERS[1], TEASERS[2]}


def test_a_second_answer_that_says_the_same_is_an_edit_and_alerts(world: World) -> None:
    world.add_rule("soups")
    world.store_article(A, body=f"{TEXT}\n{TEASERS[0]}")
    assert ended(check(world, f"{TEXT}\n{TEASERS[1]}")) == ("failed", "unconfirmed")
    second = check(world, f"{TEXT}\n{TEASERS[1]}", minutes=1)
    assert (second.state, second.alerts) == (LinkState.REVISION, 1)
    assert world.value("SELECT settled FROM unconfirmed_texts") == "edit"
    assert world.rows("SELECT * FROM jitter") == []


def test_a_second_answer_that_gives_the_stored_text_learns_the_place_too(world: World) -> None:
    world.store_article(A, body=f"{TEXT}\n{TEASERS[0]}")
    check(world, f"{TEXT}\n{TEASERS[1]}")
    assert ended(check(world, f"{TEXT}\n{TEASERS[0]}", minutes=1)) == ("unchanged", "")
    assert world.value("SELECT why FROM jitter") == "asked_twice"
    assert ended(check(world, f"{TEXT}\n{TEASERS[3]}")) == ("unchanged", "jitter")


def test_an_answer_that_comes_hours_later_is_asked_about_again(world: World) -> None:
    world.store_article(A, body=f"{TEXT}\n{TEASERS[0]}")
    check(world, f"{TEXT}\n{TEASERS[1]}")
    assert ended(check(world, f"{TEXT}\n{TEASERS[2]}", hours=5)) == ("failed", "unconfirmed")
    assert ended(check(world, f"{TEXT}\n{TEASERS[2]}", minutes=1)) == ("revision", "")


def test_what_is_more_than_what_rotated_is_an_edit(world: World) -> None:
    world.store_article(A, body=f"{TEXT}\n{TEASERS[0]}")
    check(world, f"{TEXT}\n{TEASERS[1]}")
    check(world, f"{TEXT}\n{TEASERS[2]}", minutes=1)
    note = "Correction: an earlier version of this article misstated the number of piers."
    assert check(world, f"{TEXT}\n{note}").state == LinkState.REVISION
    more = "The province will pay for the whole work, the minister said in the evening, and more is to come."
    assert check(world, f"{TEXT}\n{note}\n{more}\n{more[::-1]}.").state == LinkState.REVISION


def test_a_line_that_is_another_one_at_each_of_three_checks_is_learned(world: World) -> None:
    world.store_article(A, body=f"{TEXT}\n{TEASERS[0]}")
    for teaser in TEASERS[1:3]:  # the same for both answers of a run: a saying of the day
        assert edit(world, f"{TEXT}\n{teaser}").state == LinkState.REVISION
    assert ended(check(world, f"{TEXT}\n{TEASERS[3]}")) == ("unchanged", "jitter")
    assert world.value("SELECT why FROM jitter") == "each_check"


def test_a_toll_that_rises_at_each_check_is_an_edit_each_time(world: World) -> None:
    world.store_article(A, body=TEXT.replace("two of its", "2 of its"))
    for number in range(3, 9):
        outcome = edit(world, TEXT.replace("two of its", f"{number} of its"))
        assert outcome.state == LinkState.REVISION
    assert world.value("SELECT count(*) FROM revisions") == 7
    assert world.rows("SELECT * FROM jitter") == []


def test_a_text_that_goes_back_and_forth_is_learned_the_second_time(world: World) -> None:
    other = TEXT.replace("closed to all traffic", "shut for all vehicles")
    world.store_article(A)
    told = [
        ended(check(world, body, title)) for body, title in [(other, "Shut"), (TEXT, "Bridge closed")] * 3
    ]
    assert told == [("revision", ""), ("revision", ""), *[("unchanged", "jitter"), ("unchanged", "")] * 2]
    assert {row["kind"] for row in world.rows("SELECT kind FROM jitter")} == {"lines", "title"}
    assert check(world, TEXT, "Bridge to be blown up").state == LinkState.REVISION


def test_an_edit_alerts_but_what_rotates_beside_it_does_not(world: World) -> None:
    world.add_rule("soups")
    world.add_rule("minister")
    world.store_article(A, body=f"{TEXT}\n{TEASERS[0]}")
    check(world, f"{TEXT}\n{TEASERS[2]}")
    check(world, f"{TEXT}\n{TEASERS[3]}", minutes=1)
    lines = TEXT.split("\n")
    edited = "\n".join([*lines[:1], "The minister came to look at the bridge in the evening.", *lines[1:]])
    outcome = check(world, f"{edited}\n{TEASERS[1]}")
    assert (outcome.state, outcome.alerts) == (LinkState.REVISION, 1)
    assert [row["rule_id"] for row in world.rows("SELECT rule_id FROM outbox")] == ["rule1"]
    assert world.value("SELECT count(*) FROM matches WHERE revision = 2") == 2


# --- live blogs -----------------------------------------------------------------------------------


def entries(count: int, last: str = "") -> str:
    """Return a live blog of so many entries, the latest first."""
    told = [
        f"12:{number:02} The water stood at {number} feet by the old mill of Karlow."
        for number in range(count, 0, -1)
    ]
    return "\n".join([last, *told] if last else told)


def live(world: World, count: int, last: str = "", **later: Any) -> Outcome:
    """Check the live blog again."""
    return check(world, entries(count, last), "Flood in Karlow: live updates", **later)


def test_a_live_blog_has_a_revision_an_hour_and_keeps_each_page(world: World) -> None:
    body = entries(5)
    item = world.article(world.found(LIVE), "Flood in Karlow: live updates", body)
    world.write(item)
    (row,) = world.rows("SELECT * FROM live_blogs")
    assert (row["live_by"], row["words"] > 0) == ("address title stamps", True)
    assert world.store.live_since(1) is not None
    states = [ended(live(world, 5 + number, minutes=15)) for number in range(1, 9)]
    assert states == [*[("unchanged", "live")] * 3, ("revision", "")] * 2
    assert world.value("SELECT count(*) FROM visits WHERE reason = 'live' AND capture_id IS NOT NULL") == 6
    live(world, 20, minutes=15)
    revised = world.value("SELECT revised_at FROM articles")
    assert world.value("SELECT recheck_at FROM articles") <= revised.replace("T14", "T15")
    assert live(world, 20, minutes=45).state == LinkState.REVISION, "the latest text becomes a revision"


def test_a_new_term_in_a_live_blog_alerts_at_once_and_only_once(world: World) -> None:
    world.add_rule("dam")
    world.write(world.article(world.found(LIVE), "Flood in Karlow: live updates", entries(5)))
    assert ended(live(world, 6, minutes=5)) == ("unchanged", "live")
    burst = live(world, 6, "12:59 The dam has burst, the mayor said.", minutes=5)
    assert (burst.state, burst.alerts) == (LinkState.REVISION, 1)
    again = live(world, 7, "13:05 The dam is gone, the mayor said.", minutes=5)
    assert (ended(again), again.alerts) == (("unchanged", "live"), 0)


def test_after_many_revisions_a_live_blog_has_one_a_day(world: World) -> None:
    world.write(world.article(world.found(LIVE), "Flood in Karlow: live updates", entries(5)))
    states = [live(world, 5 + number, hours=1).state for number in range(1, 31)]
    assert states.count(LinkState.REVISION) == 23
    assert live(world, 50, hours=24).state == LinkState.REVISION


# --- articles that are parted and joined ----------------------------------------------------------


def test_a_revision_without_one_before_it_has_no_edit(world: World) -> None:
    world.store_article(A)
    check(world, TEXT, "Bridge shut")
    with world.store._writing() as db:
        db.execute("UPDATE revisions SET article_id = 1, number = 9 WHERE number = 2")
        changes.write_all(db, 1)
    assert world.rows("SELECT number, before FROM changes") == [{"number": 9, "before": 1}]
    with world.store._writing() as db:
        db.execute("UPDATE revisions SET number = 9 WHERE number = 9")
        changes.write(db, 1, 1)
        changes.write(db, 1, 77)
    assert len(world.rows("SELECT * FROM changes")) == 1
    with world.store._writing() as db:
        db.execute("UPDATE revisions SET number = 2 WHERE number = 9")
        changes.write_all(db, 1)


@pytest.mark.parametrize("title", ["Bridge closed", "Bridge shut"])
def test_a_page_that_is_back_with_a_counter_is_returned(world: World, title: str) -> None:
    world.store_article(A)
    with world.store._writing() as db:
        db.execute("UPDATE articles SET gone_at = '2026-11-23T12:30:00Z'")
    outcome = check(world, f"{TEXT}\n5 comments", title)
    assert ended(outcome) == ("unchanged" if title == "Bridge closed" else "revision", "returned")
    assert world.value("SELECT gone_at FROM articles") is None
