"""A TOML file as read: its data, and the line of everything in it."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.declarations.positions import positions
from crawler.errors import ConfigError

MAX_BYTES = 4 * 1024 * 1024
"""A config of ten thousand outlets has a tenth of that."""

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|(end of document))\)$")
_CURES = (
    (r'(?m)^\s*[\w.-]+\s*=\s*[A-Za-z][^"\'\[{]*$', 'Text needs quotes: name = "value".'),
    (r'\\[^btnfruU"\\\r\n]', 'In "..." a backslash starts an escape; write patterns in single quotes.'),
)
"""(what the line looks like, its cure), for the two commonest slips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One TOML file as read."""

    path: Path
    name: str
    """How messages call it: relative to the working folder where that is shorter."""
    data: dict[str, Any] = field(repr=False)
    lines: Mapping[tuple[str | int, ...], int] = field(repr=False)
    mode: int = 0
    """Permission bits of the file."""

    def line(self, loc: tuple[str | int, ...]) -> int:
        """Return the line of *loc*, or of the nearest thing around it that has one (else 1)."""
        for end in range(len(loc), 0, -1):
            if loc[:end] in self.lines:
                return self.lines[loc[:end]]
        return 1

    def place(self, loc: tuple[str | int, ...]) -> str:
        """Return ``newshawk.toml:14``."""
        return f"{self.name}:{self.line(loc)}"

    @property
    def is_world_readable(self) -> bool:
        """True when every user of the machine may read the file."""
        return bool(self.mode & stat.S_IROTH)


def shown_name(path: Path) -> str:
    """Return *path* relative to the working folder when it lies in it, else as given."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def read_document(path: Path, name: str = "") -> Document:
    """Return the TOML file at *path*; *name* is what messages call it.

    Raises ConfigError with one line: missing, a folder, unreadable, too large, not UTF-8, not TOML.
    """
    name = name or shown_name(path)
    raw, mode = _read_bytes(path, name)
    text = _decode(raw, name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_problem(name, text, str(error))) from error
    except RecursionError as error:
        raise ConfigError(f"{name}: nested too deeply to be read.") from error
    return Document(path=path, name=name, data=data, lines=positions(text), mode=mode)


def read_text(path: Path, name: str, cure: str) -> str:
    """Return the text of the file at *path*, line ends as ``\\n``; *name* is what messages call it, *cure* is what to do
    where it is missing.

    Raises ConfigError with one line: missing, a folder, unreadable, too large, not UTF-8.
    """
    try:
        is_file = path.is_file()
    except OSError as error:
        raise ConfigError(f"{name}, which cannot be read: {error.strerror}.") from error
    if path.is_dir():
        raise ConfigError(f"{name}, which is a folder, not a file.")
    if not is_file:
        raise ConfigError(f"{name}, which does not exist. {cure}")
    return _decode(_read_bytes(path, name)[0], name)


def _read_bytes(path: Path, name: str) -> tuple[bytes, int]:
    """Return the content of the file and its permission bits."""
    try:
        if path.is_dir():
            raise ConfigError(f"{name} is a folder, not a file. Give the file: {path / 'newshawk.toml'}")
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(f'{name} does not exist. "newshawk init" writes one.') from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{name} cannot be read: {cause}.") from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MiB. Is it a config?")
    return raw, stat.S_IMODE(mode)


def _decode(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError(f"{name}:1: the file is UTF-16. Save it as UTF-8.")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start]
        raise ConfigError(
            f"{name}:{line}: byte 0x{byte:02x} is not UTF-8. Save the file as UTF-8."
        ) from error


def _syntax_problem(name: str, text: str, told: str) -> str:
    """Return ``newshawk.toml:3: column 8: ...`` from tomllib's sentence."""
    found = _PLACE.search(told)
    if found is None:
        return f"{name}: not TOML: {told}."
    cause = told[: found.start()]
    cause = cause[:1].lower() + cause[1:]
    lines = text.split("\n")
    if found.group(3):
        return f"{name}:{len(lines)}: {cause}, and the file ends there. Is a quote or a bracket left open?"
    number = int(found.group(1))
    line = lines[number - 1]
    cure = next((f" {cure}" for pattern, cure in _CURES if re.search(pattern, line)), "")
    if cause.startswith(("cannot declare", "cannot overwrite")):
        cause, cure = "this key or table is there twice", " Keep one."
    elif cause.startswith("illegal character '\\n'"):
        cause, cure = "the line ends inside the quotes", " Close them."
    return f"{name}:{number}: column {found.group(2)}: {cause}.{cure}"
