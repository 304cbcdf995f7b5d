"""A silence begins while mail is on its way to a real server: what arrives has arrived, nothing else leaves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from storage.store import Store
from tests.schedules.test_mail_failures import NOON, Newsroom, newsroom
from tests.world.post import Post, post_office

__all__ = ["newsroom"]


@dataclass
class Muting(Post):
    """A server whose first mail makes somebody begin a silence before it is answered."""

    store: Store | None = None
    answer: str = "250 OK"
    tried: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.tried += 1
        if self.tried == 1:
            assert self.store is not None
            self.store.begin_silence("bridge", "", "hand", NOON, NOON + timedelta(days=30))
            if self.answer != "250 OK":
                return self.answer
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize(
    ("answer", "arrived", "dead"), [("250 OK", 1, 0), ("451 later", 0, 0), ("554 no", 0, 1)]
)
async def test_what_is_handed_over_while_a_silence_begins(
    newsroom: Newsroom, answer: str, arrived: int, dead: int
) -> None:
    store = newsroom.world.store
    post = Muting(store=store, answer=answer)
    async with post_office(post) as port:
        await newsroom.round(port)
        for _ in range(3):
            await newsroom.round(port, hours=2)
    assert post.tried == 1, "nothing is tried again, and nothing else is"
    assert len(post.mails) == arrived
    states = Counter((row["state"], row["silence"]) for row in store.alerts())
    expected = Counter({("dead", 1): 8 - arrived - dead, ("sent", None): arrived, ("dead", None): dead})
    assert states == +expected
    assert store.outbox_depth() == ({"dead": 1} if dead else {})
