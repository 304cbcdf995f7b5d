"""Kept pages: one as it was received, what it is compressed with, and how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer as received, a link of the chain."""

    id: int
    requested_url: str
    """Asked first, before redirects."""
    url: str
    """That gave the body."""
    host: str
    status: int
    fetched_at: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    raw_sha256: str
    """Of the body as received, before content decoding."""
    raw_size: int
    body_sha256: str
    body_size: int
    prev_hash: str
    row_hash: str
    body_dropped_at: str | None
    body: bytes | None = field(repr=False)
    """After content decoding. None when retention took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDictionary:
    """A dictionary for the pages of an outlet, chosen and tried, not yet in the store."""

    outlet_id: str
    captures: tuple[int, ...]
    """Whose pages it holds, in their order."""
    sampled: int
    """Pages that it was chosen from and tried on."""
    content: bytes = field(repr=False)
    ratio_before: float
    """How many times smaller the pages that it was tried on were before it."""
    ratio: float
    """How many times smaller they are with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedPages:
    """Older pages of an outlet, compressed again with its dictionary; hashes are those of before."""

    dictionary_id: int
    bodies: tuple[tuple[int, bytes], ...] = field(repr=False)
    """(capture, body as it is to be stored)."""
    pressed_to: int
    """Articles up to this number are done with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLimits:
    """How long kept pages stay that nothing speaks for. None: without limit."""

    pages: timedelta | None = None
    """Age at which pages of articles go."""
    refused: timedelta | None = None
    """Age at which pages go that became no article."""
    size: int | None = None
    """Bytes that bodies may take in the store; above, the oldest go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Which bodies retention takes, and why."""

    captures: Sequence[int] = field(repr=False)
    """Oldest first."""
    reasons: Mapping[str, tuple[int, int]]
    """By reason (age, refused, size): how many, and the bytes that they take in the store."""
    outlets: Mapping[str, tuple[int, int]]
    """The same by outlet."""
    spared: int
    """Bodies old enough to go that stay: their article matched, changed, vanished, was merged or is on hold, or a mirror
    alone showed them."""
    stored: int
    """Bytes that all bodies take before."""
    over: int
    """Bytes above the limit of size that remain, because what is left may not be taken."""

    @property
    def taken(self) -> int:
        """Bytes that are taken."""
        return sum(stored for _, stored in self.reasons.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A backup that was written, and what its check found."""

    size: int
    """Bytes of the file."""
    schema: int
    """Version of its schema."""
    captures: int
    """Rows of the chain that was checked."""
    faults: tuple[str, ...] = ()
    """What is wrong with the chain, a sentence each; what SQLite finds wrong is an error."""
