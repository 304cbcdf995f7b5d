"""Text from outside, made inert."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.plain import inert, one_line, safe_href, shown_host


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\r\nb", "a b"),
        ("a\u2028b\u2029c\u0085d", "a b c d"),
        ("a\x00b", "a b"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "click"),
        ("\u202eabc\u2066\u2069", "abc"),
        ("می‌ماند", "می‌ماند"),
        ("\ud800x", "\ufffdx"),
        ("\ufeffx\u200bx", "xx"),
        ("  many   spaces ", "many spaces"),
    ],
)
def test_control_characters_and_overrides_are_taken_out(given: str, shown: str) -> None:
    assert one_line(given, 100) == shown


@given(st.text())
def test_inert_text_stays_as_it_is(text: str) -> None:
    assert inert(inert(text)) == inert(text)


@given(st.text(), st.integers(2, 50))
def test_a_line_keeps_its_limit(text: str, limit: int) -> None:
    assert len(one_line(text, limit)) <= limit


def test_a_cut_falls_between_words_and_shows() -> None:
    assert one_line("several words of some length", 20) == "several words of…"


def test_links_and_hosts() -> None:
    assert safe_href("https://example.org/a?b=c") == "https://example.org/a?b=c"
    assert safe_href("JavaScript:alert(1)") == ""
    assert safe_href("https://example.org/" + "a" * 3000) == ""
    assert shown_host("http://user@www.example.org:8080/x") == "www.example.org:8080"
    assert shown_host("nonsense") == ""
