"""How much mail a rule would have made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from crawler.alerts.backtest import Hit, bars, compared, hits_by_day, loads, sparkline
from crawler.alerts.policy import DIGEST_STORIES
from crawler.items import Recipient, Rule

NUMBERS = count(1)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def hit(story: int, hours: float, outlet: str = "a") -> Hit:
    return Hit(
        article_id=next(NUMBERS), story_id=story, outlet=outlet, first_seen_at=NOON + timedelta(hours=hours)
    )


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


def test_a_load_tells_what_quiet_hours_hold_and_the_busiest_day() -> None:
    rule = Rule(id="r", query="x", to=("sleeper",))
    sleeper = Recipient(id="sleeper", emails=(), quiet="22:00-07:00", timezone="Asia/Tokyo")
    hits = [
        hit(1, 0),
        hit(2, 1),
        hit(3, 2),
        hit(4, 3),
        hit(5, 11),
    ]  # 21:00, 22:00, 23:00, 0:00 and 8:00 in Tokyo
    (load,) = loads(rule, [sleeper], hits)
    assert (load.alerts, load.mails, load.at_once, load.digests, load.held) == (5, 3, 2, 1, 3)
    assert (load.busiest, load.busiest_mails) == (date(2026, 11, 24), 2)


def test_a_digest_that_would_be_split_counts_as_so_many_mails() -> None:
    rule = Rule(id="r", query="x", to=("desk",), cadence="daily 07:00")
    hits = [hit(story, story / 60) for story in range(DIGEST_STORIES + 1)]
    (load,) = loads(rule, [Recipient(id="desk", emails=())], hits)
    assert (load.alerts, load.digests, load.held) == (201, 2, 0)


def test_a_long_time_is_drawn_in_bars_of_several_days() -> None:
    days = hits_by_day([hit(1, 0), hit(2, 24), hit(3, 24 * 99)], NOON, NOON + timedelta(days=99))
    each, drawn = bars(days, 60)
    assert (each, len(drawn)) == (2, 50)
    assert (drawn[0], drawn[-1]) == ((date(2026, 11, 23), 2), (date(2027, 3, 1), 1))


def test_what_two_wordings_find_is_told_apart_by_article() -> None:
    one, two, three = hit(1, 0), hit(1, 1), hit(2, 2)
    assert compared([one, two], [two, three]) == ((one,), (three,))
