"""How a host stands, as a word and as a sentence, from its row in the store. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.items import Attempt
from crawler.outage import outage

STATES = ("well", "failing", "resting", "stale", "divergent", "unknown")
"""From what a host that rests or fails is called to what is only remembered of one that serves; a host that fails
is not called stale."""
_STALE = {
    "behind": "its lists are old",
    "frozen": "its lists bring nothing new while another host's do",
    "other": "it serves something else as the outlet's lists",
}


def state_of(host: Mapping[str, Any], now: datetime) -> str:
    """Return the state of a host: one of STATES."""
    if host["failing_since"] is not None:
        rests = host["rest_until"] is not None and datetime.fromisoformat(host["rest_until"]) > now
        return "resting" if rests else "failing"
    if host["stale_since"] is not None:
        return "stale"
    if host["divergent"]:
        return "divergent"
    return "unknown" if host["last_ok_at"] is None else "well"


def told_of(host: Mapping[str, Any], now: datetime) -> str:
    """Return all that is to be said of a host, in one line without its name: ``refused the connection 3 times
    since 2026-11-23T06:00:00Z; rests until ...; last good answer ...``."""
    said = list(filter(None, (_failure(host, now), _age(host), _divergence(host))))
    if host["last_ok_at"] is None:
        said.append("no good answer yet" if host["last_tried_at"] else "not asked yet")
    else:
        said.append(f"{'well, ' if not said else ''}last good answer {host['last_ok_at']}")
    return "; ".join(said)


def trouble_of(host: Mapping[str, Any], now: datetime) -> str:
    """Return what ops should know of a host, a sentence with its name; empty for one that is well or was never
    asked."""
    if state_of(host, now) in ("well", "unknown"):
        return ""
    told = told_of(host, now)
    return f"{host['host']} {told}" if host["failing_since"] is not None else f"{host['host']}: {told}"


def _failure(host: Mapping[str, Any], now: datetime) -> str:
    if host["failing_since"] is None:
        return ""
    attempt = Attempt(host="", url="", status=host["status"], reason=host["reason"] or "unknown")
    tries = "once" if host["failures"] == 1 else f"{host['failures']} times"
    what = "failed TLS" if attempt.reason == "tls" else outage([attempt]).strip()
    said = f"{what} {tries} since {host['failing_since']}"
    return f"{said}; rests until {host['rest_until']}" if state_of(host, now) == "resting" else said


def _age(host: Mapping[str, Any]) -> str:
    if host["stale_since"] is None:
        return ""
    newest = f", its newest entry is of {host['newest_at']}" if host["newest_at"] else ""
    return f"{_STALE[host['stale_as']]} (found {host['stale_since']}{newest})"


def _divergence(host: Mapping[str, Any]) -> str:
    count = host["divergent"]
    if not count:
        return ""
    return f"it shows another text of {count} article{'' if count == 1 else 's'} than the outlet's own hosts"
