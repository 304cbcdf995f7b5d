"""What is found and not sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SilenceKind = Literal["hand", "mute", "leave"]
"""Made by a command; by a mail's link for a week; by a mail's link for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time in which what a rule finds is not sent."""

    id: int
    rule_id: str = ""
    """Empty for all rules."""
    recipient_id: str = ""
    """Empty for all readers."""
    kind: SilenceKind = "hand"
    reason: str = ""
    from_at: datetime
    until_at: datetime | None = None
    """None: no end."""
    ended_at: datetime | None = None
    """When somebody ended it before."""
    alerts: int = 0
    """Alerts that it gave up and nobody queued again."""

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it holds at *now*."""
        return self.ended_at is None and (self.until_at is None or self.until_at > now)
