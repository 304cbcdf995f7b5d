"""Where quarantine meets what else writes: new readings, merges, urgent rules, the record of matches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.items import Fate, LinkState, Reextraction, Reread, Signals
from crawler.items.kept import PageLimits
from crawler.query import Matcher
from storage import baselines, merging
from storage.store import Store
from storage.values import stored
from tests.storage.pages import Paper, broken, signals, text
from tests.storage.test_breaks import LONG, TEASER, article, broken_open, leaving, outbox, quarantined
from tests.storage.world import DESK, OTHER, OUTLET, World


def reading(world: World, article_id: int, given: Signals, body: str) -> Reread:
    """Return a new reading of the kept page behind an article's latest text."""
    (row,) = world.rows(
        "SELECT r.id, r.number FROM articles AS a JOIN revisions AS r ON r.article_id = a.id"
        " AND r.number = a.revision WHERE a.id = ?",
        article_id,
    )
    kept = world.store.kept_text(row["id"])
    assert kept is not None
    item = world.article(
        kept.page.link,
        f"Title of {kept.page.link.url}",
        body,
        signals=given,
        word_count=given.words,
        extraction="new",
        page=replace(kept.page, body=b""),
    )
    return Reread(revision_id=row["id"], article_id=article_id, number=row["number"], article=item)


def write(world: World, *reads: Reread) -> list[Reextraction]:
    return world.store.write_extractions(reads, world.begin(), world.now)


def matches(world: World, article_id: int) -> list[tuple[str, bool]]:
    """Return (rule, whether it stands) of each match on record of an article."""
    rows = world.rows(
        "SELECT rule_id, ended_at FROM matches WHERE article_id = ? ORDER BY rule_id", article_id
    )
    return [(row["rule_id"], row["ended_at"] is None) for row in rows]


# --- alerts ---------------------------------------------------------------------------------------


def test_what_a_new_reading_in_doubt_gives_waits_as_well(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(text(9000, 30)))
    (done,) = write(world, reading(world, number, broken(1, 40), f"{text(9000, 30)}\n{TEASER}"))
    assert (done.fate, done.alerts) == (Fate.GAINED, 1)
    assert number in quarantined(world)
    (row,) = outbox(world)
    assert (row["held_by"], row["held_until"]) == (1, stored(world.now + timedelta(hours=24)))
    assert leaving(world, hours=23) == []
    assert leaving(world, hours=2) == [(number, 1, True)]


def test_what_a_sound_new_reading_gives_leaves_at_once(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(text(9000, 30)))
    write(world, reading(world, number, signals(1), LONG))
    assert number not in quarantined(world)
    assert leaving(world) == [(number, 1, False)]


def test_what_is_urgent_and_had_not_left_when_it_was_noticed_is_marked_and_leaves(paper: Paper) -> None:
    paper.world.add_rule("karlow", severity="high")
    number = article(paper.print_broken(TEASER))
    broken_open(paper)
    assert [row["held_until"] is None for row in outbox(paper.world)] == [False, True]
    assert leaving(paper.world) == [(number, 1, True)]


def test_an_alert_that_is_taken_back_goes_over_to_another_article_of_the_story(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    first = paper.print_broken(LONG)
    second = paper.print_broken(LONG)
    assert first.story_id == second.story_id
    assert [row["article_id"] for row in outbox(world)] == [first.article_id]
    write(world, reading(world, article(first), signals(1), text(9000, 300)))
    (row,) = outbox(world)
    assert (row["article_id"], row["held_by"]) == (second.article_id, 1)
    assert leaving(world, hours=25) == [(article(second), 1, True)]


def test_a_redesign_that_drops_fields_for_good_ends_when_the_texts_are_sound(paper: Paper) -> None:
    world = paper.world
    for _ in range(8):
        paper.print_broken(fields=("title",))
    (row,) = world.store.breaks("example")
    assert {"missed", "scant", "byline", "image", "method"} <= set(row["signs"])
    number = article(paper.print_broken(TEASER, fields=("title",)))
    mended: dict[str, Any] = {"template": broken(1).template, "fields": ("title",), "method": "jsonld"}
    sound = paper.print(signals(500, **mended), LONG)
    assert article(sound) not in quarantined(world)
    for each in range(9):
        paper.print(signals(501 + each, **mended))
    told = [(each["kind"], each["how"], each["quarantined"]) for each in world.store.breaks("example")]
    assert told == [("fields", None, 0), ("text", "fixed", 9)], "what is missing for good is told by itself"
    paper.read_again(number, signals(1, **mended), f"{LONG}\nMore of it.")
    assert number not in quarantined(world)


# --- matches on record ----------------------------------------------------------------------------


def test_a_match_that_the_sound_text_does_not_give_stays_on_record_as_ended(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(TEASER))
    assert leaving(world, hours=25) == [(number, 1, True)], "readers were told of it"
    (done,) = write(world, reading(world, number, signals(1), text(9000, 300)))
    assert done.unmatched == ("rule0",)
    assert number not in quarantined(world)
    assert matches(world, number) == [("rule0", False)]


def test_a_match_that_ended_stands_again_when_the_sound_text_gives_it(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(TEASER))
    write(world, reading(world, number, broken(1, 25), TEASER.replace("harbour", "market")))
    assert matches(world, number) == [("rule0", False)]
    assert outbox(world) == [], "what waited for it is taken back"
    again = reading(world, number, signals(1), LONG)
    assert again.article is not None
    write(world, replace(again, article=replace(again.article, extraction="newest")))
    assert matches(world, number) == [("rule0", True)]
    assert leaving(world) == [(number, 1, False)]


def test_matches_of_rules_that_are_gone_outlast_quarantine(paper: Paper) -> None:
    world = paper.world
    world.add_rule("closed")
    broken_open(paper)
    number = article(paper.print_broken(TEASER))
    del world.rules[1:]
    world.store.sync_config((OUTLET, OTHER), world.rules, world.now)
    world.store.set_matcher(Matcher(world.rules), world.rules, (DESK,))
    assert world.store.release([number], world.now) == [number]
    assert matches(world, number) == [("rule0", True), ("rule1", True)]


# --- pages ----------------------------------------------------------------------------------------


def test_pages_that_the_way_out_of_a_break_needs_stay(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    paper.read_again(100, broken(100), TEASER)
    held = quarantined(world)
    world.begin(days=10)
    limits = PageLimits(pages=timedelta(days=5))
    needed = world.rows(
        "SELECT capture_id AS id FROM doubtful_texts UNION SELECT r.capture_id FROM revisions AS r"
        " JOIN articles AS a ON a.id = r.article_id WHERE a.quarantined_by IS NOT NULL OR a.id = 100"
    )
    gone = set(world.store.plan_taking(limits, world.now).captures)
    assert gone.isdisjoint(row["id"] for row in needed)
    assert len(needed) == len(held) + 2
    world.store.close_break(1, "normal", world.now)
    assert len(set(world.store.plan_taking(limits, world.now).captures) - gone) == len(held)


def test_of_one_doubtful_text_the_first_page_is_kept(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    before = world.value("SELECT count(*) FROM captures")
    for _ in range(4):
        world.begin(hours=3)
        assert paper.read_again(100, broken(100), TEASER).reason == "doubtful"
    assert world.value("SELECT count(*) FROM captures") == before + 1
    assert world.value("SELECT count(DISTINCT capture_id) FROM visits WHERE reason = 'doubtful'") == 1
    paper.read_again(100, broken(101), text(101, 30))
    assert world.value("SELECT count(*) FROM captures") == before + 2


# --- beside other work ----------------------------------------------------------------------------


def test_a_dry_run_over_articles_in_quarantine_writes_nothing(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    world.store.close_break(1, "fixed", world.now)
    with world.store._writing() as db:
        baselines.forget(db, "example")  # as a later break that was accepted does
    read = reading(world, quarantined(world)[0], signals(1), LONG)
    with Store.open(world.path, read_only=True) as beside:
        beside.set_matcher(Matcher(world.rules), world.rules, (DESK,))
        (seen,) = beside.look_again([read], world.now)
    assert (seen.fate, seen.matched) == (Fate.WITHHELD, ("rule0",)), "while nothing is usual nothing is sound"


def test_while_nothing_is_known_of_the_outlet_no_text_in_doubt_is_called_sound(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    outcome = paper.print_broken(TEASER)
    world.store.close_break(1, "fixed", world.now)
    with world.store._writing() as db:
        baselines.forget(db, "example")
    again = paper.read_again(article(outcome), broken(paper.printed), TEASER)
    assert again.state is LinkState.UNCHANGED
    assert article(outcome) in quarantined(world)
    assert leaving(world, hours=3) == [(article(outcome), 1, True)], "it leaves marked"


@pytest.mark.parametrize("how", ["fixed", "normal"])
def test_an_article_that_lives_on_in_another_leaves_quarantine_with_its_text(paper: Paper, how: str) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(TEASER))
    with world.store._writing() as db:
        merging.merge(db, number, 100, stored(world.now))
    assert number not in quarantined(world)
    assert 100 in quarantined(world), "its text is the latest of the older one now"
    world.store.close_break(1, how, world.now)
    due: list[Any] = [link.article_id for link in world.store.due_rechecks("example", world.now, 500)]
    assert 100 in due
    assert number not in due
    assert (100 in quarantined(world)) is (how == "fixed")
    assert leaving(world) == ([] if how == "fixed" else [(100, 2, False)])
