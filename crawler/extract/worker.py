"""What runs inside a parser process: limits first, then one function a kind of document.

The parent imports it to name the functions and loads no parser by it; see starting.py.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.errors import ExtractionError, NotAFeed
from crawler.items import Draft, Outlet

if TYPE_CHECKING:
    from crawler.feeds import Listing
    from crawler.finding.front import FrontPage
    from crawler.shapes import Shape

T = TypeVar("T")


_memory = 0
"""Bytes one document may take; 0 for no limit."""


def prepare_process(memory: int) -> None:
    """Leave Ctrl-C to the parent, write no core files, and remember the limit of *memory* bytes a document."""
    global _memory
    _memory = memory
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold other people's pages


@contextmanager
def memory_limit(memory: int) -> Iterator[None]:
    """Bound the address space to what it is now plus *memory* bytes while the block runs; 0: no bound.

    Only the block: a worker that starves while it takes in its next document would take the pool down.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if memory:
        bound = _address_space() + memory
        resource.setrlimit(
            resource.RLIMIT_AS, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard)
        )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    """Return the bytes this process has mapped; where the system does not tell (no /proc), 1 GiB."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 1 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")


def parse_page(
    body: bytes, url: str, content_type: str, outlet: Outlet | None, now: datetime | None = None
) -> Draft:
    """Return the draft of a page that was fetched *now* (default: the clock)."""
    from crawler.extract.page import extract_page

    return _guarded(url, extract_page, body, url=url, content_type=content_type, outlet=outlet, now=now)


def parse_feed(body: bytes, url: str, content_type: str, limit: int, zone: str) -> Listing:
    """Return the links of a feed. Raises NotAFeed."""
    from crawler.feeds import read_feed

    return _guarded(url, read_feed, body, url=url, content_type=content_type, limit=limit, zone=zone)


def parse_sitemap(body: bytes, url: str, zone: str) -> Listing:
    """Return the links of a sitemap. Raises NotAFeed."""
    from crawler.sitemaps import read_sitemap

    return _guarded(url, read_sitemap, body, url=url, zone=zone)


def parse_section(body: bytes, url: str, outlet: Outlet, shapes: tuple[Shape, ...] = ()) -> Listing:
    """Return the links of a section page."""
    from crawler.sections import read_section

    return _guarded(url, read_section, body, url=url, outlet=outlet, shapes=shapes)


def parse_front(body: bytes, url: str, content_type: str) -> FrontPage:
    """Return what a page says of its site."""
    from crawler.finding.front import read_front

    return _guarded(url, read_front, body, url=url, content_type=content_type)


def _guarded(where: str, read: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    """Return what *read* returns; its failures become errors that cross the process border.

    A foreign exception may not unpickle on the other side, so only our own leave this process.
    """
    try:
        with memory_limit(_memory):
            return read(*args, **kwargs)
    except (NotAFeed, ExtractionError):
        raise
    except MemoryError:
        raise ExtractionError(where, "extract_memory") from None
    except Exception as error:  # edge of a unit: one document
        word = "extract_memory" if _is_starved(error) else "extract_crash"
        raise ExtractionError(where, word) from error


def _is_starved(error: Exception) -> bool:
    """Tell whether libxml2 or the system ran out of memory and said so by another exception."""
    return "memory" in str(error).lower() or getattr(error, "errno", None) == 12
