"""The mail to ops about a rule that matches too much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from crawler.alerts.message import ops_mail, set_parts
from crawler.alerts.moments import clock_words
from crawler.alerts.notice import NAME, Command, NoticeView
from crawler.alerts.plain import one_line
from crawler.alerts.storm import STORIES
from crawler.items import Recipient, Storm


def build_storm_notice(
    storm: Storm, readers: Sequence[Recipient], *, sender: str, now: datetime
) -> EmailMessage:
    """Return the mail for *readers*, all of them at once: a storm began, or (no stories) is over."""
    told = ("storm", storm.rule_id, str(bool(storm.stories)), now.isoformat())
    view = _view(storm, readers, now)
    message = ops_mail(view.headline, readers, told, sender=sender, now=now)
    set_parts(message, "break", notice=view)
    return message


def _view(storm: Storm, readers: Sequence[Recipient], now: datetime) -> NoticeView:
    rule = one_line(storm.rule_id, NAME)
    if storm.stories:
        headline = f"rule {rule} matches too much: {storm.stories} stories within an hour"
        follows = (
            f"More than {STORIES} stories within an hour would each have been a mail. Until an hour passes with fewer, its"
            " alerts come as one digest at each full hour of the reader's clock, the first at once if nothing of it left"
            " within the last hour; what is of high severity leaves at once, together. Nothing is dropped."
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
