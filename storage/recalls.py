"""Alerts that are leased when what they tell changes: they are taken from who is about to send them.

An alert is read when it is claimed and leaves later, one mail after the other. Until its Message-ID is written nothing
of it has left: ``mark_sending`` refuses what is not leased any more, and the next claim reads it as it is by then.
"""

from __future__ import annotations

from collections.abc import Iterable

from storage.connection import Connection


def recall(db: Connection, article_ids: Iterable[int]) -> None:
    """Make alerts about these articles wait again that are leased and of which surely nothing has left."""
    db.many(
        "UPDATE outbox SET state = 'queued', lease_until = NULL"
        " WHERE article_id = ? AND state = 'leased' AND message_id = ''",
        [(article_id,) for article_id in article_ids],
    )
