"""The mail to ops about a rule that matches too much."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from crawler.alerts.message import SEVEN_BIT, ascii_domain, domain_of, set_parts
from crawler.alerts.moments import clock_words
from crawler.alerts.notice import NAME, Command, NoticeView
from crawler.alerts.plain import one_line
from crawler.alerts.storm import STORIES
from crawler.items import Recipient, Storm


def build_storm_notice(
    storm: Storm, readers: Sequence[Recipient], *, sender: str, now: datetime
) -> EmailMessage:
    """Return the mail for *readers*, all of them at once: a storm began, or (no stories) is over."""
    view = _view(storm, readers, now)
    message = EmailMessage(policy=SEVEN_BIT)
    message["Subject"] = f"[newshawk] {view.headline}"
    name, address = parseaddr(sender)
    message["From"] = Address(display_name=name or "newshawk", addr_spec=ascii_domain(address))
    message["To"] = [Address(addr_spec=ascii_domain(each)) for reader in readers for each in reader.emails]
    message["Date"] = format_datetime(now)
    told = f"storm\0{storm.rule_id}\0{bool(storm.stories)}\0{now.isoformat()}"
    message["Message-ID"] = f"<{hashlib.sha256(told.encode()).hexdigest()[:32]}@{domain_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    set_parts(message, "break", notice=view)
    return message


def _view(storm: Storm, readers: Sequence[Recipient], now: datetime) -> NoticeView:
    rule = one_line(storm.rule_id, NAME)
    if storm.stories:
        headline = f"rule {rule} matches too much: {storm.stories} stories within an hour"
        follows = (
            f"More than {STORIES} stories within an hour would each have been a mail. Until an hour passes with fewer, its"
            " alerts come as one digest at each full hour of the reader's clock; what is of high severity leaves at once,"
            " together. Nothing is dropped."
        )
    else:
        headline = f"rule {rule} calmed down"
        follows = "Each of its stories has a mail of its own again."
    commands = (Command(does="What it matches:", typed=f"newshawk rules test {rule} --since 1d"),)
    return NoticeView(
        headline=headline,
        told=(),
        follows=follows,
        commands=commands if storm.stories else (),
        before=None,
        after=None,
        readers=", ".join(one_line(reader.id, NAME) for reader in readers),
        now=clock_words(now, readers[0].timezone if readers else "UTC"),
    )
