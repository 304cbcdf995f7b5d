"""The demo's telling on a terminal: tables and lines of rich."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.demo.story import COUNTS, Evidence, Line, tell

STYLES = {"same": "", "gone": "red strike", "come": "bold green"}
WIDE = 1000
"""Columns that no table needs."""
BRACKETS = {"gone": ("[-", "-]"), "come": ("{+", "+}")}
"""Marks as in ``wiki`` and ``git diff --word-diff``: they stay readable without colours."""


def show(console: Console, evidence: Evidence, *, command: str, config: str) -> None:
    """Print all that happened, and the two lines to type next.

    *command* and *config* are how newshawk and its config are called in them.
    """
    titles = ("First poll: all is new, nobody is alerted", "Three hours later")
    for title, outlets in zip(titles, evidence.passes, strict=True):
        _show_pass(console, title, outlets)
        console.print()
    console.rule("[bold]What happened, and why", align="left")
    for number, line in enumerate(tell(evidence), 1):
        _show_line(console, number, line)
    console.rule("[bold]What was cut, each line with its rule", align="left")
    console.print(Text(f"From “{evidence.cut_from}”"))
    _show_cuts(console, evidence.cuts)
    console.rule("[bold]Alert mails", align="left")
    for mail in evidence.mails:
        console.print(Text.assemble((mail.subject, "bold"), f"\n  to {mail.to}   ", (mail.path, "cyan")))
    if not evidence.mails:
        console.print("None. The second pass should have sent some.")
    console.print()
    console.rule("[bold]Type next", align="left")
    console.print(Text(f"{command} search 'fire OR evacuat*' --config {config}"), soft_wrap=True)
    console.print(Text(f"{command} serve --config {config}"), soft_wrap=True)


def _show_pass(console: Console, title: str, outlets: Mapping[str, Mapping[str, Any]]) -> None:
    """Print what a pass found: a table, or a line for each outlet where a host would not stay whole in it."""
    table = _table(title, outlets)
    if console.measure(table, options=console.options.update(width=WIDE)).maximum <= console.width:
        console.print(table)
        return
    console.print(Text(title, "bold"))
    for outlet_id, outlet in outlets.items():
        counts = ", ".join(f"{outlet[name]} {name}" for name in COUNTS if outlet[name])
        console.print(Text(f"{outlet_id}: {counts or 'nothing'}; {_served(outlet)}"))


def _served(outlet: Mapping[str, Any]) -> str:
    return outlet["error"] or f"served by {outlet['host'] or 'no host'}"


def _table(title: str, outlets: Mapping[str, Mapping[str, Any]]) -> Table:
    used = [name for name in COUNTS if any(outlet[name] for outlet in outlets.values())]
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("outlet", no_wrap=True)
    for name in used:
        table.add_column(name, justify="right")
    table.add_column("served by")
    for outlet_id, outlet in outlets.items():
        counts = [str(outlet[name]) if outlet[name] else "·" for name in used]
        served = outlet["host"] or "-"
        table.add_row(escape(outlet_id), *counts, escape(served if not outlet["error"] else outlet["error"]))
    return table


def _show_line(console: Console, number: int, line: Line) -> None:
    console.print(Text.assemble((f"{number}. {line.what}. ", "bold"), line.why))
    if line.diff:
        console.print(Padding(_diff(line.diff), (0, 0, 0, 3)))


def _diff(pieces: Iterable[tuple[str, str]]) -> Text:
    text = Text()
    for kind, words in pieces:
        opening, closing = BRACKETS.get(kind, ("", ""))
        text.append(f"{opening}{words}{closing}", STYLES[kind])
        text.append(" ")
    return text


def _show_cuts(console: Console, cuts: Iterable[tuple[str, str]]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for line, rule in cuts:
        table.add_row(Text(line), Text(rule, style="dim"))
    console.print(table)
