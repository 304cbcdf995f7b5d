"""Boilerplate goes by whole lines at their place; prose that quotes it stays; every cut is on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean import _is_form_of, clean, clean_draft, cut_chrome
from crawler.extract.line_asking import line_rules
from crawler.extract.verdict import refusal
from crawler.items import ChromeRule, Draft, Key, Link, Outlet, Page, Precision, TimeSource, Timestamp
from tests.pages.presstv_rules import CHROME, PRESSTV

PROSE = (
    "Press TV has conducted an interview with Ada Berg, who chairs the union.",
    "The following is a rough transcription of the interview.",
    "Press TV: How much of it is in the offer?",
    "A poster at the quay still said SHARE THIS ARTICLE in large letters.",
    "Source: the board, which published the figures on Monday without comment, and was asked for more of them.",
    "By the time the ferry left, nobody was on the quay.",
)
TAIL = (
    "Press TV's website can also be accessed at the following alternate addresses:",
    "www.presstv.co.uk",
    "Share this article",
    "Press TV News Roku",
)


def kept(lines: tuple[str, ...], rules: tuple[ChromeRule, ...] = CHROME, **said: str) -> list[str]:
    left, _ = cut_chrome(lines, line_rules(rules), **said)
    return [lines[number] for number in left]


def test_prose_that_quotes_chrome_survives_with_and_without_the_outlets_rules() -> None:
    assert kept(PROSE) == list(PROSE)
    assert kept(PROSE, ()) == list(PROSE)


def test_tail_goes_whatever_its_case_and_quotes() -> None:
    assert kept(PROSE + TAIL) == list(PROSE)
    assert kept(PROSE + TAIL, ()) == list(PROSE)


def test_lines_that_a_page_prints_as_one_go_together() -> None:
    assert kept((*PROSE, f"{TAIL[0]} {TAIL[1]}", f"{TAIL[2]} {TAIL[3]}")) == list(PROSE)


def test_tail_rule_holds_only_in_the_run_that_closes_the_text() -> None:
    lines = (PROSE[0], "www.presstv.co.uk", PROSE[1])
    assert kept(lines) == list(lines)


def test_head_rule_holds_only_in_the_run_that_opens_the_text() -> None:
    date = "Fri May 25, 2018 10:26PM [Updated: Fri May 25, 2018 10:29PM ]"
    assert kept((date, "• Embed", *PROSE)) == list(PROSE)
    assert kept((PROSE[0], date, PROSE[1])) == [PROSE[0], date, PROSE[1]]


def test_rule_to_the_end_takes_all_that_follows_each_on_record() -> None:
    lines = (*PROSE, "Add Comment Click Here", "Today", "Last Week", "© Copyright 2011 Press TV.")
    left, gone = cut_chrome(lines, line_rules(CHROME))
    assert len(left) == len(PROSE)
    assert {number for number, _ in gone} == {6, 7, 8, 9}


def test_rule_to_the_end_never_takes_the_first_line() -> None:
    rule = ChromeRule(id="end", place="tail", text="More", to_end=True)
    assert kept(("More", "One sentence of an article follows here."), (rule,))[-1].startswith("One sentence")


def test_rule_past_its_day_is_not_asked() -> None:
    old = ChromeRule(
        id="old", place="tail", text="Old footer", valid_until=datetime(2015, 1, 1, tzinfo=UTC).date()
    )
    lines = (PROSE[0], "Old footer")
    assert len(cut_chrome(lines, line_rules((old,), datetime(2014, 5, 1, tzinfo=UTC).date()))[0]) == 1
    assert len(cut_chrome(lines, line_rules((old,), datetime(2016, 5, 1, tzinfo=UTC).date()))[0]) == 2


def test_title_caption_and_byline_repeated_at_the_head_go() -> None:
    lines = ("Ferries resume", "Ferries at the quay. (AFP)", "By Ann Lee", *PROSE)
    left, gone = cut_chrome(
        lines,
        line_rules(()),
        title="Ferries resume",
        caption="Ferries at the quay. (AFP)",
        byline=("Ann Lee",),
    )
    assert [lines[number] for number in left] == list(PROSE)
    assert [rule for _, rule in gone] == ["title", "caption", "byline"]


def test_several_authors_in_one_line_behind_the_text_go() -> None:
    left, gone = cut_chrome((*PROSE, "Ann Lee, Bo Berg"), line_rules(()), byline=("Ann Lee", "Bo Berg"))
    assert len(left) == len(PROSE)
    assert gone == [(len(PROSE), "byline")]
    assert kept((*PROSE, "Ann Lee, Bo Berg"), ()) == [*PROSE, "Ann Lee, Bo Berg"]


def test_flash_that_is_its_own_headline_stays() -> None:
    assert kept(("Ferries resume.",), (), title="Ferries resume.") == ["Ferries resume."]


def test_chrome_the_extractor_dropped_is_on_record_with_its_rule() -> None:
    draft = Draft(title="T", lines=PROSE, page_lines=("News / Russia", *PROSE, *TAIL))
    lines, cuts = clean_draft(draft, PRESSTV)
    assert lines == PROSE
    assert [(cut.position, cut.rule) for cut in cuts] == [
        (0, "breadcrumb"), (7, "mirror-notice"), (8, "mirror-address"), (9, "share"), (10, "roku"),
    ]  # fmt: skip


def page(url: str) -> Page:
    link = Link(
        id=1,
        outlet_id="presstv",
        url=url,
        address=url,
        key=Key(kind="id", value="1"),
        host="",
        first_seen_at=NOW,
    )
    return Page(link=link, at=NOW, url=url, requested_url=url, host="www.presstv.ir", status=200)


NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_article_has_the_key_and_the_canonical_address_of_the_answer() -> None:
    url = "https://www.presstv.co.uk/Detail/2023/04/18/701800/Russia-Putin-?utm_source=x"
    draft = Draft(
        title="T", lines=PROSE, canonical_url="https://www.presstv.ir/x", og_url="https://presstv.ir/y"
    )
    article = clean(draft, page(url), PRESSTV)
    assert article.key == Key(kind="id", value="701800")
    assert article.address == "https://www.presstv.ir/Detail/2023/04/18/701800/Russia-Putin-"
    assert article.sightings == (("https://www.presstv.ir/x", "canonical"), ("https://presstv.ir/y", "og"))
    assert article.body == "\n".join(PROSE)
    assert article.word_count == len(" ".join(PROSE).split())


def test_amp_form_counts_as_its_canonical_address() -> None:
    outlet = Outlet(id="e", name="E", hosts=("www.example.com",))
    draft = Draft(title="T", lines=PROSE, amp_of="https://www.example.com/story/1")
    assert clean(draft, page("https://www.example.com/story/1?amp=1"), outlet).key.value == "/story/1"


def test_words_of_scripts_without_spaces_are_counted() -> None:
    outlet = Outlet(id="e", name="E", hosts=("www.example.com",))
    article = clean(Draft(title="T", lines=("港口今天恢复轮渡",)), page("https://www.example.com/1"), outlet)
    assert article.word_count == 8


LINE = st.one_of(
    st.sampled_from((*TAIL, *PROSE, "News / Russia", "Advertisement", "Title", "Caption", "TV")),
    st.text(max_size=30),
)


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(LINE, max_size=12),
    title=st.sampled_from(("", "Title")),
    caption=st.sampled_from(("", "Caption")),
)
def test_cleaning_a_cleaned_text_changes_nothing(lines: list[str], title: str, caption: str) -> None:
    rules = line_rules(CHROME)
    once, _ = cut_chrome(lines, rules, title=title, caption=caption)
    cleaned = [lines[number] for number in once]
    twice, gone = cut_chrome(cleaned, rules, title=title, caption=caption)
    assert [cleaned[number] for number in twice] == cleaned
    assert gone == []


@pytest.mark.parametrize(
    "line",
    [
        "Updated: Monday, November 18, 2019 11:28 AM",
        "05.08.2024, 20:59 Uhr",
        "18 апреля 2023 г.",
        "Publié le 3 mai 2022 à 10:00",
    ],
)
def test_date_line_at_the_head_goes(line: str) -> None:
    assert kept((line, *PROSE), ()) == list(PROSE)


def test_sentence_with_a_date_stays() -> None:
    assert kept(("On November 18, 2019 the ferry sank.", *PROSE), ())[0].startswith("On November")


def test_day_of_the_rules_is_the_day_of_publication() -> None:
    old = ChromeRule(
        id="old", place="tail", text="Old footer", valid_until=datetime(2015, 1, 1, tzinfo=UTC).date()
    )
    outlet = Outlet(id="e", name="E", hosts=("e.com",), chrome=(old,))
    stamp = Timestamp(at=datetime(2020, 1, 1, tzinfo=UTC), precision=Precision.DAY, source=TimeSource.PAGE)
    lines, _ = clean_draft(Draft(title="T", lines=("One.", "Old footer"), published=stamp), outlet)
    assert lines == ("One.", "Old footer")


def test_refusal_is_the_kind_of_the_page_or_empty() -> None:
    outlet = Outlet(id="e", name="E", hosts=("e.com",))
    answer = page("https://e.com/1")
    told = [
        refusal(clean(draft, answer, outlet), answer)
        for draft in (
            Draft(title="Ferries", lines=("Ferries run again.",)),
            Draft(title="Ferries", lines=()),
            Draft(title="World", lines=("x",), kind="list"),
            Draft(title="", lines=("x",)),
        )
    ]
    assert [each.reason if each else "" for each in told] == ["", "empty", "list", "empty"]


def test_a_kicker_over_the_title_goes_with_it() -> None:
    left, gone = cut_chrome(
        ["World", "Rain floods Ostra", "It rained."],
        line_rules(()),
        title="Rain floods Ostra",
        section="World",
    )
    assert left == [2]
    assert gone == [(0, "section"), (1, "title")]


@pytest.mark.parametrize(
    ("page_url", "claimed", "is_believed"),
    [
        ("https://www.example.com/world/amp/seven", "https://www.example.com/world/seven", True),
        ("https://www.example.com/world/seven?amp=1", "https://www.example.com/world/seven", True),
        ("https://www.example.com/world/eight", "https://www.example.com/world/seven", False),
        ("https://www.example.com/world/seven", "https://elsewhere.example.net/world/seven", False),
    ],
)
def test_a_page_is_believed_to_be_a_form_of_its_own_article_only(
    page_url: str, claimed: str, is_believed: bool
) -> None:
    outlet = Outlet(id="e", name="E", hosts=("www.example.com",))
    assert _is_form_of(outlet, claimed, page_url) is is_believed
