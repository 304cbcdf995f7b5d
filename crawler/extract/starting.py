"""How parser processes are started: forked by a forkserver that has loaded the parsers, else spawned.

Never forked by the daemon itself: it has threads, and a fork of a threaded process can hang.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from typing import Any

PRELOAD = ("crawler.extract.worker", "crawler.extract.preload")
"""Modules that the forkserver loads before the first fork."""


def start_method() -> Any:
    """Return multiprocessing's context for parser processes."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOAD))
    return context


def begin_loading() -> None:
    """Begin to load the parsers in a process of their own and return at once: a crawl asks its first feeds
    meanwhile. Without it they are loaded when the first document comes."""
    if start_method().get_start_method() == "forkserver":
        forkserver.ensure_running()
