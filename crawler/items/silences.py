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

    def concerns(self, rule_id: str, recipient_id: str) -> bool:
        """Return whether it holds alerts of a rule to a reader, or to a channel of one (``desk/chat``). By hand a reader
        is silenced with all channels; a link is of the way that it came by."""
        ways = ("", recipient_id, recipient_id.partition("/")[0] if self.kind == "hand" else "")
        return self.rule_id in ("", rule_id) and self.recipient_id in ways

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it holds at *now*."""
        return self.ended_at is None and (self.until_at is None or self.until_at > now)
