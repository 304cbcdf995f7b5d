"""The links of mails over a real store: a look changes nothing, a POST does it, and it can be undone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

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
    assert "desk is unsubscribed from the rules rule0 and rule1" in told
    assert {each.rule_id for each in watched.store.silences(watched.now)} == {"rule0", "rule1"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_links_of_rules_and_readers_that_are_gone_get_a_plain_page(watched: World, method: str) -> None:
    assert follow(watched, token(watched, "mute", "never"), method)[0] == 410
    assert follow(watched, token(watched, "mute", reader="nobody"), method)[0] == 410
    gone = watched.rules[0]
    watched.store.sync_config((OUTLET, OTHER), watched.rules[1:], watched.now)
    status, told = follow(watched, token(watched, "leave", gone.id), method)
    assert (status, "The rule rule0 no longer sends to desk." in told) == (410, True)
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


def test_a_link_of_another_store_is_refused(watched: World, tmp_path: Path) -> None:
    make_key(watched.path)
    elsewhere = sign(make_key(tmp_path / "other.db"), Wish(deed="leave", reader="desk", rules=("rule0",)))
    assert follow(watched, elsewhere)[0] == 404


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[1:], lambda t: f"{t}=", lambda t: f"{t}.x"])
def test_a_link_that_was_cut_or_grew_is_refused(watched: World, change: Callable[[str], str]) -> None:
    assert follow(watched, change(token(watched, "leave")))[0] == 404
    assert watched.store.silences(watched.now) == []


def test_a_link_that_names_another_deed_or_reader_under_its_signature_is_refused(watched: World) -> None:
    payload, _, signature = token(watched, "mute").partition(".")
    other, _, _ = token(watched, "leave", reader="night").partition(".")
    assert payload != other
    assert follow(watched, f"{other}.{signature}")[0] == 404


def test_the_page_says_whom_it_concerns_and_who_else_can_undo_it(watched: World) -> None:
    _, told = follow(watched, token(watched, "leave"))
    assert "It concerns mails to the reader desk, at all its addresses, and nothing else." in told
    assert "and so can those who run newshawk: newshawk alerts unsilence 1" in told
    _, told = follow(watched, token(watched, "mute", "rule0", "rule1"))
    assert "newshawk alerts unsilence 2 3" in told


def test_very_many_rules_are_counted_in_the_headline_and_named_below(world: World) -> None:
    rules = tuple(world.add_rule(f"word{number}").id for number in range(12))
    _, told = follow(world, token(world, "leave", *rules), "GET")
    assert "Unsubscribe desk from 12 rules?" in told
    assert "mails of the rules rule0, rule1, rule2, " in told
    assert "rule9 and 2 more to the reader desk" in told


def test_undoing_says_what_holds_back_alerts_all_the_same(watched: World) -> None:
    follow(watched, token(watched, "leave"))
    watched.store.begin_silence("", "desk", "hand", watched.now, watched.now + timedelta(days=1))
    watched.store_article(DETAIL + "1001/Bridge")
    _, told = follow(watched, token(watched, "rejoin"))
    held = "Silence 2, of those who run newshawk, still holds back what is found until Tue 24 Nov 2026, 12:00 UTC."
    assert held in told
    assert "come" not in told.partition("subscribed to")[2].partition("Silence 2")[0]
    assert "as before" not in told
    watched.store.end_silence(2, watched.now)
    assert (
        "What is found from now on is sent as before." in follow(watched, token(watched, "rejoin"), "GET")[1]
    )


def test_a_reader_who_came_back_and_left_again_is_told_of_the_new_silence(watched: World) -> None:
    for deed in ("leave", "rejoin", "leave"):
        told = follow(watched, token(watched, deed))[1]
    assert "unsilence 2" in told
    assert [each.id for each in watched.store.silences(watched.now)] == [2]


def test_what_is_so_already_is_said_though_the_store_cannot_be_written(watched: World) -> None:
    address = token(watched, "leave")
    follow(watched, address)
    with watched.store._db.transaction():
        watched.store._db.execute("UPDATE rules SET changed_at = changed_at")
        assert follow(watched, address)[0] == 200


def test_of_many_rules_all_are_left_or_none(watched: World) -> None:
    watched.store._db.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.silences WHEN new.rule_id = 'rule1'"
        " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(Exception, match="disk full"):
        watched.store.follow_link(("rule0", "rule1"), "desk", "leave", watched.now, None)
    assert watched.store.silences(watched.now) == []


def test_posts_at_once_make_one_silence(watched: World) -> None:
    address = token(watched, "leave")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: follow(watched, address)[0], range(40)))
    assert told == [200] * 40
    assert len(watched.store.silences(watched.now, ended=True)) == 1


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
