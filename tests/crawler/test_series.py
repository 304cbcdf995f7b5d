"""Issues of a series are told from a piece that was published again."""

from __future__ import annotations

import pytest

from crawler.fingerprint import comparable
from crawler.series import is_same_piece, series_title
from tests.storage.newsroom import prose


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("News headlines", "News Headlines"),
        ("Headlines for 3 November 2026", "Headlines for 14 December 2027"),
        ("War: day 45", "War: day 46"),
        ("اخبار ۳ نوامبر", "اخبار ۴ نوامبر"),
    ],
)
def test_titles_of_a_series_differ_in_numbers_and_months_only(one: str, other: str) -> None:
    assert series_title(one) == series_title(other)


def test_other_titles_are_other_series() -> None:
    assert series_title("News headlines") != series_title("Sports headlines")


def test_a_piece_with_a_note_added_is_the_same_and_one_with_new_items_is_not() -> None:
    standing = prose(1, 15)
    assert is_same_piece(comparable(standing), comparable(f"{standing}\n{prose(2, 2)}"))
    assert not is_same_piece(
        comparable(f"{standing}\n{prose(2, 6)}"), comparable(f"{standing}\n{prose(3, 6)}")
    )
