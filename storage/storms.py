"""Rules that match too much: counted in the outbox itself, so that no restart forgets a storm; what ops was told is
kept as notes."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from crawler.alerts.storm import WITHIN, peak
from crawler.items import Storm
from storage import notes
from storage.connection import Connection
from storage.values import moment, stored

BEGAN, OVER = "storm", "storm_over"


def current(db: Connection, now: datetime, limit: int) -> list[Storm]:
    """Return the rules of which more than *limit* stories within an hour were to be told at once, at any time of the
    last hour; what a silence gave up is not told. The newest rows are read, back to two hours: numbers grow with time."""
    since = stored(now - 2 * WITHIN)
    told: dict[str, dict[tuple[int, str], datetime]] = defaultdict(dict)
    readers: dict[str, set[str]] = defaultdict(set)
    for row in db.rows(
        "SELECT rule_id, story_id, occasion, created_at, digest, recipient_id, sent_at FROM outbox WHERE id >= coalesce("
        "(SELECT id + 1 FROM outbox WHERE created_at < ? ORDER BY id DESC LIMIT 1), 0) AND silence_id IS NULL",
        (since,),
    ):
        if row["sent_at"] is not None and now - moment(row["sent_at"]) < WITHIN:
            readers[row["rule_id"]].add(row["recipient_id"])
        if not row["digest"]:
            key = (row["story_id"], row["occasion"])
            told[row["rule_id"]].setdefault(key, moment(row["created_at"]))
    peaks = {rule_id: peak(sorted(times.values()), now) for rule_id, times in told.items()}
    return [
        Storm(rule_id=rule_id, stories=most, readers=frozenset(readers[rule_id]))
        for rule_id, most in sorted(peaks.items())
        if most > limit
    ]


def untold(db: Connection, now: datetime, limit: int) -> list[Storm]:
    """Return the storms that ops was not told of: those that began, and those that are over (no stories)."""
    known = _known(db)
    present = current(db, now, limit)
    began = [storm for storm in present if storm.rule_id not in known]
    over = known - {storm.rule_id for storm in present}
    return began + [Storm(rule_id=rule_id, stories=0) for rule_id in sorted(over)]


def mark_told(db: Connection, storm: Storm, now: datetime) -> None:
    """Write that ops was told that a storm began, or (no stories) that it is over."""
    if storm.stories:
        text = f"{storm.rule_id}: {storm.stories} stories within an hour; they come as digests"
        notes.add(db, BEGAN, text, stored(now))
    else:
        notes.add(db, OVER, f"{storm.rule_id}: it calmed down; each story has a mail again", stored(now))


def _known(db: Connection) -> set[str]:
    """Return the rules of which ops was told that a storm began and not that it is over."""
    latest: dict[str, str] = {}
    sql = "SELECT kind, text FROM notes WHERE outlet_id IS NULL AND kind IN (?, ?) ORDER BY id"
    for row in db.rows(sql, (BEGAN, OVER)):
        latest[row["text"].partition(":")[0]] = row["kind"]
    return {rule_id for rule_id, kind in latest.items() if kind == BEGAN}
