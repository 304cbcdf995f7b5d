"""Backfills: walks through an outlet's archives that a kill at any moment leaves where they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from crawler.identity import LinkClass
from crawler.items import (
    ArchiveDocument,
    Backfill,
    FeedEntry,
    Outlet,
    PollOutcome,
    Source,
    SourceKind,
)
from crawler.recorded import Recorded, Walked
from crawler.walk import Walk
from storage import links
from storage.alerting import Alerting
from storage.connection import Connection, Row
from storage.linkrecorder import Entries, LinkRecorder, NamedBy
from storage.values import moment, moment_or_none, plain, stored, stored_or_none

RESUMED_FOR = timedelta(days=30)
"""How old an unfinished backfill may be to be taken up again: what it has walked would be too old by then."""
GAP_RESUMED_FOR = timedelta(hours=1)
"""How long ago the backfill of a gap may have paused to be taken up again: later the source lists other articles
than those it was compared by."""
MOST_TRIES = 3
"""Walks of one document that may fail before a later call leaves it alone."""


# --- the walk -------------------------------------------------------------------------------------


def begin(
    db: Connection,
    outlet_id: str,
    given: str,
    since: datetime,
    until: datetime | None,
    now: datetime,
    *,
    silent: bool,
    gap_id: int | None,
    anew: bool,
) -> Backfill:
    """Return a new backfill, or the unfinished one that was asked for in the same words; its window stays what
    it was, and what failed in it is tried again."""
    left = None if anew else _unfinished(db, outlet_id, given, silent, now, gap_id)
    if left is None:
        values = {
            "outlet_id": outlet_id,
            "gap_id": gap_id,
            "given": plain(given),
            "since_at": stored(since),
            "until_at": stored_or_none(until),
            "silent": int(silent),
            "state": "running",
            "started_at": stored(now),
            "worked_at": stored(now),
        }
        backfill_id = db.insert("backfills", values)
        return Backfill(id=backfill_id, outlet_id=outlet_id, since=since, until=until, silent=silent)
    db.execute(
        "UPDATE backfills SET state = 'running', worked_at = ?, finished_at = NULL, told = '' WHERE id = ?",
        (stored(now), left["id"]),
    )
    db.execute(
        "UPDATE backfill_documents SET state = 'waiting' WHERE backfill_id = ? AND state = 'failed'"
        " AND tries < ?",
        (left["id"], MOST_TRIES),
    )
    return Backfill(
        id=left["id"],
        outlet_id=outlet_id,
        since=moment(left["since_at"]),
        until=moment_or_none(left["until_at"]),
        silent=bool(left["silent"]),
        is_resumed=True,
    )


def _unfinished(
    db: Connection, outlet_id: str, given: str, silent: bool, now: datetime, gap_id: int | None
) -> Row | None:
    last = db.one(
        "SELECT * FROM backfills WHERE outlet_id = ? AND given = ? AND silent = ? AND gap_id IS ?"
        " ORDER BY id DESC LIMIT 1",
        (outlet_id, plain(given), int(silent), gap_id),
    )
    if gap_id is not None:
        is_fresh = last is not None and moment(last["worked_at"]) > now - GAP_RESUMED_FOR
        return last if last is not None and last["state"] == "paused" and is_fresh else None
    is_open = last is not None and last["state"] != "done" and moment(last["started_at"]) > now - RESUMED_FOR
    return last if is_open else None


def finish(db: Connection, backfill_id: int, state: str, told: str, now: str) -> None:
    """Write how a backfill ended, or why it pauses."""
    db.execute(
        "UPDATE backfills SET state = ?, told = ?, worked_at = ?, finished_at = ? WHERE id = ?",
        (state, plain(told), now, None if state == "paused" else now, backfill_id),
    )
    if state == "done":
        db.execute(
            "UPDATE backfill_documents SET named = NULL WHERE backfill_id = ? AND named IS NOT NULL",
            (backfill_id,),
        )


def forget_names(db: Connection, gap_id: int) -> None:
    """Forget what the documents named that were walked for a gap: it is closed, and nobody goes on with them."""
    db.execute(
        "UPDATE backfill_documents SET named = NULL WHERE named IS NOT NULL"
        " AND backfill_id IN (SELECT id FROM backfills WHERE gap_id = ?)",
        (gap_id,),
    )


def fold(db: Connection, before: str, limit: int) -> int:
    """Remove at most *limit* documents of backfills that nobody worked on since, and as many backfills of gaps
    that found no link; return how many rows went."""
    gone = db.execute(
        "DELETE FROM backfill_documents WHERE id IN (SELECT d.id FROM backfills AS b"
        " JOIN backfill_documents AS d ON d.backfill_id = b.id WHERE b.worked_at < ? LIMIT ?)",
        (before, limit),
    ).rowcount
    return (
        gone
        + db.execute(
            "DELETE FROM backfills WHERE id IN (SELECT b.id FROM backfills AS b"
            " WHERE b.gap_id IS NOT NULL AND b.worked_at < ?"
            " AND NOT EXISTS (SELECT 1 FROM backfill_documents AS d WHERE d.backfill_id = b.id)"
            " AND NOT EXISTS (SELECT 1 FROM links AS l WHERE l.backfill_id = b.id) LIMIT ?)",
            (before, limit),
        ).rowcount
    )


def add_documents(
    db: Connection, backfill_id: int, documents: Iterable[ArchiveDocument]
) -> list[ArchiveDocument]:
    """Write down documents that are to be walked; return those that were not there. One that is there is left
    as it is: an index that names itself, and a list that leads back, come to an end."""
    sql = (
        "INSERT OR IGNORE INTO backfill_documents (backfill_id, url, kind, root, number, guess, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting')"
    )
    added = []
    for each in documents:
        values = (backfill_id, plain(each.url), each.kind.value, plain(each.root), each.number, each.guess)
        if db.execute(sql, values).rowcount:
            added.append(each)
    return added


def waiting(db: Connection, backfill_id: int, kind: SourceKind, limit: int) -> list[ArchiveDocument]:
    """Return documents of a kind that are still to be walked, the first written down first."""
    rows = db.rows(
        "SELECT * FROM backfill_documents WHERE backfill_id = ? AND kind = ? AND state = 'waiting'"
        " ORDER BY id LIMIT ?",
        (backfill_id, kind.value, limit),
    )
    return [
        ArchiveDocument(
            kind=SourceKind(row["kind"]),
            url=row["url"],
            root=row["root"],
            number=row["number"],
            guess=row["guess"],
        )
        for row in rows
    ]


def named(db: Connection, backfill_id: int) -> dict[str, bytes]:
    """Return for each feed and section what its walked pages named, as digests in one string of bytes."""
    found: dict[str, bytes] = {}
    sql = "SELECT root, named FROM backfill_documents WHERE backfill_id = ? AND named IS NOT NULL ORDER BY id"
    for row in db.rows(sql, (backfill_id,)):
        found[row["root"]] = found.get(row["root"], b"") + row["named"]
    return found


def documents(db: Connection, backfill_id: int) -> list[dict[str, Any]]:
    """Return what became of each document, in the order in which they were written down."""
    rows = db.rows(
        "SELECT url, kind, root, number, guess, state, reason, host, entries, inside, new_links, oldest_at,"
        " newest_at, reaches FROM backfill_documents WHERE backfill_id = ? ORDER BY id",
        (backfill_id,),
    )
    times = ("oldest_at", "newest_at")
    return [dict(row) | {name: moment_or_none(row[name]) for name in times} for row in rows]


# --- one document ---------------------------------------------------------------------------------


def record_walk(
    db: Connection,
    alerting: Alerting,
    run_id: int,
    outlet: Outlet,
    backfill: Backfill,
    walk: Walk,
    room: int | None,
) -> Walked:
    """Write the links of one document, or of a part of it; with the last part where its archive goes on, and that it
    was walked. When there is no *room* for all its new links it waits on."""
    now = stored(walk.discovery.at)
    if walk.discovery.outcome is PollOutcome.FAILED:
        _fail(db, backfill.id, walk, now)
        return Walked(follow=tuple(add_documents(db, backfill.id, walk.follow)))
    recorder = ArchiveRecorder(db, alerting, run_id, outlet, backfill, walk, room)
    recorded = recorder.record()
    if not recorder.had_room or walk.goes_on:
        _add_new(db, backfill.id, walk, recorder.added)
        return Walked(recorded=recorded, added=recorder.added, had_room=recorder.had_room)
    follow = add_documents(db, backfill.id, walk.follow)
    db.execute(
        "UPDATE backfill_documents SET state = 'walked', reason = :end, walked_at = :now, host = :host,"
        " entries = :named, inside = :inside, new_links = coalesce(new_links, 0) + :added, oldest_at = :oldest,"
        " newest_at = :newest, reaches = :reaches, named = :digests"
        " WHERE backfill_id = :backfill AND url = :url",
        {
            "backfill": backfill.id,
            "url": plain(walk.document.url),
            "end": walk.end,
            "now": now,
            "host": walk.discovery.host,
            "named": walk.named,
            "inside": walk.earlier + len(walk.discovery.entries),
            "added": recorder.added,
            "oldest": stored_or_none(walk.oldest),
            "newest": stored_or_none(walk.newest),
            "reaches": int(walk.reaches),
            "digests": walk.digests or None,
        },
    )
    return Walked(recorded=recorded, added=recorder.added, follow=tuple(follow))


def _add_new(db: Connection, backfill_id: int, walk: Walk, added: int) -> None:
    db.execute(
        "UPDATE backfill_documents SET new_links = coalesce(new_links, 0) + ? WHERE backfill_id = ? AND url = ?",
        (added, backfill_id, plain(walk.document.url)),
    )


def _fail(db: Connection, backfill_id: int, walk: Walk, now: str) -> None:
    db.execute(
        "UPDATE backfill_documents SET state = 'failed', reason = ?, walked_at = ?, host = ?,"
        " tries = CASE WHEN ? THEN ? ELSE tries + 1 END WHERE backfill_id = ? AND url = ?",
        (
            plain(walk.discovery.error),
            now,
            walk.discovery.host,
            walk.is_final,
            MOST_TRIES,
            backfill_id,
            plain(walk.document.url),
        ),
    )


class ArchiveRecorder(LinkRecorder):
    """Writes the links of one archive document, and nothing about the outlet's sources: an archive is no poll."""

    def __init__(
        self,
        db: Connection,
        alerting: Alerting,
        run_id: int,
        outlet: Outlet,
        backfill: Backfill,
        walk: Walk,
        room: int | None,
    ) -> None:
        super().__init__(db, alerting, run_id, outlet, walk.discovery, NamedBy(is_silent=backfill.silent))
        self.links = walk.links
        self.backfill_id, self.room = backfill.id, room
        self.had_room = True

    def record(self) -> Recorded:
        """Write the links; return what is to be done."""
        found = self.found()
        self.record_entries(found, links.find_many(self.db, self.outlet.id, found))
        return Recorded(to_fetch=tuple(self.to_fetch), counted=tuple(self.counted), known=tuple(self.known))

    def found(self) -> Entries:
        """Return the entries by ledger key; what each is was judged outside of the transaction."""
        if not self.links:
            return super().found()
        found: Entries = {}
        for link, entry in zip(self.links, self.discovery.entries, strict=True):
            found.setdefault(link.ledger_key, (link, entry))
        return found

    def has_room(self) -> bool:
        """Return whether another new link may be taken; once there was no room there is none."""
        self.had_room = self.had_room and (self.room is None or self.added < self.room)
        return self.had_room

    def add(self, classed: LinkClass, entry: FeedEntry, *, is_past: bool = False) -> Row:
        """Return the new row of an address, which this backfill found."""
        row = super().add(classed, entry, is_past=is_past)
        self.db.execute("UPDATE links SET backfill_id = ? WHERE id = ?", (self.backfill_id, row["id"]))
        return row

    def is_truly_new(self, row: Row) -> bool:
        """Return False: an archive lifts no silence, it lists what is old."""
        del row
        return False


def first_seen(db: Connection, outlet_id: str, ledger_keys: Iterable[str]) -> dict[str, datetime]:
    """Return when addresses of an outlet entered the ledger, by ledger key; new ones are left out."""
    rows = links.find_many(db, outlet_id, dict.fromkeys(ledger_keys))
    return {key: moment(row["first_seen_at"]) for key, row in rows.items()}


def listed_now(db: Connection, outlet_id: str, source: Source) -> list[str]:
    """Return the addresses that stand in the latest answer of a source."""
    rows = db.rows(
        "SELECT l.url FROM feeds AS f JOIN listings AS s ON s.feed_id = f.id JOIN links AS l ON l.id = s.link_id"
        " WHERE f.outlet_id = ? AND f.url = ? AND l.state != 'skipped'",
        (outlet_id, source.url),
    )
    return [row["url"] for row in rows]


def article_addresses(db: Connection, outlet_id: str, limit: int) -> list[str]:
    """Return addresses of an outlet that led to articles, the newest first."""
    rows = db.rows(
        "SELECT address FROM links WHERE outlet_id = ? AND state IN ('new', 'revision', 'unchanged')"
        " ORDER BY id DESC LIMIT ?",
        (outlet_id, limit),
    )
    return [row["address"] for row in rows]


# --- how it stands --------------------------------------------------------------------------------


def last(db: Connection, outlet_id: str) -> dict[str, Any] | None:
    """Return the last backfill that somebody asked for: window, state and how many documents wait; None
    without one."""
    row = db.one(
        "SELECT id, since_at, until_at, state, told, started_at, worked_at, finished_at FROM backfills"
        " WHERE outlet_id = ? AND gap_id IS NULL ORDER BY id DESC LIMIT 1",
        (outlet_id,),
    )
    if row is None:
        return None
    counts = db.rows(
        "SELECT state, count(*) AS n FROM backfill_documents WHERE backfill_id = ? GROUP BY state",
        (row["id"],),
    )
    return dict(row) | {"documents": {each["state"]: each["n"] for each in counts}}
