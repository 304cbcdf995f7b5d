"""What holds back the alerts of a rule at present, in words: silences that are in force, and the storm guard. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.alerts.moments import clock_words
from crawler.alerts.plain import one_line
from crawler.items import Silence, Storm

IN_A_STORM = "its rule matches too much: it comes in the next digest"
"""Why an alert waits while its rule is one of a storm."""
NAME = 80
_MADE = {"hand": "", "mute": ", by a link to mute,", "leave": ", by unsubscribing,"}


def holding_words(
    rule_id: str, recipient_ids: Sequence[str], silences: Sequence[Silence], storms: Sequence[Storm]
) -> tuple[str, ...]:
    """Return a sentence for each of the *silences* (those in force) that concerns a rule and its readers, and one if the
    rule is one of the *storms*."""
    told = []
    for each in reversed(silences):
        held = [who for who in recipient_ids if each.concerns(rule_id, who)]
        if held:
            whom = "any reader" if len(held) == len(recipient_ids) else " or ".join(held)
            end = f" until {clock_words(each.until_at, 'UTC')}" if each.until_at else ""
            told.append(
                f"silence {each.id}{_MADE[each.kind]} holds back what is found{end}: nothing to {one_line(whom, NAME)}"
            )
    if any(storm.rule_id == rule_id for storm in storms):
        told.append(
            "the rule matches too much at present: what is not urgent comes as a digest at the full hour"
        )
    return tuple(told)
