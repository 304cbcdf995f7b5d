"""Ops is told, in the log and by mail: once when an outlet's pages break or a rule matches too much, once when that is
over."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from crawler.alerts import make_transport
from crawler.alerts.notice import build_notice
from crawler.alerts.policy import next_try
from crawler.alerts.storm import STORIES
from crawler.alerts.stormnotice import build_storm_notice
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown
from crawler.items import BreakNotice, Recipient, Storm
from schedules.deliver import Call

if TYPE_CHECKING:
    from crawler.alerts.transport import Transport
    from crawler.config import Config

log = structlog.get_logger("newshawk.ops")
_JITTER = random.Random()  # noqa: S311 - spreads tries, guards nothing


async def tell_ops(call: Call, config: Config, now: datetime) -> int:
    """Tell ops of breaks and storms that it was not told of; return how many mails left. One that does not leave is tried again
    later; without recipients in [ops] the log alone tells.

    Raises:
        StoreError: the store cannot be read or marked; what was told may be told again.
    """
    notices: list[BreakNotice] = await call("untold_breaks", now)
    storms: list[Storm] = await call("untold_storms", now, STORIES)
    if not notices and not storms:
        return 0
    readers = [who for who in config.recipients if who.id in config.ops.to]
    transport = make_transport(config)
    sent = 0
    try:
        for notice in notices:
            if notice.tries == 0:
                _log(notice)
            sent += await _tell(call, config, transport, readers, notice, now)
        for storm in storms:
            sent += await _tell_storm(call, config, transport, readers, storm, now)
    finally:
        await transport.close()
    return sent


async def _tell(
    call: Call,
    config: Config,
    transport: Transport,
    readers: Sequence[Recipient],
    notice: BreakNotice,
    now: datetime,
) -> bool:
    """Send one notice; return whether it left."""
    if readers:
        message = build_notice(notice, readers, sender=config.mail.sender, now=now)
        addresses = [address for reader in readers for address in reader.emails]
        try:
            receipt = await transport.send(message, addresses)
        except (DeliveryFailed, DeliveryRefused, DeliveryUnknown) as error:
            log.warning("ops mail put off", break_id=notice.id, cause=type(error).__name__)
            await call("mark_break_untold", notice.id, next_try(notice.tries + 1, now, _JITTER))
            return False
        if left_out := len(receipt.refused) + len(receipt.deferred):
            log.warning("ops mail not taken for every address", break_id=notice.id, addresses=left_out)
    await call("mark_break_told", notice.id, notice.event, now)
    return bool(readers)


async def _tell_storm(
    call: Call,
    config: Config,
    transport: Transport,
    readers: Sequence[Recipient],
    storm: Storm,
    now: datetime,
) -> bool:
    """Send one notice of a storm; return whether it left. One that is refused for good is told in the log alone."""
    left = False
    if readers:
        message = build_storm_notice(storm, readers, sender=config.mail.sender, now=now)
        try:
            await transport.send(message, [address for reader in readers for address in reader.emails])
            left = True
        except (DeliveryFailed, DeliveryUnknown) as error:
            log.warning("ops mail put off", rule=storm.rule_id, cause=type(error).__name__)
            return False
        except DeliveryRefused as error:
            log.warning("ops mail refused", rule=storm.rule_id, cause=type(error).__name__)
    if storm.stories:
        log.error("storm", rule=storm.rule_id, stories=storm.stories, told="its alerts come as digests")
    else:
        log.info("storm over", rule=storm.rule_id)
    await call("mark_storm_told", storm, now)
    return left


def _log(notice: BreakNotice) -> None:
    about = {"outlet": notice.outlet_id, "break_id": notice.id}
    if notice.kind == "redesign":
        log.warning("redesign", **about, told=list(notice.told))
    elif notice.event == "opened":
        log.error("break", **about, kind=notice.kind, told=list(notice.told), quarantined=notice.quarantined)
    else:
        log.info("break over", **about, how=notice.how, quarantined=notice.quarantined)
