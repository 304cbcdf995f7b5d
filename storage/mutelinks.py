"""What a mail's link to mute or unsubscribe does to the store. The daemon's endpoint and ``serve`` both answer by it."""

from __future__ import annotations

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
        with Store.open(path, create=False, read_only=method != "POST", patience=PATIENCE) as store:
            return _answer(store, wish, key, now, does=method == "POST")
    except (StoreError, OSError, ValueError) as error:
        log.error("link not followed", error=str(error))
        return mutepage.unavailable()


def _answer(store: Store, wish: Wish, key: bytes, now: datetime, *, does: bool) -> Answer:
    known = store.rules()
    rules = tuple(
        rule
        for rule in wish.rules
        if rule in known and known[rule]["removed_at"] is None and wish.reader in known[rule]["recipients"]
    )
    if not rules:
        return mutepage.gone(wish)
    wish = Wish(deed=wish.deed, reader=wish.reader, rules=rules)
    if not does:
        found = _in_force(store, wish, now)
        if wish.deed in _ENDED:
            return mutepage.asked(wish, None, not found, now, key)
        return mutepage.asked(wish, found[0].until_at if found else None, len(found) == len(rules), now, key)
    return _undo(store, wish, key, now) if wish.deed in _ENDED else _do(store, wish, key, now)


def _do(store: Store, wish: Wish, key: bytes, now: datetime) -> Answer:
    kind = _MADE[wish.deed]
    for rule in wish.rules:
        number, given_up = store.begin_silence(
            rule, wish.reader, kind, now, now + MUTED_FOR if kind == "mute" else None
        )
        log.info(
            "silence by link", silence=number, kind=kind, rule=rule, reader=wish.reader, given_up=given_up
        )
    found = _in_force(store, wish, now)
    return mutepage.done(wish, found[0].until_at, 0, now, key)


def _undo(store: Store, wish: Wish, key: bytes, now: datetime) -> Answer:
    found = _in_force(store, wish, now)
    queued = sum(store.end_silence(each.id, now, send=True) or 0 for each in found)
    log.info("silence undone by link", silences=[each.id for each in found], queued=queued)
    return mutepage.done(wish, None, queued, now, key)


def _in_force(store: Store, wish: Wish, now: datetime) -> list[Silence]:
    """Return the silences of this kind that a link made for the reader and the rules of *wish*."""
    kind = _MADE.get(wish.deed) or _ENDED[wish.deed]
    return [
        each
        for each in store.silences(now)
        if each.kind == kind and each.recipient_id == wish.reader and each.rule_id in wish.rules
    ]
