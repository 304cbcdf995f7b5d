"""What is known of each outlet's hosts: who answered last, who failed how often, who rests until when, whose
lists are old.

One rule (``learned``) says what a try means. The state it gives is what the store keeps, so a process that
starts anew goes on where the last one ended. Health counts per host and scheme: where https is blocked and
plain http is not, the host still serves. A host that fails rests with growing pauses and is then asked again,
so that it is found when it comes back. Resting, like old lists, only changes the order; such a host is still
asked when nothing else is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from crawler.items import Attempt, Outlet
from crawler.reasons import ASTRAY, is_host_fault

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
ASTRAY_LIMIT = 5
"""Pages in a row led to a foreign site or the front page: so much is no matter of single pages any more."""

Key = tuple[str, str]
"""(host, scheme)."""
PAST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The health of one host over one scheme. Times are aware UTC."""

    last_ok_at: datetime | None = None
    last_tried_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    """In a row."""
    astray: int = 0
    """Pages in a row that were redirected to a foreign site or the front page."""
    rest_until: datetime | None = None
    reason: str = ""
    """Of the last failure; empty while well."""
    status: int | None = None
    """HTTP status of the last try; None without an answer."""


UNKNOWN = State()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the store remembers of an outlet's hosts."""

    states: Mapping[Key, State] = field(default_factory=dict)
    stale: Mapping[str, datetime] = field(default_factory=dict)
    """Hosts whose lists are old, with when that was found."""


def learned(before: State, attempt: Attempt, now: datetime, *, for_source: bool = False) -> State:
    """Return the state after one try. Faults of a page (404, robots) say nothing of its host; a source
    (*for_source*) that leads to a foreign site, the front page or in circles does, and so do several pages."""
    if attempt.reason == "resting":
        return before  # nothing was asked
    tried = replace(before, last_tried_at=now, status=attempt.status)
    if attempt.reason == "ok":
        return State(last_ok_at=now, last_tried_at=now, status=attempt.status)
    if is_host_fault(attempt.reason):
        return _worse(tried, attempt, now)
    if attempt.reason in ASTRAY:
        tried = replace(tried, astray=before.astray + 1)
        is_lost = for_source or tried.astray >= ASTRAY_LIMIT
        return _worse(tried, attempt, now) if is_lost else tried
    if attempt.status is None:
        return before
    return State(last_ok_at=before.last_ok_at, last_tried_at=now, status=attempt.status)


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


def overall(states: Iterable[State]) -> State:
    """Return the health of a host from that of its schemes: one that serves is enough, if it served since another
    began to fail."""
    known = list(states)
    if not known:
        return UNKNOWN
    since = max((state.failing_since for state in known if state.failing_since), default=PAST)

    def trouble(state: State) -> tuple[bool, datetime]:
        serves = state.failing_since is None and (state.last_ok_at or PAST) >= since
        return not serves, state.rest_until or PAST

    failing = [state for state in known if state.failing_since is not None]
    best = min(known, key=trouble)
    if failing and trouble(best)[0]:
        best = min(failing, key=trouble)
    return replace(
        best,
        last_ok_at=max((state.last_ok_at for state in known if state.last_ok_at), default=None),
        last_tried_at=max((state.last_tried_at for state in known if state.last_tried_at), default=None),
    )


class HostHealth:
    """The health of all hosts of the process."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._states: dict[tuple[str, str, str], State] = {}
        self._stale: dict[str, dict[str, datetime]] = {}
        self._unsaved: set[tuple[str, str, str]] = set()
        self._turned: set[tuple[str, str, str]] = set()
        """Of these, those that began to fail or came back."""
        self._clock = clock

    def load(self, outlet_id: str, memory: Memory) -> None:
        """Take over what an earlier process knew; what this one found out itself counts more."""
        for (host, scheme), state in memory.states.items():
            self._states.setdefault((outlet_id, host, scheme), state)
        self._stale[outlet_id] = dict(memory.stale)

    def report(self, outlet_id: str, attempt: Attempt, now: datetime, *, for_source: bool = False) -> None:
        """Learn from one attempt; see ``learned``."""
        key = (outlet_id, attempt.host, _scheme(attempt.url))
        before = self._states.get(key, UNKNOWN)
        after = learned(before, attempt, now, for_source=for_source)
        if after is before:
            return
        self._set(key, after)
        if (before.failing_since is None) is not (after.failing_since is None):
            self._turned.add(key)
        if attempt.reason == "ok" and before.failing_since is not None:
            self._ask_soon(outlet_id, attempt.host)

    def mark_stale(self, outlet_id: str, host: str, since: datetime | None) -> None:
        """Remember that a host serves old lists, or (None) that it does no more."""
        marks = self._stale.setdefault(outlet_id, {})
        if since is None:
            marks.pop(host, None)
        else:
            marks.setdefault(host, since)

    def order(self, outlet: Outlet) -> list[str]:
        """Return the outlet's hosts in order of preference, behind them those whose lists are old, then those
        that rest, the first to end its rest in front of them."""
        stale = self._stale.get(outlet.id, {})
        return sorted(outlet.hosts, key=lambda host: (self._rest_of(outlet.id, host), host in stale))

    def awake(self, outlet: Outlet) -> list[str]:
        """Return the hosts that do not rest, in order of preference."""
        return [host for host in self.order(outlet) if self._rest_of(outlet.id, host) == PAST]

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
        return self._states.get((outlet_id, host, scheme), UNKNOWN)

    def unsaved(self, outlet_id: str) -> dict[Key, State]:
        """Return what was learned of the outlet's hosts and is not in the store yet."""
        return {key[1:]: self._states[key] for key in self._unsaved if key[0] == outlet_id}

    def has_turned(self, outlet_id: str) -> bool:
        """Return whether a host of the outlet began to fail or came back, and the store does not know it yet."""
        return any(key[0] == outlet_id for key in self._turned)

    def saved(self, outlet_id: str, states: Mapping[Key, State]) -> None:
        """Note that *states* are in the store; what was learned meanwhile is not."""
        for (host, scheme), state in states.items():
            if self._states.get((outlet_id, host, scheme)) == state:
                self._unsaved.discard((outlet_id, host, scheme))
                self._turned.discard((outlet_id, host, scheme))

    def _set(self, key: tuple[str, str, str], state: State) -> None:
        self._states[key] = state
        self._unsaved.add(key)

    def _ask_soon(self, outlet_id: str, host: str) -> None:
        """Let the other scheme of a host that came back be tried at once: what kept one kept both perhaps."""
        for scheme in ("https", "http"):
            key = (outlet_id, host, scheme)
            if (state := self._states.get(key)) is not None and state.rest_until is not None:
                self._set(key, replace(state, rest_until=None))

    def _rest_of(self, outlet_id: str, host: str) -> datetime:
        """Return the end of the shortest rest among the schemes that were tried; the past when awake."""
        tried = [
            state for scheme in ("https", "http") if (state := self._states.get((outlet_id, host, scheme)))
        ]
        end = min((state.rest_until or PAST for state in tried), default=PAST)
        return end if end > self._clock() else PAST


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _host(url: str) -> str:
    """Return the host part of an address that ``with_host`` or a request made: already canonical."""
    return url.partition("://")[2].partition("/")[0]
