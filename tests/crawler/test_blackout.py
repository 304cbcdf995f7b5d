"""A country out of reach is one event."""

from __future__ import annotations

from structlog.testing import capture_logs

from crawler.blackout import blackouts
from crawler.items import Outlet
from schedules.outages import Outages

COUNTRIES = {"a": "IR", "b": "IR", "c": "IR", "d": "IR", "e": "IR", "x": "GB", "y": "GB", "z": ""}


def test_four_of_five_outlets_of_a_country_are_one_event() -> None:
    (found,) = blackouts(COUNTRIES, ["a", "b", "c", "e", "x", "y", "z"])
    assert (found.country, found.outlets, found.watched) == ("IR", ("a", "b", "c", "e"), 5)
    assert str(found).startswith("blackout: 4 of 5 outlets of IR are out of reach on every host: a, b, c, e.")


def test_fewer_are_outlets_that_fail_and_no_event() -> None:
    assert blackouts(COUNTRIES, ["a", "b", "c", "x", "y"]) == []
    assert blackouts(dict.fromkeys("abc", ""), "abc") == []


def test_the_log_tells_a_blackout_once_and_its_end() -> None:
    outlets = [Outlet(id=name, name=name, hosts=(f"{name}.example",), country="IR") for name in "abcd"]
    outages = Outages()

    def poll(names: str, error: str | None) -> list[str]:
        with capture_logs() as said:
            for name in names:
                outages.tell(outlets, name, error)
        return [line["event"] for line in said]

    assert poll("abc", "down") == ["not polled", "not polled", "not polled"]
    assert poll("d", "down") == ["blackout"]
    assert poll("abcd", "down") == []
    assert poll("a", None) == ["blackout over"]
