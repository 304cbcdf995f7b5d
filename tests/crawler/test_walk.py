"""A walk in parts: all its entries once, in order, and only the last part ends it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.items import ArchiveDocument, Discovery, FeedEntry, PollOutcome, Source, SourceKind
from crawler.walk import Walk, parts_of

MAP = "http://www.example.com/map.xml"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def walk(entries: int) -> Walk:
    given = Discovery(
        outlet_id="example",
        source=Source(kind=SourceKind.SITEMAP, url=MAP),
        outcome=PollOutcome.LISTED,
        at=NOW,
        host="www.example.com",
        url=MAP,
        entries=tuple(FeedEntry(url=f"http://www.example.com/{number}") for number in range(entries)),
    )
    return Walk(
        document=ArchiveDocument(kind=SourceKind.SITEMAP, url=MAP, root=MAP), discovery=given, named=entries
    )


@pytest.mark.parametrize(
    ("entries", "sizes"), [(0, [0]), (1, [1]), (1_000, [1_000]), (2_500, [1_000, 1_000, 500])]
)
def test_parts_hold_each_entry_once(entries: int, sizes: list[int]) -> None:
    whole = walk(entries)
    parts = list(parts_of(whole))
    assert [len(part.discovery.entries) for part in parts] == sizes
    assert tuple(entry for part in parts for entry in part.discovery.entries) == whole.discovery.entries
    assert [part.goes_on for part in parts] == [True] * (len(sizes) - 1) + [False]
    assert [part.earlier for part in parts] == [sum(sizes[:place]) for place in range(len(sizes))]
