"""What the store hands back when it has written a list: what is to be fetched, and what is settled. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.items import ArchiveDocument, Link, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one poll brought, each address once."""

    to_fetch: tuple[Link, ...] = ()
    """New, still pending, or failed with a next try that is due."""
    counted: tuple[Outcome, ...] = ()
    """Settled on the spot: duplicates and refused addresses that were not in the ledger."""
    known: tuple[int, ...] = ()
    """In the ledger before, and nothing to do; of a whole answer that is the same as the last one, what that
    one listed."""
    in_doubt: bool = False
    """The list is old, or has brought nothing for long: another host should be asked in this run."""
    marks: tuple[tuple[str, bool], ...] = ()
    """(host, its lists are old now), of each host for which that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What became of one document."""

    recorded: Recorded = field(default_factory=Recorded)
    added: int = 0
    """Addresses that entered the ledger."""
    had_room: bool = True
    """False: not all new links were taken, and the document waits on."""
    follow: tuple[ArchiveDocument, ...] = ()
    """Documents that it led to and that were not known."""
