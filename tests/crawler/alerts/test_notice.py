"""The mail to ops about a redesign, as text and as HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from crawler.alerts.notice import LINES, build_notice
from crawler.items import BreakNotice, Example, Recipient

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPS = Recipient(id="night", emails=("night@example.org", "desk@bücher.example"), timezone="Europe/London")
OPENED = BreakNotice(
    id=3,
    outlet_id="example",
    outlet_name="Example <News>",
    event="opened",
    kind="text",
    opened_at=NOON,
    told=("pages without a text: 1% before, 100% of the last 6",),
    quarantined=6,
    held=1,
    before=Example(
        title="Bridge closed", body="\n".join(f"Paragraph {n}." for n in range(30)), url="http://e.org/1"
    ),
    after=Example(title="Shut\u202e <b>", body="", url="javascript:alert(1)"),
)


def built(notice: BreakNotice) -> EmailMessage:
    return build_notice(notice, [OPS], sender="newshawk <newshawk@example.org>", now=NOON)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_it_says_what_changed_what_waits_and_what_to_do() -> None:
    mail = built(OPENED)
    text = part(mail, "plain")
    assert mail["Subject"] == "[newshawk] Example <News>: the texts of new pages are in doubt"
    assert mail["To"] == "night@example.org, desk@xn--bcher-kva.example"
    assert "6 articles in quarantine, 1 alert held" in text
    assert "- pages without a text: 1% before, 100% of the last 6" in text
    assert (
        "fit again, do not wait for further pages:\n  newshawk outlets breaks example --close 3 --as fixed\n"
        in text
    )
    assert "accept their texts:\n  newshawk outlets breaks example --close 3 --as normal\n" in text
    assert f"... and {30 - LINES} more lines" in text
    assert text.index("Bridge closed") < text.index("(no text)")


def test_the_two_pages_stand_side_by_side_and_nothing_of_them_is_live() -> None:
    page = part(built(OPENED), "html")
    assert page.count('class="side"') == 2
    assert "<b>" not in page
    assert 'href="javascript' not in page
    assert 'href=""' not in page
    assert "\u202e" not in page
    assert "Example &lt;News&gt;" in page


def test_the_same_event_is_the_same_mail_and_others_are_not() -> None:
    closed = replace(OPENED, event="closed", closed_at=NOON + timedelta(hours=2), how="fixed")
    ids = [built(each)["Message-ID"] for each in (OPENED, OPENED, closed, replace(OPENED, kind="fields"))]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert built(closed)["References"] == built(OPENED)["References"]
    text = part(built(closed), "plain")
    assert "sound again" in text
    assert "Bridge closed" not in text
    assert "--close" not in text, "what is over is not closed again"


def test_a_redesign_with_sound_texts_says_that_nothing_is_held() -> None:
    notice = replace(OPENED, kind="redesign", closed_at=NOON, how="sound", quarantined=0, held=0)
    mail = built(notice)
    assert "has a new template; its texts are sound" in mail["Subject"]
    assert "Nothing is held" in part(mail, "plain")
    assert "--close" not in part(mail, "plain")
