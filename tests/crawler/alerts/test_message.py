"""What a mail shows, and what can never break out of it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from crawler.alerts.message import SEVEN_BIT, build
from crawler.alerts.policy import group
from crawler.items import NO_TIME, Alert, Copy, Precision, Recipient, Rule, Timestamp

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
READER = Recipient(id="desk", emails=("desk@example.org",), timezone="Asia/Tehran")
RULES = {"bakhmut": Rule(id="bakhmut", query='Bakhmut AND (Wagner OR "a <b>")', to=("desk",))}
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

Make = Callable[..., Alert]


def mail_of(*alerts: Alert, now: datetime = NOON, **options: Any) -> EmailMessage:
    (mail,) = group(alerts, now)
    given: dict[str, Any] = {"sender": "newshawk@example.org", "rules": RULES, "now": now} | options
    sent = build(mail, READER, **given)
    received = email.message_from_bytes(sent.as_bytes(), policy=email.policy.default)
    assert isinstance(received, EmailMessage)
    return received


def copy_in(outlet: str) -> Copy:
    host = f"{outlet.lower().replace(' ', '-')}.example"
    return Copy(outlet_name=outlet, title="Bay stays open", url=f"https://{host}/1")


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def words(element: Any) -> str:
    return "".join(element.itertext())


def test_subject_has_rules_headline_and_outlet(make_alert: Make) -> None:
    message = mail_of(make_alert(story_id=1), make_alert(story_id=1, rule_id="wagner"))
    assert message["Subject"] == "[bakhmut, wagner] Harbour of Bakhmut Bay stays open · Press TV"


def test_both_parts_mark_the_match_and_say_where_it_is_from(make_alert: Make) -> None:
    message = mail_of(make_alert("Bakhmut", "Wagner", copies=(copy_in("Sputnik"), copy_in("Al Alam"))))
    text, page = text_of(message), html_of(message)
    assert "Harbour of *Bakhmut* Bay stays open" in text
    assert "> He said that the harbour of *Bakhmut* Bay would stay open while talks go on, and named" in text
    for shown in (
        "Press TV · Iran · by A. Reporter",
        "15:10 Tehran time (11:40 UTC)",
        "https://www.presstv.ir/Detail/2026/11/23/1/harbour",
        "served by www.presstv.co.uk",
        "Also in Sputnik: Bay stays open\nhttps://sputnik.example/1\n",
        "Also in Al Alam: Bay stays open\nhttps://al-alam.example/1\n",
        'Rule bakhmut: Bakhmut AND (Wagner OR "a <b>")',
    ):
        assert shown in text
    root = html.document_fromstring(page)
    assert {words(mark) for mark in root.iter("mark")} == {"Bakhmut", "Wagner"}
    assert {link.get("href") for link in root.iter("a")} == {
        "https://www.presstv.ir/Detail/2026/11/23/1/harbour",
        "https://sputnik.example/1",
        "https://al-alam.example/1",
    }
    assert words(root.cssselect(".query")[0]) == 'Bakhmut AND (Wagner OR "a <b>")'


def test_headers_of_an_automatic_mail(make_alert: Make) -> None:
    message = mail_of(make_alert())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "newshawk alerts <newshawk-alerts.example.org>"
    assert message["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert message["From"] == "newshawk <newshawk@example.org>"
    assert message["To"] == "desk@example.org"
    assert message["X-Newshawk-Rules"] == "bakhmut"
    assert message["List-Unsubscribe"] is None
    assert message.get_content_type() == "multipart/alternative"


def test_message_id_is_the_same_for_the_same_alerts_at_any_time(make_alert: Make) -> None:
    alert, other = make_alert(), make_alert()
    ids = {mail_of(alert, now=NOON + timedelta(minutes=wait))["Message-ID"] for wait in (0, 5, 300)}
    assert len(ids) == 1
    assert mail_of(other)["Message-ID"] not in ids
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", ids.pop())


def test_a_mail_that_may_have_left_keeps_its_message_id(make_alert: Make) -> None:
    assert mail_of(make_alert(message_id="<before@example.org>"))["Message-ID"] == "<before@example.org>"


def test_mails_of_one_story_form_a_thread(make_alert: Make) -> None:
    first, second, other = make_alert(story_id=9), make_alert(story_id=9, rule_id="b"), make_alert()
    threads = [mail_of(alert)["References"] for alert in (first, second, other)]
    assert threads[0] == threads[1] != threads[2]


def test_no_link_to_the_store_without_public_url(make_alert: Make) -> None:
    assert "copy in the store" not in html_of(mail_of(make_alert()))
    with_store = mail_of(make_alert(article_id=77), public_url="https://news.example.org/")
    assert "https://news.example.org/newshawk/article?id=77" in html_of(with_store)
    assert "https://news.example.org/newshawk/article?id=77" in text_of(with_store)


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (NO_TIME, "no date given"),
        (
            Timestamp(at=datetime(2026, 11, 23, tzinfo=UTC), precision=Precision.DAY),
            "Mon 23 Nov 2026 (no time given)",
        ),
        (
            Timestamp(at=datetime(2026, 11, 22, 22, 15, 9, tzinfo=UTC), precision=Precision.SECOND),
            "Mon 23 Nov 2026, 01:45 Tehran time (Sun 22 Nov 2026, 22:15 UTC)",
        ),
    ],
)
def test_publication_time_is_never_more_exact_than_its_source(
    make_alert: Make, published: Timestamp, shown: str
) -> None:
    assert f"Published   {shown}\n" in text_of(mail_of(make_alert(published=published)))


def test_a_late_alert_says_so(make_alert: Make) -> None:
    message = mail_of(make_alert(), now=NOON + timedelta(hours=5, minutes=20))
    assert message["Subject"].startswith("[bakhmut] Late: ")
    assert "5 h 20 min late" in text_of(message)
    assert "5 h 20 min late" in html_of(message)


def test_an_edit_is_told_as_one(make_alert: Make) -> None:
    edited = {"event": "edit", "revision": 2, "edited_at": NOON, "headline_before": "Harbour closes"}
    message = mail_of(make_alert("Bakhmut", **edited, body_before="The minister spoke for an hour."))
    assert "Edited: Harbour" in message["Subject"]
    assert "[bakhmut] edited" in text_of(message)
    assert "Edit seen   Mon 23 Nov 2026, 15:30 Tehran time (12:00 UTC)\n" in text_of(message)
    shown = words(html.document_fromstring(html_of(message)))
    for part in (text_of(message), shown):
        assert "Headline before: Harbour closes" in part
        assert "New in the text:" in part
        assert "nor do edits unless the match is new in them" in part


def test_an_edit_shows_the_sentences_it_brought(make_alert: Make) -> None:
    before = "The dam at Bakhmut is old. It stands."
    body = f"{before} Now Bakhmut must leave.\nMore of Bakhmut follows."
    alert = make_alert(
        "Bakhmut", revision=2, edited_at=NOON, body=f"{'x ' * 300}\n{body}", body_before=before
    )
    quotes = text_of(mail_of(alert)).partition("New in the text:")[2].partition("http")[0]
    assert "Now *Bakhmut* must leave" in quotes
    assert "More of *Bakhmut* follows" in quotes
    assert "*Bakhmut* is old" not in quotes
    kept = make_alert("Bakhmut", revision=2, edited_at=NOON, body=before, body_before=before)
    assert "New in the text" not in text_of(mail_of(kept))
    assert "dam at *Bakhmut*" in text_of(mail_of(kept))


def test_the_opening_of_an_edited_text_is_not_called_new(make_alert: Make) -> None:
    alert = make_alert(revision=2, edited_at=NOON, spans=(("title", 0, 7),))
    assert "New in the text:" not in text_of(mail_of(alert)) + html_of(mail_of(alert))


def test_the_first_text_is_no_edit(make_alert: Make) -> None:
    text = text_of(mail_of(make_alert("Bakhmut")))
    assert "Edit seen" not in text
    assert "Headline before" not in text
    assert "New in the text" not in text


def test_an_address_is_shown_in_its_script_and_opened_as_it_is(make_alert: Make) -> None:
    url = "https://www.example.ir/news/%D8%A8%D9%86%D8%AF%D8%B1/a%2Fb?q=%E2%80%AE&x=%FF%0A"
    link = html.document_fromstring(html_of(mail_of(make_alert(url=url)))).cssselect("a.link")[0]
    assert link.get("href") == url
    assert words(link) == "https://www.example.ir/news/بندر/a%2Fb?q=%E2%80%AE&x=%FF%0A"
    assert url in text_of(mail_of(make_alert(url=url)))


def test_the_host_is_named_only_where_it_is_another(make_alert: Make) -> None:
    url = "https://www.presstv.ir/Detail/1"
    same = mail_of(make_alert(url=url, fetched_url=f"{url}?page=1"))
    assert "served by" not in text_of(same) + html_of(same)
    other = mail_of(make_alert(url=url, fetched_url="https://www.presstv.co.uk/Detail/1"))
    assert "served by www.presstv.co.uk" in text_of(other)


def test_a_rule_that_left_the_config_is_still_named(make_alert: Make) -> None:
    assert "Rule gone: (no longer in the config)" in text_of(mail_of(make_alert(rule_id="gone")))


def test_what_names_and_synonyms_stand_for_is_told_beside_the_query(make_alert: Make) -> None:
    given = Rule(
        id="deal",
        query="@talks Khamenei",
        expanded='(accord OR "the talks") AND (Khamenei OR خامنه‌ای)',
        to=(),
    )
    mail = mail_of(make_alert(rule_id="deal"), rules={"deal": given})
    told = "".join(char for char in text_of(mail) if char not in "\u2068\u2069")
    assert f"Rule deal: {given.query}, that is: {given.expanded}\n" in told
    (why,) = html.document_fromstring(html_of(mail)).xpath("//p[@class='why-line']")
    assert f"{given.query}, that is {given.expanded}" in words(why)
    plain = mail_of(make_alert(rule_id="deal"), rules={"deal": replace(given, expanded="")})
    assert "that is" not in text_of(plain) + html_of(plain)


def test_a_mail_shows_by_what_it_was_matched_where_the_rule_has_another_query_by_now(
    make_alert: Make,
) -> None:
    rule = Rule(id="deal", query="@talks", expanded="accord OR talks", to=())
    alerts = [
        make_alert(rule_id="deal", digest=True, asked=asked)
        for asked in ("accord", "accord OR talks", "accord")
    ]
    mail = mail_of(*alerts, rules={"deal": rule})
    assert text_of(mail).count("Matched when its query was: accord\n") == 1
    (why,) = html.document_fromstring(html_of(mail)).xpath("//p[@class='why-line']")
    assert words(why).count("Matched when its query was") == 1
    assert "Matched when its query was: accord\n" in text_of(mail_of(*alerts[:1], rules={}))
    same = mail_of(alerts[1], rules={"deal": rule})
    assert "Matched when" not in text_of(same) + html_of(same)


def test_digest_names_every_story_and_every_rule(make_alert: Make) -> None:
    alerts = [make_alert("Bakhmut", digest=True, title=f"Story {n} of Bakhmut") for n in range(60)]
    message = mail_of(*alerts, make_alert(digest=True, rule_id="wagner"))
    assert "Digest: 61 stories: Story 0 of Bakhmut" in message["Subject"]
    for part in (
        text_of(message).replace("*", ""),
        words(html.document_fromstring(html_of(message))),
    ):
        assert all(f"Story {n} of Bakhmut" in part for n in range(60))
    assert "Rule wagner" in text_of(message)
    assert message["References"] is None


def test_a_late_digest_says_so(make_alert: Make) -> None:
    message = mail_of(make_alert(), make_alert(), now=NOON + timedelta(hours=3))
    assert "Late digest: 2 stories" in message["Subject"]
    assert "Late digest" in html_of(message)


def test_persian_reads_from_right_to_left_and_keeps_its_joiners(make_alert: Make) -> None:
    title = "تنگهٔ هرمز باز می‌ماند"
    alert = make_alert("هرمز", title=title, body=f"{title}\nپایان", language="fa")
    message = mail_of(alert)
    heading = html.document_fromstring(html_of(message)).find(".//h1")
    assert heading is not None
    assert (heading.get("dir"), heading.get("lang")) == ("rtl", "fa")
    assert words(heading) == title
    assert title in message["Subject"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "https://",
        "https://[",
        "https://a/ b",
    ],
)
def test_only_web_addresses_become_links(make_alert: Make, url: str) -> None:
    assert not html.document_fromstring(html_of(mail_of(make_alert(url=url)))).findall(".//a")


def test_nothing_in_a_mail_is_fetched_from_elsewhere(make_alert: Make) -> None:
    page = html_of(mail_of(make_alert("Bakhmut"))).lower()
    assert not re.search(r"<(img|link|script|iframe|object|video|svg)\b|url\(|@import|\bsrc=", page)
    assert "prefers-color-scheme: dark" in page
    assert "width=device-width" in page


def test_a_hostile_title_is_inert_everywhere(make_alert: Make) -> None:
    title = "A\r\nBcc: all@example.org\u2028<script>x()</script>\x00\x1b[31mred\x1b]0;t\x07 \u202egnp.exe \ud800end"
    hostile: dict[str, Any] = {
        "title": title,
        "outlet_name": title,
        "section": title,
        "byline": (title,),
    }
    hostile["copies"] = (Copy(outlet_name=title, title=title, url=f"https://example.com/{title}"),)
    message = mail_of(make_alert(body=title, rule_id=title, url=f"https://example.org/{title}", **hostile))
    assert message["Bcc"] is None
    assert message["Subject"].count("Bcc") >= 1
    assert not FORBIDDEN.search(message["Subject"])
    assert not FORBIDDEN.search(text_of(message))
    assert not FORBIDDEN.search(html_of(message))
    assert "<script" not in html_of(message)
    assert "[31m" not in text_of(message)


def test_ten_megabytes_of_title_and_body_make_a_small_mail(make_alert: Make) -> None:
    big = "wörd " * 2_000_000
    alert = make_alert(
        title=big + "Bakhmut",
        body=big + "Bakhmut" + big,
        section=big,
        byline=(big,) * 50,
        copies=tuple(Copy(outlet_name=big, title=big, url=f"https://example.org/{n}") for n in range(50)),
        spans=(("title", 10_000_000, 10_000_007), ("body", 10_000_000, 10_000_007)),
    )
    message = mail_of(alert)
    assert len(message.as_bytes()) < 30_000
    assert len(message["Subject"]) <= 200
    assert text_of(message).count("*Bakhmut*") == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(max_size=400),
    body=st.text(max_size=800),
    spans=st.lists(
        st.tuples(st.sampled_from(["title", "body"]), st.integers(-5, 900), st.integers(-5, 900)), max_size=8
    ),
    language=st.text(max_size=5),
)
def test_any_text_makes_a_mail_that_can_be_read(
    make_alert: Make, title: str, body: str, spans: list[tuple[str, int, int]], language: str
) -> None:
    message = mail_of(make_alert(title=title, body=body, spans=tuple(spans), language=language))
    assert not FORBIDDEN.search(message["Subject"])
    assert not FORBIDDEN.search(text_of(message))
    assert max(len(line) for line in message.as_bytes().splitlines()) <= 998


@pytest.mark.parametrize(
    "text",
    [
        "[port-selm-fire] Warehouse burns down on the quay of Port Selm · Northwire (sample)",
        "بندر تازه‌ی ماهیگیری در کرانه‌ی شمالی گشایش یافت " * 3,
        "a" * 150 + " é",
        "a" * 150 + " tail",
        *("[ab, cd] Harbour; " + ("of the bay " * 9)[:room].strip() for room in range(48, 64)),
    ],
)
def test_a_subject_reads_back_as_it_was_written(text: str) -> None:
    message = EmailMessage(policy=SEVEN_BIT)
    message["Subject"] = text.strip()
    lines = message.as_bytes()
    assert max(map(len, lines.split(b"\r\n"))) <= 78
    assert lines.split(b"\r\n")[0].removeprefix(b"Subject:").strip(), "the first line holds text"
    assert email.message_from_bytes(lines, policy=email.policy.default)["Subject"] == text.strip()


CHANGED = {"revision": 2, "edited_at": NOON, "headline_before": "Harbour <closes>"}


def test_a_changed_headline_is_shown_beside_the_one_before(make_alert: Make) -> None:
    message = mail_of(make_alert(event="headline", **CHANGED, body_before="x"))
    assert "[bakhmut] Headline changed: Harbour of Bakhmut Bay" in message["Subject"]
    assert "Headline before: Harbour <closes>\nAll that changed: newshawk diff 1 --to 2\n" in text_of(message)
    (struck,) = html.document_fromstring(html_of(message)).iter("del")
    assert words(struck) == "Harbour <closes>"


def test_what_an_edit_took_away_is_quoted_from_the_text_before(make_alert: Make) -> None:
    before = "The dam is old. The mayor resigned at noon. It stands."
    spans = (("body", before.index("mayor"), before.index("mayor") + 5),)
    alert = make_alert(
        event="unmatch",
        revision=2,
        edited_at=NOON,
        body="The dam is old. It stands.",
        body_before=before,
        spans=spans,
    )
    message = mail_of(alert)
    assert "No longer said: " in message["Subject"]
    quote = text_of(message).partition("No longer in the text, as it stood before:")[2].partition("http")[0]
    assert "The *mayor* resigned" in quote
    (struck,) = html.document_fromstring(html_of(message)).iter("del")
    assert words(struck) == "mayor"


@pytest.mark.parametrize(
    ("event", "lead", "told"),
    [("removal", "Removed: ", "Removed     from all hosts"), ("return", "Back: ", "Back        since")],
)
def test_removal_and_return_say_so(make_alert: Make, event: str, lead: str, told: str) -> None:
    message = mail_of(make_alert(event=event))
    assert lead in message["Subject"]
    assert told in text_of(message)
    assert "newshawk diff" not in text_of(message)
    assert "are told once, to rules that ask for it" in words(html.document_fromstring(html_of(message)))


def test_a_removal_leads_to_the_copy_and_to_no_page_that_is_gone(make_alert: Make) -> None:
    def button(event: str, public_url: str) -> list[str]:
        message = mail_of(make_alert(event=event, article_id=77), public_url=public_url)
        links = html.document_fromstring(html_of(message)).iter("a")
        return [str(link.get("href")) for link in links if link.get("class") == "button"]

    store = "https://news.example.org"
    assert button("removal", store) == [f"{store}/newshawk/article?id=77"]
    assert button("removal", "") == []
    assert [link.startswith("https://www.presstv.ir/") for link in button("return", store)] == [True]


@pytest.mark.parametrize("event", ["removal", "return", "match"])
def test_the_copy_in_the_store_is_linked_once(make_alert: Make, event: str) -> None:
    message = mail_of(make_alert(event=event, article_id=77), public_url="https://news.example.org")
    copy = "https://news.example.org/newshawk/article?id=77"
    links = [link.get("href") for link in html.document_fromstring(html_of(message)).iter("a")]
    assert (links.count(copy), text_of(message).count(copy)) == (1, 1)


def test_many_changes_at_once_are_one_digest(make_alert: Make) -> None:
    alerts = [make_alert(event="headline", **CHANGED) for _ in range(10)]
    assert [mail.digest for mail in group(alerts, NOON)] == [True]
    assert len(group(alerts[:9], NOON)) == 9
    assert len(group([*alerts, make_alert()], NOON)) == 2  # a new match leaves alone


HEADERS = (
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "References",
    "List-Id",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Newshawk-Rules",
    "MIME-Version",
    "Content-Type",
)
BREAKERS = st.sampled_from(
    [
        "\r\nBcc: all@example.org\r\n",
        "\n\n<html>",
        "\r",
        "\x00",
        "\u2028",
        "\u2029",
        "\x85",
        "\x0b",
        "\u202e",
        "\x1b[2J",
        "́" * 40,
        "😀" * 30,
        "<script>alert(1)</script>",
        "=?utf-8?q?=0D=0ABcc:_x?=",
        "a" * 10000,
        "é",
        "سلام",
    ]
)
HOSTILE = st.lists(BREAKERS | st.text(max_size=20), max_size=8).map("".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=HOSTILE, outlet=HOSTILE, section=HOSTILE, author=HOSTILE, copy=HOSTILE)
def test_no_text_adds_a_header_or_ends_the_headers(
    make_alert: Make, title: str, outlet: str, section: str, author: str, copy: str
) -> None:
    alert = make_alert(
        title=title,
        outlet_name=outlet,
        section=section,
        byline=(author,),
        copies=(Copy(outlet_name=copy, title=copy, url="https://example.org/1"),),
    )
    message = mail_of(alert)
    assert sorted(message.keys()) == sorted(HEADERS)
    assert not message.defects
    assert message["To"] == "desk@example.org"
    assert "\n" not in message["Subject"]
    assert len(message["Subject"]) <= 200
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text = text_of(message)
    assert all(line.count("\u2068") == line.count("\u2069") for line in text.split("\n"))
    assert not FORBIDDEN.search(re.sub("[\u2068\u2069]", "", text))


def test_persian_names_stand_isolated_among_english_words_of_the_text_part(make_alert: Make) -> None:
    alert = make_alert(
        outlet_name="خبرگزاری مهر", section="سیاست", copies=(copy_in("ایرنا"), copy_in("Northwire"))
    )
    text = text_of(mail_of(alert))
    assert "\u2068خبرگزاری مهر\u2069 · \u2068سیاست\u2069" in text
    assert "Also in \u2068ایرنا\u2069: Bay stays open" in text
    assert "Also in Northwire: Bay stays open" in text


def test_one_frame_has_the_head_of_every_mail_and_page() -> None:
    folder = Path(str(files("crawler.alerts") / "templates"))
    heads = [path.name for path in folder.glob("*.html") if "<head>" in path.read_text()]
    assert heads == ["frame.html"]
