"""How a host stands, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.hoststate import STATES, state_of, told_of, trouble_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROW = {
    "host": "www.example.com", "role": "mirror", "last_ok_at": "2026-11-23T11:00:00Z",
    "last_tried_at": "2026-11-23T11:00:00Z", "failing_since": None, "failures": 0, "rest_until": None,
    "reason": None, "status": 200, "newest_at": "2026-11-23T10:30:00Z", "fresh_at": None, "stale_since": None,
    "stale_as": None, "divergent": 0,
}  # fmt: skip
FAILING = {"failing_since": "2026-11-23T09:00:00Z", "failures": 3, "reason": "http_403", "status": 403}
RESTING = FAILING | {"rest_until": "2026-11-23T12:04:00Z"}
STALE = {"stale_since": "2026-11-22T08:00:00Z", "stale_as": "behind", "newest_at": "2026-11-20T08:00:00Z"}


@pytest.mark.parametrize(
    ("row", "state", "trouble"),
    [
        ({}, "well", ""),
        ({"last_ok_at": None, "last_tried_at": None}, "unknown", ""),
        (RESTING, "resting",
         "www.example.com answered 403 3 times since 2026-11-23T09:00:00Z; rests until 2026-11-23T12:04:00Z;"
         " last good answer 2026-11-23T11:00:00Z"),
        (RESTING | {"rest_until": "2026-11-23T11:59:00Z"}, "failing",
         "www.example.com answered 403 3 times since 2026-11-23T09:00:00Z; last good answer 2026-11-23T11:00:00Z"),
        (RESTING | {"reason": "tls", "status": None, "failures": 1, "last_ok_at": None}, "resting",
         "www.example.com failed TLS once since 2026-11-23T09:00:00Z; rests until 2026-11-23T12:04:00Z;"
         " no good answer yet"),
        (STALE, "stale",
         "www.example.com: its lists are old (found 2026-11-22T08:00:00Z, its newest entry is of"
         " 2026-11-20T08:00:00Z); last good answer 2026-11-23T11:00:00Z"),
        ({"divergent": 1}, "divergent",
         "www.example.com: it shows another text of 1 article than the outlet's own hosts; last good answer"
         " 2026-11-23T11:00:00Z"),
    ],
)  # fmt: skip
def test_state_and_sentence(row: dict[str, Any], state: str, trouble: str) -> None:
    host = ROW | row
    assert state in STATES
    assert (state_of(host, NOW), trouble_of(host, NOW)) == (state, trouble)


def test_all_that_is_known_is_said() -> None:
    told = told_of(ROW | RESTING | STALE | {"divergent": 2}, NOW)
    assert told.count(";") == 4
    assert "another text of 2 articles" in told
    assert told_of(ROW, NOW) == "well, last good answer 2026-11-23T11:00:00Z"
