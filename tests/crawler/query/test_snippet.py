"""The match in context."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.query import snippet

TEXT = "One two three.\n\nFour five six seven eight nine ten eleven twelve thirteen fourteen fifteen."


def shown(text: str, spans: list[tuple[int, int]], width: int) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in snippet(text, spans, width))


def place(word: str) -> tuple[int, int]:
    return TEXT.index(word), TEXT.index(word) + len(word)


def test_a_short_text_is_shown_whole_with_its_marks() -> None:
    assert shown("Iran  and\nRussia", [(0, 4), (10, 16)], 100) == "[Iran] and [Russia]"


def test_a_long_text_is_cut_between_words_around_the_match() -> None:
    assert shown(TEXT, [place("nine")], 30) == "…seven eight [nine] ten eleven…"


def test_the_place_with_most_matches_is_shown() -> None:
    assert "[twelve] [thirteen]" in shown(TEXT, [place("One"), place("twelve"), place("thirteen")], 40)


def test_without_a_match_it_is_the_beginning() -> None:
    assert shown(TEXT, [], 20) == "One two three. Four…"


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab \n京"), max_size=120), st.data())
def test_pieces_are_parts_of_the_text_and_one_is_marked(text: str, data: st.DataObject) -> None:
    spans = []
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        spans = [(start, data.draw(st.integers(start + 1, len(text))))]
    pieces = snippet(text, spans, data.draw(st.integers(1, 60)))
    flat = " ".join(text.split())
    for piece in pieces:
        assert " ".join(piece.text.split()).strip("…") in flat
    if spans and text[slice(*spans[0])].strip():
        assert any(piece.marked for piece in pieces) or not text[spans[0][0]].strip()
