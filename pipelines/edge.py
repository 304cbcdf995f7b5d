"""The edge of one page: whatever a step raises for it is that page's refusal, and stops nothing else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from crawler.items import Article, Discovery, Extracted, LinkState, Page, Refusal
from crawler.reasons import INTERNAL

log = structlog.get_logger("newshawk.pipelines")
Item = TypeVar("Item", bound=Page | Extracted | Article | Refusal | Discovery)


def refuses(step: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return the pipeline *step* (self, item) with faults of its own turned into refusals."""

    @functools.wraps(step)
    def guarded(self: Any, item: Any) -> Any:
        try:
            return step(self, item)
        except Exception as error:  # noqa: BLE001  the edge of one page
            return refusal_of(item, error)

    return guarded


def refusal_of(item: Page | Extracted | Article, error: Exception) -> Refusal:
    """Return the refusal of a page for a fault that nobody foresaw, and say it in the log."""
    page = item if isinstance(item, Page) else item.page
    log.error("page refused", url=page.url, error=repr(error), exc_info=error)
    return Refusal(page=page, state=LinkState.FAILED, reason=INTERNAL, retry=True)
