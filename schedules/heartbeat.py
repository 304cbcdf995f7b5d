"""On a day on which nothing matched ops gets one mail that says so, and how everything stands."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from crawler.alerts import make_transport
from crawler.alerts.heartbeat import build_heartbeat, outlet_pulse
from crawler.alerts.policy import beat_due, next_try
from crawler.items import Beat, Pulse
from schedules.deliver import Call
from schedules.opspost import OpsPost, Posted, ops_readers
from storage.store import Store

if TYPE_CHECKING:
    from crawler.config import Config

log = structlog.get_logger("newshawk.heartbeat")
_JITTER = random.Random()  # noqa: S311 - spreads tries, guards nothing


async def send_heartbeat(call: Call, config: Config, now: datetime) -> bool:
    """Send the heartbeat of today where it is due and was not sent; return whether it left.

    Once a day at most: it is marked before it is handed over, so that after a crash in between, or when the server's
    answer is lost, it does not leave again. A mail that is missed is looked into; one that comes twice teaches to look
    away.

    Raises:
        StoreError: the store cannot be read or marked.
    """
    readers = ops_readers(config)
    if not (readers and config.ops.heartbeat):
        return False
    due = beat_due(config.ops.heartbeat, readers[0].timezone, now)
    if due is None:
        return False
    beat: Beat | None = await call("begin_heartbeat", *due, now)
    if beat is None:
        return False
    pulse = await asyncio.to_thread(_look, config, beat, now)
    message = build_heartbeat(beat, pulse, readers, sender=config.mail.sender, now=now)
    await call("mark_heartbeat", beat.day, "sending", now)
    transport = make_transport(config)
    try:
        posted = await OpsPost(config, transport, now).send(lambda: message, heartbeat=beat.day)
    finally:
        await transport.close()
    if is_left := await _mark(call, beat, posted, now):
        log.info("heartbeat", day=beat.day, subject=str(message["Subject"]))
    return is_left


async def _mark(call: Call, beat: Beat, posted: Posted, now: datetime) -> bool:
    """Write what became of a heartbeat; return whether it left. One of unknown outcome counts as left."""
    if posted.fate == "later":
        again = next_try(beat.tries + 1, now, _JITTER)
        await call("mark_heartbeat", beat.day, "waiting", now, posted.cause, again)
        return False
    if posted.fate == "refused":
        await call("mark_heartbeat", beat.day, "failed", now, posted.cause)
        return False
    cause = "outcome unknown" if posted.fate == "unknown" else posted.cause
    await call("mark_heartbeat", beat.day, "sent", now, cause)
    return True


def _look(config: Config, beat: Beat, now: datetime) -> Pulse:
    """Return how everything stands, read over a connection of its own: no writer waits."""
    with Store.open(config.store.path, read_only=True) as store:
        rows = store.status(now)
        outlets = tuple(outlet_pulse(outlet, rows.get(outlet.id), now) for outlet in config.outlets)
        silences = tuple(store.silences(now))
        return Pulse(outlets=outlets, silences=silences, **store.heartbeat_figures(beat.since, now))
