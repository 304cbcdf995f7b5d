"""A reader's channels beside its mail: each is told at least once, and one that fails repeats no other."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from crawler.alerts.transport import Receipt
from crawler.config import load_config
from crawler.config.model import Config
from crawler.errors import ServerUnavailable
from crawler.query import Matcher
from schedules.deliver import deliver
from storage.store import Store
from tests.crawler.alerts.hooks import Hook, serving
from tests.storage.world import OTHER, OUTLET, World

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ARTICLE = "http://www.example.com/Detail/2026/11/23/1001/a"
SECRET = "a secret of more than sixteen letters"


@dataclass
class MailServer:
    """Takes mails, or says that it takes none."""

    down: bool = False
    sent: list[str] = field(default_factory=list)

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> Receipt:
        if self.down:
            raise ServerUnavailable("x", "no connection")
        self.sent.append(str(message["Message-ID"]))
        return Receipt(accepted=tuple(recipients))

    async def close(self) -> None:
        """Do nothing."""


@dataclass
class Desk:
    """A reader with mail and two channels, over a real store."""

    world: World
    config: Config
    first: Hook
    second: Hook
    mail: MailServer = field(default_factory=MailServer)

    async def call(self, verb: str, *args: Any) -> Any:
        return getattr(self.world.store, verb)(*args)

    async def deliver(self, minutes: int = 0) -> dict[str, int]:
        now = NOON + timedelta(minutes=minutes)
        return (await deliver(self.call, self.config, self.mail, now)).counts()

    def states(self) -> dict[str, str]:
        rows = self.world.rows("SELECT recipient_id, state FROM outbox ORDER BY id")
        return {row["recipient_id"]: row["state"] for row in rows}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    path = tmp_path / "newshawk.toml"
    path.write_text(
        '[mail]\nfrom = "newshawk@example.org"\n'
        '[[recipients]]\nid = "desk"\nemail = "desk@b.org"\nchannels = ["first", "second"]\n'
        '[[rules]]\nid = "bridges"\nquery = "bridge"\nto = ["desk"]\n'
    )
    with serving() as first, serving() as second, Store.open(tmp_path / "archive.db") as store:
        variables = {
            "NEWSHAWK_CHANNEL_FIRST": first.url,
            "NEWSHAWK_SECRET_FIRST": SECRET,
            "NEWSHAWK_CHANNEL_SECOND": second.url,
            "NEWSHAWK_SECRET_SECOND": SECRET,
        }
        config = load_config(path, env=variables)
        world = World(store, tmp_path / "archive.db")
        store.sync_config((OUTLET, OTHER), config.rules, world.now)
        store.set_matcher(Matcher(config.rules), config.rules, config.recipients)
        world.begin()
        world.make_known()
        yield Desk(world, config, first, second)


async def test_each_way_is_told_once(desk: Desk) -> None:
    desk.world.store_article(ARTICLE)
    assert desk.states() == {"desk": "queued", "desk/first": "queued", "desk/second": "queued"}
    assert await desk.deliver() == {"sent": 3, "deferred": 0, "dead": 0, "unknown": 0}
    assert await desk.deliver(60) == {"sent": 0, "deferred": 0, "dead": 0, "unknown": 0}
    assert len(desk.mail.sent) == len(desk.first.posted) == len(desk.second.posted) == 1
    keys = {hook.posted[0].headers["Idempotency-Key"] for hook in (desk.first, desk.second)}
    assert len(keys | {desk.mail.sent[0].strip("<>")}) == 3


async def test_the_document_says_what_the_mail_says(desk: Desk) -> None:
    desk.world.store_article(ARTICLE)
    await desk.deliver()
    document = json.loads(desk.first.posted[0].body)
    assert document["id"] == desk.first.posted[0].headers["Idempotency-Key"]
    assert (document["version"], document["kind"], document["reader"]) == (1, "alert", "desk")
    (rule,) = document["rules"]
    assert (rule["id"], rule["query"], rule["severity"], rule["mute_url"]) == (
        "bridges",
        "bridge",
        "normal",
        "",
    )
    (story,) = document["stories"]
    (article,) = story["articles"]
    assert article["url"] == ARTICLE
    assert article["outlet"] == {"id": OUTLET.id, "name": OUTLET.name}
    assert {"text": "bridge", "match": True} in [piece for part in article["excerpts"] for piece in part]


@pytest.mark.parametrize("fault", [500, 429, "drop"])
async def test_a_channel_that_fails_repeats_no_other(desk: Desk, fault: int | str) -> None:
    desk.first.answers += [fault, fault]
    desk.world.store_article(ARTICLE)
    await desk.deliver()
    assert desk.states() == {"desk": "sent", "desk/first": "queued", "desk/second": "sent"}
    await desk.deliver(5)
    await desk.deliver(15)
    assert set(desk.states().values()) == {"sent"}
    assert (len(desk.mail.sent), len(desk.first.posted), len(desk.second.posted)) == (1, 3, 1)
    assert len({posted.headers["Idempotency-Key"] for posted in desk.first.posted}) == 1
    unknown = desk.world.rows("SELECT recipient_id FROM outbox WHERE unknown_outcome")
    assert [row["recipient_id"] for row in unknown] == (["desk/first"] if fault == "drop" else [])


async def test_a_daemon_that_stops_waits_for_no_channel(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: Any) -> Receipt:
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(desk.mail, "send", slow)
    desk.first.answers.append("hang")
    desk.world.store_article(ARTICLE)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(desk.deliver(), 1.0)
    assert time.monotonic() - started < 15
    assert desk.states() == {"desk": "leased", "desk/first": "leased", "desk/second": "sent"}
    monkeypatch.undo()
    assert (await desk.deliver(10))["sent"] == 2
    keys = [posted.headers["Idempotency-Key"] for posted in desk.first.posted]
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_mail_that_is_down_holds_no_channel_up(desk: Desk) -> None:
    desk.mail.down = True
    desk.world.store_article(ARTICLE)
    await desk.deliver()
    assert desk.states() == {"desk": "queued", "desk/first": "sent", "desk/second": "sent"}


async def test_a_channel_that_wants_rest_gets_it_and_is_not_asked_for_the_next(desk: Desk) -> None:
    desk.first.answers.append((429, {"Retry-After": "7200"}))
    for number, title in ((1001, "Bridge closed"), (1002, "Another bridge, elsewhere, is open")):
        url = f"http://www.example.com/Detail/2026/11/23/{number}/a"
        desk.world.store_article(url, title, f"{title}. " + f"Sentence {number} of its own. " * 20)
    assert (await desk.deliver())["deferred"] == 2
    assert len(desk.first.posted) == 1
    assert (await desk.deliver(115))["sent"] == 0
    assert (await desk.deliver(125))["sent"] >= 1
    assert set(desk.states().values()) == {"sent"}


async def test_a_refusal_is_dead_at_once_and_seen_without_an_address(desk: Desk) -> None:
    desk.second.answers.append(410)
    desk.world.store_article(ARTICLE)
    report = await deliver(desk.call, desk.config, desk.mail, NOON)
    assert desk.states()["desk/second"] == "dead"
    (dead,) = desk.world.store.alerts(("dead",))
    assert (dead["recipient"], dead["error"]) == ("desk/second", "HTTP 410")
    assert report.errors == ["desk/second: mail given up: HTTP 410"]
    assert desk.world.store.retry_alerts([dead["id"]], NOON) == [dead["id"]]
    assert (await desk.deliver(1))["sent"] == 1


async def test_a_channel_that_left_the_config_is_told_of_in_the_outbox(desk: Desk) -> None:
    desk.world.store_article(ARTICLE)
    desk.config = replace(
        desk.config, recipients=tuple(who for who in desk.config.recipients if who.id != "desk/second")
    )
    await desk.deliver()
    (dead,) = desk.world.store.alerts(("dead",))
    assert dead["error"] == "recipient desk/second is not in the config"


KILLED = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from crawler.alerts.file import FileTransport
from crawler.config import load_config
from schedules.deliver import deliver
from storage.store import Store

folder = Path(sys.argv[1])
with Store.open(folder / "archive.db") as store:
    async def call(verb, *args):
        return getattr(store, verb)(*args)
    now = datetime.fromisoformat(sys.argv[2])
    config = load_config(folder / "newshawk.toml")
    asyncio.run(deliver(call, config, FileTransport(folder / "mail"), now, anew=True))
"""


def test_killed_while_a_channel_is_told_it_tells_it_again_under_the_same_key(
    desk: Desk, tmp_path: Path
) -> None:
    desk.world.store_article(ARTICLE)
    desk.world.store.close()
    desk.second.answers.append("hang")
    variables = {
        "NEWSHAWK_CHANNEL_FIRST": desk.first.url,
        "NEWSHAWK_SECRET_FIRST": SECRET,
        "NEWSHAWK_CHANNEL_SECOND": desk.second.url,
        "NEWSHAWK_SECRET_SECOND": SECRET,
    }
    command = [sys.executable, "-c", KILLED, str(tmp_path), NOON.isoformat()]
    environment = {**os.environ, **variables}
    process = subprocess.Popen(command, env=environment)
    end = time.monotonic() + 60
    while not (desk.first.posted and desk.second.posted and list((tmp_path / "mail").glob("*.eml"))):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.3)  # the marks of those that were told
    process.send_signal(signal.SIGKILL)
    process.wait()
    subprocess.run(command, env=environment, check=True, timeout=60)
    assert len(desk.first.posted) == len(list((tmp_path / "mail").glob("*.eml"))) == 1
    assert len(desk.second.posted) == 2
    assert len({posted.headers["Idempotency-Key"] for posted in desk.second.posted}) == 1
    with Store.open(tmp_path / "archive.db") as store:
        assert {row["state"] for row in store.alerts()} == {"sent"}
