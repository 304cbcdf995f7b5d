"""``newshawk reconcile``: outlets compared with second channels now, beside a running daemon or without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from crawler.alerts import make_transport
from crawler.clock import utc_now
from crawler.config import Config
from crawler.dates import iso
from crawler.errors import BusyError, NewshawkError, StoreError
from crawler.items import Outlet
from crawler.pool import ParserPool
from crawler.runtime import Runtime
from schedules.crawls import Crawls
from schedules.deliver import deliver
from schedules.inquiry import Inquiry, interruptible
from schedules.reconcile import Reconciled, reconcile
from schedules.session import run_in_reactor
from storage.completeness import recall
from storage.hold import holder
from storage.thread import StoreThread

log = structlog.get_logger("newshawk.reconcile")

AT_ONCE = 8
"""Outlets compared at the same time."""


def reconcile_once(
    config: Config,
    outlets: Sequence[Outlet],
    *,
    fetch: bool = False,
    on_done: Callable[[Reconciled], None] = lambda _: None,
) -> list[Reconciled]:
    """Compare outlets with their second channels and return what came of each. Blocks; once per process.

    Raises:
        StoreError: there is no store, or it cannot be written.
    """
    work = lambda: interruptible(reconcile_pass(config, outlets, fetch=fetch, on_done=on_done))  # noqa: E731
    return run_in_reactor(work)


async def reconcile_pass(
    config: Config,
    outlets: Sequence[Outlet],
    clock: Callable[[], datetime] = utc_now,
    *,
    fetch: bool = False,
    on_done: Callable[[Reconciled], None] = lambda _: None,
) -> list[Reconciled]:
    """Compare outlets, in a running reactor; see reconcile_once. The store is not held: each verb is a short
    transaction. With *fetch* what is missing is made pending; then it is fetched here, or left to the process that
    holds the store."""
    if not config.store.path.exists():
        raise StoreError(str(config.store.path), "there is no store here yet.", 'Run "newshawk crawl" first.')
    done = await _compared(config, outlets, clock, fetch=fetch, on_done=on_done)
    asked = [outlet for outlet, each in zip(outlets, done, strict=True) if each.asked]
    if asked:
        pid = await _fetched(config, asked, clock)
        done = await _with_links(config, done, pid)
    return done


async def _compared(
    config: Config,
    outlets: Sequence[Outlet],
    clock: Callable[[], datetime],
    *,
    fetch: bool,
    on_done: Callable[[Reconciled], None],
) -> list[Reconciled]:
    store = StoreThread(config.store.path, create=False)
    pool, room = ParserPool(), asyncio.Semaphore(AT_ONCE)
    inquiry = Inquiry(config, clock=clock)

    async def one(outlet: Outlet) -> Reconciled:
        async with room:
            inquiry.health.load(outlet.id, await store.call("host_health", outlet.id))
            done = await reconcile(outlet, inquiry, pool, store.call, trigger="reconcile")
            if fetch:
                done = replace(done, asked=tuple(await store.call("ask_missing", outlet.id)))
        on_done(done)
        return done

    await store.open()
    try:
        return list(await asyncio.gather(*(one(outlet) for outlet in outlets)))
    finally:
        await asyncio.to_thread(pool.close)
        await store.close()


async def _fetched(config: Config, outlets: Sequence[Outlet], clock: Callable[[], datetime]) -> int | None:
    """Fetch what is pending of these outlets and send what is due; when another process holds the store, return
    its pid: it does so by itself."""
    runtime = Runtime.build(config, clock)
    try:
        await runtime.start()
    except BusyError as error:
        return error.pid or holder(config.store.path) or 0
    try:
        crawls = Crawls(runtime)
        await asyncio.gather(*(crawls.fetch_outlet(outlet, "reconcile") for outlet in outlets))
        try:
            used = runtime.config
            await deliver(runtime.store.call, used, make_transport(used), runtime.clock(), anew=True)
        except NewshawkError as error:  # what was fetched is to be told all the same
            log.error("mail waits", error=str(error))
    finally:
        await runtime.stop()
    return None


async def _with_links(config: Config, done: list[Reconciled], pid: int | None) -> list[Reconciled]:
    store = StoreThread(config.store.path, create=False)
    await store.open()
    try:
        return [
            replace(
                each,
                left_to=pid if each.asked else None,
                links=tuple(await store.call("link_states", each.asked)),
            )
            for each in done
        ]
    finally:
        await store.close()


def as_json(done: Reconciled) -> dict[str, Any]:
    """Return the object of ``reconcile --json`` for one outlet.

    ``recall`` is met of expected at the time of the comparison; ``recall_now`` counts what was fetched since as met.
    Both are None when nothing was expected. ``missing`` names each address with the channel that named it.
    """
    found = done.comparison
    fetched = [link for link in done.links if link["state"] not in ("pending", "skipped", "failed")]
    expected = len(found.expected)
    got = {link["url"] for link in fetched}
    met = len(found.met) + sum(named.link.url in got for _, named in found.missing)
    return {
        "at": iso(found.at),
        "since": iso(found.since),
        "outcome": found.outcome.value,
        "told": found.told,
        "expected": expected,
        "met": len(found.met),
        "listed": len(found.listed),
        "recall": recall(len(found.met), expected),
        "recall_now": recall(met, expected),
        "missing": [
            {
                "url": named.link.url,
                "channel": found.channels[place].channel.kind.value,
                "published_at": iso(named.published.at) if named.published.at else None,
            }
            for place, named in found.missing
        ],
        "undated": sum(named.published.at is None for _, named in found.missing),
        "channels": [
            {
                "kind": each.channel.kind.value,
                "url": each.channel.source.url,
                "host": each.host,
                "outcome": each.outcome.value,
                "told": each.told,
                "entries": each.entries,
                "expected": len(each.expected),
                "met": len(each.met),
                "listed": len(each.listed),
                "recall": recall(len(each.met), len(each.expected)),
            }
            for each in found.channels
        ],
        "asked": len(done.asked),
        "left_to": done.left_to,
        "links": [dict(link) for link in done.links],
    }
