"""What a saved search finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crawler.items.times import NO_TIME, Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStory:
    """A story, by the first of its articles that the search holds for."""

    story_id: int
    article_id: int
    outlet_id: str
    outlet_name: str
    url: str
    title: str
    body: str = field(repr=False)
    byline: tuple[str, ...] = ()
    language: str = ""
    published: Timestamp = NO_TIME
    first_seen_at: datetime
    revised_at: datetime
    """When the text that is given was first seen."""
    spans: tuple[tuple[str, int, int], ...] = ()
    """(field, start, end) of what holds, in the original text."""
    others: tuple[str, ...] = ()
    """Names of the other outlets that have the story."""
    doubt: bool = False
    """True when the outlet's pages broke and nobody has read this text anew since."""
