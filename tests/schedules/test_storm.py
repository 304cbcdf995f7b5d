"""A rule that matches too much comes as digests, of which nothing is missing, and ops is told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.message import build
from crawler.alerts.note import build_note
from crawler.alerts.policy import group
from crawler.alerts.storm import STORIES, WITHIN, calm, peak, storm_words
from crawler.config import Config, load_config
from crawler.items import Alert, BrokenRule, Recipient, Rule
from schedules.opsmail import tell_ops
from schedules.opspauses import Pauses
from tests.crawler.alerts.test_message import text_of
from tests.schedules.test_deliver import mails_in
from tests.schedules.test_mail_failures import Newsroom, assert_told, newsroom
from tests.world.post import Fault, Post, post_office

__all__ = ["newsroom"]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPS = """
[store]
path = "newshawk.db"
[mail]
transport = "file"
folder = "mail"
from = "newshawk@example.org"
[ops]
to = ["desk"]
[[recipients]]
id = "desk"
email = "desk@example.org"
"""


@dataclass
class Flood:
    """Stories that all match, each of its own."""

    newsroom: Newsroom
    written: int = 0

    def pour(self, stories: int) -> None:
        world = self.newsroom.world
        world.now = self.newsroom.now
        for _ in range(stories):
            self.written += 1
            n = self.written
            text = " ".join(f"bridge{n}x{word} of Karlow{n}" for word in range(40)) + " A bridge was closed."
            url = f"http://www.example.com/Detail/2026/11/23/{5000 + n}/a"
            world.store_article(url, f"Bridge {n} at Karlow{n} closed", text)


@dataclass
class Ops:
    """The mails to ops."""

    newsroom: Newsroom
    folder: Path
    subjects: list[str] = field(default_factory=list)

    async def look(self) -> list[str]:
        (self.folder / "newshawk.toml").write_text(OPS)
        config = load_config(self.folder / "newshawk.toml")
        await tell_ops(self.newsroom.call, config, self.newsroom.now)
        box = self.folder / "mail"
        return [mail["Subject"] for mail in mails_in(box)] if box.exists() else []


async def test_a_rule_that_matches_everything_is_caught_and_ops_is_told_once(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    flood, ops, post = Flood(newsroom), Ops(newsroom, tmp_path), Post()
    newsroom.now += timedelta(minutes=5)
    async with post_office(post) as port:
        for _ in range(10):
            flood.pour(7)
            await newsroom.round(port, minutes=5)
            await ops.look()
        assert newsroom.now == NOON + timedelta(minutes=55)
        assert len(post.mails) <= 2 * STORIES
        assert await ops.look() == ["[newshawk] rule bridge matches too much: 32 stories within an hour"]
        await newsroom.round(port, minutes=5)
        assert newsroom.world.store.outbox_depth() == {}
        assert_told(newsroom, post)
        assert max(post.told().values()) == 1
        digests = [message["Subject"] for message, _ in post.mails if "Digest" in message["Subject"]]
        assert len(digests) == 2, "one a reader at the full hour"
        await newsroom.round(port, hours=3)
        assert len(await ops.look()) == 2
        assert (await ops.look())[-1] == "[newshawk] rule bridge calmed down"
        flood.pour(1)
        before = len(post.mails)
        await newsroom.round(port)
        assert len(post.mails) == before + 2
        assert "Digest" not in post.mails[-1][0]["Subject"]


def ops_at(folder: Path, port: int) -> Config:
    where = f'transport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"'
    text = OPS.replace('transport = "file"\nfolder = "mail"', where)
    (folder / "newshawk.toml").write_text(text)
    return load_config(folder / "newshawk.toml")


async def test_a_server_that_is_down_is_not_asked_for_the_same_notice_every_time(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    Flood(newsroom).pour(STORIES + 10)
    post, pauses = Post(faults=[Fault("CONNECT", "421 closed", times=1000)]), Pauses()
    async with post_office(post) as port:
        rule = BrokenRule(id="fire", told=("newshawk.toml:9: rules[0]: no word",))
        config = replace(ops_at(tmp_path, port), broken=(rule,))
        start = newsroom.now
        for turn in range(40):
            assert await tell_ops(newsroom.call, config, start + turn * timedelta(seconds=15), pauses) == 0
        tried = post.used.total()
        assert tried == 8, "two notices, at once and after pauses of 1, 2 and 4 minutes"
        another = replace(config, broken=(replace(rule, told=("newshawk.toml:9: rules[0]: no query",)),))
        assert await tell_ops(newsroom.call, another, start + timedelta(minutes=10), pauses) == 0
        assert post.used.total() > tried, "what is new does not wait"
        post.faults.clear()
        assert await tell_ops(newsroom.call, config, start + timedelta(minutes=10), Pauses()) == 2
        assert await tell_ops(newsroom.call, config, start + timedelta(minutes=10), Pauses()) == 0
    assert len(post.mails) == 2


async def test_many_stories_at_once_are_one_digest_and_those_behind_it_wait_for_the_full_hour(
    newsroom: Newsroom,
) -> None:
    flood, post = Flood(newsroom), Post()
    newsroom.now += timedelta(minutes=20)
    flood.pour(STORIES + 10)
    async with post_office(post) as port:
        await newsroom.round(port)
        assert len(post.mails) == 2, "one a reader"
        assert all("Digest" in message["Subject"] for message, _ in post.mails)
        why = "A digest, since bridge matches very much at present: more than 30 stories"
        assert all(why in " ".join(text_of(message).split()) for message, _ in post.mails)
        flood.pour(5)
        await newsroom.round(port, minutes=5)
        newsroom.world.store.release_alerts()
        await newsroom.round(port, minutes=5)
        assert newsroom.world.store.outbox_depth().keys() == {"queued"}, "a restart lets no storm out"
        assert len(post.mails) == 2
        await newsroom.round(port, minutes=31)
    assert len(post.mails) == 4
    assert_told(newsroom, post)
    assert max(post.told().values()) == 1


def test_what_a_silence_gives_up_is_no_storm(newsroom: Newsroom) -> None:
    flood, store = Flood(newsroom), newsroom.world.store
    silence, _ = store.begin_silence("bridge", "", "hand", newsroom.now, newsroom.now + timedelta(days=1))
    flood.pour(STORIES + 10)
    assert store.storms(newsroom.now, STORIES) == []
    assert store.end_silence(silence, newsroom.now) == 0
    flood.pour(5)
    assert store.storms(newsroom.now, STORIES) == []


def test_a_digest_says_which_of_its_rules_match_too_much(make_storm: Callable[[int], list[Alert]]) -> None:
    alerts = make_storm(3)
    again = [replace(alert, message_id="<1@example.org>") for alert in alerts]
    desk = Recipient(id="desk", emails=("d@example.org",))
    for told in (alerts, again):
        leave, _ = calm(told, {"all": set()}, {"desk": desk}, {}, NOON)
        (mail,) = group(leave, NOON)
        message = build(mail, desk, sender="n@example.org", now=NOON, rules={})
        assert "since all matches very much at present" in " ".join(text_of(message).split())
        note = build_note(mail, desk, sender="n@example.org", now=NOON, rules={})
        assert note.document["storm"] == ["all"]
        assert "since all matches very much" in note.text
    assert storm_words(["a", "b"]).startswith("A digest, since a and b match very much at present")
    (usual,) = group([replace(alert, digest=True) for alert in alerts], NOON)
    assert "very much" not in text_of(build(usual, desk, sender="n@example.org", now=NOON, rules={}))


def test_what_is_urgent_is_bundled_and_does_not_wait(make_storm: Callable[[int], list[Alert]]) -> None:
    alerts = make_storm(5)
    rules = {"all": Rule(id="all", query="x", to=("desk",), severity="high")}
    leave, held = calm(
        alerts, {"all": {"desk"}}, {"desk": Recipient(id="desk", emails=("d@example.org",))}, rules, NOON
    )
    assert [alert.id for alert in leave] == [alert.id for alert in alerts]
    assert all(alert.digest for alert in leave)
    assert held == []


@pytest.fixture
def make_storm() -> Callable[[int], list[Alert]]:
    from tests.schedules.test_deliver import alert

    return lambda count: [alert(n, rule_id="all", due_at=NOON + timedelta(minutes=1)) for n in range(count)]


@given(st.lists(st.integers(0, 180), max_size=60))
def test_the_peak_is_the_fullest_hour_that_ended_in_the_last_one(minutes: list[int]) -> None:
    times = sorted(NOON + timedelta(minutes=each) for each in minutes)
    now = NOON + timedelta(minutes=180)
    ends = [at for at in times if now - at < WITHIN]
    counts = [sum(timedelta(0) <= end - at < WITHIN for at in times) for end in ends]
    assert peak(times, now) == max(counts, default=0)
