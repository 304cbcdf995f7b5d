"""Chats and push services, through apprise: Slack, Telegram, Matrix, ntfy and some hundred others.

apprise is imported here, and only when something is to be told: it takes a while. It works in threads.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING

from crawler.alerts.note import Note
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown
from crawler.items import Channel

if TYPE_CHECKING:
    from apprise import AppriseResult

TELL_SECONDS = 15
"""A thread cannot be stopped: a daemon that stops may have to wait so long."""

LATER = frozenset((408, 425, 429))
_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b")
"""How apprise's services name the HTTP status that they were answered."""


async def tell(channel: Channel, note: Note) -> None:
    """Hand over a short text.

    Raises:
        DeliveryRefused: the service will never take it (4xx).
        DeliveryFailed: not taken now.
        DeliveryUnknown: it may have been taken.
    """
    await asyncio.to_thread(_tell, channel, note)


def _tell(channel: Channel, note: Note) -> None:
    _hush()
    from apprise import Apprise, AppriseAsset, NotifyFormat

    service = Apprise(
        asset=AppriseAsset(storage_mode="memory", app_id="newshawk", app_desc="news", app_url="")
    )
    if not service.add(channel.url):
        raise DeliveryFailed(channel.name, "apprise cannot read its address")
    result = service.notify(
        body=note.text, title=note.title, body_format=NotifyFormat.TEXT, timeout=TELL_SECONDS
    )
    if not result:
        raise _fault(channel.name, result)


def _hush() -> None:
    """Keep out of the log what apprise and the library below it tell: it names addresses."""
    logging.getLogger("apprise").propagate = False
    logging.getLogger("urllib3").setLevel(logging.ERROR)


def _fault(name: str, result: AppriseResult) -> DeliveryRefused | DeliveryFailed | DeliveryUnknown:
    """Return the error for a text that was not taken. Of what apprise tells only a status is kept: the rest may name
    what is secret."""
    statuses = [int(found) for entry in result.logs() for found in _STATUS.findall(entry.message)]
    if not statuses:
        return DeliveryUnknown(name, "apprise could not hand it over, and names no status")
    told = f"HTTP {statuses[-1]}"
    if all(status < 300 for status in statuses):
        return DeliveryUnknown(name, f"{told}, but the service does not say that it took it")
    if all(400 <= status < 500 and status not in LATER for status in statuses):
        return DeliveryRefused(name, told)
    return DeliveryFailed(name, told)
