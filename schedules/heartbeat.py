"""On a day on which nothing matched ops gets one mail that says so, and how everything stands."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import structlog

from crawler.alerts import make_transport
from crawler.alerts.heartbeat import build_heartbeat, outlet_pulse
from crawler.alerts.policy import beat_due, next_try
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown
from crawler.items import Beat, Pulse, Recipient
from schedules.deliver import Call
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
    named = [config.recipient(reader) for reader in config.ops.to]
    readers = [who for who in named if who is not None and who.emails]
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
    return await _send(call, config, beat, message, readers, now)


async def _send(
    call: Call, config: Config, beat: Beat, message: EmailMessage, readers: Sequence[Recipient], now: datetime
) -> bool:
    transport = make_transport(config)
    try:
        await transport.send(message, [address for reader in readers for address in reader.emails])
    except DeliveryFailed as error:
        log.warning("heartbeat put off", day=beat.day, cause=type(error).__name__)
        again = next_try(beat.tries + 1, now, _JITTER)
        await call("mark_heartbeat", beat.day, "waiting", now, type(error).__name__, again)
        return False
    except DeliveryRefused as error:
        log.error("heartbeat refused", day=beat.day, cause=type(error).__name__)
        await call("mark_heartbeat", beat.day, "failed", now, type(error).__name__)
        return False
    except DeliveryUnknown:
        log.warning("heartbeat with unknown outcome", day=beat.day)
        await call("mark_heartbeat", beat.day, "sent", now, "outcome unknown")
    else:
        await call("mark_heartbeat", beat.day, "sent", now)
    finally:
        await transport.close()
    log.info("heartbeat", day=beat.day, subject=str(message["Subject"]))
    return True


def _look(config: Config, beat: Beat, now: datetime) -> Pulse:
    """Return how everything stands, read over a connection of its own: no writer waits."""
    with Store.open(config.store.path, read_only=True) as store:
        rows = store.status(now)
        outlets = tuple(outlet_pulse(outlet, rows.get(outlet.id), now) for outlet in config.outlets)
        silences = tuple(store.silences(now))
        return Pulse(outlets=outlets, silences=silences, **store.heartbeat_figures(beat.since, now))
