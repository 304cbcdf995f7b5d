"""The outbox is drained: at least once, nothing twice, one failure leaves the rest alone."""

from __future__ import annotations

import email
import email.policy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from crawler.alerts.file import FileTransport
from crawler.alerts.transport import Receipt
from crawler.config.model import Config, Mail
from crawler.config.model import Store as StoreTable
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown, ServerUnavailable
from crawler.items import Alert, Recipient, Rule, Storm
from schedules.deliver import DeliveryReport, deliver
from storage.store import Store
from tests.storage.world import World, opened

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


CONFIG = Config(
    recipients=(
        Recipient(id="desk", emails=("desk@example.org",)),
        Recipient(id="pair", emails=("one@example.org", "two@example.org")),
        Recipient(id="sleeper", emails=("sleeper@example.org",), quiet="22:00-07:00"),
    ),
    rules=(
        Rule(id="bakhmut", query="Bakhmut", to=("desk",)),
        Rule(id="urgent", query="urgent", to=("sleeper",), severity="high"),
    ),
)


@dataclass
class Row:
    alert: Alert
    state: str = "queued"
    not_before: datetime | None = None
    error: str = ""
    unknown: bool = False


@dataclass
class Outbox:
    """The verbs of the store's outbox over a dictionary: claims, leases and marks."""

    rows: dict[int, Row] = field(default_factory=dict)

    def add(self, *alerts: Alert) -> None:
        self.rows.update({alert.id: Row(alert) for alert in alerts})

    async def call(self, verb: str, *args: Any) -> Any:
        return getattr(self, verb)(*args)

    def claim_alerts(self, now: datetime, lease_seconds: int) -> list[Alert]:
        claimed = [row for row in self.rows.values() if self._is_due(row, now)]
        for row in claimed:
            row.state, row.not_before = "leased", now + timedelta(seconds=lease_seconds)
        return [row.alert for row in claimed]

    def _is_due(self, row: Row, now: datetime) -> bool:
        open_ = row.state in ("queued", "leased") and row.alert.due_at <= now
        return open_ and (row.not_before is None or row.not_before <= now)

    def mark_sending(self, ids: Sequence[int], message_id: str) -> list[int]:
        for number in ids:
            self.rows[number].alert = replace(self.rows[number].alert, message_id=message_id)
        return [number for number in ids if self.rows[number].state != "leased"]

    def mark_sent(self, ids: Sequence[int], now: datetime, message_id: str, trouble: str = "") -> None:
        for number in ids:
            self.rows[number].state = "sent"

    def mark_deferred(
        self, ids: Sequence[int], error: str, next_try_at: datetime, message_id: str = ""
    ) -> None:
        self._put_off(ids, error, next_try_at, message_id)

    def mark_unknown(self, ids: Sequence[int], error: str, next_try_at: datetime, message_id: str) -> None:
        self._put_off(ids, error, next_try_at, message_id)
        for number in ids:
            self.rows[number].unknown = True

    def mark_dead(self, ids: Sequence[int], error: str) -> None:
        for number in ids:
            self.rows[number].state, self.rows[number].error = "dead", error

    def _put_off(self, ids: Sequence[int], error: str, next_try_at: datetime, message_id: str) -> None:
        for number in ids:
            row = self.rows[number]
            row.state, row.error, row.not_before = "queued", error, next_try_at
            row.alert = replace(row.alert, attempts=row.alert.attempts + 1, message_id=message_id)

    def storms(self, now: datetime, limit: int) -> list[Storm]:
        return []

    def states(self) -> list[str]:
        return [row.state for row in self.rows.values()]


class Server:
    """A transport that answers by a script, and remembers what it was given."""

    def __init__(self, *answers: BaseException | Receipt | None) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, tuple[str, ...]]] = []
        self.closed = 0

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> Receipt:
        self.sent.append((message["Subject"], message["Message-ID"], tuple(recipients)))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, BaseException):
            raise answer
        return answer or Receipt(accepted=tuple(recipients))

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def alert(number: int, **changes: Any) -> Alert:
    values: dict[str, Any] = {
        "id": number,
        "rule_id": "bakhmut",
        "recipient_id": "desk",
        "story_id": number,
        "article_id": number,
        "revision": 1,
        "outlet_id": "presstv",
        "outlet_name": "Press TV",
        "title": f"Story {number}",
        "body": "Text.",
        "url": f"https://www.presstv.ir/Detail/2026/11/23/{number}/x",
        "fetched_url": f"https://www.presstv.ir/Detail/2026/11/23/{number}/x",
        "first_seen_at": NOON,
        "created_at": NOON,
        "due_at": NOON,
    }
    return Alert(**(values | changes))


async def run(
    outbox: Outbox, server: Any, now: datetime = NOON, config: Config | None = None
) -> DeliveryReport:
    return await deliver(outbox.call, config or CONFIG, server, now)


def mails_in(folder: Path) -> list[EmailMessage]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.iterdir())
    ]


async def test_what_is_due_leaves_once(outbox: Outbox) -> None:
    outbox.add(alert(1), alert(2), alert(3, due_at=NOON + timedelta(hours=1)))
    server = Server()
    report = await run(outbox, server)
    assert report.counts() == {"sent": 2, "deferred": 0, "dead": 0, "unknown": 0}
    assert outbox.states() == ["sent", "sent", "queued"]
    assert server.closed == 1
    assert (await run(outbox, server, NOON + timedelta(minutes=5))).sent == 0
    assert len(server.sent) == 2


async def test_an_alert_that_is_given_up_while_its_mail_is_written_does_not_leave(outbox: Outbox) -> None:
    """Another batch of the crawl made its story one with a story that the reader was told of."""
    outbox.add(alert(1), alert(2, digest=True), alert(3, digest=True))

    async def call(verb: str, *args: Any) -> Any:
        if verb == "mark_sending":
            outbox.rows[1].state = outbox.rows[2].state = "dead"
        return await outbox.call(verb, *args)

    server = Server()
    await deliver(call, CONFIG, server, NOON)
    (sent,) = server.sent
    assert "Story 3" in sent[0]
    assert "Story 2" not in sent[0]
    assert outbox.states() == ["dead", "dead", "sent"]


async def test_a_temporary_failure_is_tried_again_as_the_same_mail(outbox: Outbox) -> None:
    outbox.add(alert(1))
    server = Server(DeliveryFailed("desk@example.org", "450 greylisted for desk@example.org"))
    report = await run(outbox, server)
    assert report.counts() == {"sent": 0, "deferred": 1, "dead": 0, "unknown": 0}
    assert outbox.rows[1].error == "450 greylisted for address 1"
    assert (await run(outbox, server, NOON + timedelta(seconds=30))).counts()["sent"] == 0
    assert (await run(outbox, server, NOON + timedelta(minutes=2))).sent == 1
    assert server.sent[0] == server.sent[1]


async def test_a_refused_mail_is_dead_and_the_others_leave(outbox: Outbox) -> None:
    outbox.add(alert(1), alert(2), alert(3))
    server = Server(None, DeliveryRefused("desk@example.org", "550 no such user <desk@example.org>"))
    report = await run(outbox, server)
    assert outbox.states() == ["sent", "dead", "sent"]
    assert outbox.rows[2].error == "550 no such user <address 1>"
    assert report.dead == 1
    assert report.errors == ["desk: mail given up: 550 no such user <address 1>"]


async def test_no_address_is_stored_with_an_error(outbox: Outbox) -> None:
    outbox.add(alert(1))
    await run(outbox, Server(DeliveryRefused("x", "550 <DESK@Example.org> forwarded to other@elsewhere.net")))
    assert "@" not in outbox.rows[1].error


async def test_a_server_that_takes_nothing_is_asked_once(outbox: Outbox) -> None:
    outbox.add(*(alert(number) for number in range(1, 6)))
    server = Server(ServerUnavailable("desk@example.org", "mx:25: connection refused"))
    report = await run(outbox, server)
    assert report.deferred == 5
    assert len(server.sent) == 1
    assert outbox.states() == ["queued"] * 5


async def test_three_days_without_a_server_end_in_one_late_digest(outbox: Outbox) -> None:
    outbox.add(*(alert(number) for number in range(1, 6)))
    now = NOON
    while now < NOON + timedelta(days=3):
        await run(outbox, Server(ServerUnavailable("x", "down")), now)
        now += timedelta(minutes=30)
    server = Server()
    await run(outbox, server, now + timedelta(hours=1))
    assert outbox.states() == ["sent"] * 5
    assert len(server.sent) == 1
    assert "Late digest: 5 stories" in server.sent[0][0]


async def test_a_mail_is_given_up_after_five_days(outbox: Outbox) -> None:
    outbox.add(alert(1))
    now = NOON
    while outbox.states() == ["queued"]:
        await run(outbox, Server(DeliveryFailed("x", "451 later")), now)
        now += timedelta(minutes=30)
    assert outbox.states() == ["dead"]
    assert timedelta(days=5) < now - NOON < timedelta(days=5, hours=3)
    assert outbox.rows[1].error.startswith("given up after")


async def test_a_lost_answer_is_sent_again_with_the_same_message_id(outbox: Outbox) -> None:
    outbox.add(alert(1))
    server = Server(DeliveryUnknown("x", "connection lost"))
    assert (await run(outbox, server)).unknown == 1
    assert outbox.rows[1].unknown
    outbox.add(alert(2, story_id=1, rule_id="wagner"))
    await run(outbox, server, NOON + timedelta(hours=8))
    ids = [message_id for _, message_id, _ in server.sent]
    assert ids[0] == ids[1]
    assert ids[2] not in ids[:2]
    assert outbox.states() == ["sent", "sent"]


async def test_a_crash_between_sending_and_marking_sends_the_same_mail_again(outbox: Outbox) -> None:
    class Crash(BaseException):
        pass

    def crash(ids: Sequence[int], now: datetime, message_id: str, trouble: str = "") -> None:
        raise Crash

    outbox.add(alert(1), alert(2, story_id=1, rule_id="wagner"))
    server = Server()
    working, outbox.mark_sent = outbox.mark_sent, crash  # type: ignore[method-assign]
    with pytest.raises(Crash):
        await run(outbox, server)
    outbox.mark_sent = working  # type: ignore[method-assign]
    outbox.add(alert(3, story_id=1, rule_id="later"))
    assert (await run(outbox, server, NOON + timedelta(minutes=2))).sent == 1
    await run(outbox, server, NOON + timedelta(minutes=30))
    assert server.sent[2] == server.sent[0]
    assert "[later]" in server.sent[1][0]
    assert outbox.states() == ["sent"] * 3


async def test_only_the_address_that_was_put_off_gets_the_mail_again(outbox: Outbox) -> None:
    outbox.add(alert(1, recipient_id="pair"))
    partly = Receipt(accepted=("one@example.org",), deferred={"two@example.org": "451 two@example.org later"})
    server = Server(partly)
    assert (await run(outbox, server)).deferred == 1
    assert outbox.rows[1].error == "address 2: 451 address 2 later"
    assert (await run(outbox, server, NOON + timedelta(minutes=3))).sent == 1
    assert [addresses for _, _, addresses in server.sent] == [
        ("one@example.org", "two@example.org"),
        ("two@example.org",),
    ]
    assert server.sent[0][1] == server.sent[1][1]


async def test_an_address_that_is_refused_leaves_the_other_served(outbox: Outbox) -> None:
    outbox.add(alert(1, recipient_id="pair"))
    report = await run(
        outbox, Server(Receipt(accepted=("one@example.org",), refused={"two@example.org": "550 no"}))
    )
    assert outbox.states() == ["sent"]
    assert report.errors == ["pair: mail not taken for every address: address 2: 550 no"]


async def test_a_reader_who_left_the_config_is_a_dead_letter_and_nobody_elses_trouble(outbox: Outbox) -> None:
    outbox.add(alert(1, recipient_id="gone"), alert(2))
    report = await run(outbox, Server())
    assert outbox.states() == ["dead", "sent"]
    assert outbox.rows[1].error == "recipient gone is not in the config"
    assert report.counts() == {"sent": 1, "deferred": 0, "dead": 1, "unknown": 0}


async def test_a_reader_with_an_impossible_zone_is_nobody_elses_trouble(outbox: Outbox) -> None:
    outbox.add(alert(1), alert(2, recipient_id="pair"))
    config = replace(
        CONFIG,
        recipients=(
            Recipient(id="desk", emails=("desk@example.org",), timezone="Mars/Olympus"),
            Recipient(id="pair", emails=("one@example.org",)),
        ),
    )
    await run(outbox, Server(), config=config)
    assert outbox.states() == ["dead", "sent"]
    assert "Mars/Olympus" in outbox.rows[1].error


async def test_a_retry_does_not_ring_at_night_unless_it_is_urgent(outbox: Outbox) -> None:
    evening, night = NOON.replace(hour=21, minute=50), NOON.replace(hour=22, minute=20)
    outbox.add(
        alert(1, recipient_id="sleeper", due_at=evening),
        alert(2, recipient_id="sleeper", rule_id="urgent", due_at=evening),
    )
    server = Server()
    await run(outbox, server, night)
    assert [subject for subject, _, _ in server.sent] == ["[urgent] Story 2 · Press TV"]
    assert outbox.rows[1].not_before == datetime(2026, 11, 24, 7, tzinfo=UTC)
    await run(outbox, server, datetime(2026, 11, 24, 7, tzinfo=UTC))
    assert outbox.states() == ["sent", "sent"]


async def test_the_copy_in_the_store_is_linked_under_the_name_of_its_file(
    outbox: Outbox, tmp_path: Path
) -> None:
    outbox.add(alert(1))
    mail, kept = Mail(public_url="https://news.example.org"), StoreTable(path=tmp_path / "archive.db")
    folder = tmp_path / "mail"
    await run(outbox, FileTransport(folder), config=replace(CONFIG, mail=mail, store=kept))
    (message,) = mails_in(folder)
    part = message.get_body(("plain",))
    assert part is not None
    assert "https://news.example.org/archive/article?id=1" in part.get_content()


async def test_mail_in_files_shows_the_story(outbox: Outbox, tmp_path: Path) -> None:
    outbox.add(alert(1))
    await run(outbox, FileTransport(tmp_path))
    (message,) = mails_in(tmp_path)
    assert message["Subject"] == "[bakhmut] Story 1 · Press TV"


async def test_every_alert_ends_sent_whatever_the_server_does_in_between(outbox: Outbox) -> None:
    outbox.add(*(alert(number, digest=number % 3 == 0) for number in range(1, 40)))
    dice = random.Random(5)
    now = NOON
    while set(outbox.states()) != {"sent"}:
        answers = [None, DeliveryFailed("x", "451"), DeliveryUnknown("x", "lost")]
        await run(outbox, Server(*(dice.choice(answers) for _ in range(40))), now)
        now += timedelta(minutes=20)
        assert now < NOON + timedelta(days=4)


# --- over a real store ----------------------------------------------------------------------------


class Calls:
    """The verbs of a real store, awaited by name."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def call(self, verb: str, *args: Any) -> Any:
        return getattr(self.store, verb)(*args)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        made.add_rule("bridge")
        yield made


async def test_a_stored_match_leaves_as_one_mail_that_shows_it(world: World, tmp_path: Path) -> None:
    world.store_article("http://www.example.com/Detail/2026/11/23/1001/a")
    folder = tmp_path / "mail"
    for _ in range(2):
        await deliver(Calls(world.store).call, CONFIG, FileTransport(folder), NOON)
    (message,) = mails_in(folder)
    assert message["Subject"] == "[rule0] Bridge closed · Example News"
    part = message.get_body(("plain",))
    assert part is not None
    assert "> The *bridge* over the river at Karlow" in part.get_content()
    assert "Matched when its query was: bridge\r\n" in part.get_content()
    assert world.store.outbox_depth() == {}


async def test_a_lease_that_ran_out_sends_the_same_mail(world: World) -> None:
    world.store_article("http://www.example.com/Detail/2026/11/23/1001/a")
    server = Server(KeyboardInterrupt())
    calls = Calls(world.store).call
    with pytest.raises(KeyboardInterrupt):
        await deliver(calls, CONFIG, server, NOON)
    assert (await deliver(calls, CONFIG, server, NOON + timedelta(minutes=2))).sent == 0
    assert (await deliver(calls, CONFIG, server, NOON + timedelta(minutes=30))).sent == 1
    assert server.sent[0][1] == server.sent[1][1]
    assert world.value("SELECT unknown_outcome FROM outbox") == 1


async def test_a_process_that_starts_takes_over_what_the_last_one_left(world: World) -> None:
    world.store_article(
        "http://www.example.com/Detail/2026/11/23/1001/a", "Bridge shut", "The bridge was shut."
    )
    server = Server(KeyboardInterrupt(), DeliveryFailed("x", "450 greylisted"))
    calls = Calls(world.store).call
    with pytest.raises(KeyboardInterrupt):
        await deliver(calls, CONFIG, server, NOON)
    assert (await deliver(calls, CONFIG, server, NOON, anew=True)).deferred == 1
    assert (await deliver(calls, CONFIG, server, NOON)).sent == 0
    assert (await deliver(calls, CONFIG, server, NOON, anew=True)).sent == 1
    assert len({message_id for _, message_id, _ in server.sent}) == 1


async def test_every_mark_of_the_store_is_understood(world: World) -> None:
    for number in range(1001, 1005):
        title = f"Bridge {number}"
        world.store_article(
            f"http://www.example.com/Detail/2026/11/23/{number}/a", title, f"{title} text " * 9
        )
    answers = (DeliveryFailed("x", "451"), DeliveryRefused("x", "550"), DeliveryUnknown("x", "lost"), None)
    calls = Calls(world.store).call
    report = await deliver(calls, CONFIG, Server(*answers), NOON)
    assert report.counts() == {"sent": 1, "deferred": 1, "dead": 1, "unknown": 1}
    report = await deliver(calls, CONFIG, Server(), NOON + timedelta(minutes=5))
    assert report.counts() == {"sent": 2, "deferred": 0, "dead": 0, "unknown": 0}
    assert world.store.outbox_depth() == {"dead": 1}
