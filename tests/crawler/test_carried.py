"""What a text carries of another one, and what it added."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.carried import carried
from crawler.fingerprint import comparable
from tests.storage.newsroom import cut, prose

FIRST = comparable(prose(1))


def test_the_same_text_adds_nothing_whatever_its_typography() -> None:
    found = carried(FIRST, prose(1).upper().replace(".", "!"))
    assert (found.share_of_first, found.share_of_own, found.added) == (1, 1, ())


def test_sentences_that_follow_each_other_are_one_passage_and_paragraphs_are_apart() -> None:
    own = "The mayor of Karlow was not there. Nobody could say why."
    body = f"{own} {prose(1)}\nA spokesman for the U.S. embassy declined to say more on Monday."
    found = carried(FIRST, body)
    assert found.added == (own, "A spokesman for the U.S. embassy declined to say more on Monday.")
    assert found.added_words == 24
    assert found.share_of_first == 1


def test_a_sentence_with_a_changed_word_is_not_added() -> None:
    sentence = (
        "The council of the old town said on Monday that the bridge will stay closed until the end of March."
    )
    assert carried(comparable(sentence), sentence.replace("Monday", "Tuesday")).added == ()


@pytest.mark.parametrize(("own", "added"), [("Bridge closed", ()), ("Bridge open", ("Bridge open",))])
def test_texts_of_two_words_are_compared_by_their_words(own: str, added: tuple[str, ...]) -> None:
    found = carried(comparable("Bridge closed"), own)
    assert (found.share_of_first, found.added) == (float(not added), added)


def test_texts_without_spaces_are_told_by_sentences_too() -> None:
    first = "中国外交部发言人周二在北京表示谈判将继续进行。双方同意下月再次会晤讨论有关问题。"
    found = carried(comparable(first), f"{first}当地居民对本报表示不知情。")
    assert found.added == ("当地居民对本报表示不知情。",)


def test_half_a_text_is_half_of_the_first_and_all_of_itself() -> None:
    found = carried(FIRST, cut(prose(1), 0.5))
    assert found.share_of_own == 1
    assert 0.48 < found.share_of_first < 0.52


@given(st.text(), st.text())
def test_any_texts_are_compared_and_nothing_is_made_up(first: str, own: str) -> None:
    found = carried(comparable(first), own)
    assert 0 <= found.share_of_first <= 1
    assert 0 <= found.share_of_own <= 1
    assert all(passage in own for passage in found.added)
    if first == own:
        assert found.added == ()


@pytest.mark.parametrize("body", ["! " * 60_000, "a. " * 60_000, "word " * 40_000, "。" * 100_000])
def test_texts_without_sentences_carry_nothing(body: str) -> None:
    assert carried(FIRST, body).share_of_first == 0
