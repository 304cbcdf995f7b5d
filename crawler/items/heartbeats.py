"""What ops is told on days on which nothing matched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.items.silences import Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A heartbeat that is to leave."""

    day: str
    """``2026-11-26``, on the clock of the first of ops."""
    since: datetime
    made_at: datetime
    """End of what it looks back on."""
    alerts: int
    """Alerts that arose since then and were not silenced."""
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPulse:
    """How one outlet stands."""

    id: str
    name: str
    told: tuple[str, ...] = ()
    """What is wrong with it, a sentence each; empty for one that is healthy."""
    gaps: tuple[str, ...] = ()
    """Times in which links may have been missed, a sentence each."""
    mirror: str = ""
    """The host that serves it, where that is not the first of its hosts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How everything stands."""

    outlets: tuple[OutletPulse, ...]
    articles: int
    """New articles since the last heartbeat."""
    texts: int
    """Texts of them and of edits that were matched with the rules."""
    rules: int
    """Rules that are configured."""
    never: tuple[tuple[str, datetime], ...] = ()
    """Rules that never matched, and since when they apply."""
    dead: int = 0
    """Alerts of the last seven days that were given up undelivered."""
    dead_before: int = 0
    """Earlier ones."""
    silenced: int = 0
    """Alerts since the last heartbeat that a silence holds back."""
    silences: tuple[Silence, ...] = ()
    """Those in force."""

    def left(self, since: datetime) -> tuple[Silence, ...]:
        """Return the readers' unsubscribings since then that are in force."""
        return tuple(each for each in self.silences if each.kind == "leave" and each.from_at >= since)
