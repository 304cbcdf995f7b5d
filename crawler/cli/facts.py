"""Names and values down a page, for ``explain``, ``why``, ``status`` and ``doctor``. All text is made inert first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

from rich.text import Text

from crawler.alerts.plain import inert, one_line
from crawler.cli.options import out

WIDTH = 12
"""Characters of the column of names."""
LONGEST_HEADLINE = 300
"""Characters of a headline in a list."""
MARK = "bold yellow"
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


_DOUBTS = {
    "damaged": "some bytes fit no character",
    "guessed": "guessed, since nothing was declared",
    "overruled": "though another one is declared, which gives no language",
    "disputed": "though header and page name different ones that both fit",
}


def doubt_words(doubt: str) -> str:
    """Return why a page's encoding is in doubt, with a comma before it; '' where it is not."""
    return f", {_DOUBTS.get(doubt, doubt)}" if doubt else ""


def broken_words(rule: Mapping[str, Any]) -> str:
    """Return what is wrong with a broken rule or named query, and what becomes of it."""
    how = "it alerts as it did before the change" if rule["is_used"] else "it alerts nobody"
    what = "Broken query" if rule["id"].startswith("@") else f"Broken rule; {how} until it is mended"
    return f"{what}: {rule['cause']}"


def short_time(moment: str) -> str:
    """Return a moment of the store to the minute, for lists."""
    return f"{moment[:16].replace('T', ' ')} UTC"


def headline(title: str) -> str:
    """Return a headline for a list: inert, and cut when it fills a screen; ``show`` prints it whole."""
    return one_line(title, LONGEST_HEADLINE)


def heading(title: str) -> None:
    """Print an empty line and the name of what follows."""
    out.print()
    out.print(Text(inert(title), "bold"), soft_wrap=True)


def fact(name: str, value: object, style: str = "") -> None:
    """Print one name with its value; nothing for an empty value. On a terminal long values go on below their
    beginning, and addresses stay whole."""
    if value in (None, "", [], ()):
        return
    text, label = inert(str(value)).strip(), f"  {name:<{WIDTH}}"
    room = max(WIDTH, out.width - len(label))
    parts = wrap(text, room, break_long_words=False, break_on_hyphens=False) if out.is_terminal else [text]
    for part in parts:
        out.print(Text(label, "dim") + Text(part, style), soft_wrap=True)
        label = " " * len(label)


def line(*cells: str, style: str = "", indent: int = 2, widths: tuple[int, ...] = ()) -> None:
    """Print cells in a line, the first ones padded to *widths*."""
    columns = (*widths, *(0 for _ in cells))
    padded = [f"{inert(cell).strip():<{width}}" for cell, width in zip(cells, columns, strict=False)]
    _wrapped("  ".join(padded), style, indent)


def sentence(told: str) -> None:
    """Print a line: whole in a pipe; on a terminal words wrap, and addresses stay whole."""
    _wrapped(inert(told))


def _wrapped(told: str, style: str = "", indent: int = 0) -> None:
    parts = [told]
    if out.is_terminal:
        room = max(2 * WIDTH, out.width - indent)
        parts = wrap(told, room, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    for part in parts or [""]:
        out.print(Text(" " * indent) + Text(part, style), soft_wrap=True)


def marked(pieces: Iterable[Mapping[str, Any]], indent: int = 4) -> None:
    """Print pieces of text: those marked in colour on a terminal, between asterisks elsewhere."""
    in_colour = out.is_terminal and not out.no_color
    text = Text(" " * indent)
    for piece in pieces:
        shown = inert(piece["text"])
        if piece["marked"] and not in_colour:
            shown = f"*{shown.strip()}*"
        text.append(shown, MARK if piece["marked"] else "")
    out.print(text, soft_wrap=True)
