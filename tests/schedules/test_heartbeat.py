"""Heartbeats over days, to a real mail server: one a day, whatever the clock, restarts or the server do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crawler.config import Config, load_config
from schedules.heartbeat import send_heartbeat
from storage.store import Store
from tests.crawler.alerts.test_message import text_of
from tests.world.post import Fault, Post, post_office

OPS = """
[store]
path = "newshawk.db"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "newshawk@example.org"
[ops]
to = ["night"]
[[recipients]]
id = "night"
email = "night@example.org"
timezone = "{zone}"
"""
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Watch:
    """A store, opened anew for each turn as after a restart, and ops in a zone."""

    config: Config

    @classmethod
    def keep(cls, folder: Path, port: int, zone: str = "Europe/Berlin") -> Watch:
        path = folder / "newshawk.toml"
        path.write_text(OPS.format(port=port, zone=zone))
        made = cls(load_config(path))
        Store.open(made.config.store.path).close()
        return made

    async def turn(self, now: datetime) -> bool:
        with Store.open(self.config.store.path) as store:

            async def call(verb: str, *args: Any) -> Any:
                return getattr(store, verb)(*args)

            return await send_heartbeat(call, self.config, now)

    async def days(self, begin: datetime, length: timedelta, every: timedelta) -> list[datetime]:
        """Return when heartbeats left."""
        turns = [begin + number * every for number in range(length // every)]
        return [now for now in turns if await self.turn(now)]


@pytest.mark.parametrize("change", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
@pytest.mark.parametrize("clock", ["02:30", "08:00"])
async def test_one_a_day_over_a_change_of_the_clock(tmp_path: Path, change: datetime, clock: str) -> None:
    post = Post()
    async with post_office(post) as port:
        watch = Watch.keep(tmp_path, port)
        path = tmp_path / "newshawk.toml"
        path.write_text(path.read_text().replace("[ops]", f'[ops]\nheartbeat = "{clock}"'))
        watch = Watch(load_config(path))
        sent = await watch.days(change - timedelta(days=2), timedelta(days=5), timedelta(minutes=30))
    days = [at.astimezone(BERLIN).date() for at in sent]
    assert len(days) == len(set(days)) == 4, "the first day has nothing to look back on"
    assert [message["To"] for message, _ in post.mails] == ["night@example.org"] * 4


async def test_the_clock_is_that_of_the_first_that_ops_names(tmp_path: Path) -> None:
    east = '[[recipients]]\nid = "east"\nemail = "east@example.org"\ntimezone = "Asia/Tokyo"\n'
    async with post_office(post := Post()) as port:
        Watch.keep(tmp_path, port)
        path = tmp_path / "newshawk.toml"
        text = path.read_text().replace('to = ["night"]', 'to = ["night", "east"]')
        path.write_text(text.replace("[[recipients]]", f"{east}[[recipients]]"))
        watch = Watch(load_config(path))
        sent = await watch.days(
            datetime(2026, 6, 1, 7, tzinfo=UTC), timedelta(hours=25), timedelta(minutes=30)
        )
    assert sent == [datetime(2026, 6, 2, 6, tzinfo=UTC)]
    assert [message["To"] for message, _ in post.mails] == ["night@example.org, east@example.org"]


async def test_a_restart_in_the_same_minute_and_a_clock_put_back_send_no_second_one(tmp_path: Path) -> None:
    post = Post()
    begin = datetime(2026, 11, 23, 8, tzinfo=UTC)
    async with post_office(post) as port:
        watch = Watch.keep(tmp_path, port)
        await watch.turn(begin)
        told = [
            await watch.turn(begin + timedelta(days=1, seconds=each)) for each in (0, 1, 59, -3600, -90000)
        ]
    assert told == [True, False, False, False, False]
    assert len(post.mails) == 1


async def test_a_server_that_is_down_all_day_delays_what_is_told_and_loses_nothing(tmp_path: Path) -> None:
    post = Post(faults=[Fault("CONNECT", "421 closed", times=1000)])
    begin = datetime(2026, 11, 23, 8, tzinfo=UTC)
    async with post_office(post) as port:
        watch = Watch.keep(tmp_path, port, "UTC")
        await watch.turn(begin)
        with Store.open(watch.config.store.path) as store:
            store.begin_silence("fire", "desk", "leave", begin + timedelta(hours=1))
        down = await watch.days(begin + timedelta(days=1), timedelta(hours=23), timedelta(minutes=20))
        assert down == []
        post.faults.clear()
        assert await watch.turn(begin + timedelta(days=2))
    ((message, _),) = post.mails
    assert message["Subject"].startswith("[newshawk] All is well: 1 reader unsubscribed")
    text = text_of(message)
    assert "Since Mon 23 Nov 2026, 08:00 UTC" in text
    assert "fire to desk, unsubscribed by the reader" in text


async def test_an_address_that_is_refused_does_not_pass_unseen(tmp_path: Path) -> None:
    post = Post(faults=[Fault("RCPT", "550 no such user", address="gone@")])
    begin = datetime(2026, 11, 23, 8, tzinfo=UTC)
    async with post_office(post) as port:
        Watch.keep(tmp_path, port, "UTC")
        path = tmp_path / "newshawk.toml"
        text = path.read_text().replace('"night@example.org"', '["night@example.org", "gone@example.org"]')
        path.write_text(text)
        watch = Watch(load_config(path))
        await watch.turn(begin)
        assert await watch.turn(begin + timedelta(days=1))
    ((_, addresses),) = post.mails
    assert addresses == ("night@example.org",)
    with closing(sqlite3.connect(watch.config.store.path)) as db:
        row = db.execute("SELECT state, error FROM heartbeats ORDER BY day DESC LIMIT 1").fetchone()
    assert row == ("sent", "not taken for 1 of 2 addresses")


async def test_an_answer_that_is_lost_counts_as_sent(tmp_path: Path) -> None:
    post = Post(faults=[Fault("CONTENT", "drop")])
    begin = datetime(2026, 11, 23, 8, tzinfo=UTC)
    async with post_office(post) as port:
        watch = Watch.keep(tmp_path, port, "UTC")
        told = [await watch.turn(begin + timedelta(days=1) * (each > 0)) for each in range(3)]
    assert (told, len(post.mails)) == ([False, True, False], 1)
