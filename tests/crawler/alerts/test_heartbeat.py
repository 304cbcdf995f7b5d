"""The heartbeat as a person reads it: all is well, or what is not, first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.heartbeat import ERROR, SHOWN, build_heartbeat, outlet_pulse
from crawler.alerts.moments import in_zone
from crawler.alerts.policy import beat_due
from crawler.items import Beat, Outlet, OutletPulse, Pulse, Recipient, Silence

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
OPS = Recipient(id="night", emails=("night@example.org",), timezone="Asia/Tehran")
BEAT = Beat(day="2026-11-26", since=NOW - timedelta(days=1), made_at=NOW, alerts=0)
WELL = OutletPulse(id="a", name="Daily <A>")
PULSE = Pulse(
    outlets=(WELL, OutletPulse(id="b", name="Wire", mirror="wire.net")), articles=1204, texts=1250, rules=12
)
LEFT = Silence(
    id=4, rule_id="fire", recipient_id="desk", kind="leave", from_at=NOW - timedelta(hours=2), alerts=3
)


def built(pulse: Pulse = PULSE, beat: Beat = BEAT) -> EmailMessage:
    return build_heartbeat(beat, pulse, [OPS], sender="newshawk@example.org", now=NOW)


def part(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_all_is_well_and_what_that_means() -> None:
    mail = built()
    assert mail["Subject"] == "[newshawk] All is well: nothing matched"
    text = part(mail)
    assert (
        "1,204 new articles and 46 edits of 2 outlets were stored and matched with 12 rules. None matched."
        in text
    )
    assert "- 2 of 2 outlets" in text
    assert "- Wire is read at wire.net" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (
        mail["Message-ID"]
        == built()["Message-ID"]
        != built(beat=replace(BEAT, day="2026-11-27"))["Message-ID"]
    )


def test_each_outlet_is_one_line_whatever_ails_it() -> None:
    ill = [
        OutletPulse(id=f"o{n}", name=f"Outlet {n}", told=(f"it failed {n} times", "no answer"))
        for n in range(60)
    ]
    text = part(built(replace(PULSE, outlets=tuple(ill))))
    assert [f"- Outlet {n}: it failed {n} times; no answer" in text for n in range(60)] == [
        n < SHOWN for n in range(60)
    ]
    assert f"{60 - SHOWN} more" in text


def test_outlets_that_the_same_ails_share_a_line() -> None:
    ill = [OutletPulse(id=f"o{n}", name=f"Outlet {n}", told=("it was never polled",)) for n in range(9)]
    other = OutletPulse(id="z", name="Wire", told=("the last run was interrupted",))
    text = part(built(replace(PULSE, outlets=(*ill, other))))
    assert "- Outlet 0, Outlet 1, Outlet 2, Outlet 3, Outlet 4 and 4 more: it was never polled\n" in text
    assert "- Wire: the last run was interrupted\n" in text
    assert text.count("never polled") == 1


def test_times_are_told_in_the_zone_of_the_reader() -> None:
    address = "https://a.org/list?from=2026-11-25T10:00:00Z"
    told = (f"{address} fails since 2026-11-25T22:00:00Z: answered 500",)
    gap = "links unseen between 2026-11-20T00:00:00Z and 2026-11-20T01:30:00Z; looked for (2026-11-20T02:00:00Z)"
    ill = OutletPulse(id="b", name="Wire", told=told, gaps=(gap,))
    never = (("fire", datetime(2026, 11, 24, 22, 0, tzinfo=UTC)),)
    mail = built(replace(PULSE, outlets=(ill,), never=never))
    for text in (part(mail), part(mail, "html")):
        assert (
            f"{address} fails since Thu 26 Nov 2026, 01:30 Tehran time (Wed 25 Nov 2026, 22:00 UTC): answered"
            in text
        )
        assert (
            "between Fri 20 Nov 2026, 03:30 Tehran time (00:00 UTC) and Fri 20 Nov 2026, 05:00 Tehran" in text
        )
        assert "(Fri 20 Nov 2026, 05:30 Tehran time (02:00 UTC))" in text
        assert "fire, since Wed 25 Nov 2026" in text
        assert "00Z" not in text.replace(address, "")


def test_what_only_looks_like_a_time_stays_as_it_is() -> None:
    assert in_zone("at 2026-99-20T00:00:00Z", "UTC") == "at 2026-99-20T00:00:00Z"
    assert in_zone("at 0001-01-01T00:00:00Z", "America/New_York") == "at 0001-01-01T00:00:00Z"


def test_what_is_not_well_is_in_the_subject_and_comes_first() -> None:
    ill = OutletPulse(id="b", name="Wire", told=("no source answered for 2 days",), gaps=("links unseen",))
    mail = built(replace(PULSE, outlets=(WELL, ill), dead=2))
    assert mail["Subject"] == (
        "[newshawk] Not well: 1 of 2 outlets not healthy, 1 gap in what was seen, 2 alerts not delivered;"
        " nothing matched"
    )
    text = part(mail)
    places = [text.index(each) for each in ("Not healthy", "Possibly missed", "Given up", "Healthy")]
    assert places == sorted(places)
    assert "Wire: no source answered for 2 days" in text


def test_who_unsubscribed_is_told_even_where_something_matched() -> None:
    mail = built(replace(PULSE, silences=(LEFT,)), replace(BEAT, alerts=5))
    assert mail["Subject"] == "[newshawk] All is well: 1 reader unsubscribed, 5 alerts since the last one"
    assert "fire to desk, unsubscribed by the reader, 3 alerts held back" in part(mail)
    earlier = replace(LEFT, from_at=NOW - timedelta(days=30))
    mail = built(replace(PULSE, silences=(earlier,)))
    assert "unsubscribed" not in mail["Subject"]
    assert "Silences in force\r\n- fire to desk" in part(mail).replace("\n", "\r\n").replace("\r\r", "\r")


def test_long_lists_are_cut_and_nothing_in_names_is_live() -> None:
    never = tuple((f"rule<b>\u202e{number}\x1b[31m", NOW) for number in range(SHOWN + 7))
    mail = built(replace(PULSE, never=never))
    for kind in ("plain", "html"):
        body = part(mail, kind)
        assert "... and 7 more" in body
        assert "\u202e" not in body
        assert "\x1b" not in body
    assert "<b>" not in part(mail, "html")
    assert "src=" not in part(mail, "html")


ROW: dict[str, Any] = {
    "host": "www.a.org",
    "error": None,
    "lag_seconds": 600,
    "gaps": {"told": []},
    "pages": {"breaks": []},
    "failing_sources": [],
    "frozen_sources": [],
    "hosts": [],
}
DOWN = "www.a.org refused the connection, a-mirror.net answered 500"
LONG = "x" * 999
HOST = {
    "host": "www.a.org", "failing_since": "2026-11-20T00:00:00Z", "failures": 3, "reason": "refused", "status": None,
    "rest_until": None, "stale_since": None, "divergent": 0, "last_ok_at": "2026-11-19T00:00:00Z",
}  # fmt: skip


def failing(name: str, error: str) -> dict[str, Any]:
    return {
        "url": f"https://a.org/{name}",
        "failing_since": "2026-11-20T00:00:00Z",
        "error": error,
        "failures": 1,
    }


OUTLET = Outlet(id="a", name="A", hosts=("www.a.org", "a-mirror.net"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ""),
        ({"host": "a-mirror.net"}, ""),
        ({"error": "all hosts failed"}, "the last run failed: all hosts failed"),
        ({"lag_seconds": None}, "no source ever answered"),
        ({"lag_seconds": 26 * 3600}, "no source answered for 1 day 2 h"),
        (
            {"frozen_sources": [{"url": "https://a.org/f", "since": "2026-11-20T00:00:00Z"}]},
            "https://a.org/f answers and names nothing new since 2026-11-20T00:00:00Z",
        ),
        (
            {"pages": {"breaks": [{"id": 3, "opened_at": "x", "quarantined": 6, "held": 1}]}},
            "its pages changed, break 3 since x: 6 articles in quarantine, 1 alert held",
        ),
        (
            {
                "error": DOWN,
                "failing_sources": [failing("f", "refused x"), failing("g", "refused y")],
                "hosts": [HOST],
            },
            f"the last run failed: {DOWN}; https://a.org/f and 1 more fail since 2026-11-20T00:00:00Z",
        ),
        (
            {
                "failing_sources": [
                    failing("f", "http_500"),
                    failing("g", f"tls {LONG}"),
                    failing("h", "http_500"),
                ]
            },
            f"https://a.org/f and 1 more fail since 2026-11-20T00:00:00Z: its host answered 500;"
            f" https://a.org/g fails since 2026-11-20T00:00:00Z: its host: {LONG[:80]}",
        ),
        (
            {"failing_sources": [failing("f", "error KeyError('x')"), failing("g", "")]},
            "https://a.org/f fails since 2026-11-20T00:00:00Z: newshawk itself failed: KeyError('x');"
            " https://a.org/g fails since 2026-11-20T00:00:00Z",
        ),
        (
            {
                "error": f"{'x' * ERROR}: the certificate has expired",
                "failing_sources": [failing("f", "tls the certificate has expired")],
            },
            f"the last run failed: {'x' * (ERROR - 1)}…; https://a.org/f fails since 2026-11-20T00:00:00Z: its host:"
            " the certificate has expired",
        ),
        (
            {"error": "b.org refused the connection", "failing_sources": [failing("f", "refused")]},
            "the last run failed: b.org refused the connection; https://a.org/f fails since 2026-11-20T00:00:00Z:"
            " its host refused the connection",
        ),
        (
            {"error": f"all hosts failed {LONG}"},
            f"the last run failed: {f'all hosts failed {LONG}'[: ERROR - 1]}…",
        ),
        (
            {"error": "a-mirror.net answered 500", "hosts": [HOST]},
            "the last run failed: a-mirror.net answered 500; www.a.org refused the connection 3 times since"
            " 2026-11-20T00:00:00Z; last good answer 2026-11-19T00:00:00Z",
        ),
    ],
)
def test_what_keeps_an_outlet_from_being_healthy(changes: dict[str, Any], told: str) -> None:
    pulse = outlet_pulse(OUTLET, ROW | changes, NOW)
    assert "; ".join(pulse.told) == told
    assert pulse.mirror == ("a-mirror.net" if "host" in changes else "")


def test_an_outlet_with_a_cron_may_rest_and_a_new_one_was_never_polled() -> None:
    assert outlet_pulse(replace(OUTLET, cron="0 6 * * mon"), ROW | {"lag_seconds": 200_000}, NOW).told == ()
    assert outlet_pulse(OUTLET, None, NOW).told == ("it was never polled",)


@given(
    moments=st.lists(
        st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2028, 1, 1)),  # noqa: DTZ001
        min_size=1,
        max_size=20,
    ),
    clock=st.sampled_from(["00:00", "00:30", "02:30", "08:00", "23:59"]),
    zone=st.sampled_from(["UTC", "Europe/London", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe"]),
)
def test_a_heartbeat_is_due_from_its_time_to_the_end_of_its_day(
    moments: list[datetime], clock: str, zone: str
) -> None:
    days: dict[date, datetime] = {}
    for moment in sorted(each.replace(tzinfo=UTC) for each in moments):
        found = beat_due(clock, zone, moment)
        local = moment.astimezone(ZoneInfo(zone))
        if found is None:
            assert f"{local:%H:%M}" < clock or clock in ("00:30", "02:30"), "before its time, or in a gap"
            continue
        day, due = found
        assert day == local.date()
        assert due <= moment < due + timedelta(hours=25)
        assert days.setdefault(day, due) == due
