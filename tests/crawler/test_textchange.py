"""What a text gains and loses, and which differences are furniture."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.textchange import is_same_but_for_furniture, text_change, word_changes

FIRST = "The ferry stays in port until Friday."
SECOND = "A pump of the main engine broke."
SHARE = "Share this page with your friends"
LINES = st.lists(st.sampled_from(["a b", "c", "d e f", "g", ""]), max_size=8)


@given(LINES, LINES)
def test_what_is_lost_and_gained_leads_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    change = text_change("\n".join(old), "\n".join(new))
    before = Counter(old if "\n".join(old) else [])
    before.subtract(change.lost)
    before.update(change.gained)
    assert +before == Counter(new if "\n".join(new) else [])
    assert not set(change.lost) & set(change.gained)
    assert 0.0 <= change.lost_share <= 1.0


def test_lines_that_are_parted_otherwise_lose_no_words() -> None:
    change = text_change(f"{FIRST} {SECOND}", f"{FIRST}\n{SECOND}")
    assert (len(change.lost), len(change.gained), change.lost_share) == (1, 2, 0.0)


def test_the_share_is_that_of_words_in_any_script() -> None:
    assert text_change("港口今天恢复轮渡", "港口今天").lost_share == 0.5
    assert text_change("one two three four", "").lost_share == 1.0
    assert text_change("", "one").lost_share == 0.0


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (("T", f"{FIRST}\n{SHARE}", []), ("T", FIRST, [SHARE]), True),  # cut now
        (("T", FIRST, [SHARE]), ("T", f"{FIRST}\n{SHARE}", []), True),  # cut before, kept now
        (("T", f"{FIRST}\nRULED", []), ("T", FIRST, []), True),  # a rule knows it
        (("T", f"{FIRST}\n{SECOND}", []), ("T", FIRST, []), False),
        (("T", FIRST, []), ("T", f"{FIRST}\n{SECOND}", []), False),
        (("T", f"{FIRST}\n{SECOND}", []), ("T", f"{FIRST} {SECOND}", []), True),  # the same words
        (("T | Example News", FIRST, []), ("T", FIRST, []), True),
        (("T", FIRST, []), ("T – Example News", FIRST, []), True),
        (("T - three dead", FIRST, []), ("T", FIRST, []), False),
        (("T", FIRST, []), ("Another", FIRST, []), False),
    ],
)
def test_only_furniture_makes_no_edit(
    old: tuple[str, str, list[str]], new: tuple[str, str, list[str]], same: bool
) -> None:
    assert is_same_but_for_furniture(old, new, lambda line: line == "ruled", site="Example News") is same


@given(st.text(alphabet="ab ", max_size=20), st.text(alphabet="ab ", max_size=20))
def test_the_words_of_both_lines_are_all_told(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert " ".join(words for sign, words in pieces if sign != "+").split() == old.split()
    assert " ".join(words for sign, words in pieces if sign != "-").split() == new.split()
