"""Titles, authors and dates where a page's own statements are wrong, thin or missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import day_in_number, other_reading, parse_published
from crawler.extract.names import is_name, names_in, printed_names
from crawler.extract.page import extract_page
from crawler.items import Draft, Precision, TimeSource

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PROSE = "".join(
    f"<p>{text} The harbour board has met twice since the spring, and its members say that the work will go on as planned.</p>"
    for text in (
        "The ferry came back on Monday.",
        "Nobody was surprised.",
        "Prices stay as they are.",
        "More follows.",
    )
)
TITLE = "Ferries return to the northern harbour"


def read(
    inside: str, *, head: str = "", url: str = "https://www.example.org/news/1", prose: str = PROSE
) -> Draft:
    body = f"<main><article><h1>{TITLE}</h1>{inside}<div>{prose}</div></article></main>"
    page = f'<html lang="en"><head><meta charset=utf-8>{head}</head><body>{body}</body></html>'
    return extract_page(page.encode(), url=url, now=NOW)


# --- names in a text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Lee and Bo Ek, Chief Editor", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee, Bo Ek, and Cy Dale", ["Ann Lee", "Bo Ek", "Cy Dale"]),
        ("Ann Lee, Dietitian", ["Ann Lee"]),
        ("Ann Lee, CPA®", ["Ann Lee"]),
        ("Von Jo Berg, Kiel 05.08.2024, 20:59 Uhr", ["Jo Berg"]),
        ("Mon 5 May | 14:07 | By Ann Lee", ["Ann Lee"]),
        ("By Ann Lee @annlee77 Bo Ek 01 October 2020", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee Dec 18, 2025", ["Ann Lee"]),
        ("Ann LeeNovember 24, 2025", ["Ann Lee"]),
        ("Ann Lee https://example.org/ann", ["Ann Lee"]),
        ("Cy Rust commented on", []),
        ("March 2", []),
        ("The Evening Post", []),
        ("ABC", []),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("作者：张三、李四", ["张三", "李四"]),
        ("김민수 기자", ["김민수"]),
    ],
)
def test_names_of_a_byline(text: str, names: list[str]) -> None:
    assert list(names_in(text)) == names


def test_agencies_are_credited_only_where_asked() -> None:
    assert list(names_in("Ann Lee und Bo Ek, dpa", agencies=True)) == ["Ann Lee", "Bo Ek", "dpa"]
    assert list(names_in("Ann Lee und Bo Ek, dpa")) == ["Ann Lee", "Bo Ek"]


def test_a_printed_line_names_an_agency_where_it_names_no_person() -> None:
    assert printed_names("Por Agencia EFE") == ["Agencia EFE"]
    assert printed_names("By Ann Lee, AP") == ["Ann Lee"]


@pytest.mark.parametrize(
    "line", ["Por qué cae el gobierno", "By noon the harbour was full", "Von wegen", "Ann Lee"]
)
def test_a_line_without_an_author_prints_none(line: str) -> None:
    assert printed_names(line) == []


@given(st.text(max_size=200))
def test_whatever_is_found_is_a_name_of_one_line(text: str) -> None:
    for name in names_in(text):
        assert is_name(name)
        assert "\n" not in name


# --- authors --------------------------------------------------------------------------------------


def test_printed_line_counts_where_the_page_states_only_its_own_name() -> None:
    head = '<meta property="og:site_name" content="Harbour News"><meta name="author" content="Harbour News">'
    assert read("<div>Reported by Ann Lee | 3 min</div>", head=head).byline == ("Ann Lee",)
    assert read("", head=head).byline == ("Harbour News",)


def test_names_alone_in_the_first_paragraph_are_the_authors() -> None:
    assert read("", prose=f"<p>Ann Lee/Bo Ek</p>{PROSE}").byline == ("Ann Lee", "Bo Ek")
    assert read("", prose=f"<p>Harbour reopened</p>{PROSE}").byline == ()


def test_text_is_signed_below() -> None:
    assert read("", prose=f'{PROSE}<p style="text-align: right"><b>Ann Lee</b></p>').byline == ("Ann Lee",)
    assert read("", prose=f"{PROSE}<p>Von Jo Berg</p>").byline == ("Jo Berg",)


def test_byline_box_that_names_more_than_the_data_wins() -> None:
    head = '<meta name="author" content="Bo Ek">'
    assert read('<div class="byline">By Ann Lee, Bo Ek</div>', head=head).byline == ("Ann Lee", "Bo Ek")
    assert read('<div class="byline">By Ann Lee</div>', head=head).byline == ("Bo Ek",)


def test_authors_of_other_articles_comments_and_topics_are_none() -> None:
    cards = '<article class="card"><h3><a href="/2">Other</a></h3><span class="byline">By Cy Dale</span></article>'
    comments = '<div class="comments"><a rel="author" href="#">Di Fox</a></div>'
    topics = '<div class="byline">12.05.2026 / Energy / Wind / Economy</div>'
    assert read(cards + comments + topics).byline == ()


def test_a_handle_is_told_by_the_name_that_is_printed() -> None:
    head = '<meta name="author" content="a.leeds@example.org">'
    assert read("<p>Anna Leeds</p>", head=head).byline == ("Anna Leeds",)
    assert read("<p>Bo Ek</p>", head=head).byline == ()


# --- titles ---------------------------------------------------------------------------------------


def headline(h1: str, head: str = "") -> str:
    page = f"<html><head><meta charset=utf-8>{head}</head><body><h1>{h1}</h1>{PROSE}</body></html>"
    return extract_page(page.encode(), url="https://www.example.org/news/1", now=NOW).title


def test_a_kicker_of_its_own_goes_when_the_page_states_the_title_without_it() -> None:
    og = f'<meta property="og:title" content="{TITLE}">'
    assert headline(f"<span>Transport</span><span>{TITLE}</span>", og) == TITLE
    assert headline(f"<span>Transport: </span>{TITLE}") == f"Transport: {TITLE}"


def test_parts_of_a_headline_that_touch_are_parted() -> None:
    assert headline(f"<span>Our view</span><span>{TITLE}</span>") == f"Our view {TITLE}"


def test_a_section_behind_a_bar_is_no_part_of_the_title() -> None:
    section = '<meta property="article:section" content="Transport">'
    assert headline(f"{TITLE} | Transport", section) == TITLE
    assert headline(f"{TITLE} | Opinion") == TITLE
    assert headline(f"{TITLE} | At last") == f"{TITLE} | At last"


def test_a_title_cut_at_a_quotation_mark_is_completed() -> None:
    head = '<title>The board calls it "absurd"</title><meta property="og:title" content="The board calls it">'
    page = f"<html><head>{head}</head><body>{PROSE}</body></html>"
    assert (
        extract_page(page.encode(), url="https://www.example.org/1", now=NOW).title
        == 'The board calls it "absurd"'
    )


@pytest.mark.parametrize("title", ["港口新桥通车_港湾网", "港口新桥通车-港湾网", "港口新桥通车｜港湾网"])
def test_site_names_go_without_spaces_too(title: str) -> None:
    head = f'<meta charset=utf-8><title>{title}</title><meta property="og:site_name" content="港湾网">'
    page = f"<html><head>{head}</head><body>{PROSE}</body></html>"
    assert extract_page(page.encode(), url="https://www.example.org/1", now=NOW).title == "港口新桥通车"


# --- dates ----------------------------------------------------------------------------------------


def test_lines_under_the_headline_date_a_page_that_states_nothing() -> None:
    draft = read("<div>Mi 25.11.26 | 14:07 Uhr | Von Jo Berg</div>")
    assert draft.published.local == "2026-11-25T14:07:00+00:00"
    assert read("<div>Updated: 25 November 2026</div>").published.at is None


def test_the_clock_that_is_printed_gives_the_offset_of_a_time_in_utc() -> None:
    head = '<meta property="article:published_time" content="2026-11-25T02:25:54Z">'
    draft = read("<div>November 24, 2026 | 9:25pm</div>", head=head)
    assert draft.published.local == "2026-11-24T21:25:54-05:00"
    assert draft.published.at == datetime(2026, 11, 25, 2, 25, 54, tzinfo=UTC)
    other = read("<div>November 24, 2026 | 9:17pm</div>", head=head)
    assert other.published.local == "2026-11-25T02:25:54+00:00"


def test_the_clock_of_an_edit_gives_none() -> None:
    head = (
        '<meta property="article:published_time" content="2026-11-25T01:20:33Z"><meta name="date" content="2026-11-25T01:24:33Z">'
        '<meta property="article:modified_time" content="2026-11-25T01:24:33Z">'
    )
    assert (
        read("<div>25 November 2026, 02:24</div>", head=head).published.local == "2026-11-25T01:20:33+00:00"
    )


def test_scripts_date_a_page_without_any_other_word() -> None:
    draft = read('<script>window.state = {"article": {"publishedAt": "2026-11-20T08:00:00Z"}}</script>')
    assert draft.published.local == "2026-11-20T08:00:00+00:00"


def test_day_and_month_stand_as_another_witness_has_them() -> None:
    head = '<meta name="date" content="05/11/2026 05:22 pm">'
    assert (read("", head=head).published.local or "")[:10] == "2026-05-11"
    dated = read("", head=head, url="https://www.example.org/2026/11/05/news")
    assert (dated.published.local or "")[:10] == "2026-11-05"


def test_a_language_that_never_writes_the_month_first_is_heeded_unless_a_program_wrote_the_date() -> None:
    page = '<html lang="es"><head><meta name="date" content="{}"></head><body><h1>Un titular</h1><p>Texto.</p></body></html>'
    for raw, day in (("10/05/2026 05:22 pm", "2026-05-10"), ("3/9/2026 11:50:13 AM", "2026-03-09")):
        draft = extract_page(page.format(raw).encode(), url="https://www.example.org/1", now=NOW)
        assert (draft.published.local or "")[:10] == day


def test_a_date_that_would_lie_ahead_is_read_the_other_way_round() -> None:
    stamp = parse_published("10/05/2026 05:22 pm", now=datetime(2026, 5, 11, tzinfo=UTC))
    assert stamp.local == "2026-05-10T17:22:00+00:00"
    assert other_reading(stamp, now=NOW).local == "2026-10-05T17:22:00+00:00"


def test_a_number_that_begins_with_a_minute_dates_a_page_that_says_nothing() -> None:
    stamp = day_in_number("https://www.example.org/news/article/A2026012914320005196", now=NOW)
    assert (stamp.local, stamp.precision, stamp.source) == ("2026-01-29", Precision.DAY, TimeSource.ADDRESS)
    for url in ("https://www.example.org/9926012914320005196", "https://www.example.org/A20261399", "x"):
        assert day_in_number(url, now=NOW).at is None


@pytest.mark.parametrize(
    ("printed", "local"),
    [
        ("25 พ.ย. 69", "2026-11-25"),
        ("25 พฤศจิกายน พ.ศ. 2569", "2026-11-25"),
        ("令和8年11月25日", "2026-11-25"),
        ("平成31年4月30日", "2019-04-30"),
        ("令和元年5月1日", "2019-05-01"),
        ("民國115年11月25日", "2026-11-25"),
        ("2026.11.25. 오전 9:05", "2026-11-25T09:05:00+00:00"),
        ("2026-11-25 下午3:15", "2026-11-25T15:15:00+00:00"),
        ("25 Νοεμβρίου 2026", "2026-11-25"),
        ("25 नवंबर 2026", "2026-11-25"),
        ("25 listopada 2026", "2026-11-25"),
        ("25. marraskuuta 2026", "2026-11-25"),
        ("25 Agustus 2026", "2026-08-25"),
        ("25.11.26", "2026-11-25"),
    ],
)
def test_dates_of_more_languages_and_eras(printed: str, local: str) -> None:
    assert parse_published(printed, now=NOW).local == local
