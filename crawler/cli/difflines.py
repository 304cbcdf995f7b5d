"""A diff as lines of a terminal: coloured words, or marked ones where colours are not to be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from crawler.alerts.plain import inert
from crawler.changes.diffing import told_class
from crawler.cli.options import out
from crawler.items import Change, DiffLine, Piece, TextDiff

STYLES = {" ": "", "-": "red strike", "+": "green"}
MARKS = {" ": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}
AROUND = 1
"""Paragraphs shown before and behind one that changed."""


def change_line(change: Change | None) -> str:
    """Return what an edit did, in a line."""
    if change is None:
        return "the same text"
    classes = ", ".join(told_class(each) for each in change.classes)
    return (
        f"{classes}; +{change.words_added} -{change.words_removed} words, {change.kept:.0%} of the text kept"
    )


def diff_lines(diff: TextDiff) -> Iterator[Text]:
    """Yield a diff for a terminal; paragraphs that are the same are counted, but for the neighbours of changes."""
    yield Text.assemble(("headline   ", "dim"), _marked(diff.title))
    for name, pieces in (("byline", diff.byline), ("published", diff.published)):
        if any(sign != " " for sign, _ in pieces):
            yield Text.assemble((f"{name:<11}", "dim"), _marked(pieces))
    for line in with_gaps(diff.lines):
        yield Text()
        if isinstance(line, int):
            yield Text(f"... {line} paragraph{'s' * (line > 1)} the same", "dim")
        elif line.sign == ">":
            yield Text.assemble(("(moved here) ", "dim"), _marked(line.pieces))
        else:
            yield _marked(line.pieces)


def with_gaps(lines: Sequence[DiffLine]) -> Iterator[DiffLine | int]:
    """Yield the lines of a diff, with the number of those that are left out in their place."""
    changed = {number for number, line in enumerate(lines) if line.sign != " "}
    shown = {near for number in changed for near in range(number - AROUND, number + AROUND + 1)}
    gap = 0
    for number, line in enumerate(lines):
        if number in shown:
            if gap:
                yield gap
            yield line
            gap = 0
        else:
            gap += 1
    if gap:
        yield gap


def _marked(pieces: Iterable[Piece]) -> Text:
    is_coloured = out.is_terminal and not out.no_color
    text = Text()
    for sign, piece in pieces:
        shown = inert(piece)
        blank = " " if sign != " " and shown.startswith(" ") else ""
        text.append(blank)
        start, end = ("", "") if is_coloured else MARKS[sign]
        text.append(f"{start}{shown.removeprefix(blank)}{end}", STYLES[sign] if is_coloured else "")
    return text
