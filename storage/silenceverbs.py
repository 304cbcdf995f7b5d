"""The verbs of the store about silences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawler.items import Silence, SilenceKind
from storage import silences, unsilencing
from storage.storepart import StorePart


class SilenceVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def begin_silence(
        self,
        rule_id: str,
        recipient_id: str,
        kind: SilenceKind,
        now: datetime,
        until: datetime | None = None,
        reason: str = "",
    ) -> tuple[int, int]:
        """Begin a silence, of all rules or readers where an id is empty, and give up what waits for it; return its
        number and how many alerts these were. A link that is followed again leaves its silence as it is."""
        with self._writing() as db:
            return silences.begin(db, rule_id, recipient_id, kind, now, until, reason)

    def end_silence(self, silence_id: int, now: datetime, *, send: bool = False) -> int | None:
        """End a silence; return how many of its alerts were queued again, None where none of that number is in force.
        With *send* what it gave up in the last seven days leaves, as one digest for each reader, where it still holds and
        the reader was not told otherwise."""
        with self._writing() as db:
            if not silences.end(db, silence_id, now):
                return None
            return unsilencing.send(db, silence_id, now) if send else 0

    def follow_link(
        self,
        rules: Sequence[str],
        recipient_id: str,
        kind: SilenceKind,
        now: datetime,
        until: datetime | None,
    ) -> list[tuple[int, int]]:
        """Begin a silence of each rule, all or none; return as ``begin_silence``."""
        with self._writing() as db:
            return [silences.begin(db, rule, recipient_id, kind, now, until) for rule in rules]

    def follow_back(
        self, rules: Sequence[str], recipient_id: str, kind: SilenceKind, now: datetime
    ) -> dict[int, int]:
        """End the silences that a link began, all or none, and send what they gave up; return how many alerts of each
        are queued."""
        with self._writing() as db:
            queued = {}
            for rule in rules:
                while (row := silences.made_by_link(db, rule, recipient_id, kind, now)) is not None:
                    silences.end(db, row["id"], now)
                    queued[row["id"]] = unsilencing.send(db, row["id"], now)
            return queued

    def silences(self, now: datetime, *, ended: bool = False) -> list[Silence]:
        """Return the silences in force, with *ended* also those that are over; newest first."""
        return silences.listed(self._db, now, ended=ended)
