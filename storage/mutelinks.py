"""What a mail's link to mute or unsubscribe does to the store. The daemon's endpoint and ``serve`` both answer by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from crawler.alerts import mutepage
from crawler.alerts.links import MUTED_FOR, Wish, read, read_key
from crawler.alerts.mutepage import Answer
from crawler.errors import StoreError
from crawler.items import Silence, SilenceKind
from storage.store import Store

PATIENCE = 5.0
"""Seconds to wait for whoever writes the store."""

log = structlog.get_logger("newshawk.mutelinks")

_MADE: dict[str, SilenceKind] = {"mute": "mute", "leave": "leave"}
_ENDED: dict[str, SilenceKind] = {"unmute": "mute", "rejoin": "leave"}


def answer(path: Path, token: str, method: str, now: datetime) -> Answer:
    """Return the answer to a request for the link that ends in *token*, over the store at *path*: a POST does what the
    link says, whatever its body; a GET only tells. Blocks."""
    if method not in ("GET", "HEAD", "POST"):
        return mutepage.not_allowed()
    try:
        key = read_key(path)
        wish = read(key, token) if key else None
        if key is None or wish is None:
            return mutepage.refused()
        with Store.open(path, create=False, read_only=True) as store:
            looked = _look(store, wish, key, now)
        if method != "POST" or looked.is_settled:
            return looked.answer
        with Store.open(path, create=False, patience=PATIENCE) as store:
            return _do(store, looked.wish, key, now)
    except (StoreError, OSError, ValueError) as error:
        log.error("link not followed", error=str(error))
        return mutepage.unavailable()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What a link that is only looked at shows."""

    answer: Answer
    wish: Wish
    """With the rules that still send to its reader."""
    is_settled: bool
    """Nothing is left to do: it is so already, or the rules are gone."""


def _look(store: Store, wish: Wish, key: bytes, now: datetime) -> _Looked:
    known = store.rules()
    rules = tuple(
        rule
        for rule in wish.rules
        if rule in known and known[rule]["removed_at"] is None and wish.reader in known[rule]["recipients"]
    )
    if not rules:
        return _Looked(answer=mutepage.gone(wish), wish=wish, is_settled=True)
    wish = Wish(deed=wish.deed, reader=wish.reader, rules=rules)
    found = _in_force(store, wish, now)
    silent = {each.rule_id for each in found}
    if wish.deed in _ENDED:
        is_so = not found
        answer = mutepage.done(wish, _others(store, wish, now), 0, now, key)
    else:
        is_so = silent == set(rules)
        answer = mutepage.done(wish, found, 0, now, key)
    return _Looked(answer=answer if is_so else mutepage.asked(wish, now), wish=wish, is_settled=is_so)


def _do(store: Store, wish: Wish, key: bytes, now: datetime) -> Answer:
    if wish.deed in _ENDED:
        queued = store.follow_back(wish.rules, wish.reader, _ENDED[wish.deed], now)
        log.info("silence undone by link", silences=list(queued), queued=sum(queued.values()))
        return mutepage.done(wish, _others(store, wish, now), sum(queued.values()), now, key)
    kind = _MADE[wish.deed]
    begun = store.follow_link(wish.rules, wish.reader, kind, now, now + MUTED_FOR if kind == "mute" else None)
    for rule, (number, given_up) in zip(wish.rules, begun, strict=True):
        log.info(
            "silence by link", silence=number, kind=kind, rule=rule, reader=wish.reader, given_up=given_up
        )
    return mutepage.done(wish, _in_force(store, wish, now), 0, now, key)


def _others(store: Store, wish: Wish, now: datetime) -> list[Silence]:
    """Return the other silences that hold back what *wish* wants to be sent."""
    kind = _ENDED[wish.deed]
    return [
        each
        for each in store.silences(now)
        if any(each.concerns(rule, wish.reader) for rule in wish.rules)
        and (each.kind != kind or each.recipient_id != wish.reader)
    ]


def _in_force(store: Store, wish: Wish, now: datetime) -> list[Silence]:
    """Return the silences of this kind that a link made for the reader and the rules of *wish*."""
    kind = _MADE.get(wish.deed) or _ENDED[wish.deed]
    return [
        each
        for each in store.silences(now)
        if each.kind == kind and each.recipient_id == wish.reader and each.rule_id in wish.rules
    ]
