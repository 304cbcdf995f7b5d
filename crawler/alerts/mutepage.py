"""The page behind a mail's link to mute or unsubscribe: what the link does, a button, and how to undo it. Pure.

A page that is only looked at changes nothing: mail scanners follow every link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.alerts.links import Deed, Wish, sign
from crawler.alerts.message import render
from crawler.alerts.moments import clock_words
from crawler.alerts.plain import one_line
from crawler.items import Silence

NAME, NAMES, FEW = 80, 10, 3
"""Characters of a name, rules that are named, and rules that a headline names."""

HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
)

UNDOING: dict[Deed, Deed] = {"mute": "unmute", "leave": "rejoin", "unmute": "mute", "rejoin": "leave"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the endpoint answers."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = HEADERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A form of one button."""

    label: str
    action: str
    """Address it posts to, relative to the page; empty for the page itself."""
    is_second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A whole page."""

    headline: str
    told: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    now: str = ""


def asked(wish: Wish, now: datetime) -> Answer:
    """Return the page of a link that was opened: nothing has changed."""
    rules, reader = _rules(wish.rules), _reader(wish)
    headline, label = {
        "mute": (f"Mute {rules} for a week?", "Mute for a week"),
        "leave": (f"Unsubscribe {reader} from {rules}?", "Unsubscribe"),
        "unmute": (f"Send alerts of {rules} again?", "Send them again"),
        "rejoin": (f"Subscribe {reader} to {rules} again?", "Subscribe again"),
    }[wish.deed]
    told = (_whom(wish), "Nothing has changed yet.")
    return _page(
        200, PageView(headline=headline, told=told, buttons=(Button(label=label, action=""),), now=_at(now))
    )


def done(wish: Wish, silences: Sequence[Silence], queued: int, now: datetime, key: bytes) -> Answer:
    """Return the page that tells that it is so, with a button that undoes it. *silences* are those that the link made,
    of an undoing those that hold alerts back all the same; *queued* alerts that were held leave."""
    rules, reader = _rules(wish.rules), _reader(wish)
    until = min((each.until_at for each in silences if each.until_at), default=None)
    headline, told, label = {
        "mute": (
            f"{rules} {_is(wish.rules)} muted for {reader}" + (f" until {_at(until)}" if until else ""),
            (
                _whom(wish),
                "What is found meanwhile is kept in the store and not sent.",
                *_undone_by(silences),
            ),
            "Undo",
        ),
        "leave": (
            f"{reader} is unsubscribed from {rules}",
            (_whom(wish), "No further alert is sent there.", *_undone_by(silences)),
            "Subscribe again",
        ),
        "unmute": (f"{rules} {_is(wish.rules)} not muted", _sent(wish, silences, queued), "Mute for a week"),
        "rejoin": (f"{reader} is subscribed to {rules}", _sent(wish, silences, queued), "Unsubscribe"),
    }[wish.deed]
    undo = sign(key, Wish(deed=UNDOING[wish.deed], reader=wish.reader, rules=wish.rules))
    button = Button(label=label, action=undo, is_second=True)
    return _page(200, PageView(headline=_capital(headline), told=told, buttons=(button,), now=_at(now)))


def refused() -> Answer:
    """Return the page of a link that was not made here, or was cut on its way."""
    told = (
        "It was cut or changed on its way, or made with a key that is no longer in use. Nothing has changed.",
        "Open the link of the newest mail, or ask those who run newshawk.",
    )
    return _page(404, PageView(headline="This link is not valid", told=told))


def gone(wish: Wish) -> Answer:
    """Return the page of a link whose rules are gone, or no longer send to this reader."""
    told = f"{_rules(wish.rules)} no longer send{'' if len(wish.rules) > 1 else 's'} to {_reader(wish)}."
    return _page(410, PageView(headline="There is nothing to mute any more", told=(_capital(told),)))


def unavailable() -> Answer:
    """Return the page for a store that cannot be written at present."""
    told = ("Nothing has changed. Please try again in a minute.",)
    answer = _page(503, PageView(headline="That did not work", told=told))
    return Answer(status=answer.status, body=answer.body, headers=(*answer.headers, ("Retry-After", "60")))


def not_allowed() -> Answer:
    """Return the page for a method that is neither GET, HEAD nor POST."""
    answer = _page(405, PageView(headline="This page is for looking and for its button"))
    return Answer(
        status=answer.status, body=answer.body, headers=(*answer.headers, ("Allow", "GET, HEAD, POST"))
    )


def _page(status: int, page: PageView) -> Answer:
    return Answer(status=status, body=render("mute.html", page=page).encode())


def _rules(rules: Sequence[str]) -> str:
    """Return ``the rule bakhmut``, ``the rules a and b``, or ``14 rules``, which ``_whom`` names."""
    names = [one_line(rule, NAME) for rule in rules]
    if len(names) > FEW:
        return f"{len(names)} rules"
    return f"the rule {names[0]}" if len(names) == 1 else f"the rules {_and(names)}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _is(rules: Sequence[str]) -> str:
    return "is" if len(rules) == 1 else "are"


def _reader(wish: Wish) -> str:
    """Return ``desk``, or ``desk (chat)`` of a channel."""
    reader, _, channel = wish.reader.partition("/")
    name = one_line(reader, NAME)
    return f"{name} ({one_line(channel, NAME)})" if channel else name


def _whom(wish: Wish) -> str:
    """Return whom and what a link concerns: the way that it came by, and nobody else."""
    reader, _, channel = wish.reader.partition("/")
    name = one_line(reader, NAME)
    names = [one_line(rule, NAME) for rule in wish.rules]
    more = len(names) - NAMES
    rules = f" of the rules {_and([*names[:NAMES], *([f'{more} more'] if more > 0 else [])])}"
    what = rules if len(names) > FEW else ""
    if channel:
        return f"It concerns alerts{what} to the channel {one_line(channel, NAME)} of the reader {name}, and nothing else."
    return f"It concerns mails{what} to the reader {name}, at all its addresses, and nothing else."


def _undone_by(silences: Sequence[Silence]) -> tuple[str, ...]:
    """Return who can undo it."""
    if not silences:
        return ()
    numbers = " ".join(str(number) for number in sorted(each.id for each in silences))
    told = "You can undo it here at any time, and so can those who run newshawk"
    return (f"{told}: newshawk alerts unsilence {numbers}",)


def _sent(wish: Wish, holding: Sequence[Silence], queued: int) -> tuple[str, ...]:
    """Return what is sent from now on, and what still holds it back."""
    held = (
        f"{queued} alert{'s' if queued > 1 else ''} of the last seven days that {'were' if queued > 1 else 'was'} held"
        f" come{'' if queued > 1 else 's'} as one digest."
    )
    told = [_whom(wish), *([held] if queued else [])]
    for each in holding[:NAMES]:
        whose = {"hand": "of those who run newshawk", "mute": "by a mute link", "leave": "by unsubscribing"}[
            each.kind
        ]
        end = f" until {_at(each.until_at)}" if each.until_at else ""
        told.append(f"Silence {each.id}, {whose}, still holds back what is found{end}.")
    if not holding:
        told.append("What is found from now on is sent as before.")
    return tuple(told)


def _at(at: datetime) -> str:
    return clock_words(at, "UTC")


def _capital(text: str) -> str:
    return text if not text.startswith("the rule") else f"T{text[1:]}"
