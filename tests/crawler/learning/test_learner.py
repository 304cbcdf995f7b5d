"""What recurs over pages becomes a rule only where it is surely the outlet's template."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean import cut_chrome
from crawler.extract.characters import folded
from crawler.extract.line_asking import line_rules
from crawler.items import LearnedRule, LearnedState, TextPage
from crawler.learning.judgement import APPLY_PAGES
from crawler.learning.learner import learned
from crawler.learning.signatures import is_sentence, pattern_of, signature, speaks_of_itself
from tests.crawler.learning.outlet import pages, reports

PROMO = "Follow the Karlow Post where you are"
NOTICE = "Our site can also be reached at these addresses when it is blocked where you live:"
BACKGROUND = (
    "The dispute over the Tolsund tunnel began in March, when the builders stopped work over unpaid wages.",
    "Tolsund took the contract back in May; both sides have been in court since then.",
)
NAMES = ("Karlow Post", "www.karlowpost.example")


def rules(made: list[TextPage], **more: object) -> dict[str, LearnedRule]:
    return {rule.line: rule for rule in learned("post", made, names=NAMES, **more)}  # type: ignore[arg-type]


def applied(made: list[TextPage], **more: object) -> list[str]:
    return [line for line, rule in rules(made, **more).items() if not rule.why]


def test_a_label_on_every_page_of_many_days_is_applied_with_its_evidence() -> None:
    made = pages(reports(60, 1), tail=(PROMO,))
    (rule,) = rules(made).values()
    assert (rule.place, rule.text, rule.why, rule.to_end) == ("tail", PROMO, "", False)
    seen = rule.evidence
    assert (seen.pages, seen.days, seen.edge, seen.middle, seen.inside, seen.coverage) == (60, 6, 60, 0, 0, 1)
    assert rule.examples == (60, 59, 58)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (pages(reports(9, 1), tail=(PROMO,), per_day=1), "seen on 9 pages of 9 days"),
        (pages(reports(60, 1), tail=(PROMO,), per_day=20), "seen on 60 pages of 3 days"),
        (pages(reports(29, 1), tail=(NOTICE,), per_day=1), "seen on 29 pages of 29 days"),
        (
            pages([[*text[:2], PROMO, *text[2:]] for text in reports(60, 1)]),
            "it stands within the text on 60",
        ),
        (pages(reports(80, 1), tail=("Karlow council",)), "longer lines contain it on"),
    ],
)
def test_what_is_in_doubt_is_proposed_with_the_reason(made: list[TextPage], why: str) -> None:
    (rule,) = rules(made).values()
    assert rule.state is LearnedState.PROPOSED
    assert rule.why.startswith(why)


def test_two_pages_are_no_template() -> None:
    assert rules(pages(reports(2, 1), tail=(PROMO,), per_day=1)) == {}


def test_a_notice_that_reads_as_a_sentence_is_applied_when_it_is_everywhere_for_long() -> None:
    made = pages(reports(120, 1), tail=(NOTICE, "karlowpost.example", PROMO))
    assert set(applied(made)) == {PROMO, NOTICE, "karlowpost.example"}
    assert {rule.block for rule in rules(made).values()} == {signature(NOTICE)}


def test_copies_of_one_story_are_one_page() -> None:
    made = [replace(page, story_id=7) for page in pages(reports(60, 1), tail=(PROMO,))]
    assert rules(made) == {}


def serial(share: float, *, seed: int = 5, count: int = 200) -> list[TextPage]:
    """Return an outlet that copies one background under each report on one matter, this share of its pages."""
    on_it = round(count * share)
    texts = [[*text, *BACKGROUND] for text in reports(on_it, seed, topic="Tolsund tunnel strike:")]
    texts += reports(count - on_it, seed + 1)
    random.Random(seed).shuffle(texts)
    return pages(texts, tail=(PROMO,))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95, 1.0])
def test_what_journalists_copy_under_each_report_on_a_matter_is_never_applied(share: float) -> None:
    found = rules(serial(share))
    assert found[PROMO].why == ""
    assert all(found[line].why for line in BACKGROUND if line in found)
    assert all(line in found for line in BACKGROUND)


@pytest.mark.parametrize(
    ("line", "says_so"),
    [
        ("Download our app and read the news first.", True),
        ("The Karlow Post is not responsible for the content of other sites.", True),
        ("Sie können uns unter redaktion@post.example erreichen.", True),
        ("The US withdrew from the accord in 2018 and has since reimposed its sanctions.", False),
        ("Die Ministerin sagte, sie habe ihr Amt niedergelegt, nachdem der Bericht erschienen war.", False),
    ],
)
def test_what_speaks_of_the_outlet_or_to_its_reader(line: str, says_so: bool) -> None:
    assert speaks_of_itself(line, NAMES) is says_so


def test_a_label_that_goes_with_a_matter_is_not_applied() -> None:
    texts = [[*text, "Tunnel dossier"] for text in reports(120, 1, topic="Harbour strike:")]
    texts += reports(80, 2)
    random.Random(1).shuffle(texts)
    rule = rules(pages(texts))["Tunnel dossier"]
    assert rule.evidence.topic
    assert "may belong to a matter" in rule.why


def test_the_name_of_a_desk_or_author_on_some_pages_is_not_applied() -> None:
    texts = [[*text, "Ada Berg"] if number % 4 == 0 else text for number, text in enumerate(reports(200, 1))]
    assert rules(pages(texts))["Ada Berg"].why.startswith("only")


def ending(lines: list[str]) -> list[TextPage]:
    """Return a page for each line, which stands at its end."""
    made = pages(reports(len(lines), 1))
    return [replace(page, lines=(*page.lines, line)) for page, line in zip(made, lines, strict=True)]


def test_numbers_and_months_are_left_open_and_all_else_is_literal() -> None:
    tails = [
        f"Read {n}.{n} times (as of {n} {month} 2026)" for n in range(1, 21) for month in ("May", "June")
    ]
    (rule,) = rules(ending(tails)).values()
    assert all(re.fullmatch(rule.pattern, folded(tail)) for tail in tails)
    assert not re.fullmatch(rule.pattern, folded("Read 3x4 times (as of 3 May 2026)"))
    assert not re.fullmatch(rule.pattern, folded("Read 3 times (as of 3 Maybe 2026) and more"))


def test_numbers_that_differ_from_page_to_page_may_be_news() -> None:
    rule = rules(ending([f"Brent crude ${70 + n}.{n}" for n in range(60)]))[pattern_of("Brent crude $70.0")]
    assert rule.why == "it bore 60 different numbers on 60 pages: they may be news"


def test_a_number_that_hardly_differs_is_left_open_and_applied() -> None:
    rule = rules(ending([f"Karlow Post since 1902, {2025 + n // 30}" for n in range(60)])).popitem()[1]
    assert (rule.why, rule.evidence.forms) == ("", 2)
    assert re.fullmatch(rule.pattern, "karlow post since 1902, 2031")


def rail(count: int, *, known: bool) -> tuple[list[TextPage], list[str]]:
    """Return pages that end in a rail of two other headlines, and the headlines that are known."""
    headlines = [
        f"{text[0].split('.')[0][:50]} case {number}" for number, text in enumerate(reports(count, 9))
    ]
    made = [
        replace(page, title=headlines[number], lines=(
            *page.lines, "More from the Post", headlines[number - 1], headlines[number - 2]))
        for number, page in enumerate(pages(reports(count, 1)))
    ]  # fmt: skip
    return made, headlines if known else [f"{number} other" for number in range(count)]


def test_a_rail_goes_to_its_end_when_all_that_follows_is_headlines_of_other_articles() -> None:
    made, titles = rail(60, known=True)
    rule = rules(made, titles=titles)["More from the Post"]
    assert (rule.place, rule.to_end, rule.why) == ("tail", True, "")


def test_a_rail_of_headlines_that_nobody_knows_is_proposed() -> None:
    made, _ = rail(60, known=False)
    made = [replace(page, title=f"A {number}") for number, page in enumerate(made)]
    rule = rules(made)["More from the Post"]
    assert not rule.to_end
    assert rule.why


def test_a_line_that_carries_a_match_is_proposed() -> None:
    made = pages(reports(60, 1), tail=(PROMO,))
    (rule,) = learned("post", made, names=NAMES, carries=lambda page, lines: ("q",) if lines else ())
    assert rule.why == "the query q matches in it"


def test_headlines_are_no_template() -> None:
    made = pages([[*text, "Ferries resume"] for text in reports(60, 1)])
    assert rules(made, titles=["Ferries resume"]) == {}


LINE = st.one_of(
    st.sampled_from(
        [PROMO, NOTICE, *BACKGROUND, "12 readers", "1,300 readers", "Ada Berg", "Tags", "تابعونا", "分享本文"]
    ),
    st.text(max_size=20),
)


@settings(max_examples=80, deadline=None)
@given(
    heads=st.lists(LINE, max_size=2),
    tails=st.lists(LINE, max_size=3),
    seed=st.integers(0, 50),
    count=st.integers(0, 90),
    order=st.randoms(use_true_random=False),
)
def test_a_rule_that_may_be_applied_never_cuts_the_prose_of_generated_articles(
    heads: list[str], tails: list[str], seed: int, count: int, order: random.Random
) -> None:
    texts = reports(count, seed)
    made = pages(texts, head=heads, tail=tails)
    found = learned("post", made, names=NAMES)
    shuffled = list(made)
    order.shuffle(shuffled)
    assert learned("post", shuffled, names=NAMES) == found
    cutting = line_rules([replace(rule, id=n, state=LearnedState.APPLIED).chrome()
                          for n, rule in enumerate(found, 1) if not rule.why])  # fmt: skip
    prose = {line for text in texts for line in text}
    for page in made:
        kept, _ = cut_chrome(page.lines, cutting)
        assert [
            line for number, line in enumerate(page.lines) if line in prose and number not in set(kept)
        ] == []
    assert all(rule.evidence.pages >= APPLY_PAGES for rule in found if not rule.why)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_the_expression_of_a_line_matches_it_and_all_lines_of_its_signature(line: str) -> None:
    sign = signature(line)
    assert sign == "" or re.fullmatch(pattern_of(line), folded(line))
    other = re.sub(r"\d+(?:[.,:/]\d+)*", "7", folded(line))
    assert sign == "" or signature(other) == sign


@pytest.mark.parametrize(
    ("line", "is_prose"),
    [
        ("Share this article", False),
        ("Follow us on Telegram.", False),
        ("Download our app for the latest news.", True),
        ("Nobody was hurt, the harbour master said, because it was empty", True),
        ("分享本文", False),
        ("港口今天恢复轮渡，工会主席说。", True),
    ],
)
def test_what_reads_as_a_sentence(line: str, is_prose: bool) -> None:
    assert is_sentence(line) is is_prose


def test_pages_of_one_day_in_the_past_do_not_spread_over_days() -> None:
    made = [replace(page, day=date(2026, 9, 1)) for page in pages(reports(60, 1), tail=(PROMO,))]
    assert rules(made) == {}
