"""The template of a page as a sketch of 64 bytes: equal for pages built alike, whatever they tell.

The names of the classes on a page are what its template is known by. They are drawn into 64 buckets by a hash, and of
each bucket the least hash is kept (one permutation MinHash, a byte a bucket): the share of equal bytes of two sketches
is the share of names that both pages have. Pages of one template share nearly all; after a redesign nearly none.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache
from operator import eq

SIZE = 64
"""Bytes of a sketch."""
ALIKE = 0.5
"""Share of names from which two pages are of one template."""
_LEAST = 8
"""Buckets that must be filled: a page with less to go by is like none."""
_BUILD = re.compile(r"[_-]+(?=[^_-]*(?:\d|[a-z][A-Z]|[A-Z][a-z]+[A-Z]))[A-Za-z0-9]{4,}$")
"""What a build adds to a name: ``Article_body__3xYz1`` is ``Article_body`` again after the next."""
_NUMBER = re.compile(r"\d{3,}")
"""Names with numbers belong to the article: ``postid-40112``."""


def sketch(names: Iterable[str]) -> bytes:
    """Return the sketch of a page by its names, empty for a page without any."""
    least: dict[int, int] = {}
    for name in names:
        hashed = _hash(name)
        if hashed is None:
            continue
        bucket, rest = hashed % SIZE, hashed // SIZE
        if rest < least.get(bucket, 1 << 32):
            least[bucket] = rest
    if not least:
        return b""
    return bytes(1 + least[bucket] % 255 if bucket in least else 0 for bucket in range(SIZE))


@lru_cache(maxsize=20_000)
def _hash(name: str) -> int | None:
    """Return the hash of a name, None for one that says nothing of the template."""
    stem = _BUILD.sub("", name)
    if not stem or _NUMBER.search(stem):
        return None
    return zlib.crc32(stem.lower().encode("utf-8", "replace"))


def is_alike(one: bytes, other: bytes) -> bool:
    """Return whether two pages are of one template: likeness from ALIKE on, told quickly of those that are far apart."""
    return sum(map(eq, one, other)) >= ALIKE * SIZE and likeness(one, other) >= ALIKE


def likeness(one: bytes, other: bytes) -> float:
    """Return the share of names that two pages have in common, 0 to 1; 0 where there is too little to go by."""
    if len(one) != SIZE or len(other) != SIZE:
        return 0.0
    same = sum(map(eq, one, other))
    empty = sum(a == b == 0 for a, b in zip(one, other, strict=True)) if 0 in one and 0 in other else 0
    filled = SIZE - empty
    return (same - empty) / filled if filled >= _LEAST else 0.0
