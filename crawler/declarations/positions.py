"""On which line each value of a TOML text stands.

``tomllib`` gives values without places and tomlkit gives places only by way of its rendering, which moves
arrays of tables that are not consecutive. So the lines come from a walk over the text. The text must be
valid TOML (``tomllib`` has read it before): the walk decides nothing, it only counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)


def positions(text: str) -> Mapping[Path, int]:
    """Return the line (from 1) of each table, key and array element, by its path in the data:
    ``("outlets", 0, "hosts", 2)``. *text* must be valid TOML."""
    return _Walk(text).run()


class _Walk:
    """One pass over the text; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        """How many tables each array of tables has so far."""
        self._counted = (0, 1)
        """A place whose line is known, so that lines are counted once."""

    def run(self) -> dict[Path, int]:
        """Return the lines of everything in the text."""
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self.lines

    def _line(self) -> int:
        place, line = self._counted
        line += self.text.count("\n", place, self.at)
        self._counted = (self.at, line)
        return line

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"not valid TOML at character {self.at}")
        self.at = found.end()
        return found.group()

    def _header(self) -> Path:
        """Return the path of the table that ``[a.b]`` or ``[[a.b]]`` opens."""
        line = self._line()
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        parts = self._key()
        path: Path = ()
        for part in parts[:-1]:
            path = self._inside((*path, part))
            self.lines.setdefault(path, line)
        path = (*path, parts[-1])
        self.lines.setdefault(path, line)
        if brackets == 2:
            number = self.counts.get(path, 0)
            self.counts[path] = number + 1
            path = (*path, number)
            self.lines[path] = line
        self.at += brackets
        return path

    def _inside(self, path: Path) -> Path:
        """Return *path*, or the last table of it when it is an array of tables."""
        count = self.counts.get(path)
        return path if count is None else (*path, count - 1)

    def _key(self) -> list[str]:
        parts = [self._key_part()]
        while self.text.startswith(".", self.at):
            self.at += 1
            parts.append(self._key_part())
        return parts

    def _key_part(self) -> str:
        self._skip(_SPACE)
        if self.text[self.at] in "\"'":
            part: str = tomllib.loads(f"key = {self._skip(_STRING)}")["key"]
        else:
            part = self._skip(_BARE_KEY)
        self._skip(_SPACE)
        return part

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        character = self.text[self.at]
        if character == "[":
            self._array(path)
        elif character == "{":
            self._inline_table(path)
        else:
            self._skip(_STRING if character in "\"'" else _SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        number = 0
        self._skip(_BLANK)
        while self.text[self.at] != "]":
            element = (*path, number)
            self.lines[element] = self._line()
            self._value(element)
            number += 1
            self._separator()
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._separator()
        self.at += 1

    def _separator(self) -> None:
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)
