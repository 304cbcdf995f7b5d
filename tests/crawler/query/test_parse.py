"""The grammar: what a query means, and what is said about one that cannot be read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import QueryError
from crawler.items import Document
from crawler.query import Query, parse
from crawler.query.nodes import (
    BARE_FIELDS,
    And,
    LanguageIs,
    Near,
    Not,
    Or,
    OutletIs,
    Regex,
    Since,
    Term,
    Until,
)
from crawler.query.parse import MAX_DEPTH, MAX_TERMS


def word(*tokens: str, prefix: bool = False, fields: tuple[str, ...] = BARE_FIELDS) -> Term:
    return Term(tokens, prefix=prefix, fields=fields)


def bare(node: object) -> object:
    """Return *node* without what only errors use."""
    match node:
        case Term():
            return Term(node.tokens, prefix=node.prefix, fields=node.fields, cased=node.cased)
        case And(children) | Or(children):
            return type(node)(tuple(bare(child) for child in children))
        case Not(child):
            return Not(bare(child))
        case Near(terms, distance, fields):
            return Near(tuple(map(bare, terms)), distance, fields)
        case Regex(pattern, fields):
            return Regex(pattern, fields)
    return node


def cased(*capitals: str, prefix: bool = False, fields: tuple[str, ...] = BARE_FIELDS) -> Term:
    return Term(tuple(map(str.lower, capitals)), prefix=prefix, fields=fields, cased=capitals)


a, b, c, d = (word(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a b", And((a, b))),
        ("a AND b OR c d", Or((And((a, b)), And((c, d))))),
        ("a NOT b", And((a, Not(b)))),
        ("NOT b AND a", And((Not(b), a))),
        ("a NOT (b OR c)", And((a, Not(Or((b, c)))))),
        ("a NOT NOT b", And((a, b))),
        ("=US", cased("US")),
        ("title:=US a=b", And((cased("US", fields=("title",)), word("a", "b")))),
        ('="The Hague" =«La Haye»', And((cased("The", "Hague"), cased("La", "Haye")))),
        ("=Trump’s", cased("Trump", "s")),
        ('="Nord Str"* =Pu*', And((cased("Nord", "Str", prefix=True), cased("Pu", prefix=True)))),
        (
            'NEAR(=US ="The Hague" b, 5)',
            Near((cased("US", fields=()), cased("The", "Hague", fields=()), Term(("b",))), 5, BARE_FIELDS),
        ),
        ("a and b or not c", And((a, word("and"), b, word("or"), word("not"), c))),
        ("ANDROID NOTE ORB", And((word("android"), word("note"), word("orb")))),
        ('"Dnipr battlegroup"', word("dnipr", "battlegroup")),
        ("“Dnipr battlegroup” «a b»", And((word("dnipr", "battlegroup"), word("a", "b")))),
        ("anti-war", word("anti", "war")),
        ("anti-gov*", word("anti", "gov", prefix=True)),
        ("Trump’s", word("trump", "s")),
        ("1,000 10:30", And((word("1", "000"), word("10", "30")))),
        ('צה"ל', word("צה", "ל")),
        ('"צה"ל a"', word("צה", "ל", "a")),
        ("北京", word("北", "京")),
        ("NEAR(a b, 5)", Near((Term(("a",)), Term(("b",))), 5, BARE_FIELDS)),
        (
            'NEAR( "a b" c* d )',
            Near((Term(("a", "b")), Term(("c",), prefix=True), Term(("d",))), 10, BARE_FIELDS),
        ),
        ("title:NEAR(a b,0)", Near((Term(("a",)), Term(("b",))), 0, ("title",))),
        ("title:a b", And((word("a", fields=("title",)), b))),
        ("Title: (a OR b)", Or((word("a", fields=("title",)), word("b", fields=("title",))))),
        ("title:(a body:b)", And((word("a", fields=("title",)), word("b", fields=("body",))))),
        (r"byline:/a\/b+/", Regex("a/b+", ("byline",))),
        ("outlet:RT", OutletIs("rt")),
        ("outlet:(rt OR presstv-fr)", Or((OutletIs("rt"), OutletIs("presstv-fr")))),
        ("lang:pt_BR", LanguageIs("pt-br")),
        ("since:2023-04-18 until:2023-04-19", And((Since(date(2023, 4, 18)), Until(date(2023, 4, 19))))),
    ],
)
def test_a_query_has_one_tree(query: str, tree: object) -> None:
    assert bare(parse(query).tree) == tree


@pytest.mark.parametrize(
    ("query", "position", "said"),
    [
        ("", 0, "empty"),
        (" \n\t", 0, "empty"),
        ("NOT sport", 4, "NOT needs something"),
        ("a OR NOT b", 9, "NOT needs something"),
        ("NOT outlet:rt", 0, "NOT needs something"),
        ("(NOT a) NOT b", 5, "NOT needs something"),
        ("titel:a", 0, "Did you mean title:"),
        ("a author:b", 2, "Did you mean byline:"),
        ("zzz:b", 0, "Fields are title, body"),
        ("Iran: deal", 0, "no field Iran:"),
        ("(a", 0, "not closed"),
        ("a (b OR (c)", 2, "not closed"),
        ("a)", 1, "no ( for"),
        ("a ()", 2, "Nothing stands in"),
        ('a "b', 2, "quote is not closed"),
        ("«b", 0, "quote is not closed"),
        ("a AND", 2, "Nothing follows AND"),
        ("(a OR)", 3, "Nothing follows OR"),
        ("NOT", 0, "Nothing follows NOT"),
        ("AND a", 0, "AND needs"),
        ("a OR OR b", 5, "OR needs"),
        ("title:", 0, "Nothing follows title:"),
        ("title:AND", 6, "AND needs"),
        ("a NEAR b", 2, "NEAR(one two, 5)"),
        ("NEAR(a)", 5, "two terms or more"),
        ("NEAR(a b", 0, "NEAR is not complete"),
        ("NEAR(a OR b, 3)", 7, "not OR"),
        ("NEAR(title:a b, 3)", 5, "before NEAR"),
        ("NEAR(a b, 99999)", 10, "above 1000"),
        ("*", 0, "letters before it"),
        ('a "**"', 2, "letters before it"),
        ("a*b", 1, "only end a word"),
        ("a -sport", 2, "NOT sport"),
        ("a = b", 2, "right before a word"),
        ("==US", 0, "right before a word"),
        ("a =-US", 2, "right before a word"),
        ("=/US/", 0, "right before a word"),
        ("=@oil", 0, "right before a word"),
        ("=title:US", 0, "Write: title:=US"),
        ("outlet:=RT", 0, "plain value"),
        ('a ="b', 3, "quote is not closed"),
        ("=U*S", 2, "only end a word"),
        ("@sanctions", 0, "Declare it in [queries]"),
        ("a @", 2, "letters, digits"),
        ("a @b.c", 2, "letters, digits"),
        ("NEAR(@a b)", 5, "not in NEAR"),
        ("a && b", 2, "Write AND"),
        ("a ...", 2, "no letter"),
        ("/a", 0, "not a whole regular"),
        ("/a/i", 0, "not a whole regular"),
        ("/(/", 0, "missing )"),
        ("/(?=a)b/", 0, "look-around"),
        ("/a{1000}{1000}/", 0, "bad repetition"),
        ("/a*/", 0, "every article"),
        ("since:yesterday", 6, "takes a day"),
        ("since:2023-02-30", 6, "no such day"),
        ("until:/x/", 0, "plain value"),
        ("outlet:(a body:b)", 0, "plain value"),
        ('outlet:"Press TV"', 7, "not an outlet's id"),
        ("lang:f*", 5, "not a language code"),
        ("(" * 200 + "a" + ")" * 200, MAX_DEPTH, "levels deep"),
        ("NOT " * 200 + "a", 4 * MAX_DEPTH, "levels deep"),
    ],
)
def test_an_error_names_place_cause_and_repair(query: str, position: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    error = caught.value
    assert (error.position, error.query) == (position, query)
    assert said in f"{error.cause} {error.repair}"
    assert error.repair
    assert str(error).splitlines()[1].endswith("^")


def test_ten_thousand_terms_are_read_and_more_are_refused() -> None:
    assert len(parse(" ".join(["w"] * MAX_TERMS)).tree.children) == MAX_TERMS
    with pytest.raises(QueryError, match="terms"):
        parse(" OR ".join(["w"] * (MAX_TERMS + 1)))


scraps = st.lists(
    st.one_of(
        st.text(max_size=4),
        st.sampled_from(
            [
                *(
                    "AND",
                    "OR",
                    "NOT",
                    "NEAR(",
                    "(",
                    ")",
                    '"',
                    "“",
                    "*",
                    "/",
                    "a",
                    "b*",
                    ", 5)",
                    "title:",
                    "since:",
                ),
                *("outlet:", "2023-01-01", "a/b", "-", "\\", ":", ",", "\ud800", "\0", "«x»", "\u3000", "（"),
            ]
        ),
    ),
    max_size=14,
)


def read(text: str) -> Query | QueryError:
    try:
        return parse(text)
    except QueryError as error:
        return error


@settings(max_examples=150, deadline=None)
@given(scraps.flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])))
def test_any_string_is_a_query_or_a_query_error(text: str) -> None:
    query = read(text)
    if isinstance(query, QueryError):
        assert 0 <= query.position <= len(text)
        assert str(query)
        return
    (query.plan().match or "").encode()
    empty = Document(title="", body="", date=datetime(1, 1, 2, tzinfo=UTC))
    assert not query.holds(empty) or query.plan().match is None


@pytest.mark.parametrize(
    ("before", "cells"),
    [
        ("Bakhmut ", 8),
        ("北京 ", 5),
        ("ガ 한국 ", 8),
        ("Zu\u0308rich ", 7),
        ("שָׁלוֹם ", 5),
        ("می\u200cشود ", 6),
        ("war😀 ", 6),
        ("a\u200bb\tc\u2028d ", 8),
        ("war " * 15 + "北京 " * 12, 60),
    ],
)
def test_the_caret_stands_under_its_place_as_a_terminal_shows_it(before: str, cells: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(f"{before}(")
    assert caught.value.position == len(before)
    shown, caret, _ = str(caught.value).split("\n")
    assert caret == " " * cells + "^"
    assert shown.endswith(
        before.replace("\u200b", "\ufffd").replace("\t", " ").replace("\u2028", " ")[-20:] + "("
    )


def test_what_steers_a_terminal_is_not_printed_with_an_error() -> None:
    for query in ("-\x1b[31mred", "a\u202eb (", "/\x1b[31m(/"):
        with pytest.raises(QueryError) as caught:
            parse(query)
        assert str(caught.value).replace("\n", "").isprintable()
