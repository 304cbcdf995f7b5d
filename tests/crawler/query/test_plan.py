"""What the store is given for a query."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.query import Plan, parse


@pytest.mark.parametrize(
    ("query", "plan"),
    [
        ("Iran", Plan(match='{title body} : "iran"')),
        ('title:"press tv" nucle*', Plan(match='{title} : "press tv" AND {title body} : "nucle" *')),
        ("NEAR(a b, 5)", Plan(match='{title body} : NEAR("a" "b", 5)')),
        (
            "a NOT (b OR section:c)",
            Plan(match='{title body} : "a" NOT ({title body} : "b" OR {section} : "c")'),
        ),
        ("a (NOT b OR c)", Plan(match='{title body} : "a" NOT ({title body} : "b" NOT {title body} : "c")')),
        (
            "a outlet:(rt OR presstv) lang:fa since:2023-04-01 since:2023-04-18 until:2023-05-01",
            Plan(
                match='{title body} : "a"',
                outlets=("rt", "presstv"),
                langs=("fa",),
                since=date(2023, 4, 18),
                until=date(2023, 5, 1),
            ),
        ),
        ("outlet:rt", Plan(outlets=("rt",))),
        ("a /b+/", Plan(match='{title body} : "a"', exact=False)),
        ("a NOT (b /c/)", Plan(match='{title body} : "a"', exact=False)),
        ("a NOT (b OR /c/)", Plan(match='{title body} : "a" NOT {title body} : "b"', exact=False)),
        ("a NOT outlet:rt", Plan(match='{title body} : "a"', exact=False)),
        ("outlet:rt outlet:presstv a", Plan(match='{title body} : "a"', exact=False, outlets=("rt",))),
    ],
)
def test_a_query_becomes_a_match_and_plain_conditions(query: str, plan: Plan) -> None:
    assert parse(query).plan() == plan


@pytest.mark.parametrize("query", ["/b+/", "a OR /b/", "a OR outlet:rt", "outlet:rt NOT sport"])
def test_a_query_that_fts5_cannot_narrow_is_a_scan(query: str) -> None:
    assert parse(query).plan().is_scan


@pytest.mark.parametrize("query", ["a /b/", "a", "outlet:rt"])
def test_a_query_with_a_necessary_term_or_plain_facts_is_no_scan(query: str) -> None:
    assert not parse(query).plan().is_scan
