"""Inside the window, or provably outside of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.dates import parse_published
from crawler.items import NO_TIME, FeedEntry, Timestamp
from crawler.window import Place, Window, chosen_children, placed, reaches_back, span_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WINDOW = Window(since=datetime(2026, 11, 1, tzinfo=UTC), until=datetime(2026, 11, 11, tzinfo=UTC))
SITE = "https://x.example"


def at(text: str) -> Timestamp:
    return parse_published(text, now=NOW) if text else NO_TIME


def place(
    published: str = "", changed: str = "", path: str = "/story", first_seen: datetime | None = None
) -> Place:
    entry = FeedEntry(url=SITE + path, published=at(published), changed=at(changed))
    return placed(entry, WINDOW, first_seen).place


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2026-10-31T23:59:59Z", "older"),
        ("2026-11-01T00:00:00Z", "inside"),
        ("2026-11-10T23:59:59Z", "inside"),
        ("2026-11-11T00:00:00Z", "newer"),
        ("2026-10-31", "older"),
        ("2026-11-01", "inside"),
        ("2026-11-10", "inside"),
        ("2026-11-11", "newer"),
        ("1970-01-01", "inside"),
        ("2041-01-01", "inside"),
        ("soon", "inside"),
    ],
)
def test_the_publication_time_decides_and_a_wrong_one_proves_nothing(published: str, expected: str) -> None:
    assert place(published) == expected


def test_then_the_day_or_month_in_the_address() -> None:
    assert place(path="/2026/10/31/a") is Place.OLDER
    assert place(path="/2026/11/05/a") is Place.INSIDE
    assert place(path="/2026/10/a") is Place.OLDER
    assert place(path="/2026/12/a") is Place.NEWER
    assert place(path="/2026/11/a") is Place.INSIDE
    assert place("2026-11-05T10:00:00Z", path="/2026/10/31/a") is Place.INSIDE


def test_a_change_before_the_window_proves_that_it_is_older_and_a_later_one_nothing() -> None:
    assert place(changed="2026-10-20T10:00:00Z") is Place.OLDER
    assert place(changed="2026-10-31") is Place.INSIDE  # some time of that day, somewhere
    assert place(changed="2026-11-20") is Place.INSIDE
    assert place(changed="1970-01-01") is Place.INSIDE
    assert place(changed="2026-10-20", path="/2026/11/05/a") is Place.INSIDE


def test_what_the_ledger_met_before_the_window_is_older() -> None:
    assert place(first_seen=datetime(2026, 10, 20, tzinfo=UTC)) is Place.OLDER
    assert place(first_seen=datetime(2026, 11, 20, tzinfo=UTC)) is Place.INSIDE


def chosen(*children: tuple[str, str]) -> tuple[list[str], bool]:
    found, older = chosen_children(
        [f"{SITE}{name}" for name, _ in children], [at(day) for _, day in children], WINDOW
    )
    return [child.removeprefix(SITE) for child in found], older


def test_sitemaps_are_chosen_by_the_days_in_their_names_with_a_margin() -> None:
    assert chosen(
        ("/map-2026-09.xml", "2026-11-20"),
        ("/map-2026-10.xml", ""),
        ("/map-2026-11.xml", "2026-01-01"),
        ("/map-2026-12.xml", ""),
        ("/map-2025.xml", ""),
        ("/map.xml", ""),
    ) == (["/map-2026-10.xml", "/map-2026-11.xml", "/map.xml"], True)


def test_sitemaps_that_did_not_change_since_hold_nothing_of_the_window() -> None:
    assert chosen(("/a.xml", "2026-10-01"), ("/b.xml", "2026-11-05"), ("/c.xml", "2026-11-22")) == (
        ["/b.xml", "/c.xml"],
        True,
    )


def test_an_index_whose_times_stand_still_has_its_newest_sitemap_walked() -> None:
    assert chosen(("/a.xml", "2026-01-01"), ("/b.xml", "2026-02-01")) == (["/b.xml"], True)


def test_one_old_entry_may_be_pinned_and_an_old_tail_shows_that_the_list_reaches_back() -> None:
    def page(*hours: int) -> bool:
        stamps = (WINDOW.since + timedelta(hours=hour) for hour in hours)
        entries = [
            FeedEntry(url=f"{SITE}/{n}", published=at(stamp.isoformat())) for n, stamp in enumerate(stamps)
        ]
        return reaches_back([placed(entry, WINDOW) for entry in entries])

    assert page(9, 8, -1, -2)
    assert page(9, 8, 7, 6, 5, 4, 3, -1, -2, -3)
    assert page(-1)
    assert not page(-90, 9, 8, 7)
    assert not page(9, 8, 7, -1)
    assert not page(9, -400, 8, -300, 9)
    assert not reaches_back([])


def test_upper_bounds_are_no_evidence_of_newness() -> None:
    entry = FeedEntry(url=f"{SITE}/a", changed=at("2026-11-20T10:00:00Z"))
    assert span_of([placed(entry, WINDOW)]) == (datetime(2026, 11, 20, 10, tzinfo=UTC), None)
