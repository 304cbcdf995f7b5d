"""No page of the real corpora is refused, but for those that are no articles."""

from __future__ import annotations

import pytest

from benchmarks.corpora import CORPORA, samples
from crawler.extract.page import extract_page
from crawler.pagekind import page_kind

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/corpora is not here")
STUBS = {
    "google-stadia-microsoft-xcloud-apple-arcade-so-many-ways-to-playand-pay-11574168580",
    "is-football-violence-a-crime-11574121884",
}
"""End after two paragraphs in an offer to read the full story."""


def test_every_real_page_is_an_article_at_a_glance() -> None:
    kinds = {
        each.url: page_kind(200, [("Content-Type", "text/html")], each.html, each.url, each.url)
        for each in samples()
    }
    assert len(kinds) >= 380
    assert {url: kind for url, kind in kinds.items() if kind.kind != "article"} == {}


def test_the_reader_refuses_stubs_only() -> None:
    """Of the others every third is read: all of them are scored by the test of floors."""
    pages = {each.url.rpartition("/")[2]: each for each in samples()}
    names = [*STUBS, *[name for name in pages if name not in STUBS][::3]]
    refused = {
        name: found for name in names if (found := extract_page(pages[name].html, url=pages[name].url).kind)
    }
    assert refused == dict.fromkeys(STUBS, "paywall")
