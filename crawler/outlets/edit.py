"""Switching an outlet on and off in the text of a config, every other character kept.

By lines, not by rendering: tomlkit moves ``[[outlets]]`` tables together when others stand between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.declarations.document import Document
from crawler.errors import UsageError

_ENABLED = re.compile(r"^(\s*[\"']?enabled[\"']?\s*=\s*)(?:true|false)")


def is_named(raw: Mapping[str, Any], outlet_id: str) -> bool:
    """Return True when *raw*, a table ``[[outlets]]`` as read, declares that outlet."""
    return bool(raw.get("id", raw.get("use")) == outlet_id)


def with_enabled(text: str, document: Document, outlet_id: str, *, enabled: bool) -> str:
    """Return *text* (that *document* was read from) with ``enabled`` of the outlet set.

    Raises UsageError when the file has no such outlet, or declares it in one line.
    """
    tables = document.data.get("outlets", [])
    number = next((number for number, raw in enumerate(tables) if is_named(raw, outlet_id)), None)
    if number is None:
        raise UsageError(f'{document.name} has no outlet "{outlet_id}".')
    loc = ("outlets", number)
    lines = text.splitlines(keepends=True)
    header = document.lines[loc] - 1
    if not lines[header].lstrip("\ufeff \t").startswith("[["):
        raise UsageError(
            f"{document.place(loc)}: this outlet is written in one line. Set enabled there by hand."
        )
    value = "true" if enabled else "false"
    if (*loc, "enabled") in document.lines:
        at = document.lines[(*loc, "enabled")] - 1
        lines[at] = _ENABLED.sub(rf"\g<1>{value}", lines[at])
    elif not enabled:
        _insert_after(lines, header, f"enabled = {value}")
    return "".join(lines)


def with_outlet(text: str, outlet_id: str) -> str:
    """Return *text* with a table at its end that uses the catalogue's *outlet_id*."""
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else end
    return f'{text}{gap}{end}[[outlets]]{end}use = "{outlet_id}"{end}'


def _insert_after(lines: list[str], at: int, line: str) -> None:
    end = "\r\n" if lines[at].endswith("\r\n") else "\n"
    if not lines[at].endswith("\n"):
        lines[at] += end
    lines.insert(at + 1, line + end)


def with_declarations(text: str, tables: Iterable[str]) -> str:
    """Return *text* with *tables* (whole ``[[outlets]]`` tables, as text) at its end, an empty line before each."""
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else end
    return text + gap + "".join(end + table.replace("\n", end) for table in tables)
