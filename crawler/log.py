"""Logs: one line an event, safe to print; structlog over the standard library."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

LONGEST = 500
"""Characters of one value; addresses and titles come from strangers."""
QUIET = (
    "scrapy",
    "apscheduler",
    "twisted",
    "filelock",
    "trafilatura",
    "htmldate",
    "asyncio",
    "charset_normalizer",
)


def configure_logging(level: str) -> None:
    """Send newshawk's events at or above *level* to stderr: for a person on a terminal, as JSON otherwise."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _inert,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _inert(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with control and bidi characters escaped and long values cut."""
    return {key: _plain(value) if isinstance(value, str) else value for key, value in event.items()}


def _plain(text: str) -> str:
    kept = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    if kept.isprintable():
        return kept
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in kept)
