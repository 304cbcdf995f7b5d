"""Re-checks, absences and what mirrors differ in, as sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crawler.ladder import RUNGS

LATE = 3600
"""Seconds by which a promised re-check may be late before somebody is told."""


def recheck_told(rechecks: Mapping[str, Any]) -> str:
    """Return how the re-checks of an outlet stand."""
    if rechecks["budget"] is None:
        return "not planned yet; the first crawl does it"
    told = f"{rechecks['requests']} requests in 24 hours, of {rechecks['budget']}; {rechecks['due']} due"
    if rechecks["overdue"]:
        told += f", {rechecks['overdue']} of them later than promised"
    promised = rechecks["new_a_day"] * len(RUNGS)
    if promised > rechecks["budget"]:
        told += f"; what is promised of {rechecks['new_a_day']:g} new articles a day takes {promised:,.0f} (recheck_budget)"
    if rechecks["stretch"] > 1.05:
        told += f"; the budget lengthens what is wished {rechecks['stretch']:.1f} times"
    return told


def absence_told(absences: Mapping[str, int]) -> str:
    """Return how many articles are missing; empty when none is."""
    words = {"gone": "removed", "missing": "missing, one check more decides", "doubt": "missing in doubt"}
    return "; ".join(f"{absences[name]} {told}" for name, told in words.items() if absences[name])


def recheck_troubles(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what somebody should know of the re-checks in a row of the status."""
    rechecks, absences = row.get("rechecks"), row.get("absences")
    if rechecks and rechecks["overdue"] and rechecks["late_seconds"] >= LATE:
        used = ""
        if rechecks["budget"] and rechecks["requests"] >= int(0.9 * rechecks["budget"]):
            used = f", and {rechecks['requests']} of {rechecks['budget']} requests a day are used (recheck_budget)"
        late = rechecks["late_seconds"] // 3600
        yield f"{rechecks['overdue']} re-checks are later than promised, by up to {late} h{used}"
    if absences and absences["doubt"]:
        yield (
            f"{absences['doubt']} articles are missing on every host, and with them most of what is checked: none"
            " counts as removed until that is over, or for a week"
        )


def absence_line(absence: Mapping[str, Any]) -> str:
    """Return when an article's page was missing from all hosts, and what came of it, as a sentence."""
    times = "one check" if absence["checks"] == 1 else f"{absence['checks']} checks"
    missing = f"Missing from all hosts since {absence['missing_since']} ({absence['how']}, {times})"
    back = absence["returned_at"]
    if absence["gone_at"]:
        end = f", and back since {back}" if back else ""
        return f"{missing}; removed since {absence['gone_at']}, when it was found so again{end}."
    if back:
        return f"{missing}; back since {back}, and so no removal."
    if absence["doubted_at"]:
        return f"{missing}; no removal as yet, since most of the outlet's pages are missing with it."
    return f"{missing}; a removal when it is found so again, 12 hours later at the earliest."


def difference_line(difference: Mapping[str, Any]) -> str:
    """Return in what a mirror differs beside the text, as a sentence."""
    end = f", over since {difference['ended_at']}" if difference["ended_at"] else ""
    when = f"from {difference['first_seen_at']} to {difference['last_seen_at']}{end}"
    if difference["kind"] == "time":
        return f"{difference['host']} says it was published at {difference['theirs']}, not {difference['ours']}, {when}"
    return f"{difference['host']} has no page of it ({difference['theirs']}), {when}"
