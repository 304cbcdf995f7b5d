"""Ops is told, in the log and by mail: once when an outlet's pages break, a rule matches too much or cannot be used as
it is written, once when that is over."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Literal

import structlog

from crawler.alerts import make_transport
from crawler.alerts.notice import build_notice
from crawler.alerts.policy import next_try
from crawler.alerts.rulenotice import build_rule_notice
from crawler.alerts.storm import STORIES
from crawler.alerts.stormnotice import build_storm_notice
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown
from crawler.items import BreakNotice, BrokenRule, Storm
from schedules.deliver import Call

if TYPE_CHECKING:
    from crawler.alerts.transport import Transport
    from crawler.config import Config

log = structlog.get_logger("newshawk.ops")
Fate = Literal["sent", "later", "refused", "nobody"]
_JITTER = random.Random()  # noqa: S311 - spreads tries, guards nothing


async def tell_ops(call: Call, config: Config, now: datetime) -> int:
    """Tell ops of breaks, storms and broken rules that it was not told of; return how many mails left. One that does not leave is
    tried again later; without recipients in [ops] the log alone tells.

    Raises:
        StoreError: the store cannot be read or marked; what was told may be told again.
    """
    notices: list[BreakNotice] = await call("untold_breaks", now)
    storms: list[Storm] = await call("untold_storms", now, STORIES)
    broken, mended = await call("untold_rules", config.broken)
    if not (notices or storms or broken or mended):
        return 0
    transport = make_transport(config)
    post = _Post(config, transport, now)
    sent = 0
    try:
        for notice in notices:
            if notice.tries == 0:
                _log(notice)
            sent += await _tell_break(call, post, notice)
        for storm in storms:
            sent += await _tell_storm(call, post, storm)
        if broken or mended:
            sent += await _tell_rules(call, post, config, broken, mended)
    finally:
        await transport.close()
    return sent


async def _tell_break(call: Call, post: _Post, notice: BreakNotice) -> bool:
    """Send one notice of a break; return whether it left. One that does not leave is tried again later, with pauses."""
    fate = await post.send(
        lambda: build_notice(notice, post.readers, sender=post.sender, now=post.now), break_id=notice.id
    )
    if fate in ("later", "refused"):
        await call("mark_break_untold", notice.id, next_try(notice.tries + 1, post.now, _JITTER))
        return False
    await call("mark_break_told", notice.id, notice.event, post.now)
    return fate == "sent"


async def _tell_storm(call: Call, post: _Post, storm: Storm) -> bool:
    """Send one notice of a storm; return whether it left. One that is refused for good is told in the log alone."""
    fate = await post.send(
        lambda: build_storm_notice(storm, post.readers, sender=post.sender, now=post.now), rule=storm.rule_id
    )
    if fate == "later":
        return False
    if storm.stories:
        log.error("storm", rule=storm.rule_id, stories=storm.stories, told="its alerts come as digests")
    else:
        log.info("storm over", rule=storm.rule_id)
    await call("mark_storm_told", storm, post.now)
    return fate == "sent"


async def _tell_rules(
    call: Call, post: _Post, config: Config, broken: Sequence[BrokenRule], mended: Sequence[str]
) -> bool:
    """Send the notice of rules that broke and that are mended; return whether it left."""
    used = {rule.id for rule in config.rules}
    fate = await post.send(
        lambda: build_rule_notice(broken, used, mended, post.readers, sender=post.sender, now=post.now),
        rules=[rule.id for rule in broken],
    )
    if fate == "later":
        return False
    await call("mark_rules_told", config.broken, post.now)
    return fate == "sent"


class _Post:
    """How mail to ops leaves."""

    def __init__(self, config: Config, transport: Transport, now: datetime) -> None:
        self.readers = [who for who in config.recipients if who.id in config.ops.to and who.emails]
        self.sender, self.transport, self.now = config.mail.sender, transport, now

    async def send(self, build: Callable[[], EmailMessage], **about: Any) -> Fate:
        """Send a mail to all readers of ops, at once; return what came of it. *about* goes into the log."""
        if not self.readers:
            return "nobody"
        addresses = [address for reader in self.readers for address in reader.emails]
        try:
            receipt = await self.transport.send(build(), addresses)
        except (DeliveryFailed, DeliveryUnknown) as error:
            log.warning("ops mail put off", **about, cause=type(error).__name__)
            return "later"
        except DeliveryRefused as error:
            log.warning("ops mail refused", **about, cause=type(error).__name__)
            return "refused"
        if left_out := len(receipt.refused) + len(receipt.deferred):
            log.warning("ops mail not taken for every address", **about, addresses=left_out)
        return "sent"


def _log(notice: BreakNotice) -> None:
    about = {"outlet": notice.outlet_id, "break_id": notice.id}
    if notice.kind == "redesign":
        log.warning("redesign", **about, told=list(notice.told))
    elif notice.event == "opened":
        log.error("break", **about, kind=notice.kind, told=list(notice.told), quarantined=notice.quarantined)
    else:
        log.info("break over", **about, how=notice.how, quarantined=notice.quarantined)
