"""Whether a walk covered a gap, and why not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crawler.coverage import channels_of, coverage
from crawler.items import Gap, Source, SourceKind

FEED = "https://x.example/rss.xml"
GAP = Gap(
    id=1,
    source=Source(kind=SourceKind.FEED, url=FEED),
    from_at=datetime(2026, 11, 23, 6, tzinfo=UTC),
    to_at=datetime(2026, 11, 23, 16, tzinfo=UTC),
)
NOW = [b"00000001", b"00000002"]


def row(root: str = FEED, kind: str = "feed", **more: Any) -> dict[str, Any]:
    given = {"state": "walked", "reason": "", "oldest_at": datetime(2026, 11, 22, tzinfo=UTC), "reaches": 1}
    return {"root": root, "url": root, "kind": kind} | given | more


def told(*rows: dict[str, Any], named: dict[str, list[bytes]] | None = None) -> tuple[bool, str]:
    found = coverage(GAP, channels_of(rows, named or {}), NOW)
    return found.is_covered, found.told


def test_the_source_itself_covers_when_its_pages_reach_back() -> None:
    assert told(row(reaches=0), row()) == (True, f"{FEED} was walked back to before it (2 documents)")


def test_why_a_gap_is_not_covered_is_told_for_each_channel() -> None:
    other = "https://x.example/map.xml"
    assert told() == (False, "the outlet has no archive that is known")
    assert told(row(reaches=0))[1] == f"{FEED} reaches back to 2026-11-22 00:00 UTC only"
    assert told(row(reaches=0, oldest_at=None))[1] == f"{FEED} gives no dates"
    assert told(row(), row(state="waiting"))[1] == f"{FEED} was not walked to its end"
    assert told(row(state="failed", reason="http_503 busy"))[1] == f"{FEED} could not be read (http_503)"
    assert told(row(other, "sitemap"))[1] == f"{other} holds other articles than the source"
    assert told(row(reaches=0), row(other, "sitemap"))[1].count(";") == 1


def test_another_channel_covers_when_it_holds_half_of_what_the_source_lists_now() -> None:
    other = "https://x.example/map.xml"
    assert told(row(reaches=0), row(other, "sitemap"), named={other: NOW[:1]})[0]
    hole = (row(other, "sitemap"), row(other, "sitemap", state="failed"))
    assert told(*hole, named={other: NOW}) == (False, f"{other} has sitemaps that could not be read")
