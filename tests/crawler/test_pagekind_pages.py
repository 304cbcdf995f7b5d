"""The pages of tests/pages/strangers.py: each service is known by its own strings, and no article for one of them."""

from __future__ import annotations

import pytest

from crawler.extract.page import extract_page
from crawler.pagekind import page_kind
from tests.pages import strangers

URL = "https://www.presstv.ir/Detail/2023/04/18/701800/Russia"
HTML = [("Content-Type", "text/html; charset=utf-8")]
EXPECTED = {
    "consent": strangers.CONSENT,
    "login": strangers.LOGIN,
    "seizure": strangers.SEIZURE,
    "parked": strangers.PARKED,
    "censor": strangers.CENSOR,
    "javascript": strangers.SCRIPTS,
}


@pytest.mark.parametrize("name", strangers.CHALLENGES)
def test_bot_checks_and_firewalls(name: str) -> None:
    status, headers, body = strangers.CHALLENGES[name]
    found = page_kind(status, [*HTML, *headers], body, URL, URL)
    assert found.kind == "challenge", found
    assert found.evidence


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, pages in EXPECTED.items() for name in pages]
)
def test_pages_of_others(kind: str, name: str) -> None:
    found = page_kind(200, HTML, EXPECTED[kind][name], URL, URL)
    assert found.kind == kind, found
    assert found.evidence


@pytest.mark.parametrize("title", strangers.SOFT_404)
@pytest.mark.parametrize("form", ["{} | Example News", "{}", "Example"])
def test_soft_404_in_many_languages(title: str, form: str) -> None:
    body = strangers.page(
        form.format(title), f"<h1>{title}</h1><p>Try our search, or go to the <a href=/>front page</a>.</p>"
    )
    assert page_kind(200, HTML, body, URL, URL).kind == "soft_404"


@pytest.mark.parametrize("title", strangers.ERRORS)
def test_servers_that_are_broken_or_bare(title: str) -> None:
    assert page_kind(200, HTML, strangers.page(title, f"<h1>{title}</h1><hr>"), URL, URL).kind == "error"


@pytest.mark.parametrize("name", strangers.ARTICLES)
def test_articles_that_speak_of_such_pages(name: str) -> None:
    found = page_kind(200, HTML, strangers.ARTICLES[name], URL, URL)
    assert found.kind == "article", found
    draft = extract_page(strangers.ARTICLES[name], url=URL)
    assert (draft.kind, draft.evidence) == ("", "")
