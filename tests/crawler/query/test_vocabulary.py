"""Named queries, synonyms and capitals: what they mean, and what is said where they cannot be used."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import QueryError
from crawler.items import Document, Rule, Vocabulary
from crawler.query import Matcher, Query, check_named, fold_text, parse, spans
from crawler.query.account import account, failing
from crawler.query.faults import MAX_DEPTH
from crawler.query.fold import fold_cased
from crawler.query.parse import MAX_TERMS

WORDS = Vocabulary(
    queries={
        "sanctions": 'OFAC OR "asset freeze"',
        "calm": "NOT section:sport",
        "both": "Iran @sanctions @calm",
        "state_media": "rt OR presstv",
        "head": "title:deal",
    },
    synonyms=(
        ("Khamenei", "Khamenai", "خامنه‌ای"),
        ("United States", "USA", "=US"),
        ("Georgia", "Gruzia"),
        ("Georgia", "Peach State"),
    ),
)


def says(query: str, body: str, title: str = "", section: str = "", outlet: str = "") -> bool:
    """Return whether a query holds, asked in three ways that must agree: itself, as it is kept, and live."""
    read = parse(query, WORDS)
    document = Document(title=title, body=body, section=section, outlet=outlet)
    live = Matcher([Rule(id="r", query=query, expanded=read.expanded, to=())]).match(document)
    assert read.holds(document) is parse(read.expanded).holds(document) is bool(live)
    return bool(live)


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("=US", "The US said", True),
        ("=US", "Tell us more", False),
        ("=US", "ＵＳ troops", True),
        ('="The Hague"', "in The\nHague", True),
        ('="The Hague"', "in the Hague", False),
        ("=Zürich", "Zurich", True),
        ("=Zürich", "ZÜRICH", False),
        ("=Путин", "путин", False),
        ("=ايران", "ایران", True),
        ("=U*", "US", True),
        ("=U*", "us", False),
        ("NEAR(=US troops, 1)", "us troops", False),
        ("NEAR(=US troops, 1)", "US and troops", True),
        ("troops NOT =US", "tell us of troops", True),
        ("troops NOT =US", "US troops", False),
    ],
)
def test_capitals_count_after_an_equals_sign(query: str, body: str, expected: bool) -> None:
    assert says(query, body) is expected


def test_the_places_of_a_term_with_capitals_are_those_with_capitals() -> None:
    document = Document(title="", body="us, US; us and US.")
    assert spans(parse("=US"), document) == (("body", 4, 6), ("body", 15, 17))


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("Khamenai", "خامنه‌ای", True),
        ("=Khamenai", "Khamenei", False),
        ("Khamena*", "Khamenei", False),
        ('"Khamenai said"', "Khamenei said", False),
        ('"united states"', "the USA", True),
        ("USA", "the US", True),
        ("USA", "tell us", False),
        ("US", "the USA", False),
        ("Georgia", "Gruzia", True),
        ("Georgia", "the Peach State", True),
        ("Gruzia", "the Peach State", False),
        ("NEAR(Khamenai USA, 1)", "خامنه‌ای: United States", True),
        ("NEAR(Khamenai USA, 0)", "Khamenei of United States", False),
        ("deal NOT USA", "deal of the US", False),
    ],
)
def test_a_word_of_a_set_finds_the_whole_set(query: str, body: str, expected: bool) -> None:
    assert says(query, body) is expected


def test_a_field_and_facts_go_with_names_and_synonyms() -> None:
    assert says("title:USA", "", title="United States")
    assert not says("title:USA", "United States")
    assert says("title:@sanctions", "", title="OFAC")
    assert not says("title:@sanctions", "OFAC")
    assert says("body:@head", "x", title="deal")
    assert says("Iran outlet:@state_media", "Iran", outlet="rt")
    assert not says("Iran outlet:@state_media", "Iran", outlet="tass")
    assert says("@BOTH", "Iran: OFAC", section="world")
    assert not says("@both", "Iran: OFAC", section="sport")
    assert not says("Iran NOT @sanctions", "Iran asset freeze")


def test_the_expanded_query_is_written_out_and_is_the_query_itself_where_nothing_changes() -> None:
    assert parse("Iran (a OR b)", WORDS).expanded == "Iran (a OR b)"
    assert parse("@both NOT Khamenei", WORDS).expanded == (
        '(Iran AND (OFAC OR "asset freeze") AND NOT section:sport)'
        ' AND NOT (Khamenei OR Khamenai OR "خامنه\u200cای")'
    )
    assert parse("USA OR x", WORDS).expanded == 'USA OR "United States" OR =US OR x'


@pytest.mark.parametrize(
    ("query", "position", "said"),
    [
        ("a @sanction", 2, "Did you mean @sanctions?"),
        ("a @zzzz", 2, "There is @sanctions, @calm"),
        ("@calm", 0, "NOT needs something"),
        ("a OR @calm", 5, "NOT needs something"),
        ("outlet:@both", 7, "not an outlet's id"),
        ("since:@sanctions", 0, "plain value"),
    ],
)
def test_a_name_that_cannot_be_used_is_told_with_its_place(query: str, position: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query, WORDS)
    assert (caught.value.position, caught.value.query) == (position, query)
    assert said in f"{caught.value.cause} {caught.value.repair}"


def of_named(name: str, **queries: str) -> str:
    with pytest.raises(QueryError) as caught:
        check_named(name, Vocabulary(queries=queries))
    assert caught.value.query == queries[name]
    return f"{caught.value.position}: {caught.value.cause}"


def test_a_named_query_that_cannot_be_read_says_why() -> None:
    assert of_named("a", a="x (b") == "2: This parenthesis is not closed."
    assert of_named("a", a="") == "0: The query is empty."
    assert of_named("a", a="x @a") == "2: @a would stand for itself: @a -> @a."
    assert of_named("a", a="@b", b="x OR @c", c="@a") == "0: @a would stand for itself: @a -> @b -> @c -> @a."
    assert of_named("a", a="x @b", b="y (z") == ("2: @b cannot be read: this parenthesis is not closed.")
    check_named("calm", WORDS)


def test_names_in_names_are_bounded_in_depth_and_size() -> None:
    chain = {f"n{number}": f"x OR (y @n{number + 1})" for number in range(2_000)} | {"n2000": "z"}
    assert "levels deep" in of_named("n0", **chain)
    short = Vocabulary(
        queries={f"n{at}": f"@n{at + 1}" for at in range(MAX_DEPTH - 2)} | {f"n{MAX_DEPTH - 2}": "z"}
    )
    assert parse("@n0", short).holds(Document(title="", body="z"))
    laughs = {f"n{number}": f"(@n{number + 1} OR @n{number + 1})" for number in range(20)} | {"n20": "ha"}
    assert f"more than {MAX_TERMS} terms" in of_named("n0", **laughs)


def test_synonyms_are_bounded() -> None:
    many = Vocabulary(synonyms=(tuple(f"w{number}" for number in range(200)),))
    with pytest.raises(QueryError, match="too many terms"):
        parse("NEAR(w1 w2 w3)", many)
    with pytest.raises(QueryError, match="too many terms"):
        parse(" ".join(["w1"] * 60), many)
    assert parse("w1 " * 40, many).holds(Document(title="", body="w199"))
    with pytest.raises(QueryError, match="too large"):
        parse(nested(MAX_DEPTH), many)


def nested(depth: int) -> str:
    text = "w1"
    for number in range(depth):
        text = f"(x{number} {'OR' if number % 2 else 'AND'} {text})"
    return text


def test_why_tells_of_capitals() -> None:
    clause = account(parse("=US"), Document(title="", body="tell us"))
    (leaf,) = failing(clause)
    assert (leaf.text, leaf.told, leaf.nearest) == (
        "=US",
        "in title or body, but not with these capitals",
        ("us",),
    )


def test_each_character_keeps_its_place_when_its_case_is_kept() -> None:
    lost = []
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Cn", "Co", "Cs") or "\u3400" <= character <= "\ud7a3":
            continue  # nothing there, or Han and Hangul, which have no case
        folded, cased = fold_text(character), fold_cased(character)
        if len(folded) != len(cased) or fold_text(cased) != folded:
            lost.append(hex(code))
        if character.isupper() and len(character.lower()) == 1 and folded and character.lower() != character:
            assert cased != fold_cased(character.lower()), hex(code)
    assert lost == []


@given(st.text())
def test_capitals_are_kept_token_by_token(text: str) -> None:
    assert fold_text(fold_cased(text)) == fold_text(text)
    assert [len(token) for token in fold_cased(text).split()] == [
        len(token) for token in fold_text(text).split()
    ]


@given(st.text(alphabet="ab@=\"'() *:/-ANDORT,5é", max_size=25))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    vocabulary = Vocabulary(queries={"a": "b OR =A", "b": "NEAR(a b, 5)"}, synonyms=(("a", "b", "=AB"),))
    answer = tried(text, vocabulary)
    if isinstance(answer, QueryError):
        assert 0 <= answer.position <= len(text)
        assert answer.cause
        assert answer.repair
    else:
        kept = parse(answer.expanded)
        assert kept.tree == parse(kept.expanded).tree


def tried(text: str, vocabulary: Vocabulary) -> Query | QueryError:
    try:
        return parse(text, vocabulary)
    except QueryError as error:
        return error
