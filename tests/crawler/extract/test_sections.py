"""Sections known by their heading, boxes with forms, cards, notes under the text, and articles within articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import clean_draft
from crawler.extract.page import extract_page
from crawler.items import Draft

NOW = datetime(2026, 11, 26, tzinfo=UTC)
TITLE = "Ferry terminal of Harlow Bay is to close"
PROSE = (
    "The council of Harlow Bay voted on Tuesday evening to close the old ferry terminal and to move all services north.",
    "Residents who spoke at the meeting said it would add half an hour to their way, and asked for a bus to every boat.",
    "Martha Lindqvist runs a bakery beside the terminal with eleven people and said that she would not move it again.",
    "The harbour master told the council that the pilings had lost a third of their strength since the last inspection.",
    "A report by engineers put the cost of a repair at 42 million crowns, and that of a new pier at only 29 million.",
    "The vote was nine to four, and work is to begin in November, when the last of the cruise ships has left the bay.",
)


def page(*inside: str) -> Draft:
    """Return the draft of a page whose text has *inside*, each after one paragraph more than the one before."""
    parts = [f"<p>{line}</p>" for line in PROSE]
    for number, part in enumerate(inside):
        parts.insert(3 + 2 * number, part)
    html = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><div>{''.join(parts)}</div></article></body></html>"
    return extract_page(html.encode(), url="https://www.example.com/news/1", now=NOW)


def ended(end: str) -> Draft:
    """Return the draft of a page whose text closes with *end*."""
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    html = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><div>{text}{end}</div></article></body></html>"
    return extract_page(html.encode(), url="https://www.example.com/news/1", now=NOW)


def lines(draft: Draft) -> list[str]:
    return list(clean_draft(draft, None)[0])


ROPES = "Knotworks makes ropes that do not rot, for boats of every size, and ships them in two days."


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>Ropes for every boat (Sponsored)</h2>",
        "<h3>This issue is sponsored by Knotworks</h3>",
        "<p><strong>A word from our sponsor</strong></p>",
        "<h4>Anzeige</h4>",
    ],
)
def test_a_sponsors_section_goes_up_to_the_next_heading_and_is_on_record(heading: str) -> None:
    draft = page(f"{heading}<p>{ROPES}</p><h2>What comes next</h2>")
    assert lines(draft) == [*PROSE[:3], "What comes next", *PROSE[3:]]
    assert {cut.text: cut.rule for cut in draft.cut}[ROPES] == "prune:section"


def test_a_sponsors_section_that_no_heading_ends_stays() -> None:
    assert lines(page(f"<h2>A word from our sponsor</h2><p>{ROPES}</p>"))[-3:] == list(PROSE[3:])


def test_a_sentence_about_sponsors_and_a_subhead_about_one_stay() -> None:
    said = "Sponsored by the county, the pier is to be the longest of the coast, its builders say."
    draft = page(f"<h2>Sponsors leave the harbour festival</h2><p>{said}</p><h2>What comes next</h2>")
    assert [line for line in lines(draft) if line not in PROSE] == [
        "Sponsors leave the harbour festival",
        said,
        "What comes next",
    ]


@pytest.mark.parametrize(
    "heading",
    ["About the author", "Die Autorin", "À propos de l'auteur", "Sobre el autor", "关于作者", "Об авторе"],
)
def test_what_a_last_heading_says_of_the_author_goes_with_it(heading: str) -> None:
    told = (
        "She grew up beside the harbour of a northern town and has two dogs, a boat and a garden of stones."
    )
    assert lines(ended(f"<h3>{heading}</h3><p>{told}</p>")) == list(PROSE)


def test_a_list_of_sources_goes_and_one_without_addresses_stays() -> None:
    named = "<li>Council of Harlow Bay, minutes of the third of March, https://council.example/minutes.</li>"
    told = "<li>Talks with nine people who know the pilings well and did not want to be named here.</li>"
    assert lines(ended(f"<h2>Sources</h2><ol>{named}{named.replace('third', 'ninth')}</ol>")) == list(PROSE)
    assert "Sources" in lines(ended(f"<h2>Sources</h2><ul>{told}{told.replace('nine', 'ten')}</ul>"))


def test_last_sections_go_one_behind_the_other_and_a_part_of_the_text_stops_that() -> None:
    offers = f"<h2>Want to advertise with us?</h2><p>{ROPES}</p><h2>Love this newsletter? Tell a friend.</h2><p>{ROPES[:60]}</p>"
    assert lines(ended(offers)) == list(PROSE)
    text = "The pilots say that the northern channel is too narrow for two ships to meet in winter."
    kept = lines(ended(f"{offers}<h2>A narrow channel</h2><p>{text}</p>"))
    assert kept[-2:] == ["A narrow channel", text]
    assert ROPES in kept


@given(
    st.sampled_from(["Follow the money", "Love the one you have", "Support the pilots", "Share of the blame"])
)
def test_a_last_subhead_that_begins_like_an_offer_stays_with_its_text(subhead: str) -> None:
    text = "The pilots say that the northern channel is too narrow for two ships to meet in winter."
    assert lines(ended(f"<h2>{subhead}</h2><p>{text}</p>")) == [*PROSE, subhead, text]


def test_a_box_with_a_form_between_the_paragraphs_goes() -> None:
    box = "<div class='x1'><h4>News from the water</h4><form><input type='email'></form><p>Every Friday, for owners of boats and for those who would like to be one day.</p></div>"
    draft = page(box)
    assert lines(draft) == list(PROSE)
    assert {cut.text: cut.rule for cut in draft.cut}["News from the water"] == "prune:form-box"


def test_a_box_with_a_button_that_leads_elsewhere_goes_and_the_posts_of_a_live_report_stay() -> None:
    box = "<div class='x1'><p>Twelve thousand readers get our letter with the best of the bay, free of charge.</p><a class='button' href='/join'>Join now</a></div>"
    assert lines(page(box)) == list(PROSE)
    posts = [
        f"At {hour} o'clock the ferry left with ninety people on board, and the wind still rose."
        for hour in (7, 8, 9)
    ]
    kept = lines(
        page(
            "".join(
                f"<div class='post'><p>{post}</p><a class='btn' href='/share/{post[3]}'>Share</a></div>"
                for post in posts
            )
        )
    )
    assert [line for line in kept if line in posts] == posts


def test_a_paragraph_within_a_link_that_is_a_card_goes() -> None:
    card = "<div><a href='/guide'><p>The night mode of the ferry's new lamps needs no hand on the switch: all about it in our guide to lamps.</p></a></div>"
    assert lines(page(card)) == list(PROSE)


def test_an_article_within_the_article_that_holds_its_text_stays() -> None:
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    rail = "<div><h2>More from the bay</h2><a href='/1'><h3>Lighthouse gets a new keeper in autumn</h3></a></div>"
    html = f"<html><body><article><h1>{TITLE}</h1><article class='body'><h3><a href='/t'>Ferries</a></h3>{text}{rail}</article></article></body></html>"
    kept = lines(extract_page(html.encode(), url="https://www.example.com/news/1", now=NOW))
    assert [line for line in kept if line in PROSE] == list(PROSE)


@pytest.mark.parametrize(
    "note",
    [
        "A version of this article appears in print on March 4, 2025, Section A, Page 12.",
        "This story about ferries was written by Ann Poole and produced by the Harbour Wire, a nonprofit newsroom.",
        "Reporting by Ann Poole; Editing by Jon Marsh",
        "Our Standards: The Courier Trust Principles.",
        "By signing up you agree to our terms and to offers of our partners.",
        "Mit Material von dpa und AFP",
        "(Avec AFP)",
        "Con información de EFE",
        "dpa-infocom, dpa:250303-930-1234/2",
        "（原标题：海湾市议会：关闭渡轮码头）",
        "责任编辑：李明_NN1234",
        "Riproduzione riservata ©",
        "What do you think? Let us know in the comments.",
        "Read the full story here.",
        "Reach Ann Poole at 555-123-4567.",
        "Got a story? Contact the Courier.",
        "Updated: March 3, 2025 5:30 pm",
        "The writer is a former ambassador.",
        "/박지은 기자 jipark@harbor.example",
        "（完）",
        "انتهای پیام/",
    ],
)
def test_a_note_under_the_text_goes_there_only(note: str) -> None:
    assert lines(ended(f"<p>{note}</p>")) == list(PROSE)
    assert note in lines(page(f"<p>{note}</p>"))


@pytest.mark.parametrize(
    "said",
    [
        "This article was originally published by the Harbour Wire.",
        "This story about the ferries was told in the bakery for years, and nobody believed a word of it.",
        "A version of this article of the law has been in force since 1911, the harbour master said.",
        "Thanks for reading the pilings' numbers aloud were given by nobody, the protocol notes dryly.",
        "Mit Material von der Nordmole wurde der Weg befestigt.",
        "This report was funded by the harbour foundation, which has grants of its own, the master said.",
        "The views expressed in this article are the author’s own.",
        "Only the headline of the report was true, said the harbour master.",
        "The report was published by the agency in May, and nobody read it.",
        "If you like the work, you stay, said the foreman.",
        "The writer is a harsh critic of the council.",
        "With inputs from farmers ignored, the plan failed again.",
        "Con información de la policía se reabrió el caso.",
        "Our standards are higher than theirs, said the harbour master.",
    ],
)
def test_where_else_a_text_was_published_and_prose_stay(said: str) -> None:
    assert lines(ended(f"<p>{said}</p>"))[-1] == said


@pytest.mark.parametrize(
    "name", ["ad-paragraph", "newsletter-text", "story-meta", "post-author-text", "poll", "promo-text"]
)
@pytest.mark.parametrize("form", ["<p class='{}'>{}</p>", "<div class='{}'><p>{}</p></div>"])
def test_paragraphs_that_all_bear_a_name_of_furniture_are_the_text(name: str, form: str) -> None:
    text = "".join(form.format(name, line) for line in PROSE)
    html = f"<html><body><article><h1>{TITLE}</h1>{text}</article></body></html>"
    assert lines(extract_page(html.encode(), url="https://www.example.com/news/1", now=NOW)) == list(PROSE)


def test_one_paragraph_with_a_name_of_furniture_beside_the_text_goes() -> None:
    assert lines(page(f"<div class='promo-text'><p>{ROPES}</p></div>")) == list(PROSE)


@pytest.mark.parametrize(
    "note",
    [
        "Story continues below advertisement",
        "Der Text geht unter dem Bild weiter.",
        "[embedded content]",
        "Enlarge this image",
        "3-Minute Listen",
        "(Photo by Ann Poole/Courier)",
        "[사진=항구일보]",
        "▲ 항구에서 배가 떠나고 있다. /사진=항구일보",
        "Download the Courier app for iOS and Android",
        "Join our WhatsApp channel for updates",
        "Stay up to date with the bay. Sign up for our daily newsletter here.",
        "Already a subscriber? Sign in",
        "Te recomendamos: El puente que nunca fue",
        "+++ Lesen Sie hier: Die Brücke, die nie war +++",
    ],
)
def test_a_note_between_the_paragraphs_goes_and_is_on_record(note: str) -> None:
    draft = page(f"<p>{note}</p>")
    kept, cut = clean_draft(draft, None)
    assert list(kept) == list(PROSE)
    assert any(each.text == note and each.rule.startswith("any:") for each in cut)


@pytest.mark.parametrize(
    "said",
    [
        "+++ 14:05 Polizei sperrt die Nordmole +++",
        "Recomendado por los pilotos, el canal del norte se abre.",
        "Der Text wird nach dem Krieg weiter gedruckt.",
        "8 / 10",
        "(Fotografie war ihr Beruf, sagt sie.)",
        "Stay connected: join a club near the harbour and meet its people.",
        "Read the story with a child and talk about the sea.",
        "Start your trial run at the pier.",
        "Photo credit was given to nobody.",
    ],
)
def test_prose_that_begins_like_a_note_stays_between_the_paragraphs(said: str) -> None:
    assert said in lines(page(f"<p>{said}</p>"))
