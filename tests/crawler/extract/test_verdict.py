"""What is not an article is told by what it says, never by its length alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.page import extract_page

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def kind(body: str, *, title: str = "", url: str = "https://www.example.com/world/1", head: str = "") -> str:
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return extract_page(page.encode(), url=url, now=NOW).kind


NAV = "<nav>" + "".join(f"<a href=/s/{i}>Section number {i} of many</a> " for i in range(40)) + "</nav>"
TEASERS = "".join(
    f"<div><h3><a href=/world/{i}>Harbour board opens its line number {i} after talks</a></h3></div>"
    for i in range(30)
)


def test_flash_of_one_sentence_is_an_article() -> None:
    assert (
        kind(f"{NAV}<h1>Ferries resume</h1><p>Ferries are running again.</p>", title="Ferries resume") == ""
    )


def test_front_page_is_a_list() -> None:
    assert (
        kind(f"{NAV}<main>{TEASERS}</main>", title="Example News", url="https://www.example.com/") == "list"
    )


def test_article_with_a_long_rail_is_an_article() -> None:
    prose = (
        "<p>The harbour board has reopened four of its five ferry lines after the pilots accepted an offer.</p>"
        * 6
    )
    assert (
        kind(f"<article><h1>Ferries resume</h1>{prose}</article><div>{TEASERS}</div>", title="Ferries resume")
        == ""
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("JavaScript is disabled in your browser.", "javascript"),
        ("Please enable JavaScript to view this page.", "javascript"),
        ("Checking your browser before accessing the site.", "challenge"),
        (
            "We value your privacy. We and our 842 partners store and/or access information on a device.",
            "consent",
        ),
        ("You must be logged in to read this page.", "login"),
    ],
)
def test_wall_is_told_by_its_words(text: str, word: str) -> None:
    assert kind(f"<div><p>{text}</p></div>") == word


def test_article_about_cookies_is_an_article() -> None:
    prose = "<p>The court told the company that a banner saying we value your privacy is not enough by itself.</p>"
    more = "".join(
        f"<p>Judges in {country} had asked what a reader must be told before a cookie is set, and by whom.</p>"
        for country in ("Spain", "Austria", "Greece", "Norway")
    )
    assert (
        kind(
            f"<article><h1>Court rules on cookies</h1>{prose}{more}</article>", title="Court rules on cookies"
        )
        == ""
    )


@pytest.mark.parametrize("body", [b"", b"   ", b"<html></html>", b"<!-- nothing -->", b"\x00\x00"])
def test_page_without_text_is_empty(body: bytes) -> None:
    assert extract_page(body, url="https://www.example.com/1", now=NOW).kind == "empty"


def test_flash_without_a_date_beside_many_links_is_an_article() -> None:
    body = f"{NAV}<h1>Ferries resume in the harbour</h1><p>Ferries are running again.</p><div>{TEASERS}</div>"
    assert kind(body, title="Ferries resume in the harbour") == ""


def test_section_page_with_teasers_is_a_list() -> None:
    teasers = "".join(
        f"<div><h3><a href=/w/{i}>Harbour board opens its line number {i} after talks</a></h3>"
        f"<p>Line {i} runs again from Monday, the board said, and its pilots have what they asked for.</p></div>"
        for i in range(25)
    )
    assert (
        kind(
            f"<h1>World</h1><main>{teasers}</main>",
            title="World | Example",
            url="https://www.example.com/world",
        )
        == "list"
    )
