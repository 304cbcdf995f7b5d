"""What one look at the pages changes in the rules that are known: states, counts and versions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from crawler.items import LearnedRule, LearnedState
from crawler.learning.judgement import turned

ENDED_DAYS, ENDED_PAGES = timedelta(days=30), 30
"""An outlet has given a line up when it has stood on no page for so long, and on none of so many."""
_SETTLED = (LearnedState.REFUSED, LearnedState.PINNED)
"""States that somebody chose for good."""
Change = tuple[LearnedRule | None, LearnedRule]


def changes(known: Iterable[LearnedRule], found: Sequence[LearnedRule], days: Sequence[date]) -> list[Change]:
    """Return rules as they were (None: new) and as they are to be. *days*: of the pages looked at, in order.

    What is refused, pinned, or retired by somebody stays as it is. What somebody approved keeps its form and state.
    """
    latest: dict[str, LearnedRule] = {}
    for rule in sorted(known, key=lambda rule: rule.version):
        latest[rule.signature] = rule
    made: list[Change] = []
    for rule in found:
        made += _of_one(latest.pop(rule.signature, None), rule, days)
    for old in latest.values():
        made += _of_unseen(old, days)
    return made


def _of_one(old: LearnedRule | None, new: LearnedRule, days: Sequence[date]) -> list[Change]:
    new = replace(new, valid_until=_ended(new, days))
    if old is None:
        return [(None, _judged(new))]
    if old.state in _SETTLED:
        return []
    if old.state is LearnedState.RETIRED:  # one that the outlet had given up comes back as a new version
        return [(None, _judged(replace(new, version=old.version + 1)))] if old.valid_until else []
    new = replace(new, pattern=old.pattern, text="") if old.pattern and new.text else new
    if old.state is LearnedState.APPROVED:
        same = ("place", "text", "pattern", "to_end", "state", "why", "version", "id")
        return _changed(old, replace(new, **{name: getattr(old, name) for name in same}))
    if _form(old) != _form(new):
        end = replace(old, state=LearnedState.RETIRED, why=f"version {old.version + 1} took its place")
        return [(old, end), (None, _judged(replace(new, version=old.version + 1)))]
    new = replace(new, version=old.version, id=old.id, text=old.text)
    if old.state is LearnedState.APPLIED:
        against = turned(new.evidence)
        state = LearnedState.PROPOSED if against else LearnedState.APPLIED
        return _changed(old, replace(new, state=state, why=against))
    return _changed(old, _judged(new))


def _of_unseen(old: LearnedRule, days: Sequence[date]) -> list[Change]:
    if old.state in (LearnedState.APPLIED, LearnedState.APPROVED, LearnedState.PROPOSED):
        ended = _ended(old, days)
        if ended and old.state is LearnedState.PROPOSED:
            told = f"not seen since {ended}"
            return _changed(old, replace(old, state=LearnedState.RETIRED, why=told, valid_until=ended))
        return _changed(old, replace(old, valid_until=ended or old.valid_until))
    return []


def _judged(rule: LearnedRule) -> LearnedRule:
    if rule.why:
        return rule
    return replace(rule, state=LearnedState.APPLIED)


def _form(rule: LearnedRule) -> tuple[object, ...]:
    """Return what makes a rule cut as it does; of a text the signature says all."""
    return (rule.place, rule.pattern, rule.to_end)


def _changed(old: LearnedRule, new: LearnedRule) -> list[Change]:
    return [] if old == new else [(old, new)]


def _ended(rule: LearnedRule, days: Sequence[date]) -> date | None:
    """Return the last day of a line that the outlet has given up; None while it has it."""
    last = rule.evidence.last_on
    later = [day for day in days if day > last]
    if len(later) < ENDED_PAGES or later[-1] - last < ENDED_DAYS:
        return None
    return last
