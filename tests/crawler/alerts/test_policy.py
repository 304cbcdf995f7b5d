"""When an alert is due, in which mail it leaves, when it is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.policy import (
    DAYS,
    DIGEST_STORIES,
    after_quiet,
    due_at,
    group,
    is_digest,
    is_given_up,
    next_try,
)
from crawler.items import Alert, Recipient, Rule

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday."""


def rule(cadence: str = "immediate", severity: str = "normal") -> Rule:
    return Rule(id="r", query="x", to=("desk",), cadence=cadence, severity=severity)  # type: ignore[arg-type]


def reader(timezone: str = "UTC", quiet: str = "", quiet_days: tuple[str, ...] = ()) -> Recipient:
    return Recipient(
        id="desk", emails=("desk@example.org",), timezone=timezone, quiet=quiet, quiet_days=quiet_days
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "timezone", "quiet", "now", "due"),
    [
        ("immediate", "UTC", "", "2026-11-23T12:00", "2026-11-23T12:00"),
        ("immediate", "Europe/London", "22:00-07:00", "2026-11-23T23:10", "2026-11-24T07:00"),
        ("immediate", "Europe/London", "22:00-07:00", "2026-11-24T06:59", "2026-11-24T07:00"),
        ("immediate", "Europe/London", "22:00-07:00", "2026-11-24T07:00", "2026-11-24T07:00"),
        ("immediate", "UTC", "12:00-14:00", "2026-11-23T12:00", "2026-11-23T14:00"),
        ("immediate", "Asia/Tehran", "22:00-07:00", "2026-11-23T20:00", "2026-11-24T03:30"),
        ("hourly", "UTC", "", "2026-11-23T12:00", "2026-11-23T13:00"),
        ("hourly", "Asia/Tehran", "", "2026-11-23T12:00", "2026-11-23T12:30"),
        ("hourly", "Asia/Kathmandu", "", "2026-11-23T12:20", "2026-11-23T13:15"),
        ("hourly", "UTC", "22:00-07:00", "2026-11-23T22:20", "2026-11-24T07:00"),
        ("daily 07:00", "Europe/London", "", "2026-11-23T06:59", "2026-11-23T07:00"),
        ("daily 07:00", "Europe/London", "", "2026-11-23T07:00", "2026-11-24T07:00"),
        ("daily 06:00", "Europe/London", "22:00-07:00", "2026-11-23T12:00", "2026-11-24T07:00"),
        ("daily 07:00", "America/Los_Angeles", "", "2026-11-23T12:00", "2026-11-23T15:00"),
        ("mon 07:00", "UTC", "", "2026-11-23T06:00", "2026-11-23T07:00"),
        ("mon 07:00", "UTC", "", "2026-11-23T07:00", "2026-11-30T07:00"),
        ("sun 23:30", "Asia/Tokyo", "", "2026-11-23T12:00", "2026-11-29T14:30"),
    ],
)
def test_due_on_the_readers_clock(cadence: str, timezone: str, quiet: str, now: str, due: str) -> None:
    assert due_at(rule(cadence), reader(timezone, quiet), utc(now)) == utc(due)


@pytest.mark.parametrize(
    ("cadence", "timezone", "now", "due"),
    [
        # London skips 01:00-02:00 on 2026-03-29, and has it twice on 2026-10-25.
        ("daily 01:30", "Europe/London", "2026-03-28T12:00", "2026-03-29T01:00"),
        ("daily 07:00", "Europe/London", "2026-03-28T12:00", "2026-03-29T06:00"),
        ("daily 01:30", "Europe/London", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("daily 01:30", "Europe/London", "2026-10-25T00:45", "2026-10-26T01:30"),
        ("hourly", "Europe/London", "2026-10-25T00:30", "2026-10-25T01:00"),
        # Lord Howe moves its clock by half an hour.
        ("hourly", "Australia/Lord_Howe", "2026-10-03T15:20", "2026-10-03T16:00"),
        # Samoa had no 30 December 2011.
        ("daily 07:00", "Pacific/Apia", "2011-12-29T20:00", "2011-12-30T10:00"),
    ],
)
def test_clock_changes_neither_lose_nor_repeat_a_digest(
    cadence: str, timezone: str, now: str, due: str
) -> None:
    assert due_at(rule(cadence), reader(timezone), utc(now)) == utc(due)


def test_quiet_hours_end_at_their_second_showing_when_the_first_is_past() -> None:
    second_ten_past_one = utc("2026-10-25T01:10")
    assert after_quiet(reader("Europe/London", "22:00-01:30"), second_ten_past_one) == utc("2026-10-25T01:30")


def test_high_severity_goes_through_quiet_hours() -> None:
    sleeper = reader("UTC", "22:00-07:00")
    night = utc("2026-11-23T23:10")
    assert due_at(rule(severity="high"), sleeper, night) == night
    assert not is_digest(rule(severity="high"), sleeper, night)
    assert is_digest(rule(), sleeper, night)
    assert is_digest(rule("hourly", "high"), sleeper, night)


@pytest.mark.parametrize(
    ("cadence", "timezone", "quiet", "now", "due"),
    [
        # 2026-11-28 is a Saturday.
        ("immediate", "UTC", "", "2026-11-27T23:59", "2026-11-27T23:59"),
        ("immediate", "UTC", "", "2026-11-28T00:00", "2026-11-30T00:00"),
        ("immediate", "Europe/London", "22:00-07:00", "2026-11-27T23:10", "2026-11-30T07:00"),
        ("immediate", "Europe/London", "22:00-07:00", "2026-11-29T12:00", "2026-11-30T07:00"),
        ("immediate", "Europe/London", "22:00-07:00", "2026-11-30T06:59", "2026-11-30T07:00"),
        ("immediate", "Europe/London", "12:00-14:00", "2026-11-28T12:00", "2026-11-30T00:00"),
        ("immediate", "Asia/Tehran", "", "2026-11-29T20:29", "2026-11-29T20:30"),
        ("daily 07:00", "UTC", "", "2026-11-28T06:00", "2026-11-30T00:00"),
        ("sun 07:00", "UTC", "22:00-07:30", "2026-11-28T06:00", "2026-11-30T07:30"),
        # Havana skips 00:00-01:00 on Sunday 2026-03-08, and Monday begins at 04:00 UTC.
        ("immediate", "America/Havana", "", "2026-03-07T12:00", "2026-03-09T04:00"),
    ],
)
def test_quiet_days_hold_until_they_and_the_hours_behind_them_end(
    cadence: str, timezone: str, quiet: str, now: str, due: str
) -> None:
    who = reader(timezone, quiet, ("sat", "sun"))
    assert due_at(rule(cadence), who, utc(now)) == utc(due)
    assert due_at(rule(severity="high"), who, utc(now)) == utc(now)


def test_a_quiet_day_that_ends_where_the_clock_skips_midnight() -> None:
    cairo = reader("Africa/Cairo", "", ("thu",))
    assert due_at(rule(), cairo, utc("2026-04-23T12:00")) == utc("2026-04-23T22:00")


@given(
    moment=st.datetimes(min_value=datetime(2005, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    timezone=st.sampled_from(
        ["UTC", "Africa/Cairo", "America/Havana", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]
    ),
    cadence=st.sampled_from(["immediate", "hourly", "daily 00:00", "daily 23:59", "sun 02:15"]),
    quiet=st.sampled_from(["", "22:00-07:00", "00:00-00:01", "23:00-00:00", "07:00-22:00"]),
    days=st.sets(st.sampled_from(DAYS), max_size=6).map(tuple),
)
def test_due_is_never_on_a_quiet_day_and_never_later_than_need_be(
    moment: datetime, timezone: str, cadence: str, quiet: str, days: tuple[str, ...]
) -> None:
    now = moment.replace(tzinfo=UTC, second=0, microsecond=0)
    who, plain = reader(timezone, quiet, days), reader(timezone, quiet)
    due = due_at(rule(cadence), who, now)
    assert now <= due <= now + timedelta(days=17)
    local = due.astimezone(ZoneInfo(timezone))
    assert DAYS[local.weekday()] not in days
    assert after_quiet(plain, due) == due
    begun = due_at(rule(cadence), reader(timezone), now)
    for hours in range(int((due - begun) / timedelta(hours=1)) + 1):
        at = begun + timedelta(hours=hours)
        is_quiet = DAYS[at.astimezone(ZoneInfo(timezone)).weekday()] in days or after_quiet(plain, at) > at
        assert at == due or at > due or is_quiet, f"{at} would have done"


@given(
    moment=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    timezone=st.sampled_from(
        [
            "UTC",
            "Europe/London",
            "America/New_York",
            "Asia/Tehran",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
        ]
    ),
    cadence=st.sampled_from(["immediate", "hourly", "daily 01:30", "daily 23:59", "sun 02:15"]),
    begin=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    end=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_due_is_never_past_nor_in_quiet_hours(
    moment: datetime, timezone: str, cadence: str, begin: time, end: time
) -> None:
    now = moment.replace(tzinfo=UTC, microsecond=0)
    who = reader(timezone, f"{begin:%H:%M}-{end:%H:%M}")
    due = due_at(rule(cadence), who, now)
    assert now <= due <= now + timedelta(days=9)
    local = due.astimezone(ZoneInfo(timezone)).time()
    quiet = begin <= local < end if begin <= end else local >= begin or local < end
    assert not quiet


# --- groups ---------------------------------------------------------------------------------------


def test_one_mail_a_story_names_all_its_rules(make_alert: Callable[..., Alert]) -> None:
    alerts = [make_alert(story_id=5), make_alert(story_id=5, rule_id="wagner"), make_alert(story_id=6)]
    mails = group(alerts, NOON)
    assert [[alert.rule_id for alert in mail.alerts] for mail in mails] == [
        ["bakhmut", "wagner"],
        ["bakhmut"],
    ]
    assert not any(mail.digest or mail.late for mail in mails)


def test_readers_do_not_share_a_mail(make_alert: Callable[..., Alert]) -> None:
    mails = group([make_alert(story_id=5), make_alert(story_id=5, recipient_id="ops")], NOON)
    assert [mail.recipient_id for mail in mails] == ["desk", "ops"]


def test_digest_alerts_come_as_one_mail(make_alert: Callable[..., Alert]) -> None:
    (mail,) = group([make_alert(digest=True) for _ in range(4)], NOON)
    assert mail.digest
    assert len(mail.stories()) == 4


def test_a_story_that_is_immediate_and_in_a_digest_is_mailed_once(make_alert: Callable[..., Alert]) -> None:
    alerts = [
        make_alert(story_id=5, rule_id="slow", digest=True),
        make_alert(story_id=5),
        make_alert(digest=True),
    ]
    single, digest = group(alerts, NOON)
    assert [alert.rule_id for alert in single.alerts] == ["slow", "bakhmut"]
    assert [alert.id for alert in digest.alerts] == [3]


def test_a_backlog_is_one_late_digest(make_alert: Callable[..., Alert]) -> None:
    now = NOON + timedelta(hours=9)
    old = [make_alert() for _ in range(3)]
    fresh = make_alert(due_at=now)
    single, digest = group([*old, fresh], now)
    assert single.ids == [fresh.id]
    assert not single.late
    assert digest.digest
    assert digest.late
    assert digest.ids == [alert.id for alert in old]


def test_one_late_story_stays_a_mail_of_its_own_and_says_so(make_alert: Callable[..., Alert]) -> None:
    (mail,) = group([make_alert()], NOON + timedelta(hours=9))
    assert mail.late
    assert not mail.digest


def test_what_may_have_left_leaves_again_as_the_same_mail(make_alert: Callable[..., Alert]) -> None:
    again = [make_alert(digest=True, message_id="<a@x>"), make_alert(digest=True, message_id="<a@x>")]
    other = make_alert(story_id=again[0].story_id)
    mails = group([*again, other, make_alert(digest=True)], NOON)
    assert [(mail.message_id, mail.ids, mail.digest) for mail in mails] == [
        ("<a@x>", [1, 2], True),
        ("", [3], False),
        ("", [4], True),
    ]


def test_a_long_digest_is_split_and_numbered(make_alert: Callable[..., Alert]) -> None:
    mails = group([make_alert(digest=True) for _ in range(DIGEST_STORIES + 1)], NOON)
    assert [(mail.part, mail.parts, len(mail.alerts)) for mail in mails] == [
        (1, 2, DIGEST_STORIES),
        (2, 2, 1),
    ]


@given(
    shapes=st.lists(
        st.tuples(
            st.integers(1, 6), st.booleans(), st.integers(0, 20), st.sampled_from(["", "<a@x>", "<b@x>"])
        ),
        max_size=30,
    )
)
def test_every_alert_is_in_exactly_one_mail(shapes: list[tuple[int, bool, int, str]]) -> None:
    alerts = [
        Alert(
            id=number,
            rule_id=f"r{number}",
            recipient_id="desk" if number % 3 else "ops",
            story_id=story,
            article_id=story,
            revision=1,
            outlet_id="o",
            outlet_name="O",
            title="t",
            body="b",
            url="https://example.org/",
            fetched_url="https://example.org/",
            first_seen_at=NOON,
            created_at=NOON,
            due_at=NOON - timedelta(hours=hours),
            digest=digest,
            message_id=message_id,
        )
        for number, (story, digest, hours, message_id) in enumerate(shapes)
    ]
    mails = group(alerts, NOON)
    assert sorted(number for mail in mails for number in mail.ids) == [alert.id for alert in alerts]
    assert all(alert.recipient_id == mail.recipient_id for mail in mails for alert in mail.alerts)


# --- back-off -------------------------------------------------------------------------------------


def test_backoff_grows_from_a_minute_to_an_hour() -> None:
    jitter = random.Random(7)
    waits = [(next_try(attempts, NOON, jitter) - NOON).total_seconds() for attempts in (1, 3, 5, 7, 30, 500)]
    assert 60 <= waits[0] <= 72
    assert 192 <= waits[1] <= 288
    assert 768 <= waits[2] <= 1152
    assert all(2880 <= wait <= 3600 for wait in waits[3:])


def test_a_mail_is_given_up_after_five_days_of_trying_not_of_our_own_downtime(
    make_alert: Callable[..., Alert],
) -> None:
    (mail,) = group([make_alert()], NOON)
    assert not is_given_up(mail, 100, NOON + timedelta(days=4, hours=23))
    assert is_given_up(mail, 100, NOON + timedelta(days=5, hours=1))
    assert not is_given_up(mail, 1, NOON + timedelta(days=30))
