"""What queries may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """The named queries of a config and its sets of words that stand for each other. Hashed by identity: a config
    that is read again has another one."""

    queries: Mapping[str, str] = field(default_factory=dict)
    """What ``@name`` stands for, by name in small letters."""
    synonyms: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    """Sets of words and phrases, as written; one that begins with ``=`` counts with its capitals."""
    files: tuple[Path, ...] = field(default=(), repr=False)
    """The files that the sets were read from."""


NO_VOCABULARY = Vocabulary()
"""Nothing has a name, and each word stands for itself."""
