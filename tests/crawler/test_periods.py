"""The days that the name of a sitemap stands for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.periods import month_in_address, period_in_name

SITE = "https://x.example"


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("/sitemap-2026-11.xml", "2026-11-01", "2026-12-01"),
        ("/sitemap_2026_12.xml.gz", "2026-12-01", "2027-01-01"),
        ("/sitemap-202602.xml", "2026-02-01", "2026-03-01"),
        ("/sitemaps/2026/11/", "2026-11-01", "2026-12-01"),
        ("/sitemap-pt-post-2024-02.xml", "2024-02-01", "2024-03-01"),
        ("/sitemap-2026-11-23.xml", "2026-11-23", "2026-11-24"),
        ("/map-20261123.xml", "2026-11-23", "2026-11-24"),
        ("/sitemap.xml?yyyy=2026&mm=11&dd=05", "2026-11-05", "2026-11-06"),
        ("/sitemap.xml?yyyy=2026&mm=11", "2026-11-01", "2026-12-01"),
        ("/sitemap?year=2026&month=3", "2026-03-01", "2026-04-01"),
        ("/sitemap.php?year=2026", "2026-01-01", "2027-01-01"),
        ("/post-sitemap-nov-2026.xml", "2026-11-01", "2026-12-01"),
        ("/2026-september.xml", "2026-09-01", "2026-10-01"),
        ("/archive-2026.xml", "2026-01-01", "2027-01-01"),
        ("/sitemap-2026-1.xml", "2026-01-01", "2027-01-01"),
        ("/map-2026-01_2026-06.xml", "2026-01-01", "2026-07-01"),
    ],
)
def test_days_in_names(name: str, start: str, end: str) -> None:
    found = period_in_name(SITE + name)
    assert found is not None
    assert (found.start, found.end) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "name",
    [
        "/sitemap.xml",
        "/sitemap-12.xml",
        "/sitemap-20.xml?page=3",
        "/sitemap-320261.xml",
        "/sitemap-99999999.xml",
    ],
)
def test_names_that_say_nothing_of_days(name: str) -> None:
    assert period_in_name(SITE + name) is None


def test_the_month_in_an_article_s_address() -> None:
    found = month_in_address(SITE + "/2026/11/some-story")
    assert found is not None
    assert found.start == date(2026, 11, 1)
    assert month_in_address(SITE + "/olympics/2024/some-story") is None
    assert month_in_address(SITE + "/story?at=/2026/11/x") is None


@given(st.text(max_size=60))
def test_any_address_is_read_without_an_error(text: str) -> None:
    for found in (period_in_name(text), month_in_address(text), period_in_name(f"http://[{text}")):
        assert found is None or found.start < found.end
