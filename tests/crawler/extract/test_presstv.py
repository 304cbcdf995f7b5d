"""Press TV in all its layouts: the text exactly, and the four chrome lines on record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from crawler.clean import clean_draft
from crawler.extract.characters import plain
from crawler.extract.page import extract_page
from crawler.items import Draft, Outlet, TimeSource
from tests.pages.presstv_layouts import CHROME, VARIANTS, Story, com_2007, present
from tests.pages.presstv_rules import PRESSTV

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHARED = Path(__file__).parents[4] / "shared" / "data" / "presstv"

FERRY = Story(
    title="River ferries resume as pilots accept the harbour board’s offer",
    caption="Ferries lie at the northern quay of the old harbour on April 17, 2023. (Photo by AFP)",
    paragraphs=(
        "The harbour board has reopened four of its five ferry lines after the pilots accepted an offer on night pay.",
        "Press TV has conducted an interview with Ada Berg, who chairs the pilots’ union, about the two weeks of strike.",
        "The following is a rough transcription of the interview.",
        "Press TV: How much of what you asked for is in the offer?",
        "Berg: Most of it. Nobody gets all of it, and \"nobody\" includes the board.",
        "A poster at the quay still said SHARE THIS ARTICLE with your neighbours, in letters as tall as a child.",
        "Tickets bought before the strike stay valid until June.",
    ),
)  # fmt: skip


def read(
    page: bytes, story: Story, outlet: Outlet | None = PRESSTV
) -> tuple[Draft, list[str], dict[str, str]]:
    draft = extract_page(page, url=f"https://www.presstv.ir{story.path}", outlet=outlet, now=NOW)
    lines, cuts = clean_draft(draft, outlet)
    return draft, list(lines), {cut.text: cut.rule for cut in cuts}


@pytest.mark.parametrize("variant", VARIANTS)
def test_text_is_exact_and_chrome_is_on_record(variant: str) -> None:
    draft, lines, cuts = read(VARIANTS[variant](FERRY), FERRY)
    assert lines == list(FERRY.paragraphs)
    assert draft.title == FERRY.title
    assert draft.image_caption == FERRY.caption
    assert (draft.published.local or "")[:10] == "2023-04-18"
    assert [text for text in CHROME if text not in cuts] == []
    assert {cuts[text] for text in CHROME} == {"mirror-notice", "mirror-address", "share", "roku"}
    assert draft.language == "en"
    if variant != "com-2015":
        assert draft.section == "Russia"


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_of_the_text_is_lost_without_the_outlets_rules(variant: str) -> None:
    draft, lines, _cuts = read(VARIANTS[variant](FERRY), FERRY, outlet=None)
    assert [line for line in FERRY.paragraphs if line not in lines] == []
    assert draft.title == FERRY.title
    assert "SHARE THIS ARTICLE" not in lines
    assert "Press TV News Roku" not in lines


def test_day_comes_from_the_address_when_the_page_has_none() -> None:
    draft, _, _ = read(present(FERRY, created=False), FERRY)
    assert (draft.published.source, draft.published.local) == (TimeSource.ADDRESS, "2023-04-18")


def test_three_part_breadcrumb_gives_its_last_part() -> None:
    story = Story(title=FERRY.title, paragraphs=FERRY.paragraphs, section=("News", "#PressTV", "Reports"))
    assert read(present(story), story)[0].section == "Reports"


def test_bulletin_keeps_the_outlets_name_in_its_title() -> None:
    story = Story(title="Press TV's news headlines", paragraphs=FERRY.paragraphs)
    assert read(present(story), story)[0].title == "Press TV's news headlines"


def test_page_of_2012_is_read_and_its_tail_goes() -> None:
    story = Story(title=FERRY.title, paragraphs=FERRY.paragraphs, day=(2012, 1, 21), chrome=())
    draft, lines, cuts = read(com_2007(story), story)
    assert lines == list(story.paragraphs)
    assert draft.title == FERRY.title
    assert cuts["Add Comment Click Here"] == "comments"


def texts() -> list[Story]:
    """Return the real texts as stories: trail, title, caption and byline told from the paragraphs."""
    if not SHARED.exists():
        return []
    samples = [json.loads(line) for line in (SHARED / "samples.jsonl").read_text().splitlines()]
    found = [
        _story(sample["text"]) for sample in samples if sample["full"] and "/222208" not in sample["url"]
    ]
    return [_story((SHARED / "seed.txt").read_text()), *found]


def _story(text: str) -> Story:
    lines = [plain(line) for line in text.splitlines() if plain(line)]
    section: tuple[str, ...] = ()
    if "/" in lines[0] and len(lines[0]) < 60:
        section = tuple(part.strip() for part in lines.pop(0).split("/"))
    title = lines.pop(0)
    caption = (
        lines.pop(0) if section and len(lines) > 3 and lines[0].endswith(("Office)", "AFP)", "Zarif")) else ""
    )
    body = [line for line in lines if line not in CHROME]
    return Story(title=title, paragraphs=tuple(body), section=section, caption=caption)


@pytest.mark.skipif(not SHARED.exists(), reason="the real texts are in ../shared, which is not here")
@pytest.mark.parametrize("variant", VARIANTS)
def test_real_texts_come_out_exactly(variant: str) -> None:
    wrong = []
    for story in texts():
        _, lines, cuts = read(VARIANTS[variant](story), story)
        head = [
            text for text, rule in cuts.items() if rule in ("dateline", "byline", "breadcrumb-fr", "date")
        ]
        expected = [line for line in story.paragraphs if line not in head and line not in _FRENCH_TAIL]
        if lines != expected or any(text not in cuts for text in CHROME):
            wrong.append(
                (
                    story.title,
                    [x for x in expected if x not in lines],
                    [x for x in lines if x not in expected],
                )
            )
    assert wrong == []


_FRENCH_TAIL = ("Partager Cet Article", "SOURCE: FRENCH PRESS TV")


@pytest.mark.skipif(not SHARED.exists(), reason="the seed is in ../shared, which is not here")
@pytest.mark.parametrize("variant", sorted(set(VARIANTS) - {"com-2015"}))
def test_seed_is_told_apart(variant: str) -> None:
    story = texts()[0]
    draft, lines, cuts = read(VARIANTS[variant](story), story)
    assert lines == list(story.paragraphs)
    assert len(lines) == 14
    assert (draft.section, draft.image_caption, draft.title) == ("Russia", story.caption, story.title)
    assert draft.image_caption.endswith("(Photo by Russian Presidential Press and Information Office)")
    assert {text: cuts[text] for text in CHROME} == dict(
        zip(CHROME, ("mirror-notice", "mirror-address", "share", "roku"), strict=True)
    )


@pytest.mark.skipif(not SHARED.exists(), reason="the real texts are in ../shared, which is not here")
def test_the_real_text_of_2012_comes_out_exactly_with_all_its_furniture_around() -> None:
    samples = [json.loads(line) for line in (SHARED / "samples.jsonl").read_text().splitlines()]
    lines = next(
        [plain(line) for line in each["text"].splitlines()] for each in samples if "/222208" in each["url"]
    )
    lines = [line for line in lines if line]
    text = lines[lines.index("Share | Email | Print") + 1 : lines.index("Add Comment Click Here")]
    title, body = lines[1], "<br><br>".join(escape(line) for line in lines)
    page = f"<html><head><title>PressTV - {title}</title></head><body><h1>{title}</h1><div>{body}</div></body></html>"
    url = "http://www.presstv.com/detail/222208.html"
    draft = extract_page(page.encode(), url=url, content_type="text/html", outlet=PRESSTV, now=NOW)
    kept, cuts = clean_draft(draft, PRESSTV)
    assert draft.title == title
    assert list(kept) == text
    assert {line for line in lines if line not in text} <= {cut.text for cut in cuts}
