"""Export rows as lines of JSON and as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TextIO

from storage.search import COLUMNS

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make spreadsheets compute a cell (OWASP, CSV Injection; the full-width ones too)."""


class Format(StrEnum):
    """File formats of ``newshawk export``."""

    JSONL = "jsonl"
    CSV = "csv"
    WARC = "warc"
    """Not rows but the pages behind them; crawler/cli/warcfile.py."""


def write_rows(rows: Iterable[dict[str, Any]], form: Format, to: TextIO) -> int:
    """Write rows in a format; return how many."""
    return _WRITERS[form](rows, to)


def json_line(row: dict[str, Any]) -> str:
    """Return a row as one line of JSON. U+2028 and U+2029, which some readers take for line ends, are
    escaped."""
    line = json.dumps(row, ensure_ascii=False)
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _jsonl(rows: Iterable[dict[str, Any]], to: TextIO) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
        to.write(json_line(row) + "\n")
    return count


def _csv(rows: Iterable[dict[str, Any]], to: TextIO) -> int:
    table = csv.writer(to, lineterminator="\r\n")  # RFC 4180
    table.writerow(COLUMNS)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - as above
        table.writerow([csv_cell(row[name]) for name in COLUMNS])
    return count


def csv_cell(value: Any) -> str:
    """Return a value as a cell: a list joined by ``; ``, nothing for None, and ``'`` before what a spreadsheet
    would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


_WRITERS: dict[Format, Callable[[Iterable[dict[str, Any]], TextIO], int]] = {
    Format.JSONL: _jsonl,
    Format.CSV: _csv,
}
