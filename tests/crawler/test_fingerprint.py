"""Copies meet, strangers and bulletins do not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.copies import corpus_bodies, met, recall
from crawler.fingerprint import BANDS, fingerprint, overlap, same_story
from crawler.fingerprint import WORDS as WORDS_COMPARED

WORDS = [f"word{number}" for number in range(3_000)]


def prose(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def meet(a: str, b: str) -> bool:
    return bool(set(fingerprint("", a).bands) & set(fingerprint("", b).bands)) and same_story(a, b)


def test_hash_is_of_words_not_of_typography() -> None:
    plain = fingerprint("Iran’s Deal", "Talks — in Zürich.")
    assert plain.text_sha256 == fingerprint("IRAN'S deal", "talks in Zurich").text_sha256
    assert plain.text_sha256 != fingerprint("Iran’s Deal", "Talks in Vienna.").text_sha256
    assert fingerprint("a b", "c").text_sha256 != fingerprint("a", "b c").text_sha256


def test_bands_are_the_same_for_ever() -> None:
    bands = fingerprint("any title", " ".join(f"w{number}" for number in range(20))).bands
    assert len(bands) == BANDS
    assert bands[:3] == (286010881841086913, 955853422415804340, 4367297232762907883)
    assert all(0 <= band < 1 << 63 for band in bands)


def test_a_copy_with_other_head_and_tail_meets_its_original() -> None:
    body = prose(1)
    copy = " ".join([*prose(2, 20).split(), *body.split()[10:-10], *prose(3, 20).split()])
    assert meet(body, copy)


def test_a_copy_cut_to_two_thirds_meets_its_original() -> None:
    assert meet(prose(1), " ".join(prose(1).split()[:200]))


def test_an_excerpt_below_thirty_percent_of_all_is_no_copy() -> None:
    body = prose(1)
    excerpt = " ".join(body.split()[:60])
    assert overlap(body, excerpt).containment == 1
    assert not same_story(body, excerpt)


def test_bulletins_under_one_title_stay_apart() -> None:
    head = "Press TV's news headlines. "
    assert not meet(head + prose(1, 120), head + prose(2, 120))


def test_flashes_are_copies_only_of_their_equals() -> None:
    flash = "Earthquake of magnitude 5.9 hits southern Iran"
    assert same_story(flash, "EARTHQUAKE of magnitude 5.9 hits southern Iran!")
    assert not same_story(flash, "Earthquake of magnitude 5.9 hits southern Iraq")
    assert fingerprint("", flash).bands == ()


def test_empty_texts_are_no_story() -> None:
    assert not same_story("", "")
    assert not same_story("…", "")
    assert fingerprint("", "").bands == ()


def test_texts_without_spaces_are_compared_too() -> None:
    body = "中国外交部发言人周二在北京表示谈判将继续进行双方同意下月再次会晤讨论有关问题"
    assert meet(body, "据报道" + body)


def test_one_repeated_line_is_too_little_to_compare() -> None:
    assert fingerprint("", "read more " * 200).bands == ()


def test_of_a_book_the_beginning_counts() -> None:
    book = prose(1, WORDS_COMPARED)
    longer = f"{book} {prose(2, 2 * WORDS_COMPARED)}"
    assert fingerprint("", book).bands == fingerprint("", longer).bands
    assert fingerprint("", book).text_sha256 != fingerprint("", longer).text_sha256
    assert same_story(book, longer)
    assert not same_story(book, prose(3, WORDS_COMPARED))


@given(st.text(), st.text())
def test_overlap_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert overlap(a, b) == overlap(b, a)
    assert 0 <= overlap(a, b).jaccard <= overlap(a, b).containment <= 1
    assert same_story(a, b) == same_story(b, a)
    fingerprint(a, b)


def test_copies_of_real_texts_are_found() -> None:
    bodies = corpus_bodies(60)
    if not bodies:
        pytest.skip("../shared/corpora is not here")
    assert recall(bodies, "words") == 1
    assert recall(bodies, "words ends") >= 0.99
    assert recall(bodies, "words ends cut") >= 0.9
    assert met(bodies)[1] == []
