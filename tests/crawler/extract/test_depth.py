"""Pages that nest deeper than the parsers read: all their text is there, and they cost one document at most."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.document import parse_markup
from crawler.extract.page import extract_page
from crawler.items import Outlet
from crawler.pool import ParserPool
from crawler.sections import read_section

URL = "https://www.example.com/harbour/4711/ferries"


def sentences(first: int, count: int = 8) -> list[str]:
    return [
        f"Ferry {number} left the quay with {number * 3} people on board, said the harbour board of Wexholm."
        for number in range(first, first + count)
    ]


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


UPPER, LOWER = sentences(100), sentences(200)


def page(markup: str) -> bytes:
    head = "<html><head><title>Ferries resume in the harbour</title></head><body>"
    return f"{head}<h1>Ferries resume in the harbour</h1><article>{markup}</article></body></html>".encode()


@pytest.mark.parametrize("times", [250, 256, 300, 3_000, 100_000])
@pytest.mark.parametrize("tag", ["b", "font", "span", "a href=/x", "i><b", "div><b", "div></b"])
def test_elements_that_nobody_closes_lose_no_text(tag: str, times: int) -> None:
    draft = extract_page(page(paragraphs(UPPER) + f"<{tag}>" * times + paragraphs(LOWER)), url=URL)
    assert list(draft.lines) == UPPER + LOWER


@pytest.mark.parametrize("times", [254, 300, 3_000, 100_000])
@pytest.mark.parametrize("tag", ["b", "div", "span", "section"])
def test_text_below_deep_elements_is_read(tag: str, times: int) -> None:
    markup = f"<{tag}>" * times + paragraphs(UPPER) + f"</{tag}>" * times + paragraphs(LOWER)
    assert list(extract_page(page(markup), url=URL).lines) == UPPER + LOWER


@pytest.mark.parametrize("leak", ["<b><div>{}</b></div>", "<font><p>{}</p>", "<div><p>{}</p>", "<dl><dd>{}"])
def test_a_page_that_leaks_an_element_a_paragraph_is_whole(leak: str) -> None:
    texts = sentences(1, 400)
    draft = extract_page(page("".join(leak.format(text) for text in texts)), url=URL)
    assert list(draft.lines) == texts


def test_furniture_behind_leaked_elements_is_still_no_text() -> None:
    markup = paragraphs(UPPER) + "<font>" * 300 + paragraphs(LOWER)
    related = "".join(f'<li><a href="/{number}">Ferry {number} is late</a></li>' for number in range(9))
    draft = extract_page(page(f'{markup}<div class="related"><ul>{related}</ul></div>'), url=URL)
    assert list(draft.lines) == UPPER + LOWER


def test_text_in_a_deep_string_of_the_pages_state_is_read() -> None:
    state = json.dumps({"body": "<div>" * 300 + paragraphs(UPPER)})
    draft = extract_page(page(f'<script type="application/json">{state}</script>'), url=URL)
    assert (list(draft.lines), draft.method) == (UPPER, "state")


@pytest.mark.parametrize("around", ["<div>", "<b>", "<a name=x>", "<section><font>"])
def test_links_of_a_deep_section_page_are_found(around: str) -> None:
    outlet = Outlet(id="e", name="Example News", hosts=("www.example.com",))
    links = [f"https://www.example.com/harbour/{number}/ferry-{number}" for number in range(47_110, 47_130)]
    markup = (around * 300).join(f'<a href="{link}">Ferry {link[-5:]}</a>' for link in links)
    listing = read_section(page(markup), url="https://www.example.com/", outlet=outlet)
    assert [entry.url for entry in listing.entries] == links


TOKENS = [
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<a>",
    "</a>",
    "<p>",
    "</p>",
    "<table><tr><td>",
    "</table>",
    "<dl>",
    "<dd>",
    "</dd>",
    "<ul><li>",
    "</ul>",
    "<h2>",
    "</h2>",
    "<center>",
    "<foo>",
    "</foo>",
    "<br>",
    "<!---->",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=8), st.integers(1, 400))
def test_every_word_of_any_nesting_is_in_the_tree(tokens: list[str], times: int) -> None:
    words = (f"w{number} " for number in range(times * len(tokens)))
    tree = parse_markup("".join(next(words) + token for _ in range(times) for token in tokens))
    assert tree is not None
    found = re.findall(r"w\d+", "".join(tree.itertext()))
    assert found == [f"w{number}" for number in range(times * len(tokens))]


async def test_hostile_depth_neither_hangs_nor_breaks_the_pool() -> None:
    pool = ParserPool(1, timeout=10)
    try:
        for markup in ("<div>" * 100_000, "<a href=/x><div>" * 100_000, "<div>" * 300 + "</i><!--" * 100_000):
            draft = await pool.page(page(paragraphs(UPPER) + markup), url=URL)
            assert list(draft.lines) == UPPER
    finally:
        pool.close()
