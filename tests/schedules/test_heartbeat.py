"""Heartbeats over days, to a real mail server: one a day, whatever the clock, restarts or the server do."""

from __future__ import annotations

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
