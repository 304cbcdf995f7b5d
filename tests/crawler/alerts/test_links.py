"""Links to mute and unsubscribe: signed, whole, and their key kept apart from the store."""

from __future__ import annotations

import email
import email.policy
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.links import DEEDS, LONGEST_LINK, Links, Wish, key_file, make_key, read, read_key, sign
from crawler.alerts.message import build
from crawler.alerts.policy import group
from crawler.items import Alert, Recipient
from tests.crawler.alerts.test_message import NOON, RULES, Make, html_of, mail_of, text_of

KEY = b"k" * 32
LINKS = Links(public_url="https://news.example.org/store/", key=KEY)
ids = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
wishes = st.builds(
    Wish, deed=st.sampled_from(DEEDS), reader=ids, rules=st.lists(ids, min_size=1, max_size=5).map(tuple)
)


@given(wish=wishes)
def test_a_link_reads_as_it_was_made(wish: Wish) -> None:
    token = sign(KEY, wish)
    assert read(KEY, token) == wish
    assert read(b"l" * 32, token) is None
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(wish=wishes, place=st.integers(0, 10_000), letter=st.sampled_from("Aa0-_.=/%é\ud800"))
def test_a_link_with_another_letter_is_not_valid(wish: Wish, place: int, letter: str) -> None:
    token = sign(KEY, wish)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    assert changed == token or read(KEY, changed) is None
    assert read(KEY, token[:place]) is None


@given(token=st.text(max_size=200))
def test_what_nobody_signed_is_not_valid(token: str) -> None:
    assert read(KEY, token) is None


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    store = tmp_path / "newshawk.db"
    assert read_key(store) is None
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(make_key(store))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(made) == 8
    assert stat.S_IMODE(key_file(store).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["newshawk.db.linkkey"], "no draft is left"


def test_a_key_file_with_something_else_is_told_and_kept(tmp_path: Path) -> None:
    store = tmp_path / "newshawk.db"
    key_file(store).write_text("abcd\n")
    with pytest.raises(ValueError, match="holds no key"):
        make_key(store)
    assert key_file(store).read_text() == "abcd\n"


def test_a_mail_offers_both_and_names_them_in_its_headers(make_alert: Make) -> None:
    message = mail_of(make_alert("Bakhmut"), links=LINKS)
    mute, leave = (LINKS.url(deed, "desk", "bakhmut") for deed in ("mute", "leave"))  # type: ignore[arg-type]
    assert mute.startswith("https://news.example.org/store/-/alerts/")
    for part in (text_of(message), html_of(message)):
        assert mute in part
        assert leave in part
    assert message["List-Unsubscribe"] == f"<{leave}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = message.as_bytes().decode()
    assert KEY.hex() not in raw
    assert KEY.decode() not in raw


@pytest.mark.parametrize("path", ["", f"/{'long' * 75}"])
@pytest.mark.parametrize("rules", [20, 50])
def test_the_header_stands_on_one_line_as_mail_programs_read_it(
    make_alert: Make, path: str, rules: int
) -> None:
    (mail,) = group([make_alert(rule_id=f"rule-{number:02}", story_id=1) for number in range(rules)], NOON)
    reader = Recipient(id="desk", emails=("desk@example.org",))
    links = Links(public_url=f"https://news.example.org{path}", key=KEY)
    raw = build(mail, reader, sender="n@example.org", now=NOON, rules=RULES, links=links).as_bytes()
    if path and rules == 50:
        assert b"list-unsubscribe:" not in raw.lower(), "no header holds it"
        return
    (line,) = [line for line in raw.split(b"\r\n") if line.lower().startswith(b"list-unsubscribe:")]
    assert line.endswith(b">")
    assert b"=?" not in line
    assert len(line) < 998


def test_a_mail_of_very_many_rules_has_links_of_single_rules_only(make_alert: Callable[..., Alert]) -> None:
    alerts = [make_alert(rule_id=f"{'long' * 8}-{number}", digest=True) for number in range(60)]
    message = mail_of(*alerts, links=LINKS)
    assert message["List-Unsubscribe"] is None
    assert text_of(message).count("Unsubscribe from it: https://") == 60
    assert len(LINKS.url("leave", "desk", "bakhmut")) < LONGEST_LINK


def test_without_https_no_program_unsubscribes_by_itself(make_alert: Make) -> None:
    message = mail_of(make_alert(), links=Links(public_url="http://10.0.0.5:8001", key=KEY))
    assert message["List-Unsubscribe"].startswith("<http://10.0.0.5:8001/-/alerts/")
    assert message["List-Unsubscribe-Post"] is None


def test_without_public_url_there_is_no_such_link_or_header(make_alert: Make) -> None:
    message = mail_of(make_alert())
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None
    assert "nsubscribe" not in message.as_string()


def test_no_reader_and_no_rule_gets_a_line_into_a_header(make_alert: Make) -> None:
    rule = "fire\r\nBcc: evil@example.org\r\n\r\n<script>"
    desk = Recipient(id="desk\r\nX-Evil: 1", emails=("desk@example.org",))
    (mail,) = group([make_alert("Bakhmut", rule_id=rule, recipient_id=desk.id)], NOON)
    sent = build(mail, desk, sender="newshawk@example.org", now=NOON, rules={}, links=LINKS)
    usual = mail_of(make_alert("Bakhmut"), links=LINKS)
    received = email.message_from_bytes(sent.as_bytes(), policy=email.policy.default)
    assert received.keys() == usual.keys()
    token = received["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert read(KEY, token) == Wish(deed="leave", reader=desk.id, rules=(rule,))
