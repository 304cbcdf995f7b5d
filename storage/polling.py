"""What is polled next, and how: sources that are due, with the validators that each host's word is good for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.items import Outlet, PlannedPoll, Source, Validators
from crawler.pace import adapts, present_interval
from crawler.proof import Word, is_conditional, to_send
from crawler.urls import host_of
from storage.connection import Connection, Row
from storage.outlets import key_of_source
from storage.values import moment_or_none

SLACK = 0.1
"""Share of its interval by which a source may be polled early, so that those of one outlet go together."""
MOST_SLACK = timedelta(minutes=5)
ROUNDING = timedelta(seconds=1)
"""Stored times are whole seconds."""


def planned(
    db: Connection, outlet: Outlet, sources: Iterable[Source], now: datetime, *, due_only: bool
) -> list[PlannedPoll]:
    """Return the sources to be asked at *now*, those polled before first; with *due_only* those that are due."""
    asked = list(sources)
    own = {row["host"] for row in db.rows(_OWN_HOSTS, (outlet.id,))}
    keys = [key_of_source(own, source.url) for source in asked]
    feeds = _feeds(db, outlet.id, keys)
    words = _words(db, outlet.id, [row["id"] for row in feeds.values()])
    polls = [
        _planned(outlet, source, feeds.get(key), words, now)
        for source, key in zip(asked, keys, strict=True)
        if not due_only or is_due(feeds.get(key), outlet, now)
    ]
    return sorted(polls, key=lambda poll: poll.is_new)


_OWN_HOSTS = "SELECT host FROM hosts WHERE outlet_id = ? AND role != 'source'"


def _feeds(db: Connection, outlet_id: str, keys: list[str]) -> dict[str, Row]:
    if len(keys) == 1:  # a sitemap of an index, one of thousands perhaps
        row = db.one("SELECT * FROM feeds WHERE outlet_id = ? AND source_key = ?", (outlet_id, keys[0]))
        return {} if row is None else {keys[0]: row}
    sql = "SELECT * FROM feeds WHERE outlet_id = ? AND configured = 1 AND parent_id IS NULL"
    return {row["source_key"]: row for row in db.rows(sql, (outlet_id,))}


def _words(db: Connection, outlet_id: str, feed_ids: list[int]) -> dict[int, dict[str, Row]]:
    """Return what each host said of each source, by number and host."""
    found: dict[int, dict[str, Row]] = {feed_id: {} for feed_id in feed_ids}
    if len(feed_ids) == 1:
        rows = db.rows("SELECT * FROM feed_hosts WHERE feed_id = ?", (feed_ids[0],))
    else:
        rows = db.rows(
            "SELECT h.* FROM feeds AS f JOIN feed_hosts AS h ON h.feed_id = f.id"
            " WHERE f.outlet_id = ? AND f.configured = 1 AND f.parent_id IS NULL",
            (outlet_id,),
        )
    for row in rows:
        found.setdefault(row["feed_id"], {})[row["host"]] = row
    return found


def _planned(
    outlet: Outlet, source: Source, feed: Row | None, words: dict[int, dict[str, Row]], now: datetime
) -> PlannedPoll:
    if feed is None:
        return PlannedPoll(source=source, is_new=True)
    hosts = {*outlet.hosts, host_of(source.url)}
    failing = feed["failing_since"] is not None
    sent = {
        host: to_send(word_of(row), feed["rate"], now, failing=failing)
        for host, row in words.get(feed["id"], {}).items()
        if host in hosts
    }
    return PlannedPoll(source=source, is_new=feed["first_complete_at"] is None, validators=sent)


def word_of(row: Row | None) -> Word:
    """Return what a host's row of a source says."""
    if row is None:
        return Word()
    given = Validators(etag=row["etag"], last_modified=row["last_modified"], body_sha256=row["body_sha256"])
    stale = replace(given, etag=row["stale_etag"], last_modified=row["stale_modified"])
    return Word(
        given=given,
        full_at=moment_or_none(row["full_at"]),
        not_modified=row["not_modified"],
        stale=replace(stale, outdated=True) if is_conditional(stale) else Validators(),
        lies=row["lies"],
        distrusted_until=moment_or_none(row["distrusted_until"]),
    )


# --- when -----------------------------------------------------------------------------------------


def is_due(feed: Row | None, outlet: Outlet, now: datetime) -> bool:
    """Return whether a source is to be polled at *now*; one of a cron, or that was never polled, always is."""
    if feed is None or feed["polled_at"] is None or not adapts(outlet):
        return True
    every = outlet.every.total_seconds()
    interval = present_interval(feed["interval_seconds"], every)
    if feed["failing_since"] is not None and interval <= every:
        return True
    soon = now + min(timedelta(seconds=interval * SLACK), MOST_SLACK) + ROUNDING
    due = timedelta(seconds=interval)
    asked, answered = moment_or_none(feed["asked_at"]), moment_or_none(feed["answered_at"])
    if asked is None or asked + due <= soon:
        return True
    # the interval counts from the start of a run; long after the last good answer it is overdue all the same
    return feed["failing_since"] is None and answered is not None and answered + due <= now


def next_poll(db: Connection, outlet: Outlet) -> datetime | None:
    """Return when the first source of an outlet is due again. None: as configured."""
    if not adapts(outlet):
        return None
    every = outlet.every.total_seconds()
    rows = db.all(_PACED, (outlet.id,))
    intervals = [present_interval(row["interval_seconds"], every) for row in rows]
    if not rows or min(intervals) == every or any(row["asked_at"] is None for row in rows):
        return None
    due = (
        datetime.fromisoformat(row["asked_at"]) + timedelta(seconds=interval)
        for row, interval in zip(rows, intervals, strict=True)
    )
    return min(due)


_PACED = "SELECT asked_at, interval_seconds FROM feeds WHERE outlet_id = ? AND configured = 1 AND parent_id IS NULL"


def intervals(db: Connection) -> dict[str, list[float | None]]:
    """Return the present interval in seconds of each source of each configured outlet; None: as configured."""
    rows = db.rows(
        "SELECT f.outlet_id, f.interval_seconds FROM outlets AS o JOIN feeds AS f ON f.outlet_id = o.id"
        " WHERE o.removed_at IS NULL AND f.configured = 1 AND f.parent_id IS NULL ORDER BY f.id"
    )
    found: dict[str, list[float | None]] = {}
    for row in rows:
        found.setdefault(row["outlet_id"], []).append(row["interval_seconds"])
    return found
