"""How long an answer may be given again by a cache."""

from __future__ import annotations

import pytest

from crawler.caching import fresh_for


@pytest.mark.parametrize(
    ("cache_control", "age", "seconds"),
    [
        ("", "", 0),
        ("max-age=300", "", 300),
        ("public, max-age=300", "100", 200),
        ("max-age=300", "900", 0),
        ("Max-Age=60, s-maxage=600", "", 600),
        ("no-cache, max-age=300", "", 0),
        ("no-store", "", 0),
        ('max-age="120"', "x", 120),
        ("max-age=-5", "", 0),
        ("max-age=99999999999999999999", "", 999_999_999),
        ("xmax-age=5", "", 0),
    ],
)
def test_what_headers_say_of_freshness(cache_control: str, age: str, seconds: float) -> None:
    assert fresh_for(cache_control, age) == seconds
