"""When a page that is missing counts as removed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from crawler.items import Outlet, Refusal
from crawler.reasons import GONE

DOUBT_LEAST = 10
"""Articles missing at once that a broken outlet has at least; fewer may well have been taken away together."""
DOUBT_LONGEST = timedelta(days=7)
"""An article that is still missing after so long is removed, whatever happened to the others."""

MIXED = "mixed"
"""Hosts, or checks, that said it in different ways."""


def answers_of(refusal: Refusal) -> Mapping[str, str]:
    """Return what each host that was asked said last, as a word of the ledger. A bot check that comes with status
    404 is a bot check."""
    page = refusal.page
    last = {tried.host: tried.reason for tried in page.attempts}
    if refusal.reason in GONE and last.get(page.host, "ok") == "ok":
        last[page.host] = refusal.reason  # an answer that was read, and found to be none
    return last


def is_missing(outlet: Outlet, answers: Mapping[str, str]) -> bool:
    """Return whether every host of the outlet said that the page is not there. A host that was not asked, is out of
    reach, rests, or gave a foreign page proves nothing."""
    return all(answers.get(host) in GONE for host in outlet.hosts)


def how_missing(answers: Mapping[str, str]) -> str:
    """Return in which way the hosts said so: 404, 410, soft_404, front_page, or mixed."""
    return joined(word.removeprefix("http_") for word in answers.values() if word in GONE)


def joined(ways: Iterable[str]) -> str:
    """Return the one way in which it was said, mixed for several."""
    different = set(ways)
    return different.pop() if len(different) == 1 else MIXED


def is_outlet_broken(missing: int, stood: int) -> bool:
    """Return whether so many articles are missing, beside those that re-checks found in their place in the same
    time, that the outlet itself must be broken: a new system under old addresses, or none at all."""
    return missing >= DOUBT_LEAST and missing >= stood
