"""Mail leaves: the outbox is drained, each mail marked when it is known what became of it.

At least once: a mail is marked sent after the server took it. Before it is handed over its Message-ID is
written to its rows; when the process dies in between, the lease runs out and the same alerts leave again as
the same mail.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.errors import MessageError
from email.message import EmailMessage
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any, Protocol

import structlog

from crawler.alerts.channels import hand_over
from crawler.alerts.holding import IN_A_STORM
from crawler.alerts.links import Links, links_of
from crawler.alerts.message import build
from crawler.alerts.note import Note, build_note
from crawler.alerts.policy import Mail, after_quiet, group, is_given_up, next_try, quiet_words
from crawler.alerts.storm import STORIES, calm
from crawler.alerts.transport import Receipt, Transport
from crawler.errors import (
    ConversationLost,
    DeliveryFailed,
    DeliveryRefused,
    DeliveryUnknown,
    NewshawkError,
    ServerUnavailable,
)
from crawler.items import Alert, Recipient, Rule

LEASE_SECONDS = 300
"""How long claimed alerts are kept from the next round, should this one break off. It may be short: rounds of one
process follow each other, and another process cannot hold the store meanwhile."""

AT_ONCE = 5_000
"""Alerts held in memory at a time."""

LOST_IN_A_ROW = 2
"""So many mails over which the server fell silent, with no answer to one between them, and the rest waits: each of them
may take minutes. A single one may be the mail's own fault."""

LONGEST_ERROR = 300
_JITTER = random.Random()  # noqa: S311 - spreads tries, guards nothing

log = structlog.get_logger(__name__)

Call = Callable[..., Awaitable[Any]]
"""Calls a verb of the store: ``await call("claim_alerts", now, seconds)``."""


class MailSettings(Protocol):
    """What is needed of config.mail."""

    @property
    def sender(self) -> str:
        """Return the address mails come from."""

    @property
    def public_url(self) -> str:
        """Return where readers reach the store, empty if nowhere."""


class StoreSettings(Protocol):
    """What is needed of config.store."""

    @property
    def path(self) -> Path:
        """Return where the store is: Datasette calls the database by the name of its file."""


class DeliveryConfig(Protocol):
    """What is needed of the config."""

    @property
    def store(self) -> StoreSettings:
        """Return the table [store]."""

    @property
    def mail(self) -> MailSettings:
        """Return the table [mail]."""

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Return those who get mail."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return the standing queries."""


_waiting: dict[str, tuple[str, ...]] = {}
"""Of mails that some of a reader's addresses took and others put off: Message-ID to those others, while this
process lives. Addresses are never stored, so after a restart all of them get the mail again, under the same
Message-ID, by which mail programs know it."""


@dataclass(slots=True, kw_only=True)
class DeliveryReport:
    """What became of the mails that were due; numbers of mails."""

    sent: int = 0
    deferred: int = 0
    """To be tried again."""
    dead: int = 0
    """Given up: see ``newshawk alerts list``."""
    unknown: int = 0
    """Answer lost: sent again under the same Message-ID."""
    errors: list[str] = field(default_factory=list)
    """A line for each mail, or address of a reader, that was not served; without addresses."""

    def counts(self) -> dict[str, int]:
        """Return the four numbers by name."""
        return {"sent": self.sent, "deferred": self.deferred, "dead": self.dead, "unknown": self.unknown}


async def deliver(
    call: Call, config: DeliveryConfig, transport: Transport, now: datetime, *, anew: bool = False
) -> DeliveryReport:
    """Send what is due at *now*, mark every alert that was claimed, and close *transport*.

    One mail that fails leaves the others alone; when the server takes nothing at all, the rest is put off
    without being tried. *anew*, for the first delivery of a process that holds the store: leases of an earlier
    process end, and what waits for its next try is tried now.

    Raises:
        StoreError: the outbox cannot be read or marked. Leases run out; nothing is lost.
    """
    if anew:
        await call("release_alerts")
    batch = _Batch(call, config, transport, now)
    try:
        while alerts := await _claimed(call, now):
            await batch.settle_all(group(await batch.calmed(alerts), now))
    finally:
        await transport.close()
    return batch.report


async def _claimed(call: Call, now: datetime) -> list[Alert]:
    """Return what is due, as a whole where memory allows: a digest, or a mail that leaves again, must not be
    torn apart where one claim ends."""
    claimed: list[Alert] = []
    while len(claimed) < AT_ONCE and (more := await call("claim_alerts", now, LEASE_SECONDS)):
        claimed += more
    return claimed


class _Batch:
    """The mails of one run, settled one after the other."""

    def __init__(self, call: Call, config: DeliveryConfig, transport: Transport, now: datetime) -> None:
        self.call, self.transport, self.now = call, transport, now
        self.sender, self.public_url = config.mail.sender, config.mail.public_url
        self.database = config.store.path.stem
        self.links = _links(config)
        self.recipients: Mapping[str, Recipient] = {who.id: who for who in config.recipients}
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in config.rules}
        self.report = DeliveryReport()
        self.unavailable: dict[str, ServerUnavailable] = {}
        """Which ways take nothing now: "" the mail server, else a channel by its name."""
        self.lost: Counter[str] = Counter()
        """By way, the mails over which the server fell silent since its last answer to one."""

    async def calmed(self, alerts: list[Alert]) -> list[Alert]:
        """Return what leaves now; what belongs to a storm and is not for this hour is put off."""
        storms = {storm.rule_id: storm.readers for storm in await self.call("storms", self.now, STORIES)}
        leave, held = calm(alerts, storms, self.recipients, self.rules, self.now)
        for mail, until in held:
            await self._put_off(mail, IN_A_STORM, until, "")
        return leave

    async def settle_all(self, mails: Sequence[Mail]) -> None:
        """Send the mails, one after the other each way; no way waits for another.

        Raises:
            StoreError: the outbox cannot be marked. What is on its way by the channels is broken off with the mail: its
                leases run out, and it leaves again.
        """
        ways: dict[str, list[Mail]] = {"": []}
        for mail in mails:
            ways.setdefault(_way(self.recipients.get(mail.recipient_id)), []).append(mail)
        by_mail = ways.pop("")
        tasks = [asyncio.create_task(self._settle_way(each)) for each in ways.values()]
        try:
            await self._settle_way(by_mail)
        except BaseException:
            for task in tasks:
                task.cancel()
            raise
        finally:
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _settle_way(self, mails: Sequence[Mail]) -> None:
        for mail in mails:
            await self.settle(mail)

    async def settle(self, mail: Mail) -> None:
        """Send one mail, or mark why not; a fault that nobody foresaw puts off this mail and no other."""
        try:
            await self._settle(mail)
        except NewshawkError:
            raise
        except Exception as error:
            log.error("mail put off", recipient=mail.recipient_id, error=repr(error), exc_info=error)
            await self._defer(mail, f"internal error: {type(error).__name__}", mail.message_id)

    async def _settle(self, mail: Mail) -> None:
        recipient = self.recipients.get(mail.recipient_id)
        if recipient is None:
            await self._bury(mail, f"recipient {mail.recipient_id} is not in the config")
        elif (error := self.unavailable.get(_way(recipient))) is not None:
            cause = _without_addresses(error.cause, recipient)
            await self._defer(mail, cause, mail.message_id, error.retry_after)
        elif (until := self._held_until(mail, recipient)) > self.now:
            await self._put_off(mail, quiet_words(recipient, self.now), until, mail.message_id)
        else:
            await self._write_and_send(mail, recipient)

    def _held_until(self, mail: Mail, recipient: Recipient) -> datetime:
        """Return the end of quiet hours that began while the mail was waiting, else now."""
        rules = (self.rules.get(alert.rule_id) for alert in mail.alerts)
        if any(rule is not None and rule.severity == "high" for rule in rules):
            return self.now
        return after_quiet(recipient, self.now)

    async def _write_and_send(self, mail: Mail, recipient: Recipient) -> None:
        write = partial(build if recipient.channel is None else build_note, links=self.links)
        try:
            message: EmailMessage | Note = write(
                mail,
                recipient,
                sender=self.sender,
                now=self.now,
                rules=self.rules,
                public_url=self.public_url,
                database=self.database,
            )
        except (ValueError, LookupError, MessageError) as error:
            await self._bury(mail, f"cannot be written as a mail: {type(error).__name__}: {error}")
            return
        message_id = message.id if isinstance(message, Note) else str(message["Message-ID"])
        given_up = await self.call("mark_sending", mail.ids, message_id)
        if not given_up:
            await self._send(mail, recipient, message, message_id)
        elif left := tuple(alert for alert in mail.alerts if alert.id not in given_up):
            await self._write_and_send(replace(mail, alerts=left), recipient)

    async def _send(
        self, mail: Mail, recipient: Recipient, message: EmailMessage | Note, message_id: str
    ) -> None:
        partly = message_id in _waiting
        addresses = [
            address for address in recipient.emails if address in _waiting.get(message_id, (address,))
        ]
        try:
            if isinstance(message, Note):
                assert recipient.channel is not None
                receipt = await hand_over(recipient.channel, message)
            else:
                receipt = await self.transport.send(message, addresses or recipient.emails)
        except DeliveryRefused as error:
            self.lost[_way(recipient)] = 0
            if partly:
                await self._sent(mail, message_id, _without_addresses(error.cause, recipient))
            else:
                await self._bury(mail, _without_addresses(error.cause, recipient))
        except DeliveryFailed as error:
            cause = _without_addresses(error.cause, recipient)
            is_same = partly or bool(mail.message_id)
            if isinstance(error, ServerUnavailable):
                self.unavailable[_way(recipient)] = error
            elif isinstance(message, Note):
                is_same = True  # who answered has seen it: its next try is the same document
            self._count_lost(recipient, cause, is_lost=isinstance(error, ConversationLost))
            await self._defer(mail, cause, message_id if is_same else "", error.retry_after)
        except DeliveryUnknown as error:
            cause = _without_addresses(error.cause, recipient)
            self._count_lost(recipient, cause, is_lost=True)
            await self._unknown(mail, message_id, cause)
        else:
            self.lost[_way(recipient)] = 0
            await self._taken(mail, recipient, message_id, receipt)

    def _count_lost(self, recipient: Recipient, cause: str, *, is_lost: bool) -> None:
        """Let the rest of the queue wait when the server fell silent over several mails in a row."""
        way = _way(recipient)
        self.lost[way] = self.lost[way] + 1 if is_lost else 0
        if self.lost[way] >= LOST_IN_A_ROW:
            self.unavailable[way] = ServerUnavailable(recipient.id, cause)

    async def _taken(self, mail: Mail, recipient: Recipient, message_id: str, receipt: Receipt) -> None:
        """Mark a mail that at least one address took."""
        told = [*receipt.refused.items(), *receipt.deferred.items()]
        cause = _without_addresses("; ".join(f"{address}: {said}" for address, said in told), recipient)
        if receipt.deferred and not is_given_up(mail, _tries(mail), self.now):
            _waiting[message_id] = tuple(receipt.deferred)
            await self._defer(mail, cause, message_id)
        else:
            await self._sent(mail, message_id, cause)

    # --- marks ------------------------------------------------------------------------------------

    async def _sent(self, mail: Mail, message_id: str, trouble: str = "") -> None:
        await self.call("mark_sent", mail.ids, self.now, message_id, trouble)
        _waiting.pop(message_id, None)
        self.report.sent += 1
        if trouble:
            self._tell("mail not taken for every address", mail, trouble)

    async def _defer(self, mail: Mail, cause: str, message_id: str, rest: float = 0.0) -> None:
        """Put a mail off until the next try, *rest* seconds at least. *message_id* is kept if the mail may have reached
        somebody, so that it leaves again as it is; empty, its alerts may leave in another mail."""
        tries = _tries(mail)
        if is_given_up(mail, tries, self.now):
            await self._bury(mail, f"given up after {tries} tries: {cause}")
            return
        until = max(next_try(tries, self.now, _JITTER), self.now + timedelta(seconds=ceil(rest)))
        await self._put_off(mail, cause, until, message_id)

    async def _put_off(self, mail: Mail, cause: str, until: datetime, message_id: str) -> None:
        await self.call("mark_deferred", mail.ids, cause, until, message_id)
        self.report.deferred += 1
        self._tell("mail put off", mail, cause)

    async def _unknown(self, mail: Mail, message_id: str, cause: str) -> None:
        tries = _tries(mail)
        if is_given_up(mail, tries, self.now):
            await self._bury(mail, f"given up after {tries} tries: {cause}")
            return
        await self.call("mark_unknown", mail.ids, cause, next_try(tries, self.now, _JITTER), message_id)
        self.report.unknown += 1
        self._tell("mail with unknown outcome", mail, cause)

    async def _bury(self, mail: Mail, cause: str) -> None:
        await self.call("mark_dead", mail.ids, cause[:LONGEST_ERROR])
        _waiting.pop(mail.message_id, None)
        self.report.dead += 1
        self._tell("mail given up", mail, cause)

    def _tell(self, event: str, mail: Mail, cause: str) -> None:
        self.report.errors.append(f"{mail.recipient_id}: {event}: {cause}")
        log.warning(event, recipient=mail.recipient_id, alerts=len(mail.alerts), cause=cause)


def _links(config: DeliveryConfig) -> Links | None:
    """Return what makes the links by which readers mute and unsubscribe: None without public_url. Without a key that can
    be read mails leave all the same, without such links, and the log says so."""
    try:
        return links_of(config.mail.public_url, config.store.path)
    except (OSError, ValueError) as error:
        log.error("mails without links to unsubscribe", error=str(error))
        return None


def _way(recipient: Recipient | None) -> str:
    """Return by which way a recipient is told: the name of its channel, empty for mail."""
    return recipient.channel.name if recipient is not None and recipient.channel is not None else ""


def _tries(mail: Mail) -> int:
    """Return how many tries there were, the present one included."""
    return max(alert.attempts for alert in mail.alerts) + 1


def _without_addresses(text: str, recipient: Recipient) -> str:
    """Return what a server said without mail addresses: they are never stored. Those of the reader are named
    by their place in the config."""
    for place, address in enumerate(recipient.emails, start=1):
        text = re.sub(re.escape(address), f"address {place}", text, flags=re.IGNORECASE)
    return re.sub(r"[^\s<>@]+@[^\s<>@]+", "(address)", text)[:LONGEST_ERROR]
