"""What one page tells of how well it was read. Pure, and cheap: it is asked of every page."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from crawler.extract.characters import folded
from crawler.items import Draft, Signals, TimeSource

FIRST, LAST = 6, 10
"""Lines at the head and at the tail of a text whose hashes are kept: furniture stands there."""


def signals_of(draft: Draft, lines: Sequence[str], words: int) -> Signals:
    """Return the signals of a page with these cleaned *lines*, which have so many *words*."""
    given = {
        "title": bool(draft.title),
        "byline": bool(draft.byline),
        "section": bool(draft.section),
        "date": draft.published.source is TimeSource.PAGE,
        "image": bool(draft.image_url),
    }
    extracted = sum(map(len, draft.lines))
    edges = [*lines[:FIRST], *lines[max(FIRST, len(lines) - LAST) :]]
    return Signals(
        words=words,
        fields=tuple(name for name, is_there in given.items() if is_there),
        method=draft.method,
        ruled=draft.ruled,
        cut=round(max(0.0, 1 - sum(map(len, lines)) / extracted), 4) if extracted else 0.0,
        template=draft.template,
        title_hash=_hash(draft.title) if draft.title else 0,
        edges=tuple(_hash(line) for line in edges),
        kind=draft.kind,
    )


def _hash(line: str) -> int:
    return zlib.crc32(folded(line[:400]).encode("utf-8", "replace"))
