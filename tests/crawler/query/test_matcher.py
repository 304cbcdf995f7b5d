"""All rules on one article, and the places that made them hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.errors import ConfigError
from crawler.items import Document, Match, Rule
from crawler.query import Matcher, parse, spans


def rule(query: str, name: str = "r", outlets: tuple[str, ...] = ()) -> Rule:
    return Rule(id=name, query=query, to=("desk",), outlets=outlets)


def article(body: str, title: str = "", **more: object) -> Document:
    return Document(title=title, body=body, **more)


def marked(query: str, document: Document) -> list[str]:
    return [getattr(document, field)[start:end] for field, start, end in spans(parse(query), document)]


def test_matches_come_in_the_order_of_the_rules_with_their_places() -> None:
    matcher = Matcher([rule("wagner", "w"), rule("nothing", "n"), rule("section:russia bakhmut", "b")])
    found = matcher.match(article("Wagner left.", title="Bakhmut", section="Russia"))
    assert found == [
        Match(rule_id="w", spans=(("body", 0, 6),)),
        Match(rule_id="b", spans=(("title", 0, 7), ("section", 0, 6))),
    ]


def test_a_broken_rule_is_named_with_its_cause() -> None:
    with pytest.raises(ConfigError) as caught:
        Matcher([rule("fine"), rule("NOT a", "first"), rule("(", "second")])
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["rule first", "rule second"]


def test_a_rule_with_outlets_is_asked_only_of_them() -> None:
    matcher = Matcher([rule("iran", outlets=("presstv",))])
    assert matcher.match(article("Iran", outlet="presstv"))
    assert not matcher.match(article("Iran", outlet="rt"))


def test_rules_without_words_are_always_asked() -> None:
    day = datetime(2023, 4, 18, 23, 59, tzinfo=UTC)
    matcher = Matcher(
        [rule(r"/\bs-?400\b/", "x"), rule("outlet:rt until:2023-04-18", "o"), rule("lang:fa", "l")]
    )
    found = matcher.match(article("The S-400.", outlet="rt", language="fa", date=day))
    assert [match.rule_id for match in found] == ["x", "o", "l"]
    assert found[0].spans == (("body", 4, 9),)
    assert found[1].spans == ()


def test_no_rules_match_nothing() -> None:
    assert Matcher([]).match(article("Iran")) == []


def test_a_phrase_does_not_reach_from_title_into_body() -> None:
    document = article("deal signed", title="Iran")
    assert not Matcher([rule('"iran deal"')]).match(document)
    assert not parse('"iran deal"').holds(document)


def test_names_are_found_with_and_without_their_genitive() -> None:
    document = article("Press TV’s website; Trump's plan.")
    for query in ('"Press TV"', "Press TV", "Trump", "Trump's", "Trump’s", '"Press TV\'s"'):
        assert Matcher([rule(query)]).match(document), query


def test_a_day_is_a_day_of_utc() -> None:
    late = article("x", date=datetime.fromisoformat("2023-04-19T01:00:00+03:30"))
    assert parse("x until:2023-04-18").holds(late)
    assert not parse("x since:2023-04-19").holds(late)
    assert not parse("x since:2023-04-19").holds(article("x"))


@pytest.mark.parametrize(
    ("query", "text", "parts"),
    [
        ("iran", "Iran, IRANIAN and İran", ["Iran", "İran"]),
        ("iran*", "Iran, IRANIAN", ["Iran", "IRANIAN"]),
        ('"press tv"', "Press\n TV’s PRESS-TV", ["Press\n TV", "PRESS-TV"]),
        ("ایران", "در ايران و اِیرانِ", ["ايران", "اِیرانِ"]),
        ("北京", "在北京表示", ["北京"]),
        ("NEAR(a c, 1)", "a b c x x x a", ["a", "c"]),
        ("a OR z", "a b", ["a"]),
        ("a NOT z", "a b", ["a"]),
        ("a NOT (NOT b)", "a b", ["a", "b"]),
        ("/zür.ch/", "In ZÜRICH.", ["ZÜRICH"]),
        ("/aa/ OR aab", "aab", ["aab"]),
        ("z", "a b", []),
    ],
)
def test_spans_are_the_characters_of_the_original(query: str, text: str, parts: list[str]) -> None:
    assert marked(query, article(text)) == parts


def test_a_hostile_pattern_takes_linear_time() -> None:
    assert not parse("/(a+)+$/").holds(article("a" * 50_000 + "!"))


def test_spans_of_a_common_word_are_bounded() -> None:
    assert len(spans(parse("a"), article("a " * 5_000))) == 200


def test_a_rule_of_very_many_alternatives_twice_costs_their_number_alone() -> None:
    one, other = (" OR ".join(f"{letter}{number}" for number in range(4900)) for letter in "ab")
    matcher = Matcher([Rule(id="large", query=f"({one}) AND ({other})", to=())])
    assert [match.rule_id for match in matcher.match(Document(title="a4000", body="b17"))] == ["large"]
    assert matcher.match(Document(title="a4000 a1", body="c17")) == []
