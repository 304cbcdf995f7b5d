"""The way to a reader that is no mail."""

from __future__ import annotations

from crawler.alerts import webhook
from crawler.alerts.note import Note
from crawler.alerts.transport import Receipt
from crawler.items import Channel


async def hand_over(channel: Channel, note: Note) -> Receipt:
    """Tell *note* through *channel*.

    Raises:
        DeliveryRefused, DeliveryFailed, ServerUnavailable, DeliveryUnknown: as ``Transport.send``. No address is in
        what they say.
    """
    if channel.is_webhook:
        await webhook.post(channel, note.body(), note.key)
    else:
        from crawler.alerts import chat

        await chat.tell(channel, note)
    return Receipt(accepted=(channel.name,))
