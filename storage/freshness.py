"""How fresh the hosts' lists are: what an answer says of the host that gave it, and which hosts are to be asked.

A list that is old, or not the outlet's, never takes the place of the list that stands in ``listings``; it marks
the host, once, until its lists are fresh again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.freshness import (
    OPINION_EVERY,
    PROBE_EVERY,
    Standing,
    entry_time,
    is_frozen,
    standing,
    usual_gap,
)
from crawler.identity import LinkClass
from crawler.items import Discovery, FeedEntry, PollOutcome
from storage import notes
from storage.connection import Connection, Row
from storage.values import moment, moment_or_none, published_of, seconds_or_none, stored

_TOLD = {
    Standing.BEHIND: "serves an old list of {source}: its newest entry is of {newest}, another host has one of {best}",
    Standing.FROZEN: "has served the same list of {source} since {newest}; another host has news",
    Standing.OTHER: "serves something else as {source}: nothing in it is the outlet's",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one answer says of the host that gave it."""

    standing: Standing = Standing.FRESH
    newest: datetime | None = None
    """Time of its newest entry; None for an empty or unreadable one."""
    times: tuple[datetime, ...] = ()
    has_news: bool = False
    """The list that stands is frozen, and this one is newer."""


def judge(
    db: Connection,
    feed: Row,
    given: Discovery,
    found: Mapping[str, tuple[LinkClass, FeedEntry]],
    ledger: Mapping[str, Row],
) -> Judged:
    """Return how the answer stands beside the list that stands in ``listings``. *found* and *ledger*: its
    entries and those of them that the ledger has, by ledger key; both empty for an unchanged answer."""
    if given.outcome is PollOutcome.FAILED:
        return Judged()
    best, gap = moment_or_none(feed["newest_at"]), seconds_or_none(feed["usual_gap"])
    if given.outcome is PollOutcome.UNCHANGED:
        return _unchanged(db, feed, given, best)
    times = tuple(_times(found, ledger, given.at))
    newest = max(times, default=None)
    is_ours = any(not classed.refusal for classed, _ in found.values())
    if given.opinion:  # nothing of it was ever seen here: another edition, another site
        is_ours = is_ours and (bool(ledger) or _stands_frozen(feed, given.at))
    rival = best if given.host != feed["listed_host"] else None
    found_to_be = standing(times, is_ours=is_ours, newest=rival, gap=gap)
    has_news = (
        given.opinion
        and found_to_be is Standing.FRESH
        and best is not None
        and newest is not None
        and newest > best
        and _stands_frozen(feed, given.at)
    )
    return Judged(standing=found_to_be, newest=newest, times=times, has_news=has_news)


def _unchanged(db: Connection, feed: Row, given: Discovery, best: datetime | None) -> Judged:
    if given.host == feed["listed_host"] or best is None:
        return Judged(newest=best)
    sql = "SELECT newest_at FROM feed_hosts WHERE feed_id = ? AND host = ?"
    newest = moment_or_none(db.value(sql, (feed["id"], given.host)))
    if newest is None:
        return Judged()
    gap = seconds_or_none(feed["usual_gap"])
    return Judged(standing=standing([newest], is_ours=True, newest=best, gap=gap), newest=newest)


def _times(
    found: Mapping[str, tuple[LinkClass, FeedEntry]], ledger: Mapping[str, Row], now: datetime
) -> Iterable[datetime]:
    for ledger_key, (classed, entry) in found.items():
        row = ledger.get(ledger_key)
        if row is not None:
            published = entry.published if entry.published.at is not None else published_of(row)
            yield entry_time(moment(row["first_seen_at"]), published, classed.address)
        else:
            yield entry_time(now, entry.published, classed.address)


def _stands_frozen(feed: Row, now: datetime) -> bool:
    newest = moment_or_none(feed["newest_at"])
    return newest is not None and is_frozen(newest, now, seconds_or_none(feed["usual_gap"]))


class Freshness:
    """Writes what one answer says of the freshness of its host; lives for one transaction."""

    def __init__(self, db: Connection, feed: Row, given: Discovery, judged: Judged) -> None:
        self.db, self.feed, self.given, self.judged = db, feed, given, judged
        self.now = stored(given.at)
        self.marks: list[tuple[str, bool]] = []
        """(host, its lists are old now), of each mark that changed."""

    def keep(self, *, replaces: bool, added: int) -> None:
        """Write the times of the list and mark hosts. *replaces*: it stands in ``listings`` now."""
        if self.given.outcome is PollOutcome.LISTED and self.judged.newest is not None:
            self._keep_times(added)
        if replaces:
            self._keep_listing()
        self._mark(self.given.host, self.judged.standing, self.judged.newest)

    def in_doubt(self, *, replaces: bool) -> bool:
        """Return whether another host should be asked in this run: the list is old, or frozen for long."""
        if self.given.opinion or self.given.outcome is PollOutcome.FAILED:
            return False
        if self.judged.standing is not Standing.FRESH:
            return True
        newest, gap = moment_or_none(self.feed["newest_at"]), seconds_or_none(self.feed["usual_gap"])
        if replaces:
            newest, gap = self.judged.newest, usual_gap(self.judged.times) or gap
        if newest is None or not is_frozen(newest, self.given.at, gap):
            return False
        asked_at = moment_or_none(self.feed["opinion_at"])
        if asked_at is not None and self.given.at - asked_at < OPINION_EVERY:
            return False
        self.db.execute("UPDATE feeds SET opinion_at = ? WHERE id = ?", (self.now, self.feed["id"]))
        return True

    def _keep_times(self, added: int) -> None:
        assert self.judged.newest is not None
        newest = stored(self.judged.newest)
        self.db.execute(
            "UPDATE feed_hosts SET newest_at = ? WHERE feed_id = ? AND host = ?",
            (newest, self.feed["id"], self.given.host),
        )
        fresh_at = self.now if added and self.judged.standing is Standing.FRESH else None
        self.db.execute(
            "UPDATE hosts SET newest_at = ?, fresh_at = coalesce(?, fresh_at) WHERE outlet_id = ? AND host = ?",
            (newest, fresh_at, self.feed["outlet_id"], self.given.host),
        )

    def _keep_listing(self) -> None:
        gap = usual_gap(self.judged.times)
        self.db.execute(
            "UPDATE feeds SET listed_host = ?, newest_at = ?, usual_gap = coalesce(?, usual_gap) WHERE id = ?",
            (
                self.given.host,
                None if self.judged.newest is None else stored(self.judged.newest),
                None if gap is None else int(gap.total_seconds()),
                self.feed["id"],
            ),
        )
        if self.judged.has_news:
            self._mark(self.feed["listed_host"], Standing.FROZEN, moment_or_none(self.feed["newest_at"]))

    def _mark(self, host: str, found_to_be: Standing, newest: datetime | None) -> None:
        row = self.db.one(
            "SELECT stale_since, stale_feed_id FROM hosts WHERE outlet_id = ? AND host = ? AND role = 'mirror'",
            (self.feed["outlet_id"], host),
        )
        if row is None:
            return
        is_marked = row["stale_since"] is not None
        if found_to_be is not Standing.FRESH and not is_marked:
            self._set(host, found_to_be, self.now)
            self._note("stale", f"{host} {self._told(found_to_be, newest)}")
        elif found_to_be is Standing.FRESH and is_marked and row["stale_feed_id"] == self.feed["id"]:
            self._set(host, None, None)
            self._note(
                "caught_up", f"{host} serves fresh lists again; they were old since {row['stale_since']}"
            )

    def _set(self, host: str, found_to_be: Standing | None, since: str | None) -> None:
        self.db.execute(
            "UPDATE hosts SET stale_since = ?, stale_as = ?, stale_feed_id = ? WHERE outlet_id = ? AND host = ?",
            (
                since,
                None if found_to_be is None else found_to_be.value,
                None if since is None else self.feed["id"],
                self.feed["outlet_id"],
                host,
            ),
        )
        self.marks.append((host, since is not None))

    def _told(self, found_to_be: Standing, newest: datetime | None) -> str:
        known: dict[str, Any] = {
            "source": self.feed["source_key"],
            "newest": "an unknown time" if newest is None else stored(newest),
            "best": self.feed["newest_at"],
        }
        return _TOLD[found_to_be].format(**known)

    def _note(self, kind: str, text: str) -> None:
        notes.add(self.db, kind, text, self.now, outlet_id=self.feed["outlet_id"])


def frozen_sources(db: Connection, outlet_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return the configured sources that answer and have named nothing new for far longer than usual, with since
    when and what is usual in seconds (None: unknown)."""
    rows = db.rows(
        "SELECT url, newest_at, usual_gap FROM feeds WHERE outlet_id = ? AND configured = 1"
        " AND parent_id IS NULL AND newest_at IS NOT NULL AND failing_since IS NULL ORDER BY id",
        (outlet_id,),
    )
    return [
        {"url": row["url"], "since": row["newest_at"], "usual_gap": row["usual_gap"]}
        for row in rows
        if is_frozen(moment(row["newest_at"]), now, seconds_or_none(row["usual_gap"]))
    ]


def claim_probes(
    db: Connection, outlet_id: str, hosts: Iterable[str], now: datetime, *, only_stale: bool
) -> list[str]:
    """Return those of *hosts* that gave no list for long and are to be asked for one now, to compare; each is
    returned once in six hours. *only_stale*: only those whose lists were old."""
    wanted = set(hosts)
    rows = db.all(
        "SELECT h.host, h.stale_since, max(o.added_at, coalesce(h.probed_at, ''), coalesce((SELECT max(given.answered_at)"
        " FROM feeds AS f JOIN feed_hosts AS given ON given.feed_id = f.id WHERE f.outlet_id = o.id"
        " AND given.host = h.host), '')) AS heard_at FROM outlets AS o JOIN hosts AS h ON h.outlet_id = o.id"
        " WHERE o.id = ? AND h.configured = 1 AND h.role = 'mirror' ORDER BY h.position",
        (outlet_id,),
    )
    due = [
        row["host"]
        for row in rows
        if row["host"] in wanted
        and (row["stale_since"] is not None or not only_stale)
        and now - moment(row["heard_at"]) >= PROBE_EVERY
    ]
    db.many(
        "UPDATE hosts SET probed_at = ? WHERE outlet_id = ? AND host = ?",
        [(stored(now), outlet_id, host) for host in due],
    )
    return due
