"""Learned rules in the store: learned from texts as they were extracted, decided by people, told when they matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crawler.items import (
    CarriedMatch,
    CutLine,
    LearnedRule,
    LearnedState,
    Learning,
    Precision,
    TimeSource,
    Timestamp,
)
from crawler.learning.look import look
from storage.store import Store
from tests.crawler.learning.outlet import reports
from tests.storage.world import NOON, World

PROMO = "Follow the Karlow Post where you are"


def fill(
    world: World, count: int, *, first: int = 1, tail: tuple[str, ...] = (PROMO,), cut: str = ""
) -> None:
    """Store unrelated articles, five a day; *cut*: the rule that has cut the last line of the tail."""
    items = []
    for number, text in enumerate(reports(count, first), start=first):
        link = world.found(f"http://www.example.com/Detail/{number}/a")
        lines = [*text, *(tail[:-1] if cut else tail)]
        cuts = (CutLine(position=len(lines), text=tail[-1], rule=cut),) if cut else ()
        stamp = Timestamp(
            at=NOON - timedelta(days=400 - number // 5), precision=Precision.DAY, source=TimeSource.PAGE
        )
        items.append(
            world.article(link, f"{text[0][:40]} {number}", "\n".join(lines), cut=cuts, published=stamp)
        )
    world.write(*items)


def learn(world: World) -> list[LearnedRule]:
    """Look once and write what it changes; return the rules applied by it."""
    pages, titles = world.store.pages_to_learn_from("example", 200, 2000)
    learning = look(world.outlet, pages, titles, world.store.learned_rules("example"))
    return world.store.record_learning(learning, world.now)


def test_what_is_learned_is_applied_noted_and_read_back_as_it_was(world: World) -> None:
    fill(world, 40)
    (rule,) = learn(world)
    assert world.store.learned_rules("example") == [rule]
    assert (rule.text, rule.state, rule.evidence.pages, rule.evidence.days) == (PROMO, "applied", 40, 9)
    (chrome,) = world.store.learned_chrome("example")
    assert (chrome.id, chrome.place, chrome.text, chrome.automatic) == ("learned:1", "tail", PROMO, True)
    (decision,) = world.store.learned_decisions("example")
    assert (decision.by, decision.state, decision.at) == ("learning", "applied", NOON)
    assert decision.told == "seen on 40 pages of 9 days, behind the text on 40"
    assert world.value("SELECT text FROM notes WHERE kind = 'chrome_applied'") == (
        f'learned rule 1 cuts "{PROMO}" from now on: seen on 40 pages of 9 days, behind the text on 40'
    )


def test_what_general_rules_cut_is_counted_over_the_latest_texts_of_the_outlet(world: World) -> None:
    fill(world, 3, cut="any:follow")
    fill(world, 1, first=50, tail=("Ada Berg", "More from the coast"), cut="any:follow")
    fill(world, 2, first=100, tail=("Ada Berg",), cut="prune:cards")
    fill(world, 2, first=150, tail=("Ada Berg",), cut="title")
    for rule in ("share", "learned:1", "prune:remove"):
        fill(world, 1, first=200 + len(rule), tail=("Ada Berg",), cut=rule)
    found = world.store.general_cuts("example")
    assert [(each.rule, each.lines, each.articles, each.example) for each in found] == [
        ("any:follow", 4, 4, "More from the coast"),
        ("prune:cards", 2, 2, "Ada Berg"),
        ("title", 2, 2, "Ada Berg"),
    ]
    assert found[0].article_id == 4
    assert world.store.general_cuts("other") == []


def test_learning_twice_writes_nothing_the_second_time(world: World) -> None:
    fill(world, 40)
    learn(world)
    before = world.rows("SELECT * FROM learned_rules"), world.rows("SELECT * FROM learned_decisions")
    assert learn(world) == []
    assert (
        world.rows("SELECT * FROM learned_rules"),
        world.rows("SELECT * FROM learned_decisions"),
    ) == before


def test_lines_that_the_rule_itself_has_cut_are_still_its_evidence(world: World) -> None:
    fill(world, 40)
    learn(world)
    fill(world, 60, first=100, cut="learned:1")
    assert learn(world) == []
    (rule,) = world.store.learned_rules("example")
    assert (rule.evidence.pages, rule.evidence.coverage, rule.state) == (100, 1.0, "applied")
    (page,) = world.store.text_pages("example", [100])
    assert page.lines[-1] == PROMO


def test_only_the_newest_articles_are_read(world: World) -> None:
    fill(world, 12)
    pages, titles = world.store.pages_to_learn_from("example", 5, 7)
    assert [page.article_id for page in pages] == [8, 9, 10, 11, 12]
    assert len(titles) == 7


def test_a_decision_that_was_made_meanwhile_stands(world: World) -> None:
    fill(world, 9)
    learn(world)
    (rule,) = world.store.learned_rules("example")
    fill(world, 40, first=100)
    pages, titles = world.store.pages_to_learn_from("example", 200, 2000)
    learning = look(world.outlet, pages, titles, [rule])
    assert world.store.decide_learned(
        [rule.id], LearnedState.REFUSED, "refuse", "refused by hand", world.now
    ) == [1]
    assert world.store.record_learning(learning, world.now) == []
    assert world.store.learned_rules("example")[0].state is LearnedState.REFUSED
    assert world.store.learned_chrome("example") == ()
    assert world.store.decide_learned([1], LearnedState.REFUSED, "refuse", "again", world.now) == []
    assert [each.by for each in world.store.learned_decisions("example")] == ["learning", "refuse"]


def test_a_decision_that_was_made_meanwhile_stands_against_a_new_version_too(world: World) -> None:
    fill(world, 40)
    learn(world)
    (rule,) = world.store.learned_rules("example")
    later = replace(rule, id=0, version=2, place="head")
    end = replace(rule, state=LearnedState.RETIRED, why="version 2 took its place")
    learning = Learning(pages=40, changes=((rule, end), (None, later)))
    world.store.decide_learned([rule.id], LearnedState.REFUSED, "refuse", "refused by hand", world.now)
    assert world.store.record_learning(learning, world.now) == []
    assert [each.state for each in world.store.learned_rules("example")] == [LearnedState.REFUSED]
    assert world.store.learned_chrome("example") == ()


def test_a_rule_that_another_process_added_first_is_not_added_twice(world: World) -> None:
    fill(world, 40)
    pages, titles = world.store.pages_to_learn_from("example", 200, 2000)
    learning = look(world.outlet, pages, titles, [])
    with Store.open(world.path) as other:
        assert len(other.record_learning(learning, world.now)) == 1
    assert world.store.record_learning(learning, world.now) == []
    assert len(world.store.learned_rules("example")) == 1


def carried(*, kept: bool) -> CarriedMatch:
    return CarriedMatch(rule_id=1, query_id="karlow", line=PROMO, is_kept=kept)


def test_a_match_in_a_line_of_an_applied_rule_sets_the_rule_back_and_is_noted_once(world: World) -> None:
    fill(world, 40)
    learn(world)
    for number in (501, 502):
        world.store_article(
            f"http://www.example.com/Detail/{number}/a", f"T {number}", carried=(carried(kept=True),)
        )
    (rule,) = world.store.learned_rules("example")
    assert (rule.state, rule.why) == (LearnedState.PROPOSED, "the query karlow matches in it")
    assert world.store.learned_chrome("example") == ()
    notes = world.rows("SELECT article_id, text FROM notes WHERE kind = 'chrome_match'")
    assert [note["article_id"] for note in notes] == [41]
    assert notes[0]["text"].endswith("it stays in the text, and the rule waits for a word")


def test_a_match_in_a_line_of_an_approved_rule_is_noted_once_for_each_query(world: World) -> None:
    fill(world, 40)
    learn(world)
    world.store.decide_learned([1], LearnedState.PINNED, "pin", "pinned by hand", world.now)
    for number, query in ((501, "karlow"), (502, "karlow"), (503, "post")):
        told = (replace(carried(kept=False), query_id=query),)
        world.store_article(f"http://www.example.com/Detail/{number}/a", f"T {number}", carried=told)
    assert world.store.learned_rules("example")[0].state is LearnedState.PINNED
    assert world.value("SELECT count(*) FROM notes WHERE kind = 'chrome_match'") == 2
    assert [each.by for each in world.store.learned_decisions("example")] == [
        "learning",
        "pin",
        "crawl",
        "crawl",
    ]


def test_an_outlet_that_is_renamed_keeps_what_was_learned(world: World) -> None:
    fill(world, 40)
    learn(world)
    renamed = replace(world.outlet, id="renamed", formerly=("example",))
    world.store.sync_config((renamed,), (), world.now)
    assert [rule.outlet_id for rule in world.store.learned_rules("renamed")] == ["renamed"]
