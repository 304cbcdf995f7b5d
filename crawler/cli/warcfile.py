"""``export --format warc``: kept pages into a file that archives read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import typer
from rich.text import Text

from crawler.alerts.plain import inert
from crawler.cli.options import err
from crawler.cli.outfile import whole_file
from crawler.clock import utc_now
from crawler.errors import PageDamaged, UsageError
from crawler.warc import WarcFile
from storage.store import Store
from storage.values import stored


@dataclass(slots=True)
class Written:
    """What an export of pages came to."""

    pages: int = 0
    stubs: int = 0
    """Captures whose body retention took: there is nothing to write."""
    damaged: int = 0
    """Captures whose body cannot be read."""


def export_pages(store: Store, numbers: Iterable[int], to: Path | None, query: str) -> None:
    """Write the captures of these *numbers* to a file, or to standard output, and say on stderr how many.

    Raises:
        UsageError: standard output is a terminal.
        NewshawkError: the file cannot be written.
        typer.Exit: a page cannot be read; the others are written.
    """
    if to is None:
        done = write_pages(store, numbers, _binary_output(), "", query)
    else:
        with whole_file(to) as part, part.open("wb") as file:
            done = write_pages(store, numbers, file, to.name, query)
    told = f"Wrote {done.pages} pages" + (f" to {inert(str(to))}." if to else ".")
    if done.stubs:
        told += f" Of {done.stubs} more retention took the body: their hashes are in the store, and nothing is to be written."
    err.print(Text(told), soft_wrap=True)
    if done.damaged:
        err.print(
            f'{done.damaged} pages cannot be read: "newshawk doctor --bodies" names them.', soft_wrap=True
        )
        raise typer.Exit(1)


def write_pages(store: Store, numbers: Iterable[int], to: BinaryIO, name: str, query: str) -> Written:
    """Write the captures of these *numbers*; return how many could be written. One page is in memory at a time."""
    file, done = WarcFile(to), Written()
    about = {
        "software": f"newshawk/{version('newshawk')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": f"kept pages of the articles that match: {query}"
        if query
        else "kept pages of articles",
    }
    file.write_info(stored(utc_now()), name, about)
    for number in numbers:
        try:
            capture = store.capture(number)
        except PageDamaged:
            done.damaged += 1
            continue
        if capture is None or capture.body is None:
            done.stubs += 1
        else:
            file.write_page(capture)
            done.pages += 1
    return done


def _binary_output() -> BinaryIO:
    if sys.stdout.isatty():
        raise UsageError("WARC is binary and a terminal shows text. Name a file: -o pages.warc.gz")
    return sys.stdout.buffer
