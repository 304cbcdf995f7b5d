"""One folding for texts, queries and rules, and its way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils.utils import sqlite3

from crawler.query import FTS_TOKENIZE, fold, fold_for_regex, fold_text
from crawler.query.fold import fold_cased
from crawler.query.places import PrintedPlaces, TokenPlaces

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


@settings(max_examples=150, deadline=None)
@given(st.lists(mixed, max_size=12).map(" ".join))
@example(":\U00011c92")
def test_places_found_in_parts_are_those_of_the_whole(text: str) -> None:
    folded, places = fold(text), TokenPlaces(text)
    for number, place in enumerate(zip(folded.starts, folded.ends, strict=True)):
        assert places.span(number, 1) == place


@settings(max_examples=150, deadline=None)
@given(st.lists(mixed, max_size=4).map("\n".join), st.sampled_from([0, 30, 300]))
def test_a_text_among_latin_words_folds_as_it_does_alone(text: str, words: int) -> None:
    before, after = "One, " * words, " two" * words
    folded, whole = fold(text), f"{before}{text}{after}"
    assert fold_text(whole).split() == ["one"] * words + list(folded.tokens) + ["two"] * words
    places = TokenPlaces(whole)
    assert places.tokens == fold_text(whole)
    for number, (start, end) in enumerate(zip(folded.starts, folded.ends, strict=True), start=words):
        assert places.span(number, 1) == (len(before) + start, len(before) + end)


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
    places, first = TokenPlaces(text), len(fold_text(before).split())
    at = [len(before) + 4 * number for number in (0, count // 2, count - 1)]
    found = [places.span(first + number, 1) for number in (0, count // 2, count - 1)]
    assert found == [(each, each + 3) for each in at]


def test_places_cover_vowel_signs_and_ligatures() -> None:
    text = "(اِیرانِ) ﬁn, Trump’s"
    folded = fold(text)
    parts = [text[start:end] for start, end in zip(folded.starts, folded.ends, strict=True)]
    assert parts == ["اِیرانِ", "ﬁn", "Trump", "s"]
