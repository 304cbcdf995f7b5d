"""Rails, other articles on the page, subheads and standfirsts: what is taken out and what must stay."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.clean import clean_draft
from crawler.extract.page import extract_page
from crawler.items import Draft

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TITLE = "Pilots return to the harbour of Wexholm"
PROSE = (
    "The harbour board of Wexholm took its eleven pilots back on Monday, three weeks after it had sent them home.",
    "They had refused to bring in ships of more than two hundred metres while the buoys of the north channel were out.",
    "A diver found the chains of all four buoys cut, the board said, and the police now ask who was out that night.",
    "The first ship to enter was the grain carrier Halvard, which had waited outside for nine days with a cargo of rye.",
    "Its captain said that he had never seen so many people on the mole, and that most of them had brought flags.",
)


def page(inside: str, *, head: str = "", outside: str = "", top: str = "") -> Draft:
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    body = f"<article><h1>{TITLE}</h1>{top}{text}{inside}</article>{outside}"
    html = f"<html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    return extract_page(html.encode(), url="https://www.example.com/news/1", now=NOW)


def lines(draft: Draft) -> list[str]:
    return list(clean_draft(draft, None)[0])


def test_a_list_of_links_goes_with_its_heading_and_both_are_on_record() -> None:
    rail = "<h3>More from the coast</h3><ul>" + "".join(
        f"<li><b>Coast:</b> <a href='/news/{n}'>Ferry number {n} is late for another day</a></li>"
        for n in range(4)
    )
    draft = page(rail + "</ul>")
    assert lines(draft) == list(PROSE)
    rules = {cut.text: cut.rule for cut in draft.cut}
    assert rules["More from the coast"] == "prune:link-list"
    assert rules["Coast: Ferry number 2 is late for another day"] == "prune:link-list"


def test_an_enumeration_in_the_text_stays_though_its_items_have_links() -> None:
    points = [
        f"Pier {n} is open again for ships that draw less than nine metres, and pilots wait there, says <a href='/p/{n}'>the chart</a>"
        for n in range(1, 4)
    ]
    draft = page("<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>")
    assert sum(line.startswith("Pier") for line in lines(draft)) == 3


def test_a_row_of_cards_goes_also_where_an_empty_link_lies_over_each_card() -> None:
    cards = "".join(
        f"<div class='k1'><a class='over' href='/x/{n}'></a><h2>Council argues about bridge {n}</h2>"
        f"<p>The vote is on Thursday, and nobody knows how it ends.</p></div>"
        for n in range(3)
    )
    assert lines(page(f"<section><div class='zz'>{cards}</div></section>")) == list(PROSE)


def test_short_sections_with_headings_and_no_links_are_no_cards() -> None:
    sections = "".join(
        f"<div class='k1'><h2>Question {n}</h2><p>The answer of the board to it was short and clear: no.</p></div>"
        for n in range(3)
    )
    kept = lines(page(f"<div>{sections}</div>"))
    assert sum("The answer of the board" in line for line in kept) == 3


def test_the_next_article_below_the_page_is_not_part_of_it() -> None:
    other = "".join(
        f"<p>The second report speaks of goats on the island of Sand, part {n}, and of their milk.</p>"
        for n in range(9)
    )
    draft = page("", outside=f"<article><h1>Goats of Sand win a prize</h1>{other}</article>")
    assert lines(draft) == list(PROSE)


def test_an_article_element_within_the_text_that_leads_nowhere_stays() -> None:
    inner = "<article><h3>What the board wrote</h3><p>We ask the pilots to come back, and we say that we were wrong.</p></article>"
    assert any("we were wrong" in line for line in lines(page(inner)))


def test_a_linked_subhead_over_a_paragraph_stays() -> None:
    part = (
        "<h2><a href='/topic/dredging'>Dredging begins in spring</a></h2>"
        "<p>The channel loses a hand's breadth of depth each winter, and the last dredger left the port in 2019.</p>"
    )
    assert "Dredging begins in spring" in lines(page(part))


def test_a_layout_named_with_sidebar_keeps_its_text() -> None:
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    html = (
        f"<html><body><div class='page-block and-w-sidebar'><h1>{TITLE}</h1>{text}</div>"
        f"<div class='sidebar'><p>The lottery numbers of this week are in, and nobody has won the first prize again.</p>"
        "</div></body></html>"
    )
    draft = extract_page(html.encode(), url="https://www.example.com/news/1", now=NOW)
    assert lines(draft) == list(PROSE)


# --- standfirst -------------------------------------------------------------------------------------

LEAD = "After three weeks of empty quays the board gives in, the pilots give a little, and the police look for a diver with a saw."


def test_a_standfirst_is_known_by_the_description_behind_a_place_name() -> None:
    told = f"<meta name='description' content='{LEAD}'>"
    draft = page("", head=told, top=f"<div class='zz'>Wexholm. {LEAD}</div>")
    assert lines(draft)[0] == f"Wexholm. {LEAD}"


def test_a_standfirst_is_known_by_the_name_of_its_element() -> None:
    assert lines(page("", top=f"<div class='t-article-lead'>{LEAD}</div>"))[0] == LEAD


def test_a_caption_under_the_headline_is_no_standfirst() -> None:
    caption = "The grain carrier Halvard on Monday afternoon, seen from the mole of Wexholm, with two tugs and a police boat beside it."
    draft = page(
        "", top=f"<figure><img src='/1.jpg'><figcaption class='lead'>{caption}</figcaption></figure>"
    )
    assert caption not in lines(draft)


# --- the author's lines -----------------------------------------------------------------------------


def cleaned(*text: str, byline: tuple[str, ...] = (), title: str = TITLE) -> list[str]:
    return list(clean_draft(Draft(title=title, lines=text, byline=byline), None)[0])


def test_a_line_about_the_author_goes_behind_the_text_and_stays_within_it() -> None:
    bio = "Mara Lindqvist is a reporter for the Coastal Gazette and has written about ports since 2011."
    assert cleaned(*PROSE, bio, byline=("Mara Lindqvist",)) == list(PROSE)
    assert cleaned(PROSE[0], bio, *PROSE[1:], byline=("Mara Lindqvist",))[1] == bio


def test_a_byline_behind_the_standfirst_goes() -> None:
    assert cleaned(LEAD, "By Mara Lindqvist", *PROSE, byline=("Mara Lindqvist",)) == [LEAD, *PROSE]


def test_the_title_with_its_kicker_goes_and_a_flash_of_one_line_stays() -> None:
    assert cleaned(f"Strike on the coast {TITLE}", *PROSE) == list(PROSE)
    assert cleaned(f"Strike on the coast {TITLE}") == [f"Strike on the coast {TITLE}"]


def test_a_contribution_line_goes_at_the_tail_only() -> None:
    credit = "Associated Press writer John Example in Oslo contributed to this report."
    assert cleaned(*PROSE, credit) == list(PROSE)
    assert credit in cleaned(PROSE[0], credit, *PROSE[1:])


def test_prose_that_speaks_of_contributing_stays_at_the_tail() -> None:
    last = "The union said that the state had contributed to this report with money, which the ministry denied in a letter of four pages to the chair of the board."
    assert cleaned(*PROSE, last)[-1] == last
