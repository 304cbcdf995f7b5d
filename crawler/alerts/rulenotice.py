"""The mail to ops about rules of the config that cannot be used as they are written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from email.message import EmailMessage

from crawler.alerts.message import ops_mail, set_parts
from crawler.alerts.moments import clock_words
from crawler.alerts.notice import NAME, Command, NoticeView
from crawler.alerts.plain import one_line
from crawler.items import BrokenRule, Recipient

SHOWN, LINE = 20, 300
"""Lines that are shown, and characters of one."""


def build_rule_notice(
    broken: Sequence[BrokenRule],
    used: Collection[str],
    mended: Sequence[str],
    readers: Sequence[Recipient],
    *,
    sender: str,
    now: datetime,
) -> EmailMessage:
    """Return the mail for *readers*, all of them at once: which rules broke, of these those *used* as they were before,
    and which are *mended*, by what they were told as."""
    told = ("rules", *(line for rule in broken for line in rule.told), *mended, now.isoformat())
    view = _view(broken, used, mended, readers, now)
    message = ops_mail(view.headline, readers, told, sender=sender, now=now)
    set_parts(message, "break", notice=view)
    return message


def _view(
    broken: Sequence[BrokenRule],
    used: Collection[str],
    mended: Sequence[str],
    readers: Sequence[Recipient],
    now: datetime,
) -> NoticeView:
    names = [one_line(rule.id or "without an id", NAME) for rule in broken]
    again = [one_line(each, NAME) for each in mended]
    lines = [one_line(line.split("\n", 1)[0], LINE) for rule in broken for line in rule.told]
    if len(lines) > SHOWN:
        lines = [*lines[:SHOWN], f"and {len(lines) - SHOWN} more"]
    commands = (
        Command(does="Every mistake with its place:", typed="newshawk check"),
        Command(does="When they are mended:", typed="newshawk reload"),
    )
    return NoticeView(
        headline="; ".join(
            [
                *([f"{_named(names)} cannot be used as written"] if names else []),
                *([f"{_named(again)} can be used again"] if again else []),
            ]
        ),
        told=tuple(lines),
        follows=_follows(names, [name for name in names if name in used], _alone(broken, used)),
        commands=commands if names else (),
        before=None,
        after=None,
        readers=", ".join(one_line(reader.id, NAME) for reader in readers),
        now=clock_words(now, readers[0].timezone if readers else "UTC"),
    )


def _named(names: Sequence[str]) -> str:
    """Return rules and named queries, each kind with its number."""
    queries = [name for name in names if name.startswith("@")]
    rules = [name for name in names if not name.startswith("@")]
    return " and ".join(
        _kind(*each) for each in (("query", "queries", queries), ("rule", "rules", rules)) if each[2]
    )


def _kind(one: str, many: str, names: Sequence[str]) -> str:
    return f"{one} {names[0]}" if len(names) == 1 else f"{len(names)} {many} ({', '.join(names[:5])})"


def _alone(broken: Sequence[BrokenRule], used: Collection[str]) -> list[str]:
    """Return the rules that are not used at all; a named query is none."""
    return [
        one_line(rule.id or "without an id", NAME)
        for rule in broken
        if rule.id not in used and not rule.is_query
    ]


def _follows(names: Sequence[str], used: Sequence[str], left: Sequence[str]) -> str:
    """Return what happens until they are mended."""
    if not names:
        return "They alert by the config as it is now."
    told = []
    if used:
        told.append(
            f"Until they are mended these alert as they did before the change: {', '.join(used[:20])}."
        )
    if left:
        told.append(f"These alert nobody until they are mended: {', '.join(left[:20])}.")
    return " ".join([*told, "All other rules and all outlets are as they were."])
