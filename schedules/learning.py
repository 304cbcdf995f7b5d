"""Learning an outlet's template from its stored texts: by night, and by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog

from crawler.items import LearnedRule, Learning, Outlet
from crawler.learning.look import look
from crawler.learning.sparing import Matches

LATEST = 200
"""Newest articles that are looked at: days of a busy outlet, months of a quiet one; some 5 MB and half a second."""
HEADLINES = 2000
"""Newest headlines by which the rails of other articles are known."""

log = structlog.get_logger("newshawk.learning")
Verb = Callable[..., Awaitable[Any]]


async def learn(
    outlet: Outlet, call: Verb, matches: Matches | None, now: datetime
) -> tuple[Learning, list[LearnedRule]]:
    """Look at the newest texts of an outlet and write what that changes in its learned rules; return it, and the
    rules that cut since then. *call*: a verb of the store by name.

    Raises:
        StoreError: the store cannot be read or written.
    """
    pages, titles = await call("pages_to_learn_from", outlet.id, LATEST, HEADLINES)
    known = await call("learned_rules", outlet.id)
    learning = await asyncio.to_thread(look, outlet, pages, titles, known, matches)
    applied: list[LearnedRule] = await call("record_learning", learning, now)
    return learning, applied


def tell(outlet: Outlet, applied: list[LearnedRule]) -> None:
    """Say in the log what is cut from now on."""
    for rule in applied:
        log.info(
            "template learned",
            outlet=outlet.id,
            rule=rule.id,
            line=rule.line,
            pages=rule.evidence.pages,
            days=rule.evidence.days,
        )
