"""Queries as they are asked in Datasette, meaning what they mean to ``newshawk search``: with the names, the synonyms and
the outlets' former ids of the config that ``serve`` was started with, as it stands now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from time import monotonic

from crawler.config import load_config
from crawler.errors import ConfigError, QueryError
from crawler.items import NO_VOCABULARY, Vocabulary
from crawler.query import Query, parse
from storage.store import Store

CONFIG = "NEWSHAWK_SERVE_CONFIG"
"""Environment variable: path of the config; without it nothing has a name or a synonym."""
FOUND = 200
"""Articles that a query of SQL finds at most, the newest."""
UNREADABLE = 'The config, which has the names that queries may use, cannot be read: run "newshawk check".'
"""Who asks is not told what is wrong with it: the mistake may quote an address of a reader."""
SECONDS = 2.0
"""As long as Datasette lets a statement run."""

Stamp = tuple[tuple[int, int], ...]


def query_of(text: str) -> Query:
    """Return the query of *text*.

    Raises:
        QueryError: it cannot be read.
        ConfigError: the config cannot.
    """
    vocabulary, former = _words()
    return parse(text, vocabulary).for_outlets(former)


def what_is_wrong(text: str) -> str:
    """Return in one line why *text* cannot be read as a query, empty if it can."""
    try:
        query_of(text)
    except QueryError as error:
        return f"{error.cause} {error.repair}".rstrip()
    except ConfigError:
        return UNREADABLE
    return ""


def refusal(text: str) -> str:
    """Return why *text* cannot be read as a query: the query, a caret under the place, cause and repair; empty if it can or
    is empty."""
    try:
        if text.strip():
            query_of(text)
    except QueryError as error:
        return str(error)
    except ConfigError:
        return UNREADABLE
    return ""


def found(path: Path, text: str) -> list[int]:
    """Return the numbers of the newest articles that ``newshawk search`` finds, of all where *text* is empty; none where
    it cannot be read.

    Raises:
        TimeoutError: that takes too long.
        StoreError: the store cannot be read.
    """
    try:
        query = query_of(text) if text.strip() else None
    except (QueryError, ConfigError):
        return []
    with Store.open(path, read_only=True) as store:
        return list(islice(store.newest(query, monotonic() + SECONDS), FOUND))


_read: dict[Path, tuple[Stamp, Vocabulary, Mapping[str, str]]] = {}


def _words() -> tuple[Vocabulary, Mapping[str, str]]:
    """Return the vocabulary and the former ids of the config; read again when one of its files is another."""
    given = os.environ.get(CONFIG, "")
    if not given:
        return NO_VOCABULARY, {}
    path = Path(given)
    known = _read.get(path)
    files = (path,) if known is None else (path, *known[1].files)
    before = _stamp(files)
    if known is None or known[0] != before:
        config = load_config(path)
        # What is written while it is read is read the next time; so is a file that was not looked at before.
        is_whole = files == (path, *config.vocabulary.files)
        known = before if is_whole else (), config.vocabulary, config.former_ids
        _read[path] = known
    return known[1], known[2]


def _stamp(files: tuple[Path, ...]) -> Stamp:
    """Return what changes when one of the files is written or taken away."""
    return tuple(_written(file) for file in files)


def _written(file: Path) -> tuple[int, int]:
    try:
        told = file.stat()
    except OSError:
        return 0, 0
    return told.st_mtime_ns, told.st_size
