"""A line that carries a match is never cut unsaid."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.clean import clean, cut_chrome
from crawler.extract.line_asking import line_rules
from crawler.items import (
    ChromeRule,
    Draft,
    Evidence,
    Key,
    LearnedRule,
    LearnedState,
    Link,
    Outlet,
    Page,
    Rule,
    TextPage,
)
from crawler.learning.sparing import carrier, cleaned, with_learned
from crawler.query import Matcher

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PROSE = ("The ferry to Brava sails again.", "Nobody was hurt, the harbour master said.")
PROMO = "Watch Karlow live from Tehran"
DRAFT = Draft(title="Ferry sails", lines=(*PROSE, PROMO), page_lines=(*PROSE, PROMO))


def page() -> Page:
    url = "https://www.example.com/1"
    link = Link(
        id=1,
        outlet_id="e",
        url=url,
        address=url,
        key=Key(kind="path", value="/1"),
        host="",
        first_seen_at=NOW,
    )
    return Page(link=link, at=NOW, url=url, requested_url=url, host="www.example.com", status=200)


def outlet(state: LearnedState) -> Outlet:
    day = date(2026, 11, 1)
    evidence = Evidence(
        pages=9, days=9, edge=9, middle=0, inside=0, coverage=1.0, forms=1, first_on=day, last_on=day
    )
    rule = LearnedRule(
        id=12, outlet_id="e", signature="x", place="tail", text=PROMO, state=state, evidence=evidence
    )
    return with_learned(Outlet(id="e", name="E", hosts=("www.example.com",)), (rule.chrome(),))


def asks(query: str) -> Matcher:
    return Matcher([Rule(id="q", query=query, to=("desk",))])


@pytest.mark.parametrize(
    "query", ["Tehran", "ferry AND Tehran", '"harbour master" AND "from Tehran"', "Tehr*"]
)
def test_a_line_that_a_rule_of_its_own_would_cut_stays_when_a_query_holds_only_with_it(query: str) -> None:
    article = cleaned(DRAFT, page(), outlet(LearnedState.APPLIED), asks(query))
    assert article.body.split("\n") == [*PROSE, PROMO]
    (carried,) = article.carried
    assert (carried.rule_id, carried.query_id, carried.line, carried.is_kept) == (12, "q", PROMO, True)
    assert not article.cut


@pytest.mark.parametrize("state", [LearnedState.APPROVED, LearnedState.PINNED])
def test_a_line_that_somebody_gave_up_is_cut_and_said(state: LearnedState) -> None:
    article = cleaned(DRAFT, page(), outlet(state), asks("Tehran"))
    assert article.body.split("\n") == list(PROSE)
    assert [(each.query_id, each.is_kept) for each in article.carried] == [("q", False)]
    assert [(cut.text, cut.rule) for cut in article.cut] == [(PROMO, "learned:12")]


@pytest.mark.parametrize("query", ["ferry", "Tehran OR Brava", "ferry NOT Tehran", "volcano"])
def test_a_line_without_which_the_same_queries_hold_is_cut_and_nothing_is_said(query: str) -> None:
    article = cleaned(DRAFT, page(), outlet(LearnedState.APPLIED), asks(query))
    assert article.body.split("\n") == list(PROSE)
    assert article.carried == ()


def test_without_learned_rules_nothing_else_happens() -> None:
    plain = Outlet(id="e", name="E", hosts=("www.example.com",))
    assert cleaned(DRAFT, page(), plain, asks("Tehran")) == clean(DRAFT, page(), plain)


def test_of_a_stored_page_the_lines_that_carry_a_match_are_told() -> None:
    carries = carrier("e", asks("ferry AND Tehran"))
    stored = TextPage(article_id=1, story_id=1, day=date(2026, 11, 1), title="Ferry", lines=(*PROSE, PROMO))
    assert carries(stored, [2]) == ("q",)
    assert carries(stored, [1]) == ()


def test_a_rail_that_nobody_approved_takes_no_prose_with_it() -> None:
    prose = "The strike of the pilots ended on Monday after two weeks of talks with the board of the harbour."
    lines = (*PROSE, "More from the Post", "Ferry sails again", prose)
    end = {"id": "learned:1", "place": "tail", "text": "More from the Post", "to_end": True}
    careful, sure = (line_rules((ChromeRule(**end, automatic=flag),)) for flag in (True, False))  # type: ignore[arg-type]
    assert len(cut_chrome(lines, careful)[0]) == 5
    assert len(cut_chrome(lines, sure)[0]) == 2
    assert len(cut_chrome(lines[:-1], careful)[0]) == 2
