"""One event, one line: faults, hostile text, and the traceback at DEBUG only."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from crawler.log import LONGEST, configure_logging

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def restored() -> Iterator[None]:
    """Leave logging as it was found."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], restored: None) -> Lines:
    """What was logged, each line an object of JSON."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail() -> None:
    raise ValueError("no\nsuch\x1b[31m thing")


@pytest.mark.parametrize("logger", ["newshawk.test", "scrapy.core.scraper", "asyncio"])
def test_a_fault_is_one_line_with_its_kind_text_and_place(lines: Lines, logger: str) -> None:
    configure_logging("INFO")
    try:
        fail()
    except ValueError:
        logging.getLogger(logger).exception("Error downloading <GET http://a.example>\nTraceback: ...")
        structlog.get_logger("newshawk.other").exception("crawl broke off", outlet="a")
    theirs, ours = lines()
    assert theirs["event"] == "Error downloading <GET http://a.example>"
    assert ours["outlet"] == "a"
    for told in (theirs, ours):
        assert told["error"] == "ValueError: no such\\x1b[31m thing"
        assert told["at"].startswith("crawler/test_log.py:")
        assert "exception" not in told


def test_the_traceback_is_there_at_debug(lines: Lines) -> None:
    configure_logging("DEBUG")
    try:
        fail()
    except ValueError:
        structlog.get_logger("newshawk.debugged").exception("crawl broke off")
    (told,) = lines()
    assert "in fail" in told["exception"]


def test_control_and_direction_characters_are_escaped_and_long_values_cut(lines: Lines) -> None:
    configure_logging("INFO")
    title = "a\r\n\x00\x1b[2J\u202e\u2028" + "x" * 1000
    structlog.get_logger("newshawk.inert").info("seen", title=title)
    (told,) = lines()
    assert told["title"].isprintable()
    assert "\\x1b" in told["title"]
    assert len(told["title"]) < LONGEST + 50


def test_what_scrapy_says_below_error_is_not_told(lines: Lines) -> None:
    configure_logging("INFO")
    logging.getLogger("scrapy.core.engine").warning("Spider opened")
    assert lines() == []
