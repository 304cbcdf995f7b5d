"""The links of mails over a real store: a look changes nothing, a POST does it, and it can be undone."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.alerts.links import Deed, Wish, key_file, make_key, sign
from crawler.alerts.mutepage import Answer
from storage.mutelinks import answer
from tests.storage.world import OTHER, OUTLET, World

DETAIL = "http://www.example.com/Detail/2026/11/23/"


def token(world: World, deed: Deed, *rules: str, reader: str = "desk") -> str:
    return sign(make_key(world.path), Wish(deed=deed, reader=reader, rules=rules or ("rule0",)))


def follow(world: World, address: str, method: str = "POST") -> tuple[int, str]:
    told = answer(world.path, address, method, world.now)
    return told.status, " ".join(html.fromstring(told.body).text_content().split())


def button(told: Answer) -> str:
    """Return where the page's one button posts to."""
    (form,) = html.fromstring(told.body).xpath("//form[@method='post']")
    return str(form.get("action"))


@pytest.fixture
def watched(world: World) -> World:
    """A world with two rules."""
    world.add_rule("bridge")
    world.add_rule("ferry")
    return world


@pytest.mark.parametrize("deed", ["mute", "leave", "unmute", "rejoin"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_changes_nothing(watched: World, deed: Deed, method: str) -> None:
    before = watched.rows("SELECT * FROM silences")
    status, _ = follow(watched, token(watched, deed), method)
    assert status == 200
    assert watched.rows("SELECT * FROM silences") == before == []


def test_muting_holds_a_week_and_is_undone_from_its_page(watched: World) -> None:
    shown = answer(watched.path, token(watched, "mute"), "GET", watched.now)
    assert b"Nothing has changed yet." in shown.body
    assert button(shown) == "", "the button posts to the page itself"
    done = answer(watched.path, token(watched, "mute"), "POST", watched.now)
    assert b"The rule rule0 is muted for desk until Mon 30 Nov 2026, 12:00 UTC" in done.body
    watched.store_article(DETAIL + "1001/Bridge")
    assert watched.store.outbox_depth() == {}
    watched.begin(days=1)
    assert "muted" in follow(watched, token(watched, "mute"), "GET")[1], "a later look says so"
    undone, told = follow(watched, button(done))
    assert (undone, "1 alert of the last seven days that was held comes as one digest." in told) == (
        200,
        True,
    )
    (alert,) = watched.store.claim_alerts(watched.now, 60)
    assert alert.digest
    watched.begin(days=7)
    assert watched.store.silences(watched.now) == []


def test_unsubscribing_has_no_end_and_concerns_this_reader_and_rule_alone(watched: World) -> None:
    assert follow(watched, token(watched, "leave"))[0] == 200
    watched.begin(days=400)
    (silence,) = watched.store.silences(watched.now)
    assert (silence.rule_id, silence.recipient_id, silence.kind, silence.until_at) == (
        "rule0",
        "desk",
        "leave",
        None,
    )
    watched.store_article(DETAIL + "1001/Ferry", "Ferry fares rise", "A ferry crossed the sea.")
    assert watched.store.outbox_depth() == {"queued": 1}


def test_a_link_posted_again_and_again_makes_one_silence(watched: World) -> None:
    for hours in range(3):
        watched.begin(hours=hours)
        assert follow(watched, token(watched, "leave"))[0] == 200
    assert len(watched.store.silences(watched.now, ended=True)) == 1
    for _ in range(2):
        assert follow(watched, token(watched, "rejoin"))[0] == 200
    assert watched.store.silences(watched.now) == []


def test_a_digest_of_several_rules_is_left_at_once(watched: World) -> None:
    status, told = follow(watched, token(watched, "leave", "rule0", "rule1", "gone"))
    assert status == 200
    assert "desk is unsubscribed from the rules rule0, rule1" in told
    assert {each.rule_id for each in watched.store.silences(watched.now)} == {"rule0", "rule1"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_links_of_rules_and_readers_that_are_gone_get_a_plain_page(watched: World, method: str) -> None:
    assert follow(watched, token(watched, "mute", "never"), method)[0] == 410
    assert follow(watched, token(watched, "mute", reader="nobody"), method)[0] == 410
    gone = watched.rules[0]
    watched.store.sync_config((OUTLET, OTHER), watched.rules[1:], watched.now)
    status, told = follow(watched, token(watched, "leave", gone.id), method)
    assert (status, "The rule rule0 no longer sends mail to desk." in told) == (410, True)
    assert watched.store.silences(watched.now) == []


@pytest.mark.parametrize(
    "forged", ["", ".", "a.b", "x" * 5000, "../../etc/passwd", "%00", "<script>", "\u2028\ud800"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_forged_links_get_a_plain_page(watched: World, forged: str, method: str) -> None:
    token(watched, "mute")
    status, told = follow(watched, forged, method)
    assert (status, "This link is not valid" in told) == (404, True)
    assert watched.store.silences(watched.now) == []


def test_a_new_key_makes_earlier_links_void(watched: World) -> None:
    earlier = token(watched, "leave")
    key_file(watched.path).unlink()
    assert follow(watched, earlier)[0] == 404, "no key at all"
    make_key(watched.path)
    assert follow(watched, earlier)[0] == 404


def test_other_methods_are_refused(watched: World) -> None:
    told = answer(watched.path, token(watched, "leave"), "DELETE", watched.now)
    assert told.status == 405
    assert ("Allow", "GET, HEAD, POST") in told.headers


def test_a_store_that_cannot_be_written_is_said_so(watched: World, monkeypatch: pytest.MonkeyPatch) -> None:
    address = token(watched, "leave")
    monkeypatch.setattr("storage.mutelinks.PATIENCE", 0.05)
    with watched.store._db.transaction():
        watched.store._db.execute("UPDATE rules SET changed_at = changed_at")
        status, told = follow(watched, address)
    assert (status, "try again" in told) == (503, True)
    key_file(watched.path).write_text("no key")
    assert follow(watched, address)[0] == 503


def test_the_page_is_inert_and_tells_nobody_where_it_was(watched: World) -> None:
    wish = Wish(deed="mute", reader="desk", rules=("<script>alert(1)</script>",))
    told = answer(watched.path, sign(make_key(watched.path), wish), "GET", watched.now)
    assert b"<script>" not in told.body
    headers = dict(told.headers)
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    page = html.fromstring(told.body)
    assert page.xpath("//@src | //link | //script") == []
