"""What is put back into a text, what is taken from its ends and between its paragraphs, and what must stay."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.clean import clean_draft
from crawler.extract.page import MAX_BODY_LINES, extract_page
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
MORE = (
    "In the afternoon the tug Sigrun brought two more carriers in, one of them with a list of eleven degrees.",
    "The pilots' union called the day a victory of patience, and asked the board to pay for the nights at sea.",
)


def paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def read(body: str, *, head: str = "") -> Draft:
    html = f"<html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    return extract_page(html.encode(), url="https://www.example.com/news/1", now=NOW)


def article(inside: str, *, head: str = "") -> Draft:
    return read(f"<article><h1>{TITLE}</h1><div class='text'>{inside}</div></article>", head=head)


def lines(draft: Draft) -> list[str]:
    return list(clean_draft(draft, None)[0])


def rules(draft: Draft) -> dict[str, str]:
    return {cut.text: cut.rule for cut in draft.cut}


# --- put back -----------------------------------------------------------------------------------------


def test_a_second_container_of_the_same_make_is_text_too() -> None:
    part = "<section><div class='story body{}'>{}</div><div class='unit'></div></section>"
    body = f"<h1>{TITLE}</h1>{part.format(1, paragraphs(PROSE))}{part.format(2, paragraphs(MORE))}"
    assert lines(read(body)) == [*PROSE, *MORE]


def test_nothing_is_taken_from_behind_another_headline() -> None:
    body = (
        f"<h1>{TITLE}</h1><div class='story'>{paragraphs(PROSE)}</div><h1>Goats of Sand win a prize</h1>"
        "<div class='story'><p>The goats of Sand gave more milk this year than in the nine years before it, the judges found.</p></div>"
    )
    assert not any("goats" in line for line in lines(read(body)))


def test_subheads_over_the_posts_of_a_live_report_stay_and_its_clock_goes() -> None:
    posts = "".join(
        f"<div class='post'><div class='when'>{9 - n}:4{n}PM</div><div class='what'><h3>Buoy number {n} is back</h3>"
        f"<div class='inner'><p>{line}</p></div></div></div>"
        for n, line in enumerate((*PROSE, *MORE))
    )
    found = lines(read(f"<article><h1>{TITLE}</h1><div class='stream'>{posts}</div></article>"))
    assert found[-4:] == ["Buoy number 5 is back", MORE[0], "Buoy number 6 is back", MORE[1]]
    assert not any(line.endswith("PM") for line in found)


def test_a_time_that_is_a_paragraph_of_the_text_stays() -> None:
    assert "4:14 p.m." in lines(article(paragraphs((*PROSE[:3], "4:14 p.m.", *PROSE[3:]))))


def test_an_embedded_post_stays_however_wrapped() -> None:
    post = "<div class='w1'><div class='w2'><blockquote class='twitter-tweet'><p>Eleven pilots went out this morning, and eleven came back with a ship each.</p>&mdash; Harbour board (@wexholm) November 20, 2026</blockquote></div></div>"
    found = lines(article(paragraphs(PROSE[:3]) + post + paragraphs(PROSE[3:])))
    assert any(line.startswith("Eleven pilots went out") for line in found)


# --- taken from the ends ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "box",
    [
        "<div class='k9'><h4>Something to consider</h4><p>If the harbour matters to you as it does to us, there is a plan for members who want to read on.</p></div>",
        "<div class='k9'><p>Mara Lind has looked at ports and ships for this paper since the year of the great ice.</p></div>",
        "<div class='k9'><ul><li>The paper and its news in one app</li><li>Messages all day long</li></ul></div>",
    ],
)
def test_a_box_of_another_make_behind_the_text_goes_and_is_on_record(box: str) -> None:
    draft = article(paragraphs((*PROSE, *MORE)) + box)
    assert lines(draft) == [*PROSE, *MORE]
    taken = [line for line in draft.page_lines if line not in (*PROSE, *MORE, TITLE)]
    assert taken
    assert all(rules(draft)[line] for line in taken)


def test_a_last_part_in_an_element_of_the_same_make_stays() -> None:
    parts = "".join(f"<div class='part p{n}'><p>{line}</p></div>" for n, line in enumerate((*PROSE, *MORE)))
    assert lines(read(f"<article><h1>{TITLE}</h1>{parts}</article>")) == [*PROSE, *MORE]


def test_a_long_last_part_stays_whatever_its_element_is_called() -> None:
    last = tuple(f"{line} So it stands in the log of day {n}." for n, line in enumerate((*PROSE, *MORE)))
    assert lines(article(paragraphs(PROSE) + f"<div class='zz'>{paragraphs(last)}</div>"))[
        -len(last) :
    ] == list(last)


def test_a_correction_and_a_table_behind_the_text_stay() -> None:
    note = "Correction: an earlier version of this report gave a wrong number of pilots."
    table = "<table><tr><td>Halvard</td><td>rye</td></tr><tr><td>Sigrun</td><td>coal</td></tr></table>"
    found = lines(
        article(paragraphs((*PROSE, *MORE)) + f"<div class='correction-note'><p>{note}</p></div>{table}")
    )
    assert note in found
    assert any("Halvard" in line and "rye" in line for line in found)


def test_labels_before_the_text_go_and_a_sentence_there_stays() -> None:
    top = "<div class='k1'><span>Harbour and coast</span></div><div class='k2'>Nobody knows yet who cut the chains of the buoys.</div>"
    found = lines(
        read(f"<article><h1>{TITLE}</h1>{top}<div class='text'>{paragraphs(PROSE)}</div></article>")
    )
    assert "Harbour and coast" not in found
    assert set(PROSE) <= set(found)


def test_the_headline_with_its_kicker_goes_and_a_subhead_in_its_words_stays() -> None:
    head = "<meta property='og:title' content='Strike on the coast: pilots return to the harbour of Wexholm'>"
    body = (
        f"<article><h2><span>Strike on the coast</span><span>{TITLE}</span></h2><div class='text'>{paragraphs(PROSE[:3])}"
        f"<h2>Who are the pilots?</h2>{paragraphs(PROSE[3:])}</div></article>"
    )
    assert lines(read(body, head=head)) == [*PROSE[:3], "Who are the pilots?", *PROSE[3:]]


# --- taken from between the paragraphs ----------------------------------------------------------------


def test_a_paragraph_that_is_one_link_goes() -> None:
    link = "<p><a href='/news/7'>PILOTS' UNION TELLS OF NINE NIGHTS OUT AT SEA</a></p>"
    draft = article(paragraphs(PROSE[:2]) + link + paragraphs((*PROSE[2:], *MORE)))
    assert lines(draft) == [*PROSE, *MORE]
    assert rules(draft)["PILOTS' UNION TELLS OF NINE NIGHTS OUT AT SEA"]


def test_a_text_made_of_linked_names_keeps_them() -> None:
    deals = "".join(
        f"<p><a href='/deal/{n}'>Harbour company {n} buys a tug line</a></p><p>{line}</p>"
        for n, line in enumerate(PROSE)
    )
    assert sum(line.startswith("Harbour company") for line in lines(article(deals))) == len(PROSE)


def test_a_paragraph_with_a_link_in_it_stays() -> None:
    line = "The board's letter, <a href='/letter'>which the Gazette has printed in full this morning</a>, names nobody at all."
    assert any(
        found.startswith("The board's letter")
        for found in lines(article(f"<p>{line}</p>" + paragraphs(PROSE)))
    )


def test_a_quote_that_the_text_has_anyway_goes_and_another_stays() -> None:
    quotes = (
        "<blockquote>he had never seen so many people on the mole</blockquote>",
        "<blockquote>We will not go out by night again, said the oldest of them.</blockquote>",
    )
    found = lines(
        article(
            paragraphs(PROSE[:2]) + quotes[0] + paragraphs(PROSE[2:4]) + quotes[1] + paragraphs(PROSE[4:])
        )
    )
    assert not any(line.startswith("he had never") for line in found)
    assert any(line.startswith("We will not go out") for line in found)


@pytest.mark.parametrize(
    "picture",
    [
        "<figure><img src='/1.jpg'><figcaption><p>The grain carrier Halvard on Monday, seen from the mole of Wexholm with two tugs beside it.</p></figcaption></figure>",
        "<figure><img src='/1.jpg'><p class='x1'>The Halvard on Monday</p></figure>",
        "<div class='media-box'><img src='/1.jpg'><div class='image-caption'>The grain carrier Halvard on Monday, seen from the mole.</div></div>",
    ],
)
def test_a_caption_between_the_paragraphs_goes(picture: str) -> None:
    assert lines(article(paragraphs(PROSE[:2]) + picture + paragraphs(PROSE[2:]))) == list(PROSE)


def test_a_quote_in_a_figure_stays_without_the_name_under_it() -> None:
    figure = "<figure><blockquote><p>We go out when the buoys are lit again, and not one hour sooner than that.</p></blockquote><figcaption>Ada Berg, pilot</figcaption></figure>"
    found = lines(article(paragraphs(PROSE[:2]) + figure + paragraphs(PROSE[2:])))
    assert any(line.startswith("We go out when") for line in found)
    assert "Ada Berg, pilot" not in found


def test_pictures_with_long_captions_are_the_text_of_a_gallery() -> None:
    slides = "".join(
        f"<figure><img src='/{n}.jpg'><figcaption><p>{line}</p></figcaption></figure>"
        for n, line in enumerate(PROSE)
    )
    found = lines(read(f"<article><h1>{TITLE}</h1><div class='slides'>{slides}</div></article>"))
    assert found[-4:] == list(PROSE[1:])  # the first is the caption of the main picture


@pytest.mark.parametrize(
    "box",
    [
        "<div class='Article_elementPoll__x1'><p>Should the board pay the pilots for the nights that they spent out at sea?</p></div>",
        "<story-related><p>Nine other reports of the coast that you may have missed in the last weeks of the year.</p></story-related>",
        "<div class='noticias-relacionadas'><p>El puerto de Wexholm reabre cuatro de sus cinco muelles tras la huelga.</p></div>",
        "<div class='namps-single-cta'><p>Stay informed with the Gazette for the price of a cup of coffee in a month.</p></div>",
        "<div class='aiArticleSummary'><p>The pilots are back, four buoys were cut loose, and the police look for a diver.</p></div>",
        "<div style='display:none'><p>The whole text once more, for machines that read what no reader ever gets to see.</p></div>",
    ],
)
def test_a_box_with_a_telling_name_goes_from_between_the_paragraphs(box: str) -> None:
    assert lines(article(paragraphs(PROSE[:2]) + box + paragraphs((*PROSE[2:], *MORE)))) == [*PROSE, *MORE]


def test_a_text_that_the_page_hides_until_it_is_read_stays() -> None:
    assert lines(read(f"<h1>{TITLE}</h1><div style='display:none'>{paragraphs(PROSE)}</div>")) == list(PROSE)


def test_a_card_among_the_paragraphs_goes_also_without_prose() -> None:
    card = "<article class='preview'><a href='/news/9'><header><h3>Pilot found on the island of Sand</h3></header></a></article>"
    assert lines(article(paragraphs(PROSE[:2]) + card + paragraphs(PROSE[2:]))) == list(PROSE)


# --- standfirst and state -----------------------------------------------------------------------------


def test_a_sentence_beside_the_headline_is_the_standfirst() -> None:
    lead = "After three weeks of empty quays the board of the harbour gives in."
    body = f"<header><h1>{TITLE}</h1><p class='q7'>{lead}</p><p>Mara Lindqvist</p></header><div class='text'>{paragraphs(PROSE)}</div>"
    assert lines(read(body))[0] == lead


@pytest.mark.parametrize("levels", [1, 2])
def test_a_text_that_only_a_script_holds_is_read_from_it(levels: int) -> None:
    state: object = {
        "article": {"content": paragraphs(PROSE) + "<figure><figcaption>A ship</figcaption></figure>"}
    }
    for _ in range(levels - 1):
        state = [1, json.dumps(state)]
    script = json.dumps(state).replace("<", "\\u003c")
    draft = read(f"<div id='root'></div><script>self.push({script})</script>")
    assert (lines(draft), draft.method) == (list(PROSE), "state")


def test_the_state_of_a_page_with_a_text_of_its_own_is_not_asked() -> None:
    other = json.dumps({"next": paragraphs(MORE * 9)}).replace("<", "\\u003c")
    draft = read(f"<article><h1>{TITLE}</h1>{paragraphs(PROSE)}</article><script>x = {other}</script>")
    assert lines(draft) == list(PROSE)


@pytest.mark.parametrize(
    "script", ['{"a": "\\u003cp', '"' + "\\u003cp \\" * 300 + '"', '"' + "\\u003cp>" * 200 + '\\ud800"']
)
def test_a_damaged_state_is_passed_over(script: str) -> None:
    assert lines(read(f"<div></div><script>{script}</script>")) == []


# --- texts that are too long ----------------------------------------------------------------------


@pytest.mark.parametrize("number", [MAX_BODY_LINES + 3, 5])
def test_where_a_text_that_is_too_long_ends_is_among_its_cuts(number: int) -> None:
    lines = [f"{each}. {PROSE[0]}" for each in range(MAX_BODY_LINES + 3)][:number]
    if number == 5:
        lines = [f"{each}. " + PROSE[0] * 4_000 for each in range(number)]  # of 400,000 characters each
    draft = read(f"<article><h1>{TITLE}</h1>{paragraphs(tuple(lines))}</article>")
    kept, cuts = clean_draft(draft, None)
    (end,) = (cut for cut in cuts if cut.rule == "limit")
    assert end.position >= len(draft.page_lines)
    assert end.text
    assert not any(end.text == line for line in kept)


def test_a_text_of_usual_length_has_no_such_cut() -> None:
    _, cuts = clean_draft(read(f"<article><h1>{TITLE}</h1>{paragraphs(PROSE)}</article>"), None)
    assert [cut.rule for cut in cuts if cut.rule == "limit"] == []
