"""A query may name an outlet by a former id, wherever it is asked."""

from __future__ import annotations

import pytest

from crawler.items import Document, Rule
from crawler.query import Matcher, parse

FORMER = {"wire": "herald", "Wire-En": "herald"}
OF_HERALD = Document(title="Fire at the harbour", body="", outlet="herald")
OF_WIRE = Document(title="Fire at the harbour", body="", outlet="wire")
OF_ANOTHER = Document(title="Fire at the harbour", body="", outlet="post")


@pytest.mark.parametrize("query", ["outlet:wire", "fire AND outlet:(nobody OR WIRE)", "fire NOT outlet:post"])
def test_the_present_and_the_former_id_are_meant(query: str) -> None:
    read = parse(query).for_outlets(FORMER)
    assert [read.holds(each) for each in (OF_HERALD, OF_WIRE, OF_ANOTHER)] == [True, True, False]
    matcher = Matcher([Rule(id="r", query=query, to=())], FORMER)
    assert [bool(matcher.match(each)) for each in (OF_HERALD, OF_WIRE, OF_ANOTHER)] == [True, True, False]


def test_not_from_a_renamed_outlet_leaves_out_what_it_stored_under_either_id() -> None:
    read = parse("fire NOT outlet:wire-en").for_outlets(FORMER)
    assert [read.holds(each) for each in (OF_HERALD, OF_ANOTHER)] == [False, True]


def test_the_store_is_asked_for_both_by_their_index() -> None:
    plan = parse("fire AND outlet:(post OR wire)").for_outlets(FORMER).plan()
    assert (plan.outlets, plan.exact) == (("post", "wire", "herald"), True)


def test_a_query_that_names_the_present_id_is_what_it_was() -> None:
    read = parse("fire AND outlet:herald")
    assert read.for_outlets(FORMER) == read
