"""How an outlet's re-checks stand, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.ladder import Pace

Standing = Mapping[str, Any]
"""``rechecks`` of ``status --json``: due, oldest, budget, done, arrivals, edits, checks, stretch."""


def rechecks_told(standing: Standing) -> str:
    """Return how many re-checks are due and how much of the budget is used, as a clause."""
    due = f"{standing['due']:,} due" + (f", the oldest since {standing['oldest']}" if standing["due"] else "")
    if standing["budget"] is None:
        return due
    return f"{due}; {standing['done']:,} in 24 hours of a budget of {standing['budget']:,}; {pace_told(standing)}"


def pace_told(standing: Standing) -> str:
    """Return at what pace articles are checked between the promised times, and why, as a clause."""
    if standing["budget"] is None:
        return "at the usual pace"
    pace = Pace(**{name: standing[name] for name in ("arrivals", "budget", "done", "edits", "checks")})
    edits = f"{pace.edits:,} edits in {pace.checks:,} checks of 30 days"
    if pace.is_over:
        return (
            f"only the promised checks, and these are over the budget: {pace.arrivals:.0f} new articles a day need"
            " more (recheck_budget)"
        )
    if standing["stretch"] is None:
        return "only the promised checks: the budget leaves no room between them (recheck_budget)"
    if pace.shortage > pace.habit:
        return f"steps {standing['stretch']:.1f} times as long, for the budget"
    if pace.habit > 1.2:
        return f"steps {standing['stretch']:.1f} times as long: {edits}"
    if pace.habit < 0.8:
        return f"steps {standing['stretch']:.1f} times as long, for it edits much: {edits}"
    return "steps of the usual length"
