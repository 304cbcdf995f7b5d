"""What every transport of mail promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a mail that was taken for at least one address."""

    accepted: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)
    """Addresses that will never be served, and what the server said."""
    deferred: Mapping[str, str] = field(default_factory=dict)
    """Addresses to try again later, and what the server said."""


class Transport(Protocol):
    """A way for mail to leave. One object serves one batch; ``close`` ends it."""

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> Receipt:
        """Hand over *message* for these addresses; return once it is taken for at least one of them.

        Raises:
            DeliveryRefused: no address will ever be served.
            DeliveryFailed: not taken now; try again later.
            ConversationLost: the server fell silent over this mail, of which no line had left.
            ServerUnavailable: nothing can be handed over now, this mail or another.
            DeliveryUnknown: handed over, but the answer was lost.
        """

    async def close(self) -> None:
        """End the connection, if there is one. Raises nothing."""
