"""From a real store to a real mail server that fails in every way: each alert arrives, and none twice but where nobody
can know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.alerts.smtp import Server, SmtpTransport
from crawler.config.model import Config
from crawler.items import Recipient, Rule
from crawler.query import Matcher
from schedules.deliver import DeliveryReport, _waiting, deliver
from tests.storage.world import OTHER, OUTLET, World, opened
from tests.world.certificates import Authority
from tests.world.post import Fault, Post, only, post_office

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STORIES = 4
DESK = Recipient(id="desk", emails=("desk@example.org",))
PAIR = Recipient(id="pair", emails=("one@example.org", "two@example.org"))
ADDRESSES = (*DESK.emails, *PAIR.emails)
RULES = (Rule(id="bridge", query="bridge", to=("desk", "pair")),)


CONFIG = Config(recipients=(DESK, PAIR), rules=RULES)


@dataclass
class Newsroom:
    """A store with alerts that are due, its clock, and the way to the mail server."""

    world: World
    now: datetime = NOON
    security: str = "none"
    login: tuple[str, str] | None = None
    ca_files: tuple[Path, ...] = ()
    patience: float = 0.4
    """Seconds that the server has for an answer."""

    async def call(self, verb: str, *args: Any) -> Any:
        return getattr(self.world.store, verb)(*args)

    async def round(self, port: int, **later: float) -> DeliveryReport:
        """Let some time pass, then deliver what is due."""
        self.now += timedelta(**later)
        server = Server(
            host="127.0.0.1",
            port=port,
            security=self.security,  # type: ignore[arg-type]
            sender="newshawk@example.org",
            login=self.login,
            ca_files=self.ca_files,
            timeout=self.patience,
            data_timeout=self.patience,
        )
        return await deliver(self.call, CONFIG, SmtpTransport(server), self.now)

    async def until_empty(self, port: int, rounds: int = 12) -> list[DeliveryReport]:
        reports = []
        for number in range(rounds):
            reports.append(await self.round(port, minutes=75 if number else 0))
            if not self.world.store.outbox_depth().keys() & {"queued", "leased"}:
                break
        return reports

    def expected(self) -> set[tuple[str, str]]:
        urls = [row["url"] for row in self.world.rows("SELECT url FROM articles")]
        return {(address, url) for address in ADDRESSES for url in urls}

    def unsure(self) -> set[tuple[str, str]]:
        """Return which address may have been told twice of which article: those of alerts marked so."""
        rows = self.world.rows(
            "SELECT o.recipient_id, a.url FROM outbox AS o JOIN articles AS a ON a.id = o.article_id"
            " WHERE o.unknown_outcome"
        )
        emails = {who.id: who.emails for who in (DESK, PAIR)}
        return {(address, row["url"]) for row in rows for address in emails[row["recipient_id"]]}


def fill(world: World) -> None:
    for number in range(1, STORIES + 1):
        title = f"Bridge {number} at Karlow{number} closed"
        text = f"The bridge of district {number} in Karlow{number} was closed. " * 6
        world.store_article(f"http://www.example.com/Detail/2026/11/23/{1000 + number}/a", title, text)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with opened(tmp_path) as world:
        world.store.sync_config((OUTLET, OTHER), RULES, NOON - timedelta(hours=1))
        world.store.set_matcher(Matcher(RULES), RULES, (DESK, PAIR))
        fill(world)
        _waiting.clear()
        yield Newsroom(world=world)
        assert world.store.check() == []


def assert_told(newsroom: Newsroom, post: Post) -> None:
    """Each address was told of each article: once, or with one Message-ID where the outcome was unknown."""
    told = post.told()
    assert set(told) == newsroom.expected()
    assert {each for each, times in told.items() if times > 1} <= newsroom.unsure()
    assert newsroom.world.store.outbox_depth() == {}
    by_id: dict[str, bytes] = {}
    for message, _ in post.mails:
        text = message.get_body(("plain",))
        assert text is not None
        links = [line for line in text.get_content().splitlines() if line.startswith("http")]
        assert by_id.setdefault(message["Message-ID"], "\n".join(links).encode()) == "\n".join(links).encode()


BEFORE_THE_MAIL = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA")
WAYS = ("hang", "drop", "drip", "giant", "nonsense", "421 4.3.2 closing", "451 4.3.0 try later")


@pytest.mark.parametrize("verb", BEFORE_THE_MAIL)
async def test_what_fails_before_the_mail_leaves_nothing_twice(newsroom: Newsroom, verb: str) -> None:
    post = Post([Fault(verb, how) for how in WAYS])
    async with post_office(post) as port:
        await newsroom.until_empty(port, rounds=20)
    assert sum(post.used.values()) == len(WAYS)
    assert_told(newsroom, post)
    assert newsroom.unsure() == set(), "no line of a mail had left"
    assert max(post.told().values()) == 1


async def test_what_fails_after_the_mail_is_sent_again_as_the_same_mail_and_marked(
    newsroom: Newsroom,
) -> None:
    ways = ("hang", "drop", "drip", "giant", "nonsense")
    post = Post([Fault("CONTENT", how) for how in ways])
    async with post_office(post) as port:
        reports = await newsroom.until_empty(port, rounds=20)
    assert sum(report.unknown for report in reports) == len(ways)
    assert newsroom.unsure()
    assert_told(newsroom, post)
    assert sum(post.told().values()) > len(newsroom.expected())


@pytest.mark.parametrize("how", ["421 4.3.2 closing", "451 4.3.0 try later", "452 4.2.2 mailbox full"])
async def test_a_mail_that_is_not_taken_for_now_is_sent_again(newsroom: Newsroom, how: str) -> None:
    post = Post([Fault("CONTENT", how, times=2)])
    async with post_office(post) as port:
        await newsroom.until_empty(port)
    assert_told(newsroom, post)
    assert max(post.told().values()) == 1


@pytest.mark.parametrize(
    ("verb", "how"), [("AFTER", "drop"), ("QUIT", "drop"), ("QUIT", "hang"), ("QUIT", "nonsense")]
)
async def test_a_server_that_ends_after_each_mail_gets_all_in_one_round(
    newsroom: Newsroom, verb: str, how: str
) -> None:
    post = Post([Fault(verb, how, times=100)])
    async with post_office(post) as port:
        report = await newsroom.round(port)
    assert report.counts() == {"sent": 2 * STORIES, "deferred": 0, "dead": 0, "unknown": 0}
    assert_told(newsroom, post)
    assert max(post.told().values()) == 1


async def test_greylisting_delays_each_address_once(newsroom: Newsroom) -> None:
    post = Post([Fault("RCPT", "450 4.2.0 greylisted", address=address) for address in ADDRESSES])
    async with post_office(post) as port:
        await newsroom.until_empty(port)
    assert len(post.used) == len(ADDRESSES)
    assert_told(newsroom, post)
    assert max(post.told().values()) == 1


async def test_one_of_many_is_refused_and_the_others_are_told_once(newsroom: Newsroom) -> None:
    post = Post([Fault("RCPT", "550 5.1.1 no such user", times=100, address="two@example.org")])
    async with post_office(post) as port:
        await newsroom.until_empty(port)
    told = post.told()
    assert set(told) == {each for each in newsroom.expected() if each[0] != "two@example.org"}
    assert max(told.values()) == 1
    errors = newsroom.world.rows("SELECT DISTINCT error FROM outbox WHERE recipient_id = 'pair'")
    assert [row["error"] for row in errors] == ["address 2: 550 5.1.1 no such user"]


async def test_one_that_is_put_off_when_the_process_dies_may_be_told_twice_and_is_marked(
    newsroom: Newsroom,
) -> None:
    post = Post([Fault("RCPT", "450 4.2.0 greylisted", times=STORIES, address="two@example.org")])
    async with post_office(post) as port:
        assert (await newsroom.round(port)).deferred == STORIES
        _waiting.clear()
        newsroom.world.store.release_alerts()
        await newsroom.until_empty(port)
    assert_told(newsroom, post)
    assert {address for address, _ in newsroom.unsure()} == {"one@example.org", "two@example.org"}


async def test_a_refusal_is_dead_at_once_and_the_others_leave(newsroom: Newsroom) -> None:
    post = Post([Fault("CONTENT", "554 5.7.1 looks like spam")])
    async with post_office(post) as port:
        report = await newsroom.round(port)
        assert report.counts() == {"sent": 2 * STORIES - 1, "deferred": 0, "dead": 1, "unknown": 0}
        (dead,) = newsroom.world.store.alerts(("dead",))
        assert dead["error"] == "554 5.7.1 looks like spam"
        newsroom.world.store.retry_alerts([dead["id"]], newsroom.now)
        await newsroom.until_empty(port)
    assert_told(newsroom, post)


@pytest.mark.parametrize("flaw", ["expired", "wrong_host", "self_signed"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_bad_certificate_holds_everything_until_it_is_good_again(
    newsroom: Newsroom, tmp_path: Path, security: str, flaw: str
) -> None:
    authority = Authority(tmp_path)
    newsroom.security, newsroom.ca_files = security, (authority.ca_file,)
    for each in (flaw, ""):
        context = authority.context("127.0.0.1", each)
        post = Post(options={} if security == "tls" else {"tls_context": context})
        async with post_office(post, tls=context if security == "tls" else None) as port:
            await newsroom.until_empty(port, rounds=2)
        if each:
            assert not post.mails
            assert post.connections == 2, "one a round, not one a mail"
            (row,) = newsroom.world.rows("SELECT DISTINCT error FROM outbox")
            assert "certificate not trusted" in row["error"]
    assert_told(newsroom, post)


async def test_starttls_that_is_stripped_or_refused_lets_nothing_leave_in_the_clear(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    context = authority.context("127.0.0.1", "")
    newsroom.security, newsroom.ca_files, newsroom.login = (
        "starttls",
        (authority.ca_file,),
        ("user", "secret"),
    )
    stripped = Post([Fault("AUTH", "235 2.7.0 thanks", times=9)])
    async with post_office(stripped) as port:
        await newsroom.round(port)
    refused = Post(
        [Fault("STARTTLS", "454 4.7.0 not now"), Fault("STARTTLS", "drop"), Fault("STARTTLS", "hang")],
        options={"tls_context": context, "authenticator": only("user", "secret")},
    )
    async with post_office(refused) as port:
        for _ in range(3):
            await newsroom.round(port, minutes=75)
        assert not stripped.mails
        assert not refused.mails
        assert not stripped.used, "the password did not leave in the clear"
        await newsroom.until_empty(port)
    assert_told(newsroom, refused)


@pytest.mark.parametrize("how", ["535 5.7.8 wrong", "454 4.7.0 temporary", "hang", "drop"])
async def test_a_refused_login_is_tried_once_a_round(newsroom: Newsroom, tmp_path: Path, how: str) -> None:
    authority = Authority(tmp_path)
    newsroom.security, newsroom.ca_files, newsroom.login = (
        "starttls",
        (authority.ca_file,),
        ("user", "secret"),
    )
    post = Post(
        [Fault("AUTH", how, times=2 if how[0].isdigit() else 1)],  # PLAIN is followed by LOGIN
        options={
            "tls_context": authority.context("127.0.0.1", ""),
            "authenticator": only("user", "secret"),
            "auth_required": True,
        },
    )
    async with post_office(post) as port:
        assert (await newsroom.round(port)).deferred == 2 * STORIES
        assert not post.mails
        await newsroom.until_empty(port)
    assert_told(newsroom, post)
    assert max(post.told().values()) == 1


async def test_down_for_three_days_then_one_late_digest_each(newsroom: Newsroom) -> None:
    async with post_office(Post()) as port:
        pass
    for _ in range(12):
        report = await newsroom.round(port, hours=6)
        assert report.dead == 0
    post = Post()
    async with post_office(post, port=port):
        await newsroom.round(port, hours=2)
    assert_told(newsroom, post)
    assert len(post.mails) == 2
    assert all("Late digest" in message["Subject"] for message, _ in post.mails)


async def test_down_for_six_days_is_given_up_visibly_and_leaves_when_retried(newsroom: Newsroom) -> None:
    async with post_office(Post()) as port:
        pass
    for _ in range(13):
        await newsroom.round(port, hours=12)
    assert newsroom.world.store.outbox_depth() == {"dead": 2 * STORIES}
    dead = newsroom.world.store.alerts(("dead",))
    assert all(row["error"].startswith("given up after") for row in dead)
    newsroom.world.store.retry_alerts([row["id"] for row in dead], newsroom.now)
    post = Post()
    async with post_office(post, port=port):
        await newsroom.round(port)
    assert_told(newsroom, post)


async def test_a_limit_of_connections_holds_the_queue_and_loses_nothing(newsroom: Newsroom) -> None:
    post = Post([Fault("CONNECT", "421 4.7.0 too many connections", times=3)])
    async with post_office(post) as port:
        await newsroom.until_empty(port)
    assert_told(newsroom, post)
    assert post.connections == 4


@pytest.mark.parametrize("verb", ["DATA", "CONTENT"])
async def test_a_server_that_hangs_on_every_mail_costs_a_round_two_time_limits_not_one_a_mail(
    newsroom: Newsroom, verb: str
) -> None:
    post = Post([Fault(verb, "hang", times=100)])
    async with post_office(post) as port:
        report = await newsroom.round(port)
        assert report.unknown + report.deferred == 2 * STORIES
        assert sum(post.used.values()) <= 2
        post.faults.clear()
        await newsroom.until_empty(port)
    assert_told(newsroom, post)


async def test_every_fault_one_after_the_other(newsroom: Newsroom) -> None:
    verbs = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT")
    post = Post([Fault(verb, how) for how in ("drop", "451 4.3.0 later", "nonsense") for verb in verbs])
    async with post_office(post) as port:
        for number in range(40):
            await newsroom.round(port, minutes=75)
            if number == 5:
                fill_more(newsroom)
            if not newsroom.world.store.outbox_depth().keys() & {"queued", "leased"}:
                break
    assert_told(newsroom, post)


def fill_more(newsroom: Newsroom) -> None:
    world = newsroom.world
    world.now = newsroom.now
    title, text = "Bridge of Melden opened", "A new bridge was opened in Melden by the governor. " * 8
    world.store_article("http://www.example.com/Detail/2026/11/23/2000/a", title, text)


def test_one_mail_of_the_world_is_a_whole_alert(newsroom: Newsroom) -> None:
    """The figures above mean something: there are as many alerts as stories and readers, of stories of their own."""
    rows = newsroom.world.rows("SELECT count(*) AS n, count(DISTINCT story_id) AS s FROM outbox")
    assert rows == [{"n": 2 * STORIES, "s": STORIES}]
