"""What a page says about itself: titles, dates, names, sections, pictures, languages, forms."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean import clean_draft
from crawler.extract.names import names_in
from crawler.extract.page import extract_page
from crawler.extract.titles import without_site
from crawler.items import Draft, Outlet, PageRule, Precision
from tests.pages.presstv_layouts import Story, bare

NOW = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://www.example.com/world/ferries-resume"
ONE = "The harbour board has reopened four of its five ferry lines after the pilots accepted an offer on night pay."
TWO = "Tickets bought before the strike stay valid until June, the board said in a statement on Tuesday evening."


def read(
    head: str = "", body: str = "", outlet: Outlet | None = None, url: str = URL, attributes: str = ""
) -> Draft:
    text = body or f"<article><h1>Ferries resume in the harbour</h1><p>{ONE}</p><p>{TWO}</p></article>"
    page = f"<!doctype html><html {attributes}><head><title>Ferries resume in the harbour | Example News</title>{head}</head><body>{text}</body></html>"
    return extract_page(
        page.encode(), url=url, content_type="text/html; charset=utf-8", outlet=outlet, now=NOW
    )


def ld(**said: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **said})}</script>'


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Putin visits two regions - PressTV", "Putin visits two regions"),
        ("PressTV-Putin visits two regions", "Putin visits two regions"),
        ("Press TV | Putin visits two regions", "Putin visits two regions"),
        ("Press TV's news headlines", "Press TV's news headlines"),
        ("Iran-US talks resume", "Iran-US talks resume"),
        ("Who profits - and who pays?", "Who profits - and who pays?"),
    ],
)
def test_title_loses_the_site_name_and_nothing_else(title: str, told: str) -> None:
    assert without_site(title, ["Press TV", "presstv"]) == told


def test_title_is_the_headline_a_reader_saw() -> None:
    draft = read(head='<meta property="og:title" content="Harbour: ferries resume | Example News">')
    assert draft.title == "Ferries resume in the harbour"


def test_site_logo_in_an_h1_is_no_title() -> None:
    body = f"<h1>Example News</h1><h2>x</h2><p>{ONE}</p><p>{TWO}</p>"
    assert (
        read(head='<meta property="og:site_name" content="Example News">', body=body).title
        == "Ferries resume in the harbour"
    )


def test_date_of_the_last_edit_in_jsonld_does_not_win() -> None:
    head = '<meta property="article:published_time" content="2023-04-18T14:05:00+03:30">'
    body = f'<h1>Ferries resume in the harbour</h1><time itemprop="datePublished" datetime="2023-04-18">x</time><p>{ONE}</p><p>{TWO}</p>'
    draft = read(head=head + ld(headline="Ferries resume", datePublished="2023-05-02T10:00:00Z"), body=body)
    assert draft.published.local == "2023-04-18T14:05:00+03:30"
    assert draft.published.at == datetime(2023, 4, 18, 10, 35, tzinfo=UTC)


def test_page_without_a_date_has_none() -> None:
    assert read().published.precision is Precision.NONE


def test_time_without_zone_is_read_in_the_outlets_zone() -> None:
    outlet = Outlet(id="e", name="Example News", hosts=("www.example.com",), timezone="Asia/Tehran")
    draft = read(head="<meta name='DC.Date.Created'  content='3/9/2026 11:50:13 AM'/>", outlet=outlet)
    assert draft.published.at == datetime(2026, 3, 9, 8, 20, 13, tzinfo=UTC)


def test_people_are_named_without_roles_and_site() -> None:
    assert list(names_in("By Ann Lee and Bo Ek, Chief Editor")) == ["Ann Lee", "Bo Ek"]
    head = '<meta property="og:site_name" content="Example News">' + ld(
        headline="x", author=[{"name": "Ann Lee"}, {"name": "Example News"}]
    )
    assert read(head=head).byline == ("Ann Lee",)


@pytest.mark.parametrize("reference", ["&#x1;", "&#x1", "&#8;", "&#x110000;", "&#xFFFF;"])
def test_a_reference_to_no_character_behind_furniture_is_replaced(reference: str) -> None:
    body = f"<h1>Ferries resume in the harbour</h1><nav>Menu</nav>{reference}<p>{ONE}</p><p>{TWO}</p>"
    assert read(body=body).title == "Ferries resume in the harbour"


def test_those_who_comment_are_no_authors() -> None:
    comments = "<ol class='comments-list'><li><span class=author>A reader</span> At last!</li></ol>"
    body = f"<h1>Ferries resume in the harbour</h1><p>{ONE}</p><p>{TWO}</p>"
    assert read(body=body + comments).byline == ()
    assert read(body=f"<span class=author>Ann Lee</span>{body}{comments}").byline == ("Ann Lee",)


def test_section_comes_from_the_breadcrumb_first() -> None:
    crumbs = "<div class=breadcrumb>News   /   Russia</div>"
    body = f"{crumbs}<h1>Ferries resume in the harbour</h1><p>{ONE}</p><p>{TWO}</p>"
    assert read(head='<meta property="article:section" content="World">', body=body).section == "Russia"
    assert read(head='<meta property="article:section" content="World">').section == "World"
    assert read(head=ld(headline="x", articleSection="Sea")).section == "Sea"


def test_caption_keeps_its_credit_and_is_no_text() -> None:
    figure = "<figure><img src=/a.jpg><figcaption>Ferries at the quay. (Photo by AFP)</figcaption></figure>"
    draft = read(
        head='<meta property="og:image" content="/a.jpg">',
        body=f"<article><h1>Ferries resume in the harbour</h1>{figure}<p>{ONE}</p><p>{TWO}</p></article>",
    )
    assert draft.image_caption == "Ferries at the quay. (Photo by AFP)"
    assert draft.image_url == "https://www.example.com/a.jpg"
    assert draft.image_caption not in draft.lines


@pytest.mark.parametrize(
    ("text", "claim", "language"),
    [
        (ONE + TWO, "", "en"),
        (ONE + TWO, "fa-IR", "en"),
        ("رئیس جمهور ایران در سخنانی گفت که مذاکرات ادامه خواهد داشت و دولت آماده گفتگو است.", "fa", "fa"),
        ("Министр сообщил, что переговоры продолжатся на следующей неделе с участием сторон.", "en", "ru"),
        (
            "El puerto ha reabierto cuatro de sus cinco líneas de transbordadores tras la huelga.",
            "es-ES",
            "es",
        ),
    ],
)
def test_language_is_the_texts_own(text: str, claim: str, language: str) -> None:
    draft = read(body=f"<article><h1>x</h1><p>{text}</p></article>", attributes=f'lang="{claim}"')
    assert draft.language == language


def test_amp_page_names_its_canonical_form() -> None:
    head = '<link rel="canonical" href="https://www.example.com/world/ferries">'
    assert (
        read(head=head, attributes="amp", url=URL + "?amp=1").amp_of
        == "https://www.example.com/world/ferries"
    )
    assert read(head=head).amp_of == ""


def test_paywall_class_on_the_text_does_not_hide_it() -> None:
    body = f'<h1>Ferries resume</h1><p class="paywall">{ONE}</p><p class="paywall">{TWO}</p>'
    assert list(read(body=body).lines)[-2:] == [ONE, TWO]


def test_standfirst_called_teaser_is_text() -> None:
    teaser = "Four of five lines run again, and the pilots have what they asked for on night pay."
    head = f'<meta name="description" content="{teaser}">'
    body = f'<header><h1>Ferries resume in the harbour</h1><p class="article__teaser">{teaser}</p></header><article><p>{ONE}</p><p>{TWO}</p></article>'
    assert read(head=head, body=body).lines[0] == teaser


def test_page_in_one_form_keeps_its_text() -> None:
    body = f"<form id=aspnetForm><h1>Ferries resume in the harbour</h1><p>{ONE}</p><p>{TWO}</p></form>"
    assert {ONE, TWO} <= set(read(body=body).lines)


def test_furniture_goes_and_is_on_record() -> None:
    body = (
        f"<article><h1>Ferries resume in the harbour</h1><p>{ONE}</p><p>Read also: <a href=/x>Pilots accept the offer of the board</a></p>"
        f"<p>{TWO}</p><div class=share-bar>Share on Facebook</div></article><footer>Terms of use</footer>"
    )
    draft = read(body=body)
    cut = {line.text: line.rule for line in draft.cut}
    assert cut["Read also: Pilots accept the offer of the board"] == "prune:read-also"
    assert cut["Share on Facebook"] == "prune:share"
    assert {ONE, TWO} <= set(draft.lines)


def test_rule_of_an_older_layout_is_tried_for_older_pages_only() -> None:
    rules = (PageRule(valid_until=date(2020, 12, 31), body=("div.old",)), PageRule(body=("div.new",)))
    outlet = Outlet(id="e", name="E", hosts=("www.example.com",), pages=rules)
    body = f"<h1>x</h1><div class=old><p>{ONE}</p></div><div class=new><p>{TWO}</p></div>"
    assert read(body=body, outlet=outlet, url="https://www.example.com/2019/05/06/x").lines == (ONE,)
    assert read(body=body, outlet=outlet, url="https://www.example.com/2022/05/06/x").lines == (TWO,)


def test_rule_that_hits_the_site_logo_gives_way_to_the_headline() -> None:
    rule = PageRule(title=("h1",))
    outlet = Outlet(id="e", name="Example News", hosts=("www.example.com",), pages=(rule,))
    body = f"<h1>Example News</h1><h1>Ferries resume in the harbour</h1><p>{ONE}</p><p>{TWO}</p>"
    assert read(body=body, outlet=outlet).title == "Ferries resume in the harbour"


def test_rule_that_misses_leaves_the_page_to_the_general_way() -> None:
    outlet = Outlet(id="e", name="E", hosts=("www.example.com",), pages=(PageRule(body=("div.gone",)),))
    draft = read(outlet=outlet)
    assert draft.method == "trafilatura"
    assert {ONE, TWO} <= set(draft.lines)


def test_removed_element_is_on_record() -> None:
    rule = PageRule(body=("article",), remove=("p.note",))
    outlet = Outlet(id="e", name="E", hosts=("www.example.com",), pages=(rule,))
    draft = read(
        body=f"<article><h1>x</h1><p>{ONE}</p><p class=note>A note to readers.</p><p>{TWO}</p></article>",
        outlet=outlet,
    )
    assert draft.lines == (ONE, TWO)
    assert ("A note to readers.", "prune:remove") in [(cut.text, cut.rule) for cut in draft.cut]


def test_result_does_not_depend_on_what_came_before() -> None:
    first = read()
    assert [read() for _ in range(3)] == [first] * 3


PAGE = bare(Story(title="Ferries resume", paragraphs=(ONE, TWO)))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_pages_never_raise(data: st.DataObject) -> None:
    page = bytearray(PAGE)
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, max(0, len(page) - 1)))
        piece = data.draw(
            st.sampled_from(
                [
                    b"<",
                    b">",
                    b"\x00",
                    b"<p ",
                    b"</div>",
                    b"\xff\xfe",
                    b"&#x110000;",
                    b'"',
                    b"<svg><title>",
                    b"<base href='http://['>",
                    b'<script type="application/ld+json">[{"@graph":',
                    b"<meta property=og:image content='http://[x'>",
                ]
            )
        )
        page[at : at + data.draw(st.integers(0, 40))] = piece
    draft = extract_page(bytes(page), url=URL, now=NOW)
    lines, _ = clean_draft(draft, None)
    texts = (draft.title, *lines, *draft.byline)
    assert all(text.encode() and "\n" not in text for text in texts if text)
    assert {line for line in lines if line not in draft.lines} == set()


@given(st.binary(max_size=300))
@settings(max_examples=80, deadline=None)
def test_any_bytes_make_a_draft(body: bytes) -> None:
    assert isinstance(extract_page(body, url=URL, now=NOW), Draft)


def test_word_of_a_million_letters_is_bounded() -> None:
    draft = read(body=f"<p>{'x' * 1_000_000}</p>")
    assert 0 < len(draft.lines[0]) <= 200_000


CORPORA = Path(__file__).parents[4] / "shared" / "corpora"


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are in ../shared, which is not here")
def test_no_page_of_the_corpora_comes_out_empty() -> None:
    import gzip

    pages = sorted(CORPORA.glob("fundus-eval/html/*.gz"))
    empty = [
        path.name
        for path in pages
        if not extract_page(gzip.decompress(path.read_bytes()), url=URL, now=NOW).lines
    ]
    assert empty == []
