"""What a mirror alone showed for an article, as a sentence. Pure."""

from __future__ import annotations

from typing import Any


def divergence_line(differing: dict[str, Any]) -> str:
    """Return what a mirror alone showed, as a sentence."""
    times = f"{differing['count']} times" if differing["count"] > 1 else "once"
    end = f"; it does no more since {differing['ended_at']}" if differing["ended_at"] else ""
    return (
        f"{differing['host']} alone showed another text, {differing['title']!r}, {times} from"
        f" {differing['first_seen_at']} to {differing['last_seen_at']}{end}"
    )
