"""One folding for texts, queries and rules, and its way back to the original."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils.utils import sqlite3

from crawler.query import FTS_TOKENIZE, fold, fold_for_regex, fold_text
from crawler.query.fold import fold_cased
from crawler.query.places import PrintedPlaces, TokenPlaces, occurrences

mixed = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("aÄß’' -\n\u200c\u0301\u0640\u3099\uff9eｶがé١۱한\u1161\u11a8ㄱㅏลำ้ﷺ™½\u200dйё\u0306"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Press TV’s", "press tv s"),
        ("Trump's TRUMPʼS", "trump s trump s"),
        ("Łódź Straße Ærø œuvre İstanbul ı đ", "lodz strasse aero oeuvre istanbul i d"),
        ("ﬁne Ｉran Roku™ km²", "fine iran roku km2"),
        ("ايران إيران ایران", "ایران ایران ایران"),
        ("مدرسة مؤتمر مسئول أُخْرَى ٱلكتاب كـــتاب", "مدرسه موتمر مسیول اخری الکتاب کتاب"),
        ("می‌شود ۱۴۰۲ ١٤٠٢", "میشود 1402 1402"),
        ("שָׁלוֹם בֵּית־סֵפֶר", "שלום בית ספר"),
        ("ёлка Пу\u0301тин мой мои", "елка путин мой мои"),
        ("北京2023年 ガ ｶﾞ か", "北 京 2023 年 ガ ガ か"),
        ("ไทย", "ไ ท ย"),
        ("한국어", "한국어"),
        ("हिन्दी", "हिन्दी"),
        ("co\u00adoperate foo_bar a\ud800b\x00c", "cooperate foo bar a b c"),
        ("— … !", ""),
    ],
)
def test_spellings_of_one_word_fold_alike(text: str, folded: str) -> None:
    assert fold_text(text) == folded


def test_a_word_without_end_is_cut_alike_in_text_and_query() -> None:
    assert fold_text("x" * 1_000_000) == fold_text("X" * 300) == "x" * 255
    for at in (0, 1, 126, 127, 128, 129, 1000):
        around = "ab " * at
        assert fold_text(f"{around}{'x' * 256} {around}") == f"{around}{'x' * 255} {around}".strip()


@pytest.mark.parametrize("kinds", [10, 40, 41, 500])
def test_a_latin_text_with_many_other_signs_folds_as_its_parts_do(kinds: int) -> None:
    parts = [f"{'Wörd, ' if at % 9 == 0 else 'Word, ' * 8}{chr(0x4E00 + at)}" for at in range(kinds)]
    assert fold_text(" ".join(parts)) == " ".join(map(fold_text, parts))
    assert fold_cased("\n".join(parts)) == " ".join(map(fold_cased, parts))


@settings(max_examples=150, deadline=None)
@given(mixed)
def test_tokens_with_places_are_the_tokens_and_folding_twice_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert " ".join(folded.tokens) == fold_text(text)
    assert fold_text(fold_text(text)).split() == fold_text(text).split()
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


def spans(places: TokenPlaces) -> list[tuple[int, int]]:
    """Return the place of each token in the original."""
    return [places.span(word.start(), len(word.group())) for word in re.finditer("[^ ]+", places.tokens)]


@settings(max_examples=150, deadline=None)
@given(st.lists(mixed, max_size=12).map(" ".join))
@example(":\U00011c92")
def test_places_found_in_parts_are_those_of_the_whole(text: str) -> None:
    folded = fold(text)
    assert spans(TokenPlaces(text)) == list(zip(folded.starts, folded.ends, strict=True))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(mixed, max_size=12).map(" ".join),
    st.sampled_from(["", "ß", "\u00ad", "½…", "ﬁ", "é."]),
    st.data(),
)
def test_a_phrase_has_the_place_of_its_first_token_to_its_last(
    text: str, sign: str, data: st.DataObject
) -> None:
    text = f"{text} Straße {sign}  one, {sign}two "  # places that move, and some that do not
    folded, places = fold(text), TokenPlaces(text)
    first = data.draw(st.integers(0, len(folded.tokens) - 1))
    last = data.draw(st.integers(first, len(folded.tokens) - 1))
    start = len(" ".join(["", *folded.tokens[:first]]))
    width = len(" ".join(folded.tokens[first : last + 1]))
    assert places.span(start, width) == (folded.starts[first], folded.ends[last])
    assert places.span(start, width - len(folded.tokens[last]) + 1) == (
        folded.starts[first],
        folded.ends[last],
    )
    assert places.number(start) == first
    needle = " ".join(["", *folded.tokens[first : last + 1], ""])
    starts = list(occurrences(needle, f" {places.tokens} "))
    assert list(places.spans(needle, starts)) == [places.span(each, width) for each in starts]
    begun = needle[: len(needle) - len(folded.tokens[last])]
    starts = list(occurrences(begun, f" {places.tokens} "))
    assert list(places.spans(begun, starts)) == [places.span(each, len(begun) - 1) for each in starts]


@settings(max_examples=150, deadline=None)
@given(st.lists(mixed, max_size=4).map("\n".join), st.sampled_from([0, 30, 300]))
def test_a_text_among_latin_words_folds_as_it_does_alone(text: str, words: int) -> None:
    before, after = "One, " * words, " two" * words
    folded, whole = fold(text), f"{before}{text}{after}"
    assert fold_text(whole).split() == ["one"] * words + list(folded.tokens) + ["two"] * words
    places = TokenPlaces(whole)
    assert places.tokens == fold_text(whole)
    expected = [
        (len(before) + start, len(before) + end)
        for start, end in zip(folded.starts, folded.ends, strict=True)
    ]
    assert spans(places)[words : words + len(expected)] == expected


@settings(max_examples=150, deadline=None)
@given(mixed)
def test_each_character_seen_by_a_regex_has_its_place(text: str) -> None:
    printed, places = fold_for_regex(text), PrintedPlaces(text)
    spans = [places.span(at, at + 1) for at in range(len(printed))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    printed.encode()


@settings(max_examples=150, deadline=None)
@given(mixed)
def test_fts5_makes_exactly_our_tokens(text: str) -> None:
    table = sqlite3.connect(":memory:")
    table.execute(f"CREATE VIRTUAL TABLE texts USING fts5(body, tokenize='{FTS_TOKENIZE}')")
    table.execute("CREATE VIRTUAL TABLE seen USING fts5vocab(texts, instance)")
    table.execute("INSERT INTO texts VALUES (?)", [fold_text(text)])
    tokens = [row[0] for row in table.execute("SELECT term FROM seen ORDER BY offset")]
    table.close()
    assert tokens == fold_text(text).split()


def test_a_regex_sees_punctuation_and_folded_letters() -> None:
    text = "„Zürich“—it’s\u00a0done.\nايران می‌شود"
    assert fold_for_regex(text) == '"zurich"-it\'s done.\nایران میشود'


@pytest.mark.parametrize("before", ["", "Two words\n", "é ", "e\u0301 "])
@pytest.mark.parametrize("count", [500, 5000])
def test_places_in_a_text_without_spaces(before: str, count: int) -> None:
    text = before + "war," * count
    first = len(fold_text(before).split())
    at = [len(before) + 4 * number for number in (0, count // 2, count - 1)]
    found = spans(TokenPlaces(text))[first:]
    assert [found[number] for number in (0, count // 2, count - 1)] == [(each, each + 3) for each in at]


def test_places_cover_vowel_signs_and_ligatures() -> None:
    text = "(اِیرانِ) ﬁn, Trump’s"
    folded = fold(text)
    parts = [text[start:end] for start, end in zip(folded.starts, folded.ends, strict=True)]
    assert parts == ["اِیرانِ", "ﬁn", "Trump", "s"]


@pytest.mark.parametrize(
    "sign", ["\u32c0", "\u3358", "\u33fe", "\u00bd", "\u00df", "\u00ad", "\u4e00", "\ufb03"]
)
def test_a_sign_that_becomes_several_moves_no_place_behind_it(sign: str) -> None:
    text = f"Meeting of {sign} was held, and iran said more words than that. {'More words. ' * 20}"
    found = spans(TokenPlaces(text))
    assert [text[start:end] for start, end in found][-3:] == ["words", "More", "words"]
    assert text.index("iran") in [start for start, _ in found]


def test_of_a_run_of_marks_no_more_are_ordered_than_a_language_has() -> None:
    text = "a" + "\u0301\u0323" * 100_000 + " iran"
    assert fold_text(text) == "a iran"
    assert spans(TokenPlaces(text))[1] == (len(text) - 4, len(text))


def test_many_letters_of_many_kinds_among_signs_that_vanish_cost_their_number_alone() -> None:
    text = "iran " + "".join(f"{chr(code)}\u00ad\u00ad" for code in range(0x4E00, 0x9FA0)) * 2
    assert spans(TokenPlaces(text))[0] == (0, 4)
