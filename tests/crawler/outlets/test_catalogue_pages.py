"""The catalogue's rules on pages in the structure of each outlet: the text exactly, what was cut on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.clean import clean
from crawler.extract.page import extract_page
from crawler.identity import classify_link
from crawler.items import Article, Link, Outlet, Page
from crawler.outlets.load import catalogue
from tests.pages.expected import Fixture, fixtures

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIXTURES = fixtures()


def read(fixture: Fixture, outlet: Outlet) -> Article:
    """Return the article that the way of a crawled page makes of it."""
    url = fixture.wanted["url"]
    link = classify_link(outlet, url)
    asked = Link(
        id=1, outlet_id=outlet.id, url=url, address=link.address, key=link.key, host="", first_seen_at=NOW
    )
    page = Page(link=asked, at=NOW, url=url, requested_url=url, host="", status=200, body=fixture.body)
    return clean(extract_page(fixture.body, url=url, outlet=outlet, now=NOW), page, outlet)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_page_gives_exactly_what_stands_beside_it(fixture: Fixture) -> None:
    article = read(fixture, catalogue()[fixture.outlet_id])
    cut = {line.text: line.rule for line in article.cut}
    given = {
        "url": fixture.wanted["url"],
        "key": [article.key.kind, article.key.value],
        "title": article.title,
        "section": article.section,
        "byline": list(article.byline),
        "published": article.published.local,
        "precision": article.published.precision.value,
        "caption": article.image_caption,
        "language": article.language,
        "body": article.body.split("\n"),
        "cut": {text: cut.get(text, "not on record") for text in fixture.wanted["cut"]},
    }
    assert given == fixture.wanted


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_every_line_beside_the_text_that_was_left_out_is_on_record_with_who_did_it(fixture: Fixture) -> None:
    article = read(fixture, catalogue()[fixture.outlet_id])
    assert all(line.rule for line in article.cut)
    assert not {line.text for line in article.cut} & set(fixture.wanted["body"])


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_page_is_an_article_by_its_kind(fixture: Fixture) -> None:
    assert read(fixture, catalogue()[fixture.outlet_id]).kind == ""
