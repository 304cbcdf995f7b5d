"""What changes by itself on pages: counters, times and labels are told from prose; slots; live blogs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.changes.furniture import is_furniture_only, settled
from crawler.changes.liveblog import FEW, is_live, live_signs, next_revision
from crawler.changes.slots import difference, fits, rotates

TEXT = (
    "The ferry stays in port until Friday.",
    "A pump of the main engine broke, the owner said.",
    "Nobody was hurt.",
)


@pytest.mark.parametrize(
    "line",
    [
        *("3 minutes ago", "Updated 12:33", "1.2K views · 5 comments", "12:45", "Advertisement", "Share 23"),
        *(
            "Last updated on 3 May 2026 at 12:30 GMT",
            "This article has been read 1,234 times.",
            "2026-11-23 12:40",
        ),
        *(
            "vor 5 Minuten",
            "Stand: 23.11.2026, 12:40 Uhr",
            "il y a 3 heures",
            "hace 2 horas",
            "Просмотров: 1234",
        ),
        *(
            "5 минут назад",
            "۱۲۳۴ بازدید",
            "۳ دقیقه پیش",
            "منذ 5 دقائق",
            "3分钟前",
            "阅读 1234",
            "5分前",
            "조회 1,234",
            "广告",
        ),
    ],
)
def test_lines_that_are_nothing_else(line: str) -> None:
    assert settled(line) is None


@pytest.mark.parametrize(
    "line",
    [
        *("Three men fled two hours ago, police said.", "Update on the strikes in the port of Selm"),
        *("Modified food is sold in 12 shops", "Standard and Poor's lowers rating", "5 dead in Selm"),
        *(
            "Der Stand der Dinge ist schlecht.",
            "The video has 1,234 views by now, the police said.",
            "Share of exports falls",
        ),
    ],
)
def test_prose_and_headlines_stay(line: str) -> None:
    told = settled(line)
    assert told is not None
    assert "\ufffc" not in told


def test_a_short_line_with_a_counter_keeps_the_rest() -> None:
    assert settled("By Ann Lee, 3 hours ago") == settled("By Ann Lee, 9 minutes ago")
    assert settled("By Ann Lee, 3 hours ago") != settled("By Bo Ek, 3 hours ago")


def test_only_counters_and_shuffled_labels_are_no_edit() -> None:
    old = "\n".join((*TEXT, "Ten views of Selm", "A day at sea", "5 comments"))
    new = "\n".join(("4 minutes ago", *TEXT, "A day at sea", "Ten views of Selm", "9 comments"))
    assert is_furniture_only(("Ferry", old), ("Ferry", new))
    assert not is_furniture_only(("Ferry", old), ("Ferry stays", new))
    assert not is_furniture_only(("Ferry", old), ("Ferry", new.replace("Friday", "Sunday")))
    assert not is_furniture_only(("Ferry", "\n".join(TEXT)), ("Ferry", "\n".join(reversed(TEXT))))


def test_what_rotates_and_what_was_edited() -> None:
    def at_end(line: str) -> tuple[str, str]:
        return "Ferry", "\n".join((*TEXT, line))

    rotated = difference(at_end("Win a trip to Selm"), at_end("Ten recipes for autumn"))
    assert rotated.may_be_jitter()
    (slot,) = rotated.slots
    assert slot.place == ("nobody was hurt", "")
    assert fits(slot, 1, 20)
    assert not fits(slot, 0, 0)
    edit = difference(("Ferry", "\n".join(TEXT)), ("Ferry", "\n".join(TEXT).replace("Friday", "Sunday")))
    assert not edit.may_be_jitter()
    note = difference(at_end("Win a trip"), at_end("Correction: the ferry sails on Sunday."))
    assert not note.may_be_jitter()
    assert not any(fits(each, 9, 900) for each in note.slots)
    added = difference(("Ferry", "\n".join(TEXT)), at_end("Two men were hurt, it was said later in the day."))
    assert not any(map(rotates, added.slots))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"page": b'<script>{"@type": "LiveBlogPosting"}</script>'}, True),
        ({"page": b"<p>LiveBlogPosting is a type</p>"}, False),
        ({"title": "Flood in Selm: live updates", "address": "https://x.org/live/flood"}, True),
        ({"title": "Hochwasser im Liveticker", "section": "Ticker"}, True),
        ({"title": "لحظه به لحظه با سیل در سلم", "body": "12:30 الف\n12:20 ب\n12:10 پ\n12:00 ت"}, True),
        (
            {"title": "Live music returns to Selm", "address": "https://x.org/culture/live-music-returns"},
            False,
        ),
        ({"title": "Where the people of Selm live", "section": "Life"}, False),
    ],
)
def test_live_blogs_are_known_by_signs(given: dict[str, object], expected: bool) -> None:
    asked: dict[str, object] = {
        "title": "Flood",
        "address": "https://x.org/a",
        "section": "",
        "body": "A line.",
    }
    assert is_live(live_signs(**(asked | given))) is expected  # type: ignore[arg-type]


def test_growth_at_the_top_is_a_sign() -> None:
    before = "\n".join(f"Entry {n} tells of the flood in the town." for n in range(5, 0, -1))
    after = "\n".join(f"Entry {n} tells of the flood in the town." for n in range(8, 0, -1))
    about = {"title": "Flood", "address": "https://x.org/a", "section": ""}
    assert live_signs(**about, body=after, before=before) == ["growth"]
    at_end = "\n".join(f"Entry {n} tells of the flood in the town." for n in range(5, -3, -1))
    assert live_signs(**about, body=at_end, before=before) == []


def test_revisions_of_a_live_blog_are_an_hour_apart_and_later_a_day() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert next_revision(at, 1) == at + timedelta(hours=1)
    assert next_revision(at, FEW) == at + timedelta(days=1)
