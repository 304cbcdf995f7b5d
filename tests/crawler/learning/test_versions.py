"""What learning may change in rules that are known: never what somebody chose, and nothing on a second look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import IN_FORCE, LearnedRule, LearnedState, Outlet, TextPage
from crawler.learning.look import look
from tests.crawler.learning.outlet import pages, reports

OUTLET = Outlet(id="post", name="Karlow Post", hosts=("www.karlowpost.example",))
PROMO = "Follow the Karlow Post where you are"
TEXTS = reports(90, 3)


def learn(made: list[TextPage], known: Sequence[LearnedRule] = ()) -> list[LearnedRule]:
    """Return the rules after one look, stored as the store would."""
    stored = {rule.id: rule for rule in known}
    for before, after in look(OUTLET, made, (), list(known)).changes:
        assert before is None or stored[before.id] == before
        number = after.id or len(stored) + 1
        stored[number] = replace(after, id=number)
    return list(stored.values())


def only(rules: Sequence[LearnedRule], state: LearnedState) -> LearnedRule:
    (rule,) = (rule for rule in rules if rule.state is state)
    return rule


@pytest.mark.parametrize("tail", [(PROMO,), ("9 readers", PROMO), ("TV",)])
def test_a_second_look_at_the_same_pages_changes_nothing(tail: tuple[str, ...]) -> None:
    made = pages(TEXTS, tail=tail)
    once = learn(made)
    assert once
    assert look(OUTLET, made, (), once).changes == ()


@settings(max_examples=40, deadline=None)
@given(
    state=st.sampled_from(
        [LearnedState.REFUSED, LearnedState.PINNED, LearnedState.APPROVED, LearnedState.RETIRED]
    ),
    count=st.integers(0, 90),
    tail=st.sampled_from([(PROMO,), (PROMO, "More"), (PROMO.upper(),), ()]),
    start=st.integers(0, 200),
)
def test_what_somebody_chose_stays_whatever_is_seen_later(
    state: LearnedState, count: int, tail: tuple[str, ...], start: int
) -> None:
    (rule,) = learn(pages(TEXTS, tail=(PROMO,)))
    chosen = replace(rule, state=state)
    later = pages(TEXTS[:count], tail=tail, start=date(2026, 9, 1) + timedelta(days=start))
    after = [each for each in learn(later, [chosen]) if each.signature == rule.signature]
    assert [each.state for each in after] == [state]
    kept = ("place", "text", "pattern", "to_end", "version")
    assert all(getattr(after[0], name) == getattr(chosen, name) for name in kept)
    if state is not LearnedState.APPROVED:
        assert after == [chosen]


def test_a_proposed_rule_is_applied_when_it_has_been_seen_often_enough() -> None:
    few = learn(pages(TEXTS[:8], tail=(PROMO,), per_day=1))
    assert only(few, LearnedState.PROPOSED).why.startswith("seen on 8 pages")
    many = learn(pages(TEXTS, tail=(PROMO,)), few)
    assert only(many, LearnedState.APPLIED).id == few[0].id


def test_an_applied_rule_does_not_go_to_and_fro_with_the_number_of_pages() -> None:
    rules = learn(pages(TEXTS, tail=(PROMO,)))
    rules = learn(pages(TEXTS[:5], tail=(PROMO,), per_day=1), rules)
    assert only(rules, LearnedState.APPLIED).evidence.pages == 5


def test_an_applied_rule_is_set_back_when_its_line_stands_in_texts() -> None:
    rules = learn(pages(TEXTS, tail=(PROMO,)))
    rules = learn(pages([[*text[:2], PROMO, *text[2:]] for text in TEXTS]), rules)
    assert not [rule for rule in rules if rule.state in IN_FORCE]
    assert rules[-1].why.startswith("it ")


def test_a_rule_whose_form_changes_is_a_new_version_and_the_old_one_retires() -> None:
    rules = learn(pages(TEXTS, tail=("5 readers",)))
    made = [replace(page, lines=(*page.lines, f"{page.article_id // 60} readers")) for page in pages(TEXTS)]
    old, new = learn(made, rules)
    assert (old.state, new.state, new.version) == (LearnedState.RETIRED, LearnedState.APPLIED, 2)
    assert old.text == "5 readers"
    assert new.pattern
    assert learn(pages(TEXTS, tail=("5 readers",)), [old, new])[1].pattern == new.pattern


def test_a_line_that_the_outlet_gave_up_cuts_in_articles_until_then() -> None:
    rules = learn(pages(TEXTS, tail=(PROMO,)))
    last = rules[0].evidence.last_on
    later = pages(TEXTS, start=last + timedelta(days=40), first=1000)
    (rule,) = learn(later, rules)
    assert (rule.state, rule.valid_until) == (LearnedState.APPLIED, last)
    assert rule.chrome().valid_until == last
    back = learn(pages(TEXTS, tail=(PROMO,), start=last + timedelta(days=90)), [rule])
    assert back[0].valid_until is None


def test_a_proposal_that_is_seen_no_more_retires_and_may_come_back_as_a_new_version() -> None:
    rules = learn(pages(TEXTS[:6], tail=(PROMO,), per_day=2))
    later = pages(TEXTS, start=date(2026, 12, 1), first=1000)
    gone = learn(later, rules)
    assert only(gone, LearnedState.RETIRED).why.startswith("not seen since")
    again = learn(pages(TEXTS, tail=(PROMO,), start=date(2027, 1, 1)), gone)
    assert [(rule.version, rule.state) for rule in again] == [(1, "retired"), (2, "applied")]
