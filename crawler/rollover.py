"""Whether more links passed through a source's list than any poll saw. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.pace import LEAST_LIST

PINNED = 0.1
"""Share of a list that may be known although the rest rolled over: entries that stay on top for weeks."""
SURELY = 2.0
UNSORTED = 1.5
"""How often its rate must have filled the list before a list with known links counts as rolled over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as it was read, beside what was known before."""

    size_before: int
    """Links in the list before."""
    fresh: Sequence[bool]
    """For each link in document order: True if nobody knew it when the list was last seen."""
    expected: float | None
    """New links since then by the source's rate. None: no rate is known."""
    same_host: bool
    """True when the host that gave the list before gave this one."""


def is_rolled_over(listed: Listed) -> bool:
    """Return whether links may have come and gone between the two lists.

    No known link in it: nothing ties the two together (of another host only when the rate says so too, for it may
    keep a list of its own). A few known ones prove nothing if the rate filled the list twice over: they are
    pinned. In a list that is not newest first (blocks of several sections, one after the other) a slow block may
    overlap while a fast one rolled over; there the rate decides.
    """
    size = len(listed.fresh)
    if min(size, listed.size_before) < LEAST_LIST:
        return False
    known = size - sum(listed.fresh)
    filled = (listed.expected or 0.0) / size
    if known == 0:
        return listed.same_host or filled >= 1
    if known <= max(1, PINNED * size):
        return filled >= SURELY
    return filled >= UNSORTED and known <= size / 2 and not is_newest_first(listed.fresh)


def is_newest_first(fresh: Sequence[bool]) -> bool:
    """Return whether every new link stands above every known one."""
    first_known = next((at for at, is_fresh in enumerate(fresh) if not is_fresh), len(fresh))
    return not any(fresh[first_known:])


def missed(listed: Listed) -> int | None:
    """Return about how many links nobody saw. None: the rate is not known, or it expected no more than came."""
    if listed.expected is None:
        return None
    return max(0, round(listed.expected) - sum(listed.fresh)) or None
