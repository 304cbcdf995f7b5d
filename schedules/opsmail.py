"""Ops is told, in the log and by mail: once when an outlet's pages break, a rule matches too much or cannot be used as
it is written, once when that is over."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from crawler.alerts import make_transport
from crawler.alerts.notice import build_notice
from crawler.alerts.policy import next_try
from crawler.alerts.rulenotice import build_rule_notice
from crawler.alerts.storm import STORIES
from crawler.alerts.stormnotice import build_storm_notice
from crawler.items import BreakNotice, BrokenRule, Storm
from schedules.deliver import Call
from schedules.opspauses import Pauses
from schedules.opspost import OpsPost

if TYPE_CHECKING:
    from crawler.config import Config

log = structlog.get_logger("newshawk.ops")
_JITTER = random.Random()  # noqa: S311 - spreads tries, guards nothing


async def tell_ops(call: Call, config: Config, now: datetime, pauses: Pauses | None = None) -> int:
    """Tell ops of breaks, storms and broken rules that it was not told of; return how many mails left. One that does not leave is
    tried again later, with pauses; without recipients in [ops] the log alone tells.

    *pauses* are those of the process, for storms and broken rules; a break has its own in the store.

    Raises:
        StoreError: the store cannot be read or marked; what was told may be told again.
    """
    pauses = Pauses() if pauses is None else pauses
    notices: list[BreakNotice] = await call("untold_breaks", now)
    storms: list[Storm] = await call("untold_storms", now, STORIES)
    broken, mended = await call("untold_rules", config.broken)
    rules = _rules_key(broken, mended)
    pauses.keep([*map(_storm_key, storms), rules])
    storms = [storm for storm in storms if pauses.is_due(_storm_key(storm), now)]
    is_rules_due = bool(broken or mended) and pauses.is_due(rules, now)
    if not (notices or storms or is_rules_due):
        return 0
    transport = make_transport(config)
    post = OpsPost(config, transport, now)
    sent = 0
    try:
        for notice in notices:
            if notice.tries == 0:
                _log(notice)
            sent += await _tell_break(call, post, notice)
        for storm in storms:
            sent += await _tell_storm(call, post, storm, pauses)
        if is_rules_due:
            sent += await _tell_rules(call, post, config, broken, mended, pauses)
    finally:
        await transport.close()
    return sent


async def _tell_break(call: Call, post: OpsPost, notice: BreakNotice) -> bool:
    """Send one notice of a break; return whether it left. One that does not leave is tried again later, with pauses."""
    posted = await post.send(
        lambda: build_notice(notice, post.readers, sender=post.sender, now=post.now), break_id=notice.id
    )
    if posted.fate in ("later", "unknown", "refused"):
        await call("mark_break_untold", notice.id, next_try(notice.tries + 1, post.now, _JITTER))
        return False
    await call("mark_break_told", notice.id, notice.event, post.now)
    return posted.fate == "sent"


async def _tell_storm(call: Call, post: OpsPost, storm: Storm, pauses: Pauses) -> bool:
    """Send one notice of a storm; return whether it left. One that is refused for good is told in the log alone."""
    if pauses.is_new(_storm_key(storm)):
        _log_storm(storm)
    posted = await post.send(
        lambda: build_storm_notice(storm, post.readers, sender=post.sender, now=post.now), rule=storm.rule_id
    )
    if posted.fate in ("later", "unknown"):
        pauses.put_off(_storm_key(storm), post.now)
        return False
    await call("mark_storm_told", storm, post.now)
    return posted.fate == "sent"


async def _tell_rules(
    call: Call,
    post: OpsPost,
    config: Config,
    broken: Sequence[BrokenRule],
    mended: Sequence[str],
    pauses: Pauses,
) -> bool:
    """Send the notice of rules that broke and that are mended; return whether it left."""
    used = {rule.id for rule in config.rules}
    posted = await post.send(
        lambda: build_rule_notice(broken, used, mended, post.readers, sender=post.sender, now=post.now),
        rules=[rule.id for rule in broken],
    )
    if posted.fate in ("later", "unknown"):
        pauses.put_off(_rules_key(broken, mended), post.now)
        return False
    await call("mark_rules_told", config.broken, post.now)
    return posted.fate == "sent"


def _storm_key(storm: Storm) -> tuple[str, str, bool]:
    """Return what a notice is known by: that a storm began waits apart from that it is over."""
    return "storm", storm.rule_id, bool(storm.stories)


def _rules_key(broken: Sequence[BrokenRule], mended: Sequence[str]) -> tuple[object, ...]:
    """Return what a notice is known by: another mistake is another notice, which does not wait."""
    return "rules", *((rule.id, rule.told) for rule in broken), *mended


def _log_storm(storm: Storm) -> None:
    if storm.stories:
        log.error("storm", rule=storm.rule_id, stories=storm.stories, told="its alerts come as digests")
    else:
        log.info("storm over", rule=storm.rule_id)


def _log(notice: BreakNotice) -> None:
    about = {"outlet": notice.outlet_id, "break_id": notice.id}
    if notice.kind == "redesign":
        log.warning("redesign", **about, told=list(notice.told))
    elif notice.event == "opened":
        log.error("break", **about, kind=notice.kind, told=list(notice.told), quarantined=notice.quarantined)
    else:
        log.info("break over", **about, how=notice.how, quarantined=notice.quarantined)
