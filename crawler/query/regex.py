"""Regular expressions of queries: RE2, so that none runs longer than linear time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

import re2

from .fold import fold_for_regex

PROGRAM_MEMORY = 4 << 20
"""Bytes RE2 may use for one pattern; a larger one is refused."""


class BadPatternError(ValueError):
    """A pattern RE2 refuses, or one that no text can fail."""

    def __init__(self, cause: str, repair: str) -> None:
        self.cause, self.repair = cause, repair
        super().__init__(cause, repair)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """Return the RE2 program of *pattern*, case ignored; raises BadPatternError."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = PROGRAM_MEMORY
    try:
        program = re2.compile(folded_pattern(pattern), options=options)
    except re2.error as error:
        told = error.args[0]
        cause = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        raise BadPatternError(cause, "RE2 syntax: no look-around, no back-references.") from None
    if program.search(""):
        raise BadPatternError(
            "it matches the empty text, and so every article", "Write + for *, or {1,9} for {0,9}."
        )
    return program


def folded_pattern(pattern: str) -> str:
    """Return *pattern* with its characters beyond ASCII folded as the text is; ASCII may be syntax and stays."""
    composed = unicodedata.normalize("NFC", pattern.replace("\0", " "))
    return "".join(char if char.isascii() else _literal(char) for char in composed)


def _literal(character: str) -> str:
    return "".join(c if c.isalnum() or not c.isascii() else re.escape(c) for c in fold_for_regex(character))


def found(pattern: str, printed: str) -> bool:
    """Return whether *pattern* is found in *printed*, the text folded for regular expressions."""
    return compiled(pattern).search(printed) is not None


def places(pattern: str, printed: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each non-empty hit in *printed*."""
    for hit in compiled(pattern).finditer(printed):
        start, end = cast(tuple[int, int], hit.span())
        if end > start:
            yield start, end
