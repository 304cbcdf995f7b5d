"""What is known of each outlet's hosts: who answered last, who failed how often, who rests until when.

Health counts per host and scheme: where https is blocked and plain http is not, the host still serves. A
host that fails rests with growing pauses and is then asked again, so that it is found when it comes back.
Resting only changes the order; a resting host is still asked when nothing else is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from crawler.items import Attempt, Outlet
from crawler.reasons import is_host_fault

FIRST_REST = timedelta(minutes=1)
MAX_REST = timedelta(hours=6)
"""A failing host rests this long after its first failure in a row; doubled each time, up to the second."""
TAKEN = frozenset({"seizure", "parked", "censor"})
"""The host is somebody else's now: it rests an hour at least."""
TAKEN_REST = timedelta(hours=1)
UNREACHABLE = frozenset({"dns", "refused", "tls", "proxy", "private", "timeout"})
"""Failures after which further pages of the host need not be asked at all for now."""
LOST_AFTER = 3
"""Failures in a row, of that kind, after which pages are not asked even if nothing else is left."""


class Remembered(Protocol):
    """What the store remembers of a host."""

    @property
    def last_ok_at(self) -> datetime | None: ...
    @property
    def failing_since(self) -> datetime | None: ...
    @property
    def failures(self) -> int: ...
    @property
    def rest_until(self) -> datetime | None: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The health of one host over one scheme."""

    last_ok_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    """In a row."""
    rest_until: datetime | None = None
    reason: str = ""
    """Of the last failure; empty while well."""


class HostHealth:
    """The health of all hosts of the process. Times are aware UTC."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._states: dict[tuple[str, str, str], State] = {}
        self._clock = clock

    def load(self, outlet_id: str, remembered: Mapping[str, Remembered]) -> None:
        """Take over what an earlier process knew; what this one found out itself counts more."""
        for host, known in remembered.items():
            for scheme in ("https", "http"):
                self._states.setdefault(
                    (outlet_id, host, scheme),
                    State(
                        last_ok_at=known.last_ok_at,
                        failing_since=known.failing_since,
                        failures=known.failures,
                        rest_until=known.rest_until,
                        reason=known.reason or "",
                    ),
                )

    def report(self, outlet_id: str, attempt: Attempt, now: datetime) -> None:
        """Learn from one attempt. Faults of a page (404, robots, foreign links) say nothing of its host."""
        key = (outlet_id, attempt.host, _scheme(attempt.url))
        before = self._states.get(key, State())
        if attempt.reason == "ok" or (attempt.status is not None and not is_host_fault(attempt.reason)):
            self._states[key] = State(last_ok_at=now)
        elif is_host_fault(attempt.reason):
            self._states[key] = _worse(before, attempt, now)

    def order(self, outlet: Outlet) -> list[str]:
        """Return the outlet's hosts in order of preference, those that rest behind, the first to end its
        rest in front of them."""
        return sorted(outlet.hosts, key=lambda host: self._rest_of(outlet.id, host))

    def rests(self, outlet_id: str, url: str) -> bool:
        """Return whether the host of *url* rests over this scheme."""
        state = self.state(outlet_id, _host(url), _scheme(url))
        return state.rest_until is not None and state.rest_until > self._clock()

    def is_lost(self, outlet_id: str, url: str) -> bool:
        """Return whether the host rests and could not be reached several times in a row."""
        state = self.state(outlet_id, _host(url), _scheme(url))
        out_of_reach = state.failures >= LOST_AFTER and state.reason in UNREACHABLE
        return out_of_reach and self.rests(outlet_id, url)

    def state(self, outlet_id: str, host: str, scheme: str) -> State:
        """Return what is known of a host over a scheme."""
        return self._states.get((outlet_id, host, scheme), State())

    def _rest_of(self, outlet_id: str, host: str) -> datetime:
        """Return the end of the shortest rest among the schemes that were tried; the past when awake."""
        past = datetime.min.replace(tzinfo=UTC)
        tried = [
            state for scheme in ("https", "http") if (state := self._states.get((outlet_id, host, scheme)))
        ]
        ends = [state.rest_until or past for state in tried]
        end = min(ends, default=past)
        return end if end > self._clock() else past


def _worse(before: State, attempt: Attempt, now: datetime) -> State:
    """Return the state after one failure more: the pause doubles with each."""
    failures = before.failures + 1
    rest = min(FIRST_REST * 2 ** min(failures - 1, 16), MAX_REST)
    if attempt.reason in TAKEN:
        rest = max(rest, TAKEN_REST)
    rest = max(rest, timedelta(seconds=attempt.rest))
    return replace(
        before,
        failures=failures,
        failing_since=before.failing_since or now,
        rest_until=now + rest,
        reason=attempt.reason,
    )


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _host(url: str) -> str:
    """Return the host part of an address that ``with_host`` or a request made: already canonical."""
    return url.partition("://")[2].partition("/")[0]
