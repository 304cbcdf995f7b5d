"""Mirrors looked at in turn: which one is compared after a re-check, and when two times differ. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from crawler.identity import is_own_host
from crawler.items import Link, Outlet, Precision, Timestamp

EVERY = 4
"""Every so manieth re-check of an article is followed by a look at one of its mirrors."""
SAME_TIME = timedelta(seconds=90)
"""Times that differ by less are one: minutes are rounded, pages are rendered twice."""


def cost(outlet: Outlet) -> float:
    """Return the requests of one re-check, with its share of looks at mirrors."""
    return 1.0 + (1.0 / EVERY if len(outlet.hosts) > 1 else 0.0)


def mirror_to_ask(outlet: Outlet, link: Link, awake: Collection[str]) -> str | None:
    """Return the mirror whose page is compared after this re-check, None for none: each of those that are not the
    article's own hosts in turn, beginning with another one for each article. One that rests loses its turn."""
    mirrors = [host for host in outlet.hosts if not is_own_host(outlet, host, link.host)]
    if not mirrors or link.article_id is None or (link.checks + link.article_id) % EVERY:
        return None
    host = mirrors[(link.checks // EVERY + link.article_id) % len(mirrors)]
    return host if host in awake else None


def is_other_time(ours: Timestamp, theirs: Timestamp) -> bool:
    """Return whether two publication times differ beyond their precision; never when one is unknown."""
    if ours.at is None or theirs.at is None:
        return False
    if Precision.DAY in (ours.precision, theirs.precision):
        return (ours.local or "")[:10] != (theirs.local or "")[:10]
    return abs(ours.at - theirs.at) > SAME_TIME
