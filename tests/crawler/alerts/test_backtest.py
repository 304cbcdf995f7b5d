"""How much mail a rule would have made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.backtest import Hit, bars, compared, hits_by_day, loads, sparkline
from crawler.alerts.policy import DIGEST_STORIES
from crawler.alerts.storm import STORIES, peak, storm_moments
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


def test_a_load_tells_what_quiet_days_hold() -> None:
    rule = Rule(id="r", query="x", to=("desk",))
    desk = Recipient(id="desk", emails=(), quiet_days=("mon",))
    (load,) = loads(rule, [desk], [hit(1, 0), hit(2, 1), hit(3, 24)])
    assert (load.at_once, load.digests, load.held) == (1, 1, 2)


def test_a_rule_that_would_match_too_much_makes_digests() -> None:
    desk = Recipient(id="desk", emails=())
    hits = [hit(story, story / 60) for story in range(100)]  # one a minute from noon
    (load,) = loads(Rule(id="r", query="x", to=("desk",)), [desk], hits)
    assert (load.alerts, load.at_once, load.digests, load.calmed) == (100, STORIES, 2, 100 - STORIES)
    (urgent,) = loads(Rule(id="r", query="x", to=("desk",), severity="high"), [desk], hits)
    assert (urgent.at_once, urgent.digests, urgent.calmed) == (100, 0, 0)
    (hourly,) = loads(Rule(id="r", query="x", to=("desk",), cadence="hourly"), [desk], hits)
    assert (hourly.digests, hourly.calmed) == (2, 0)


@given(st.lists(st.integers(0, 400), max_size=120))
def test_a_storm_is_told_of_the_past_as_it_is_at_the_time(minutes: list[int]) -> None:
    times = sorted(NOON + timedelta(minutes=each) for each in minutes)
    at_the_time = {at for at in times if peak([each for each in times if each <= at], at) > STORIES}
    assert storm_moments(times) == at_the_time


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
