"""Names and values down a page: whole lines in a pipe, words below each other on a terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from crawler.cli import facts

VALUE = (
    "the host answered 404 for http://www.example.com/story/1/a-headline-that-is-longer-than-its-line once"
)


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> list[str]:
    file = StringIO()
    monkeypatch.setattr(
        facts, "out", Console(file=file, force_terminal=terminal, width=50, color_system=None)
    )
    facts.fact("visit", VALUE)
    return file.getvalue().splitlines()


def test_a_value_is_one_line_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, terminal=False) == [f"  visit       {VALUE}"]


def test_a_value_goes_on_below_its_beginning_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, terminal=True) == [
        "  visit       the host answered 404 for",
        "              http://www.example.com/story/1/a-headline-that-is-longer-than-its-line",
        "              once",
    ]
