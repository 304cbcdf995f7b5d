"""Did a walk through an outlet's archives cover a gap of one of its sources? Pure.

It did when one channel (a feed or section page by page, a sitemap with all it names) holds what that source lists
now, was walked without a hole, and shows what is older than the gap: then whatever the source named meanwhile
stands between.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.items import Gap

SHARE = 0.5
"""Share of the source's present list that another channel must name to count as holding the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One source or sitemap of an outlet, as a backfill walked it."""

    root: str
    kind: str
    documents: tuple[Mapping[str, Any], ...]
    """What became of each document: state, reason, oldest_at, reaches."""
    named: Collection[bytes] = ()
    """Digests of what it named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whether a gap was covered, and how or why not, in words."""

    is_covered: bool
    told: str


def channels_of(
    documents: Sequence[Mapping[str, Any]], named: Mapping[str, Collection[bytes]]
) -> list[Channel]:
    """Return the channels of a backfill in the order in which they were walked."""
    roots = dict.fromkeys((row["root"], row["kind"]) for row in documents)
    return [
        Channel(
            root=root,
            kind=kind,
            documents=tuple(row for row in documents if row["root"] == root),
            named=named.get(root, ()),
        )
        for root, kind in roots
    ]


def coverage(gap: Gap, channels: Sequence[Channel], listed_now: Collection[bytes]) -> Coverage:
    """Return whether one of the channels covered the gap; *listed_now*: digests of what its source lists now."""
    whys = []
    for channel in channels:
        why = why_not(gap, channel, listed_now)
        if not why:
            pages = len(channel.documents)
            told = (
                f"{channel.root} was walked back to before it ({pages} document{'s' if pages != 1 else ''})"
            )
            return Coverage(is_covered=True, told=told)
        whys.append(f"{channel.root} {why}")
    return Coverage(is_covered=False, told="; ".join(whys) or "the outlet has no archive that is known")


def why_not(gap: Gap, channel: Channel, listed_now: Collection[bytes]) -> str:
    """Return why a channel does not cover the gap; '' when it does."""
    walked = [row for row in channel.documents if row["state"] == "walked"]
    if not walked:
        failed = next((row["reason"] for row in channel.documents if row["state"] == "failed"), "")
        return f"could not be read ({failed.partition(' ')[0]})" if failed else "was not walked"
    if channel.root != gap.source.url and _share(channel.named, listed_now) < SHARE:
        return "holds other articles than the source"
    if any(row["state"] == "waiting" for row in channel.documents):
        return "was not walked to its end"
    if channel.kind == "sitemap" and any(row["state"] == "failed" for row in channel.documents):
        return "has sitemaps that could not be read"
    if not any(row["reaches"] for row in walked):
        oldest = min((row["oldest_at"] for row in walked if row["oldest_at"]), default=None)
        return f"reaches back to {oldest:%Y-%m-%d %H:%M} UTC only" if oldest else "gives no dates"
    return ""


def _share(named: Collection[bytes], listed: Collection[bytes]) -> float:
    return sum(digest in named for digest in listed) / len(listed) if listed else 0.0
