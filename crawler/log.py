"""Logs: one line an event, safe to print; structlog over the standard library."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

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
    """Send newshawk's events at or above *level* to stderr: for a person on a terminal, as JSON otherwise.

    An exception is told as its kind, its text and the place it came from, on the line of its event. Only at
    DEBUG the whole traceback is added.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_traceback if level == "DEBUG" else _with_cause,
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
        logging.getLogger(name).setLevel(logging.INFO if level == "DEBUG" else logging.ERROR)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def log_through_scrapy() -> None:
    """Send newshawk's events into the log that Scrapy's own command has set up."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _with_cause,
            _inert,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _with_cause(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Return the event with its exception as one line, and without what a library told of it further down."""
    error = _exception(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is not None:
        event["event"] = str(event["event"]).partition("\n")[0]
        event.setdefault(
            "error", f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")
        )
        event["at"] = _place(error)
    return event


def _with_traceback(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Return the event with the whole traceback of its exception."""
    return structlog.processors.format_exc_info(_logger, _method, event)


def _exception(info: Any) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1] if len(info) > 1 and isinstance(info[1], BaseException) else None
    return sys.exc_info()[1] if info else None


def _place(error: BaseException) -> str:
    """Return file and line of the innermost frame, as ``storage/writer.py:120``; empty without a traceback."""
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{'/'.join(trace.tb_frame.f_code.co_filename.split('/')[-2:])}:{trace.tb_lineno}"


def _inert(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Return the event with control and bidi characters escaped and long values cut; a traceback is ours and
    stays as it is."""
    return {
        key: _plain(value) if isinstance(value, str) and key != "exception" else value
        for key, value in event.items()
    }


def _plain(text: str) -> str:
    kept = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    if kept.isprintable():
        return kept
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in kept)
