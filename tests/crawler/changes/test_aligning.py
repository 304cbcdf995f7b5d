"""Words and units that differ: every difference leads from one text to the other, with bounded work."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.changes.aligning import Budget, align, hunks, in_both
from crawler.changes.diffing import text_diff
from crawler.changes.words import keys_of, sentences_of, told, words_of
from crawler.items import Reading

WORDS = st.lists(st.sampled_from("abc"), max_size=14)
LINES = st.lists(st.sampled_from(["a b c d", "a b x d", "e f g h", "i j", "k"]), max_size=7)


@given(WORDS, WORDS)
def test_hunks_lead_from_one_to_the_other(old: list[str], new: list[str]) -> None:
    made, at = [], 0
    for a, b, c, d in hunks(old, new, Budget()):
        assert (b - a) + (d - c) > 0
        made += old[at:a] + new[c:d]
        at = b
    assert made + old[at:] == new


@given(WORDS)
def test_the_same_has_no_hunks_and_an_empty_budget_tells_all_as_one(old: list[str]) -> None:
    assert hunks(old, old, Budget()) == []
    if old:
        assert hunks(old, ["z"], Budget(0)) == [(0, len(old), 0, 1)]


@given(LINES, LINES)
def test_each_unit_is_told_once(old: list[str], new: list[str]) -> None:
    aligned = align(old, new, ([keys_of(each) for each in old], [keys_of(each) for each in new]))
    paired = [*aligned.same.items(), *aligned.moved.items(), *aligned.changed.items()]
    assert sorted([number for number, _ in paired] + aligned.added) == list(range(len(new)))
    assert sorted([place for _, place in paired] + aligned.removed) == list(range(len(old)))
    assert all(old[place] == new[number] for number, place in (*aligned.same.items(), *aligned.moved.items()))
    places = [aligned.same[number] for number in sorted(aligned.same)]
    assert places == sorted(places)


def test_what_moved_is_not_what_stayed() -> None:
    same, moved = in_both(["a", "b", "c", "d"], ["b", "c", "d", "a"])
    assert (same, moved) == ({0: 1, 1: 2, 2: 3}, {3: 0})


@given(st.text("aB ،.“”'’-1中\t文ا\u200c", max_size=40))
def test_words_are_the_text(text: str) -> None:
    assert told(words_of(text)) == text.strip()


def test_words_and_sentences_of_many_scripts() -> None:
    text = "It's $5,000.50 at 12:30, don’t—you? 中国2023年。 می‌روند؛ हिन्दी"
    assert [word.text for word in words_of(text) if word.key] == [
        *("It's", "5,000.50", "at", "12:30", "don’t", "you"),
        *("中", "国", "2023", "年", "می‌روند", "हिन्दी"),
    ]
    assert sentences_of("He left. “So be it.” She stayed! 我说。他走了。") == [
        "He left.",
        "“So be it.”",
        "She stayed!",
        "我说。",
        "他走了。",
    ]


@given(LINES, LINES)
def test_a_diff_holds_both_texts(old: list[str], new: list[str]) -> None:
    diff = text_diff(Reading(title="t", body="\n".join(old)), Reading(title="t", body="\n".join(new)))
    shown = [
        "".join(piece for sign, piece in line.pieces if sign != "-")
        for line in diff.lines
        if line.sign != "-"
    ]
    assert shown == new
    gone = [piece for line in diff.lines if line.sign in "-~" for sign, piece in line.pieces if sign == "-"]
    assert set(" ".join(gone).split()) <= set(" ".join(old).split())
    assert (diff.change is None) == (old == new)


def test_a_diff_tells_words_title_and_byline() -> None:
    old = Reading(title="Bridge closed", body="Twelve men lost their posts.\nIt rained.", byline=("Ann Lee",))
    new = Reading(
        title="Bridge shut", body="Fifteen men lost their posts.\nIt rained.", byline=("Ann Lee", "Bo Ek")
    )
    diff = text_diff(old, new)
    assert diff.title == ((" ", "Bridge"), ("-", " closed"), ("+", " shut"))
    assert ("+", ", Bo Ek") in diff.byline
    assert [(line.sign, line.pieces) for line in diff.lines] == [
        ("~", (("-", "Twelve"), ("+", "Fifteen"), (" ", " men lost their posts."))),
        (" ", ((" ", "It rained."),)),
    ]
