"""Alerts leave at least once: leases, marks and what a crash leaves."""

from __future__ import annotations

from datetime import timedelta

from crawler.items import Precision, TimeSource, Timestamp
from tests.storage.world import TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"


def _queued(world: World) -> int:
    world.add_rule("bridge")
    world.store_article(A)
    (alert,) = world.store.claim_alerts(world.now, 60)
    return alert.id


def test_claimed_alert_is_not_given_out_twice_before_its_lease_ends(world: World) -> None:
    alert_id = _queued(world)
    assert world.store.claim_alerts(world.now + timedelta(seconds=59), 60) == []
    (again,) = world.store.claim_alerts(world.now + timedelta(seconds=60), 60)
    assert again.id == alert_id


def test_crash_between_sending_and_marking_sends_the_same_mail_again(world: World) -> None:
    alert_id = _queued(world)
    world.store.mark_sending([alert_id], "<1@newshawk>")
    (again,) = world.store.claim_alerts(world.now + timedelta(minutes=5), 60)
    assert again.message_id == "<1@newshawk>"
    assert world.value("SELECT unknown_outcome FROM outbox") == 1


def test_deferred_alert_waits_and_counts_its_tries(world: World) -> None:
    alert_id = _queued(world)
    world.store.mark_deferred([alert_id], "451 greylisted", world.now + timedelta(minutes=5))
    assert world.store.claim_alerts(world.now, 60) == []
    (again,) = world.store.claim_alerts(world.now + timedelta(minutes=5), 60)
    assert (again.attempts, again.message_id) == (1, "")


def test_unknown_outcome_keeps_its_message_id(world: World) -> None:
    alert_id = _queued(world)
    world.store.mark_unknown([alert_id], "connection lost", world.now, "<1@newshawk>")
    (again,) = world.store.claim_alerts(world.now, 60)
    assert again.message_id == "<1@newshawk>"


def test_sent_and_dead_alerts_never_come_back(world: World) -> None:
    alert_id = _queued(world)
    world.store.mark_dead([alert_id], "550 no such user")
    assert world.store.outbox_depth() == {"dead": 1}
    world.store.mark_sent([alert_id], world.now, "<1@newshawk>")
    assert world.store.outbox_depth() == {}
    assert world.store.claim_alerts(world.now + timedelta(days=9), 60) == []


def test_no_mail_address_is_in_the_store(world: World) -> None:
    _queued(world)
    world.store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"desk@example.org" not in world.path.read_bytes()


def test_what_a_server_said_is_kept_whatever_its_characters(world: World) -> None:
    alert_id = _queued(world)
    world.store.mark_deferred([alert_id], "451 Empf\udce4nger \x00voll", world.now, "<\udce4@newshawk>")
    (again,) = world.store.claim_alerts(world.now, 60)
    assert again.message_id == "<?@newshawk>"
    world.store.mark_dead([alert_id], "550 Empf\udce4nger unbekannt")
    (row,) = world.store.alerts(["dead"])
    assert row["error"] == "550 Empf?nger unbekannt"


def test_the_alert_of_an_edit_brings_what_was_there_before(world: World) -> None:
    world.add_rule("mayor")
    stored = world.store_article(A)
    edited_at = world.now + timedelta(hours=1)
    world.begin(hours=1)
    link = world.recheck(stored.article_id or 0)
    world.write(world.article(link, title="The mayor resigns", body=f"{TEXT}\nThe mayor resigned."))
    (alert,) = world.store.claim_alerts(world.now, 60)
    assert (alert.revision, alert.edited_at) == (2, edited_at)
    assert alert.headline_before not in ("", alert.title)
    assert alert.body_before == TEXT


def test_an_address_that_did_not_take_a_sent_mail_is_on_record(world: World) -> None:
    alert_id = _queued(world)
    world.store.mark_sent([alert_id], world.now, "<1@newshawk>", "address 2: 550 no such user")
    assert world.rows("SELECT state, error FROM outbox") == [
        {"state": "sent", "error": "address 2: 550 no such user"}
    ]


def test_an_article_that_is_dated_anew_or_posted_again_stays_silent(world: World) -> None:
    world.add_rule("bridge")
    first = world.store_article("http://www.example.com/Detail/2026/11/23/1001/a")
    assert first.article_id is not None
    (alert,) = world.store.claim_alerts(world.now, 60)
    world.store.mark_sent([alert.id], world.now, "<1@example.org>")
    world.begin(days=3)
    later = Timestamp(at=world.now, precision=Precision.MINUTE, source=TimeSource.PAGE)
    dated = world.article(world.recheck(first.article_id), published=later)
    world.write(dated)
    assert world.store.outbox_depth() == {}, "another date alone"
    world.begin(days=1)
    again = world.store_article("http://www.example.com/Detail/2026/11/27/2002/b", published=later)
    assert again.article_id != first.article_id
    assert again.story_id == first.story_id
    assert world.store.outbox_depth() == {}, "the same text under a new address and date"
