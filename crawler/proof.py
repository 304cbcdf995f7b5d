"""Which validators a host's word is good for. Pure.

A 304 is only a claim. It is put to the proof by asking for the whole body now and then. When that body has news
although the host had said 304, the next question bears the outdated validators: a host that says 304 to those
says it to anything. Then it is asked for whole bodies, longer each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.items import Validators

PROOF_AFTER = timedelta(hours=24)
"""Longest time in which a host is asked for changes only."""
SOONEST_PROOF = timedelta(hours=1)
USUAL_GAPS = 6
"""A host that says 304 for so many of the source's usual gaps between two new links is put to the proof."""
FIRST_DISTRUST, LONGEST_DISTRUST = timedelta(days=1), timedelta(days=30)

_NOTHING = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one host said of one source."""

    given: Validators = _NOTHING
    """Of its last usable answer."""
    full_at: datetime | None = None
    """Last answer that brought the whole body."""
    not_modified: int = 0
    """Answers 304 since then."""
    stale: Validators = _NOTHING
    """Validators that are known to be outdated. Empty ones: none are."""
    lies: int = 0
    """Times in a row that a 304 was proven wrong."""
    distrusted_until: datetime | None = None


def proof_after(rate: float | None) -> timedelta:
    """Return how long a host may go on saying 304 before it is asked for the whole body; *rate* is the source's
    new links an hour."""
    if not rate:
        return PROOF_AFTER
    return min(max(timedelta(hours=min(USUAL_GAPS / rate, 1000)), SOONEST_PROOF), PROOF_AFTER)


def to_send(word: Word, rate: float | None, now: datetime, *, failing: bool) -> Validators:
    """Return the validators to send; without ETag and Last-Modified the whole body is asked for.

    After a failure of the source only a whole answer proves that it is well again.
    """
    whole = Validators(body_sha256=word.given.body_sha256)
    if failing or word.full_at is None or now >= word.full_at + proof_after(rate):
        return whole
    if word.distrusted_until is not None and now < word.distrusted_until:
        return whole
    return word.stale if is_conditional(word.stale) else word.given


def is_conditional(validators: Validators) -> bool:
    """Return whether a request with these asks for changes only."""
    return bool(validators.etag or validators.last_modified)


def distrust(lies: int) -> timedelta:
    """Return how long a host is asked for whole bodies after so many proven lies in a row."""
    return min(FIRST_DISTRUST * (1 << min(lies - 1, 10)), LONGEST_DISTRUST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One usable answer of a host, as far as its validators are concerned."""

    at: datetime
    given: Validators
    not_modified: bool
    """True for a 304."""
    conditional: bool
    """True when it was asked for changes only."""
    has_news: bool
    """True when links in the body were not known before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a host's word is worth after an answer."""

    stale: Validators = _NOTHING
    lies: int = 0
    distrusted_until: datetime | None = None
    is_lie: bool = False
    """True when this answer proves that its 304 is not to be believed."""


def judged(word: Word, answer: Answer) -> Judgement:
    """Return what is to be remembered of the host's honesty after an answer."""
    if answer.not_modified:
        return _caught(word, word.stale, answer.at) if is_conditional(word.stale) else _as_before(word)
    if answer.conditional:
        return Judgement()  # it sees changes: whatever was suspected is settled
    is_distrusted = word.distrusted_until is not None and answer.at < word.distrusted_until
    if is_distrusted or not answer.has_news or not word.not_modified:
        return _as_before(word)
    old = Validators(etag=word.given.etag, last_modified=word.given.last_modified)
    if (old.etag, old.last_modified) == (answer.given.etag, answer.given.last_modified):
        return _caught(word, old, answer.at)  # the same validators for another list
    return Judgement(stale=old, lies=word.lies)


def _as_before(word: Word) -> Judgement:
    return Judgement(stale=word.stale, lies=word.lies, distrusted_until=word.distrusted_until)


def _caught(word: Word, stale: Validators, at: datetime) -> Judgement:
    lies = word.lies + 1
    return Judgement(stale=stale, lies=lies, distrusted_until=at + distrust(lies), is_lie=True)
