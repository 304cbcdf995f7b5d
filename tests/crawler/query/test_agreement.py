"""Search, backtest and live matching give one answer: that of a reference which only compares lists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils.utils import sqlite3

from crawler.errors import QueryError
from crawler.items import Document, Rule
from crawler.query import FTS_TOKENIZE, Matcher, Query, fold_text, parse, spans
from tests.crawler.query.worlds import (
    BARE,
    FIELDS,
    Sample,
    Words,
    holds_for_nothing,
    reference,
    samples,
    trees,
    trees_with_names,
    vocabularies,
    written,
)

EXAMPLES = int(os.environ.get("NEWSHAWK_EXAMPLES", "200"))
"""Raise it for a long run: NEWSHAWK_EXAMPLES=20000."""


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize='{FTS_TOKENIZE}')"
    )
    yield connection
    connection.close()


def searched(table: sqlite3.Connection, query: Query, documents: list[Document]) -> set[int]:
    """Return the numbers of the documents that the store would answer with."""
    table.execute("DELETE FROM texts")
    for number, document in enumerate(documents):
        folded = [fold_text(getattr(document, field)) for field in FIELDS]
        table.execute(
            "INSERT INTO texts(rowid, title, body, byline, section) VALUES (?, ?, ?, ?, ?)", [number, *folded]
        )
    plan = query.plan()
    if plan.match is None:
        rows = set(range(len(documents)))
    else:
        rows = {row[0] for row in table.execute("SELECT rowid FROM texts WHERE texts MATCH ?", [plan.match])}
    rows = {row for row in rows if in_bounds(plan, documents[row])}
    return rows if plan.exact else {row for row in rows if query.holds(documents[row])}


def in_bounds(plan: object, document: Document) -> bool:
    day = document.date.astimezone(UTC).date()
    return (
        (not plan.outlets or document.outlet in plan.outlets)
        and (not plan.langs or any(f"{document.language}-".startswith(f"{code}-") for code in plan.langs))
        and (plan.since is None or plan.since <= day)
        and (plan.until is None or day <= plan.until)
    )


def matched(matcher: Matcher, document: Document) -> set[str]:
    return {match.rule_id for match in matcher.match(document)}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(trees, min_size=1, max_size=3), st.lists(samples(), min_size=1, max_size=4))
def test_search_live_match_and_reference_agree(
    table: sqlite3.Connection, found: list, world: list[Sample]
) -> None:
    documents = [sample.document for sample in world]
    valid = {}
    for number, tree in enumerate(found):
        if holds_for_nothing(tree):
            with pytest.raises(QueryError):
                parse(written(tree))
        valid[str(number)] = ("not", tree) if holds_for_nothing(tree) else tree
    matcher = Matcher([Rule(id=key, query=written(tree), to=()) for key, tree in valid.items()])
    answers = [matched(matcher, document) for document in documents]
    for key, tree in valid.items():
        query = parse(written(tree))
        expected = {number for number, sample in enumerate(world) if reference(tree, sample)}
        assert {number for number, document in enumerate(documents) if query.holds(document)} == expected
        assert searched(table, query, documents) == expected
        assert {number for number, answer in enumerate(answers) if key in answer} == expected


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(vocabularies(), trees_with_names, st.lists(samples(), min_size=1, max_size=4))
def test_names_and_synonyms_mean_the_same_in_search_and_live_and_as_the_store_keeps_them(
    table: sqlite3.Connection, words: Words, found: tuple, world: list[Sample]
) -> None:
    tree = ("not", found) if holds_for_nothing(found, words) else found
    query = parse(written(tree), words.vocabulary)
    kept = parse(query.expanded)
    assert kept.tree == parse(kept.expanded).tree
    documents = [sample.document for sample in world]
    expected = {number for number, sample in enumerate(world) if reference(tree, sample, BARE, words)}
    matcher = Matcher([Rule(id="r", query=query.expanded, to=())])
    assert {number for number, document in enumerate(documents) if query.holds(document)} == expected
    assert searched(table, query, documents) == expected
    assert searched(table, kept, documents) == expected
    assert {number for number, document in enumerate(documents) if matcher.match(document)} == expected
    for document in documents:
        assert spans(kept, document) == spans(query, document)


@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(trees, samples())
def test_spans_are_whole_places_and_the_same_live_and_in_search(tree: tuple, sample: Sample) -> None:
    tree = ("not", tree) if holds_for_nothing(tree) else tree
    query = parse(written(tree))
    shown = spans(query, sample.document)
    live = Matcher([Rule(id="r", query=query.text, to=())]).match(sample.document)
    assert shown == (live[0].spans if live else ())
    for (field, start, end), after in zip(shown, (*shown[1:], None), strict=False):
        part = getattr(sample.document, field)[start:end]
        assert part
        assert part == part.strip()
        assert after is None or after[0] != field or end <= after[1]


@pytest.mark.parametrize("depth", [5, 14, 15, 16, 30, 48])
def test_deep_queries_stay_within_what_fts5_reads(table: sqlite3.Connection, depth: int) -> None:
    texts = ["x y", "a0", "a1 b1", "a2 b2 x", " ".join(f"a{n} b{n}" for n in range(50)), "a0 a2 x"]
    documents = [Document(title="", body=text, outlet="rt") for text in texts]
    for shape in (
        "(a{n} OR (b{n} AND {inner}))",
        "(a{n} NOT (b{n} NOT {inner}))",
        "((a{n} NOT b{n}) OR ({inner} a0))",
    ):
        text = "x"
        for number in range(depth // (1 + shape.count("((") + shape.count(" (")) + 1):
            text = shape.replace("{n}", str(number)).replace("{inner}", text)
        query = parse(text)
        plan = query.plan()
        expected = {number for number, document in enumerate(documents) if query.holds(document)}
        table.execute("DELETE FROM texts")
        for number, document in enumerate(documents):
            table.execute(
                "INSERT INTO texts(rowid, title, body) VALUES (?, ?, ?)", [number, "", document.body]
            )
        rows = set(range(len(documents)))
        if plan.match is not None:
            rows = {
                row[0] for row in table.execute("SELECT rowid FROM texts WHERE texts MATCH ?", [plan.match])
            }
        assert rows == expected if plan.exact else rows >= expected


def test_ten_thousand_terms_are_searched_and_matched(table: sqlite3.Connection) -> None:
    query = parse(" OR ".join(f"word{number}" for number in range(10_000)))
    documents = [Document(title="", body="only word9999 here"), Document(title="", body="word10000")]
    table.execute("DELETE FROM texts")
    for number, document in enumerate(documents):
        table.execute("INSERT INTO texts(rowid, title, body) VALUES (?, '', ?)", [number, document.body])
    assert list(table.execute("SELECT rowid FROM texts WHERE texts MATCH ?", [query.plan().match])) == [(0,)]
    assert [len(Matcher([Rule(id="r", query=query.text, to=())]).match(each)) for each in documents] == [1, 0]
