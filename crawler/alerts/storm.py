"""The storm guard: a rule that matches too much comes as a digest each hour until it calms down.

Pure decisions; what was queued when is counted in storage/storms.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.alerts.policy import Mail, next_full_hour
from crawler.items import Alert, Recipient, Rule

STORIES, WITHIN = 30, timedelta(hours=1)
"""More stories than so many of one rule within this time, each to be told at once, are a storm."""


def peak(times: Sequence[datetime], now: datetime) -> int:
    """Return the most stories that fell into any hour that ended within the last one; *times* ascend."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= WITHIN:
            first += 1
        if now - at < WITHIN:
            most = max(most, last - first + 1)
    return most


def storm_moments(times: Sequence[datetime]) -> set[datetime]:
    """Return those of *times*, which ascend, at which the rule matches too much: more than STORIES of them fell into an
    hour that ended within the last one."""
    found: set[datetime] = set()
    first, ended = 0, None
    for last, at in enumerate(times):
        while at - times[first] >= WITHIN:
            first += 1
        if last - first + 1 > STORIES:
            ended = at
        if ended is not None and at - ended < WITHIN:
            found.add(at)
    return found


def storm_words(rules: Sequence[str]) -> str:
    """Return why a digest is one, for its reader; empty without rules that match too much."""
    if not rules:
        return ""
    *others, last = rules
    names = f"{', '.join(others)} and {last} match" if others else f"{last} matches"
    return (
        f"A digest, since {names} very much at present: more than {STORIES} stories of a rule within an hour come"
        " together, once an hour."
    )


def calm(
    alerts: Sequence[Alert],
    storms: Mapping[str, Collection[str]],
    recipients: Mapping[str, Recipient],
    rules: Mapping[str, Rule],
    now: datetime,
) -> tuple[list[Alert], list[tuple[Mail, datetime]]]:
    """Return what leaves now, alerts of a storm as part of a digest, and what waits for the full hour of its reader's
    clock with that hour. What is urgent does not wait, nor does the first digest of who was told nothing of the rule
    within the last hour; what may have left already leaves as it was. *storms*: by rule, the readers who were."""
    leave: list[Alert] = []
    wait: dict[tuple[str, datetime], list[Alert]] = {}
    for alert in alerts:
        recipient = recipients.get(alert.recipient_id)
        if alert.rule_id not in storms or alert.digest or recipient is None:
            leave.append(alert)
            continue
        if alert.message_id:
            leave.append(replace(alert, stormy=True))
            continue
        rule = rules.get(alert.rule_id)
        until = next_full_hour(ZoneInfo(recipient.timezone), alert.due_at)
        is_first = alert.recipient_id not in storms[alert.rule_id]
        if is_first or until <= now or (rule is not None and rule.severity == "high"):
            leave.append(replace(alert, digest=True, stormy=True))
        else:
            wait.setdefault((alert.recipient_id, until), []).append(alert)
    held = [
        (Mail(recipient_id=who, alerts=tuple(same), digest=True), until)
        for (who, until), same in wait.items()
    ]
    return leave, held
