"""Names and values down a page: whole lines in a pipe, words below each other on a terminal."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from crawler.cli import facts

VALUE = (
    "the host answered 404 for http://www.example.com/story/1/a-headline-that-is-longer-than-its-line once"
)


def printed(monkeypatch: pytest.MonkeyPatch, call: Callable[[], None], *, terminal: bool = True) -> list[str]:
    file = StringIO()
    monkeypatch.setattr(
        facts, "out", Console(file=file, force_terminal=terminal, width=50, color_system=None)
    )
    call()
    return file.getvalue().splitlines()


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> list[str]:
    return printed(monkeypatch, lambda: facts.fact("visit", VALUE), terminal=terminal)


def test_a_value_is_one_line_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, terminal=False) == [f"  visit       {VALUE}"]


def test_a_value_goes_on_below_its_beginning_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, terminal=True) == [
        "  visit       the host answered 404 for",
        "              http://www.example.com/story/1/a-headline-that-is-longer-than-its-line",
        "              once",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_sentence_breaks_no_word_and_no_address(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    told = f"example: {VALUE}"
    lines = printed(monkeypatch, lambda: facts.sentence(told), terminal=terminal)
    assert " ".join(" ".join(lines).split()) == told
    if not terminal:
        assert lines == [told]
        return
    assert [line[:2] for line in lines] == ["ex", "  ", "  "]
    assert all(len(line) <= 50 or line.startswith("  http://") for line in lines)


def test_cells_wrap_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "the page has less text than an article has, and nothing says that this is all of it"
    lines = printed(monkeypatch, lambda: facts.line("failed", words, widths=(9,)))
    assert lines[0].startswith("  failed     the page has")
    assert all(len(line) <= 50 for line in lines)
    assert " ".join(" ".join(lines).split()) == f"failed {words}"
