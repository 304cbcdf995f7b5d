"""What ops is told of an outlet whose pages changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One page as it was read."""

    title: str
    body: str = field(repr=False)
    """One paragraph a line; empty where no text was found."""
    url: str
    article_id: int | None = None
    """None for a page that became no article, or a text that was not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakNotice:
    """A break that ops is to be told of: that it began, or that it is over."""

    id: int
    outlet_id: str
    outlet_name: str
    event: Literal["opened", "closed"]
    kind: Literal["text", "fields", "redesign"]
    opened_at: datetime
    closed_at: datetime | None = None
    how: str = ""
    """``fixed``, ``normal`` or ``sound`` of one that is over."""
    told: tuple[str, ...] = ()
    """What changed, a sentence each."""
    quarantined: int = 0
    """Articles whose text is in doubt."""
    held: int = 0
    """Alerts that wait."""
    before: Example | None = None
    after: Example | None = None
    tries: int = 0
    """Mails about it that did not leave."""
