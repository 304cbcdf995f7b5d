"""Times as sites print them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.dates import date_in_address, iso, parse_published
from crawler.items import Precision, TimeSource, Timestamp

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND, MINUTE, DAY = Precision.SECOND, Precision.MINUTE, Precision.DAY


def read(raw: str | None, zone: str = "UTC") -> Timestamp:
    return parse_published(raw, zone=zone, source=TimeSource.FEED, now=NOW)


@pytest.mark.parametrize(
    ("raw", "zone", "utc", "precision", "local"),
    [
        (
            "Sat, 15 Aug 2026 21:39:28 +0330",
            "UTC",
            "2026-08-15T18:09:28Z",
            SECOND,
            "2026-08-15T21:39:28+03:30",
        ),
        (
            "Fri, 05 Jun 2026 04:51:48 +0000",
            "UTC",
            "2026-06-05T04:51:48Z",
            SECOND,
            "2026-06-05T04:51:48+00:00",
        ),
        ("Tue, 5 Sep 2023 17:00:00 Z", "UTC", "2023-09-05T17:00:00Z", SECOND, "2023-09-05T17:00:00+00:00"),
        ("Mon, 16 Oct 17 15:10 EST", "UTC", "2017-10-16T20:10:00Z", MINUTE, "2017-10-16T15:10:00-05:00"),
        ("2023-04-18T14:05:00+03:30", "UTC", "2023-04-18T10:35:00Z", SECOND, "2023-04-18T14:05:00+03:30"),
        ("2023-04-18T14:05:00.123456Z", "UTC", "2023-04-18T14:05:00Z", SECOND, "2023-04-18T14:05:00+00:00"),
        (
            "2023-04-18T14:05:00.000Z",
            "Europe/Berlin",
            "2023-04-18T14:05:00Z",
            SECOND,
            "2023-04-18T14:05:00+00:00",
        ),
        (
            "September, 16, 2023 - 11:05",
            "Asia/Tehran",
            "2023-09-16T07:35:00Z",
            MINUTE,
            "2023-09-16T11:05:00+03:30",
        ),
        ("2023-04-18T14:05Z", "UTC", "2023-04-18T14:05:00Z", MINUTE, "2023-04-18T14:05:00+00:00"),
        ("20230418T140500Z", "UTC", "2023-04-18T14:05:00Z", SECOND, "2023-04-18T14:05:00+00:00"),
        ("2023-04-18 14:05", "Asia/Tehran", "2023-04-18T10:35:00Z", MINUTE, "2023-04-18T14:05:00+03:30"),
        ("2023-04-18T24:00:00Z", "UTC", "2023-04-19T00:00:00Z", SECOND, "2023-04-19T00:00:00+00:00"),
        ("2023-04-18", "Asia/Tehran", "2023-04-18T00:00:00Z", DAY, "2023-04-18"),
        ("2026/08/15", "UTC", "2026-08-15T00:00:00Z", DAY, "2026-08-15"),
        ("3/9/2026 11:50:13 AM", "Asia/Tehran", "2026-03-09T08:20:13Z", SECOND, "2026-03-09T11:50:13+03:30"),
        ("3/9/2026 12:05:00 AM", "UTC", "2026-03-09T00:05:00Z", SECOND, "2026-03-09T00:05:00+00:00"),
        ("3/9/2026", "America/New_York", "2026-03-09T00:00:00Z", DAY, "2026-03-09"),
        ("3/9/2026 14:05", "Europe/London", "2026-09-03T13:05:00Z", MINUTE, "2026-09-03T14:05:00+01:00"),
        ("13/9/2026", "America/New_York", "2026-09-13T00:00:00Z", DAY, "2026-09-13"),
        ("03.04.2026 14:05", "Europe/Moscow", "2026-04-03T11:05:00Z", MINUTE, "2026-04-03T14:05:00+03:00"),
        (
            "Thu Aug 10, 2017 09:06AM",
            "Asia/Tehran",
            "2017-08-10T04:36:00Z",
            MINUTE,
            "2017-08-10T09:06:00+04:30",
        ),
        (
            "Fri May 25, 2018 10:26PM [Updated: Fri May 25, 2018 10:29PM ]",
            "Asia/Tehran",
            "2018-05-25T17:56:00Z",
            MINUTE,
            "2018-05-25T22:26:00+04:30",
        ),
        (
            "Saturday Jan 21, 201202:05 AM GMT",
            "Asia/Tehran",
            "2012-01-21T02:05:00Z",
            MINUTE,
            "2012-01-21T02:05:00+00:00",
        ),
        ("Sat Jan 21, 2012 2:4AM", "UTC", "2012-01-21T02:04:00Z", MINUTE, "2012-01-21T02:04:00+00:00"),
        ("Thu Jan  1 10:00:00 2004", "UTC", "2004-01-01T10:00:00Z", SECOND, "2004-01-01T10:00:00+00:00"),
        ("Thu Jan  1 10:00:00 EST 2004", "UTC", "2004-01-01T15:00:00Z", SECOND, "2004-01-01T10:00:00-05:00"),
        ("April 18th, 2023", "UTC", "2023-04-18T00:00:00Z", DAY, "2023-04-18"),
        (
            "18 avril 2023 à 14:05",
            "Europe/Paris",
            "2023-04-18T12:05:00Z",
            MINUTE,
            "2023-04-18T14:05:00+02:00",
        ),
        ("1er août 2023", "UTC", "2023-08-01T00:00:00Z", DAY, "2023-08-01"),
        ("18 de abril de 2023", "UTC", "2023-04-18T00:00:00Z", DAY, "2023-04-18"),
        (
            "18. März 2023, 14:05",
            "Europe/Berlin",
            "2023-03-18T13:05:00Z",
            MINUTE,
            "2023-03-18T14:05:00+01:00",
        ),
        (
            "18 апреля 2023, 14:05",
            "Europe/Moscow",
            "2023-04-18T11:05:00Z",
            MINUTE,
            "2023-04-18T14:05:00+03:00",
        ),
        ("14:05, 18 мая 2023 (МСК)", "UTC", "2023-05-18T14:05:00Z", MINUTE, "2023-05-18T14:05:00+00:00"),
        (
            "18 באפריל 2023 14:05",
            "Asia/Jerusalem",
            "2023-04-18T11:05:00Z",
            MINUTE,
            "2023-04-18T14:05:00+03:00",
        ),
        (
            "الثلاثاء ١٨ نيسان ٢٠٢٣ ١٤:٠٥",
            "Asia/Beirut",
            "2023-04-18T11:05:00Z",
            MINUTE,
            "2023-04-18T14:05:00+03:00",
        ),
        ("18 كانون الثاني 2023", "UTC", "2023-01-18T00:00:00Z", DAY, "2023-01-18"),
        ("18 أبريل، 2023 - 02:05 مساءً", "UTC", "2023-04-18T14:05:00Z", MINUTE, "2023-04-18T14:05:00+00:00"),
        (
            "شنبه ۲۴ مرداد ۱۴۰۵ - ۱۲:۳۰",
            "Asia/Tehran",
            "2026-08-15T09:00:00Z",
            MINUTE,
            "2026-08-15T12:30:00+03:30",
        ),
        ("۱۲:۳۰ - ۱۴۰۵/۰۵/۲۴", "Asia/Tehran", "2026-08-15T09:00:00Z", MINUTE, "2026-08-15T12:30:00+03:30"),
        ("۲۹ فروردین ۱۴۰۲", "Asia/Tehran", "2023-04-18T00:00:00Z", DAY, "2023-04-18"),
        ("۳۰ اسفند ۱۳۹۹", "Asia/Tehran", "2021-03-20T00:00:00Z", DAY, "2021-03-20"),
        ("۱۸ آوریل ۲۰۲۳", "Asia/Tehran", "2023-04-18T00:00:00Z", DAY, "2023-04-18"),
        ("2023年4月18日 14:05", "Asia/Shanghai", "2023-04-18T06:05:00Z", MINUTE, "2023-04-18T14:05:00+08:00"),
        (
            "2023-04-18 14:05 CST",
            "Asia/Shanghai",
            "2023-04-18T06:05:00Z",
            MINUTE,
            "2023-04-18T14:05:00+08:00",
        ),
        ("2023-04-18 14:05 GMT+3:30", "UTC", "2023-04-18T10:35:00Z", MINUTE, "2023-04-18T14:05:00+03:30"),
        ("1518478934", "Asia/Tehran", "2018-02-12T23:42:14Z", SECOND, "2018-02-12T23:42:14+00:00"),
        ("1518478934123", "UTC", "2018-02-12T23:42:14Z", SECOND, "2018-02-12T23:42:14+00:00"),
    ],
)
def test_printed_times_are_read(raw: str, zone: str, utc: str, precision: Precision, local: str) -> None:
    stamp = read(raw, zone)
    assert stamp.at is not None
    assert (iso(stamp.at), stamp.precision, stamp.local) == (utc, precision, local)
    assert (stamp.source, stamp.raw) == (TimeSource.FEED, raw)


@pytest.mark.parametrize(
    "raw",
    [
        "5 minutes ago",
        "yesterday",
        "17:00:00 Z",
        "2023",
        "2023-04",
        "2023-02-30",
        "0000-00-00 00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1980-01-01",
        "2041-01-01T00:00:00Z",
        "2026-11-24T12:00:01Z",
        "۳۰ اسفند ۱۴۰۰",
        "{pubdate}",
        "99999999999999999999",
    ],
)
def test_what_is_no_publication_time_gives_none_and_keeps_the_characters(raw: str) -> None:
    assert read(raw) == Timestamp(raw=raw)


def test_nothing_given_is_no_time() -> None:
    assert read(None) == read("  ") == Timestamp()


def test_a_few_minutes_ahead_are_kept() -> None:
    assert read("2026-11-23T12:07:00Z").at == NOW + timedelta(minutes=7)


def test_a_skipped_hour_and_a_doubled_hour() -> None:
    skipped = read("2026-03-29 02:30", "Europe/Berlin").at
    doubled = read("2026-10-25 02:30", "Europe/Berlin").at
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert doubled == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://presstv.ir/Detail/2026/08/15/774416/Iran-Oman", date(2026, 8, 15)),
        ("http://217.218.67.233/photo/20151004/a.jpg", date(2015, 10, 4)),
        ("https://x.org/world/2023/apr/18/slug", date(2023, 4, 18)),
        ("https://x.org/2026-08-15-slug", date(2026, 8, 15)),
        ("https://x.ir/news/1405/05/24/slug", date(2026, 8, 15)),
        ("https://x.org/2025/4/14", date(2025, 4, 14)),
    ],
)
def test_the_day_in_an_address(url: str, day: date) -> None:
    stamp = date_in_address(url, now=NOW)
    assert stamp.at is not None
    assert stamp.at.date() == day
    assert (stamp.precision, stamp.source, stamp.local) == (DAY, TimeSource.ADDRESS, day.isoformat())


@pytest.mark.parametrize(
    "url",
    [
        "https://x.org/2023/04/slug",
        "https://x.org/a/20231399/b",
        "https://x.org/detail/222208.html",
        "https://x.org/?date=2026/08/15",
        "https://x.org/2041/01/01/a",
        "https://2026-08-15.x.org/",
        "not an address",
        "",
    ],
)
def test_an_address_without_a_day(url: str) -> None:
    assert date_in_address(url, now=NOW) == Timestamp()


def test_every_solar_new_year_is_near_the_equinox() -> None:
    for year in range(1374, 1406):
        new_year = read(f"{year}/01/01").at
        assert new_year is not None
        assert (new_year.month, new_year.day) in ((3, 20), (3, 21))


@settings(deadline=None)
@given(st.text(), st.sampled_from(["UTC", "Asia/Tehran", "No/Such", "", "../etc"]))
def test_any_text_gives_a_timestamp(raw: str, zone: str) -> None:
    stamp = parse_published(raw, zone=zone, now=NOW)
    assert (stamp.at is None) == (stamp.precision is Precision.NONE)
    date_in_address(raw, now=NOW)


@settings(deadline=None)
@given(st.integers(min_value=789_000_000, max_value=1_795_000_000))
def test_iso_times_come_back(seconds: int) -> None:
    aware = datetime.fromtimestamp(seconds, UTC)
    assert read(aware.isoformat()).at == aware
    assert read(iso(aware)).at == aware
    assert read(aware.strftime("%a, %d %b %Y %H:%M:%S +0000")).at == aware


def test_iso_refuses_times_without_zone() -> None:
    with pytest.raises(ValueError, match="no zone"):
        iso(NOW.replace(tzinfo=None))
