"""How much mail a rule would have made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from crawler.alerts.backtest import Hit, hits_by_day, loads, sparkline
from crawler.items import Recipient, Rule

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def hit(story: int, hours: float, outlet: str = "a") -> Hit:
    return Hit(story_id=story, outlet=outlet, first_seen_at=NOON + timedelta(hours=hours))


def test_days_without_a_hit_are_shown() -> None:
    days = hits_by_day([hit(1, 0), hit(2, 1), hit(3, 48)], NOON - timedelta(days=1), NOON + timedelta(days=2))
    assert days == [
        (date(2026, 11, 22), 0),
        (date(2026, 11, 23), 2),
        (date(2026, 11, 24), 0),
        (date(2026, 11, 25), 1),
    ]


def test_sparkline_has_a_sign_a_day() -> None:
    assert sparkline([0, 1, 4, 8]) == "·▁▄█"
    assert sparkline([]) == ""
    assert sparkline([0]) == "·"


def test_copies_of_a_story_count_once_and_digests_gather() -> None:
    rule = Rule(id="r", query="x", to=("desk", "sleeper"))
    readers = [
        Recipient(id="desk", emails=()),
        Recipient(id="sleeper", emails=(), quiet="22:00-07:00"),
    ]
    hits = [hit(1, 0), hit(1, 5, "b"), hit(2, 1), hit(3, 11), hit(4, 12)]
    assert [(load.alerts, load.mails) for load in loads(rule, readers, hits)] == [(4, 4), (4, 3)]
