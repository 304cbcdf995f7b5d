"""Why a query holds for a document or not, clause by clause."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from crawler.items import Document
from crawler.query import parse
from crawler.query.account import MOST_NEAREST, Clause, account, failing, failures
from tests.crawler.query.worlds import Sample, holds_for_nothing, samples, trees, written

ARTICLE = Document(
    title="Battle for Bakhmout",
    body="The Wagner group and the Dnipr battle groups stood near the town.\nSport is out of the question.",
    section="Sport",
    outlet="example",
    language="en",
    date=datetime(2026, 11, 23, tzinfo=UTC),
)


def leaves(text: str) -> list[Clause]:
    """Return the leaves that keep the query from holding."""
    return list(failing(account(parse(text), ARTICLE)))


def test_a_missing_word_is_told_with_the_nearest_ones_as_they_are_written() -> None:
    (leaf,) = leaves("Bakhmut AND Wagner")
    assert (leaf.text, leaf.told, leaf.nearest) == ("Bakhmut", "not in title or body", ("Bakhmout",))


def test_words_that_begin_alike_are_near_however_they_go_on() -> None:
    assert [leaf.nearest for leaf in leaves("battlefields town")] == [("battle",)]
    assert [leaf.nearest for leaf in leaves("ques AND question*")] == [("question",)]


def test_a_leaf_that_fails_names_the_other_texts_in_which_it_stands() -> None:
    others = {
        "the first text": Document(title="", body="A zebra and a lion were seen."),
        "a line that was cut": Document(title="", body="Lion cubs"),
    }
    clause = account(parse("wagner AND (zebra OR lion OR unicorn)"), ARTICLE, others)
    assert [(leaf.text, leaf.elsewhere) for leaf in failing(clause)] == [
        ("zebra", ("the first text",)),
        ("lion", ("the first text", "a line that was cut")),
        ("unicorn", ()),
    ]


def test_a_query_of_ten_thousand_words_seeks_near_ones_for_the_first_only() -> None:
    found = leaves(" OR ".join(f"wagne{number}" for number in range(2 * MOST_NEAREST)))
    assert [bool(leaf.nearest) for leaf in found] == [True] * MOST_NEAREST + [False] * MOST_NEAREST


def test_of_a_not_the_word_that_was_there_is_told_with_its_place() -> None:
    (leaf,) = leaves("Wagner NOT (section:sport OR zebra)")
    assert (leaf.text, leaf.holds, leaf.told, leaf.places) == (
        "section:sport",
        True,
        "in section",
        ("Sport",),
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("title:wagner", "stands in body, and only title counts"),
        ('"wagner battle"', "its words are in title or body, but not in a row"),
        ('"Dnipr battlegroup"', "battlegroup: not in title or body"),
        ("NEAR(wagner town, 2)", "all are in body, but with more than 2 words between"),
        ("NEAR(bakhmout wagner, 9)", "all are there, but not in one field"),
        ("NEAR(wagner zebra, 2)", "zebra not in title or body"),
        ("/bak+z/", "matches nothing in title or body"),
        ("wagner outlet:presstv", "the outlet is example"),
        ("wagner lang:fa", "the language is en"),
        ("wagner since:2026-11-24", "its day is 2026-11-23"),
        ("wagner until:2026-11-22", "its day is 2026-11-23"),
        ("nucle*", "not in title or body"),
    ],
)
def test_each_kind_of_clause_says_why_it_fails(query: str, told: str) -> None:
    (leaf,) = leaves(query)
    assert leaf.told == told


def test_of_alternatives_all_that_fail_are_told_and_none_that_hold_elsewhere() -> None:
    assert [leaf.text for leaf in leaves("(zebra OR /lion/) AND wagner")] == ["zebra", "/lion/"]


def test_a_query_that_holds_has_no_failing_clause() -> None:
    clause = account(parse('"wagner group" NOT zebra'), ARTICLE)
    assert clause.holds
    assert list(failing(clause)) == []


@given(trees, samples())
def test_the_account_agrees_with_the_query(tree: tuple[Any, ...], sample: Sample) -> None:
    tree = ("not", tree) if holds_for_nothing(tree) else tree
    query = parse(written(tree))
    clause = account(query, sample.document)
    assert clause.holds is query.holds(sample.document)
    assert bool(list(failing(clause))) is not clause.holds
    assert failures(query, sample.document) == len(list(failing(clause)))
