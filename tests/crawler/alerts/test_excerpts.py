"""Which parts of a text a mail shows."""

from __future__ import annotations

from crawler.alerts.excerpts import LONGEST, as_text, excerpts, field_spans, marked_title


def spans_of(text: str, term: str) -> list[tuple[int, int]]:
    return [(at, at + len(term)) for at in range(len(text)) if text.startswith(term, at)]


def test_a_short_paragraph_is_shown_whole_and_its_neighbours_are_not() -> None:
    body = "First line.\nThe second names Bakhmut here.\nThird line."
    (pieces,) = excerpts(body, spans_of(body, "Bakhmut"), 3).shown
    assert as_text(pieces) == "The second names *Bakhmut* here."


def test_a_long_paragraph_is_cut_between_words() -> None:
    body = f"{'before ' * 100}Bakhmut {'after ' * 100}"
    (pieces,) = excerpts(body, spans_of(body, "Bakhmut"), 3).shown
    text = as_text(pieces)
    assert text.startswith("… before ")
    assert text.endswith("after …")
    assert "*Bakhmut*" in text
    assert len(text) < LONGEST


def test_text_without_spaces_is_cut_all_the_same() -> None:
    body = "德" * 1000 + "黑兰" + "德" * 1000
    (pieces,) = excerpts(body, spans_of(body, "黑兰"), 3).shown
    assert "*黑兰*" in as_text(pieces)
    assert len(as_text(pieces)) < LONGEST


def test_matches_close_together_share_an_excerpt() -> None:
    body = "One Bakhmut, two Bakhmut, three Bakhmut."
    found = excerpts(body, spans_of(body, "Bakhmut"), 1)
    assert as_text(found.shown[0]) == "One *Bakhmut*, two *Bakhmut*, three *Bakhmut*."
    assert found.more == 0


def test_matches_that_are_not_shown_are_counted() -> None:
    body = "\n".join(f"Paragraph {n} names Bakhmut." for n in range(10))
    found = excerpts(body, spans_of(body, "Bakhmut"), 3)
    assert len(found.shown) == 3
    assert found.more == 7


def test_without_a_match_in_the_body_its_opening_is_shown() -> None:
    (pieces,) = excerpts("\n Opening words.\nMore.", [], 3).shown
    assert as_text(pieces) == "Opening words."
    assert excerpts("", [], 3).shown == ()


def test_overlapping_and_impossible_spans_are_put_in_order() -> None:
    given = [
        ("body", 5, 9),
        ("body", 1, 6),
        ("title", 0, 4),
        ("body", 8, 8),
        ("body", 90, 99),
        ("body", -3, 1),
    ]
    assert field_spans("body", given, 20) == [(0, 9)]


def test_a_long_title_shows_its_first_match() -> None:
    title = f"{'word ' * 200}Bakhmut {'word ' * 200}"
    pieces = marked_title(title, spans_of(title, "Bakhmut"), 200)
    assert "*Bakhmut*" in as_text(pieces)
    assert len(as_text(pieces)) < 220
