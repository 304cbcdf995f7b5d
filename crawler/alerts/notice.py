"""The mail to ops about an outlet whose pages changed: what, with figures, and two pages side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from crawler.alerts.message import domain_of, ops_mail, set_parts
from crawler.alerts.moments import clock_words
from crawler.alerts.plain import one_line, safe_href
from crawler.items import BreakNotice, Example, Recipient

LINES, LINE = 12, 400
"""Lines of an example that are shown, and characters of a line."""
TITLE, NAME, ADDRESS = 200, 80, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleView:
    """One side."""

    title: str
    url: str
    href: str
    article_id: int | None
    lines: tuple[str, ...]
    more: int
    """Lines that are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What may be typed, and what for."""

    does: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """The whole mail."""

    headline: str
    told: tuple[str, ...]
    follows: str
    commands: tuple[Command, ...]
    before: ExampleView | None
    after: ExampleView | None
    readers: str
    now: str


def build_notice(
    notice: BreakNotice, readers: Sequence[Recipient], *, sender: str, now: datetime
) -> EmailMessage:
    """Return the mail for *readers*, all of them at once; its Message-ID is the same whenever it is made."""
    told = (str(notice.id), notice.outlet_id, notice.opened_at.isoformat(), notice.event, notice.kind)
    view = view_notice(notice, readers, now)
    message = ops_mail(view.headline, readers, told, sender=sender, now=now)
    set_parts(message, "break", notice=view)
    message["References"] = f"<break-{notice.id}-{notice.opened_at:%Y%m%d%H%M%S}@{domain_of(sender)}>"
    return message


def view_notice(notice: BreakNotice, readers: Sequence[Recipient], now: datetime) -> NoticeView:
    """Return what the mail shows: every text inert and bounded."""
    zone = readers[0].timezone if readers else "UTC"
    return NoticeView(
        headline=_headline(notice, zone),
        told=notice.told if notice.event == "opened" else (),
        follows=_follows(notice),
        commands=_commands(notice),
        before=_example(notice.before) if notice.event == "opened" else None,
        after=_example(notice.after) if notice.event == "opened" else None,
        readers=", ".join(one_line(reader.id, NAME) for reader in readers),
        now=clock_words(now, zone),
    )


def _headline(notice: BreakNotice, zone: str) -> str:
    outlet = one_line(notice.outlet_name or notice.outlet_id, NAME)
    if notice.kind == "redesign":
        return f"{outlet} has a new template; its texts are sound"
    what = (
        "the texts of new pages are in doubt" if notice.kind == "text" else "fields of new pages are missing"
    )
    if notice.closed_at is None:
        return f"{outlet}: {what}"
    how = "accepted as they are" if notice.how == "normal" else "sound again"
    span = f"since {clock_words(notice.opened_at, zone)}"
    return f"{outlet}: its pages are {how} (break {notice.id} {span})"


def _follows(notice: BreakNotice) -> str:
    """Return what newshawk does about it, and what is to be done."""
    if notice.kind == "redesign":
        return "Nothing is held. A look at two of its articles is worth while: the new template is watched as well."
    if notice.kind == "fields":
        if notice.closed_at is not None:
            return "Nothing was held."
        return (
            "The texts themselves look sound, so nothing is held. Rules for its pages may need new selectors."
        )
    waiting = f"{_count(notice.quarantined, 'article')} in quarantine, {_count(notice.held, 'alert')} held"
    if notice.closed_at is None:
        return (
            f"{waiting}. The texts are stored and can be seen; re-checks replace nothing; alerts wait for at most 24"
            " hours and then leave marked. Once the rules fit the new pages and ten of them were read, it ends by itself."
        )
    if not notice.quarantined:
        return "Nothing is left in quarantine; alerts that waited have left or leave now."
    if notice.how == "normal":
        return "All its texts count as they are; their alerts leave now. What is usual is learned anew."
    return f"{waiting}. These articles are read anew; alerts of those that are not within two hours leave marked."


def _commands(notice: BreakNotice) -> tuple[Command, ...]:
    """Return what may be typed, each with what it is for; once the break is over nothing that ends it."""
    if notice.kind == "redesign" or (notice.closed_at is not None and not notice.quarantined):
        return ()
    outlet = one_line(notice.outlet_id, NAME)
    close = f"newshawk outlets breaks {outlet} --close {notice.id} --as"
    commands = [Command(does="What waits:", typed=f"newshawk outlets breaks {outlet}")]
    if notice.closed_at is not None:
        return tuple(commands)
    if notice.after:
        page = f"newshawk explain {one_line(notice.after.url, ADDRESS)}"
        commands.append(Command(does="What the rules make of one of its pages:", typed=page))
    commands.append(
        Command(does="The rules fit again, do not wait for further pages:", typed=f"{close} fixed")
    )
    commands.append(
        Command(does="The pages are meant to be so, accept their texts:", typed=f"{close} normal")
    )
    return tuple(commands)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _example(example: Example | None) -> ExampleView | None:
    if example is None:
        return None
    lines = [shown for line in example.body.split("\n") if (shown := one_line(line, LINE))]
    return ExampleView(
        title=one_line(example.title, TITLE),
        url=one_line(example.url, ADDRESS),
        href=safe_href(example.url),
        article_id=example.article_id,
        lines=tuple(lines[:LINES]),
        more=max(0, len(lines) - LINES),
    )
