"""What channels are told: a document of a known shape, a short text in which nothing is alive."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.links import Links, Wish, read
from crawler.alerts.message import build
from crawler.alerts.note import LONGEST_TEXT, Note, build_note, chat_safe
from crawler.alerts.plain import one_line
from crawler.alerts.policy import Mail
from crawler.items import Alert, Copy, Recipient, Rule
from tests.crawler.alerts.conftest import NOON

TEAM = Recipient(id="desk/team", timezone="Asia/Tehran")
RULES = {"bakhmut": Rule(id="bakhmut", query="Bakhmut", to=("desk",))}
Make = Callable[..., Alert]


def note_of(*alerts: Alert, public_url: str = "", **more: Any) -> Note:
    mail = Mail(recipient_id="desk/team", alerts=alerts, **more)
    return build_note(mail, TEAM, sender="newshawk@example.org", now=NOON, rules=RULES, public_url=public_url)


def test_the_text_of_an_alert(make_alert: Make) -> None:
    copies = (Copy(outlet_name="Other Wire", title="Same", url="http://other.example/1"),)
    note = note_of(make_alert("Bakhmut", copies=copies), public_url="https://archive.example.org/")
    assert note.title == "[bakhmut] Harbour of Bakhmut Bay stays open · Press TV"
    assert note.text.split("\n") == [
        "He said that the harbour of *Bakhmut* Bay would stay open while talks go on, and named Wagner twice.",
        "Press TV · Mon 23 Nov 2026, 15:10 Tehran time (11:40 UTC)",
        "https://www.presstv.ir/Detail/2026/11/23/1/harbour",
        "Also in 1 other outlet",
        "Copy: https://archive.example.org/newshawk/article?id=1",
    ]


def test_links_by_which_a_channel_is_muted(make_alert: Make) -> None:
    links = Links(public_url="https://archive.example.org/", key=b"k" * 32)
    mail = Mail(
        recipient_id="desk/team", alerts=(make_alert("Bakhmut"), make_alert("Wagner", rule_id="wagner"))
    )
    note = build_note(mail, TEAM, sender="newshawk@example.org", now=NOON, rules=RULES, links=links)
    words, _, url = note.text.split("\n")[-1].rpartition(" ")
    assert words == "Mute for a week:"
    assert read(links.key, url.rpartition("/")[2]) == Wish(
        deed="mute", reader="desk/team", rules=("bakhmut", "wagner")
    )
    rule = note.document["rules"][1]
    assert [read(links.key, rule[name].rpartition("/")[2]) for name in ("mute_url", "unsubscribe_url")] == [
        Wish(deed=deed, reader="desk/team", rules=("wagner",)) for deed in ("mute", "leave")
    ]
    assert chat_safe(note.title) == note.title


def test_late_doubt_and_an_edit_are_said(make_alert: Make) -> None:
    alert = make_alert(
        "Bakhmut",
        event="edit",
        edited_at=NOON,
        headline_before="Harbour closes",
        due_at=NOON - timedelta(hours=3),
        doubt=True,
    )
    note = note_of(alert, late=True)
    assert note.title.startswith("[bakhmut] Late: Edited: Text in doubt: Harbour")
    assert note.text.startswith(
        "Late by 3 h\nText in doubt: the outlet's pages changed.\nHeadline before: Harbour closes\n"
    )
    (story,) = note.document["stories"]
    assert (note.document["late"], story["late"], story["doubt"]) == (True, True, True)
    assert story["articles"][0]["headline_before"] == "Harbour closes"
    assert story["articles"][0]["edited_at"] == "2026-11-23T12:00:00Z"


def test_a_digest_names_its_stories_and_counts_those_it_has_no_room_for(make_alert: Make) -> None:
    alerts = [make_alert("Bakhmut") for _ in range(60)]
    note = note_of(*alerts, digest=True)
    lines = note.text.split("\n")
    shown = sum(line.startswith("• ") for line in lines)
    assert 0 < shown < 60
    assert lines[-1] == f"and {60 - shown} more stories, in the outbox: newshawk alerts list"
    assert len(note.text) < LONGEST_TEXT + 200
    assert len(note.document["stories"]) == 60
    assert [story["id"] for story in note.document["stories"]] == [alert.story_id for alert in alerts]


def test_the_document_of_articles_of_one_story(make_alert: Make) -> None:
    first = make_alert("Bakhmut", story_id=9)
    same = make_alert("Wagner", story_id=9, rule_id="wagner", article_id=first.article_id)
    second = make_alert(
        "Bakhmut", story_id=9, outlet_id="other", outlet_name="Other Wire", title="Bakhmut again"
    )
    document = json.loads(note_of(first, same, second).body())
    (story,) = document["stories"]
    assert story["rules"] == ["bakhmut", "wagner"]
    assert [each["id"] for each in story["articles"]] == [first.article_id, second.article_id]
    assert [each["outlet"]["id"] for each in story["articles"]] == ["presstv", "other"]
    marked = {piece["text"] for part in story["articles"][0]["excerpts"] for piece in part if piece["match"]}
    assert marked == {"Bakhmut", "Wagner"}
    assert story["articles"][0]["title"][1] == {"text": "Bakhmut", "match": True}
    assert document["rules"][1] == {"id": "wagner", "query": "", "severity": "normal"} | {
        "mute_url": "",
        "unsubscribe_url": "",
    }


def test_the_id_is_that_of_the_message_and_stays_when_it_leaves_again(make_alert: Make) -> None:
    alert = make_alert("Bakhmut")
    note = note_of(alert)
    mail = Mail(recipient_id="desk/team", alerts=(alert,))
    message = build(mail, TEAM, sender="newshawk@example.org", now=NOON, rules=RULES)
    assert note.id == message["Message-ID"] == f"<{note.key}>"
    assert note_of(alert, message_id="<abc@example.org>").document["id"] == "abc@example.org"
    assert note_of(alert).body() == note.body()


# --- hostile --------------------------------------------------------------------------------------

ALIVE = re.compile(r"[<>*`~|]|@[\w(]|\]\(|#\w|://|:\w+:|__")
"""What some chat takes for a mention, a link, an emoji or a mark."""


@given(st.text(max_size=60) | st.text(alphabet="<@!>#[]()*_~`|:/ehn\u202e\n\u2028\0", max_size=40))
def test_nothing_of_a_title_is_alive(title: str) -> None:
    safe = chat_safe(one_line(title, 200))
    assert not ALIVE.search(safe)
    assert not any(unicodedata.category(each) in ("Cc", "Zl", "Zp", "Cs") for each in safe)
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(safe)


def test_letters_of_every_script_stay_as_they_are() -> None:
    for text in ("حزب‌الله پل را بست", "Мост закрыт", "橋が閉鎖された", "Brücke gesperrt, 5% – «nie»"):
        assert chat_safe(text) == text


def test_a_hostile_alert(make_alert: Make) -> None:
    title = "Bakhmut <!here> @everyone\r\nBcc: x@y\u2028 \x1b[31m [a](http://evil.example) \u202egnorw"
    url = "https://www.presstv.ir/@everyone/<!here>/*x*|y"
    note = note_of(make_alert("Bakhmut", title=title, url=url, body="Bakhmut\x00 @channel `code` ||x||"))
    assert "\n" not in note.title
    assert "\x1b" not in note.title
    told = note.title + note.text.replace("*Bakhmut*", "").replace("https://", "")
    assert not ALIVE.search(told), ALIVE.search(told)
    assert "https://www.presstv.ir/%40everyone/%3C!here%3E/%2Ax%2A%7Cy" in note.text
    shown = json.loads(note.body())["stories"][0]["articles"][0]
    assert "".join(piece["text"] for piece in shown["title"]).isprintable()


def test_an_address_that_is_no_link_is_told_as_text(make_alert: Make) -> None:
    note = note_of(make_alert("Bakhmut", url="javascript:alert(1)"))
    assert "javascript:\u2060alert(1)" in note.text
    assert note.document["stories"][0]["articles"][0]["url"] == ""
