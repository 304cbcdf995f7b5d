"""The way mail to ops leaves: at once, to all its readers, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Literal

import structlog

from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown

if TYPE_CHECKING:
    from crawler.alerts.transport import Transport
    from crawler.config import Config
    from crawler.items import Recipient

log = structlog.get_logger("newshawk.ops")
Fate = Literal["sent", "unknown", "later", "refused", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of one mail."""

    fate: Fate
    """``unknown``: the answer of the server was lost. ``nobody``: [ops] names no reader with an address."""
    cause: str = ""
    """Name of the error, or how many addresses did not take it; empty where nothing is amiss."""


def ops_readers(config: Config) -> list[Recipient]:
    """Return the readers of ops that have an address, in the order that [ops] names them."""
    named = [config.recipient(reader) for reader in config.ops.to]
    return [who for who in named if who is not None and who.emails]


class OpsPost:
    """Sends mail to the readers of ops."""

    def __init__(self, config: Config, transport: Transport, now: datetime) -> None:
        self.readers = ops_readers(config)
        self.sender, self.transport, self.now = config.mail.sender, transport, now

    async def send(self, build: Callable[[], EmailMessage], **about: Any) -> Posted:
        """Send a mail to all readers; return what came of it. *about* goes into the log."""
        if not self.readers:
            return Posted(fate="nobody")
        addresses = [address for reader in self.readers for address in reader.emails]
        try:
            receipt = await self.transport.send(build(), addresses)
        except DeliveryFailed as error:
            log.warning("ops mail put off", **about, cause=type(error).__name__)
            return Posted(fate="later", cause=type(error).__name__)
        except DeliveryUnknown as error:
            log.warning("ops mail with unknown outcome", **about)
            return Posted(fate="unknown", cause=type(error).__name__)
        except DeliveryRefused as error:
            log.warning("ops mail refused", **about, cause=type(error).__name__)
            return Posted(fate="refused", cause=type(error).__name__)
        if left_out := len(receipt.refused) + len(receipt.deferred):
            log.warning("ops mail not taken for every address", **about, addresses=left_out)
            return Posted(fate="sent", cause=f"not taken for {left_out} of {len(addresses)} addresses")
        return Posted(fate="sent")
