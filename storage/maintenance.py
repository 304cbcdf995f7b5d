"""Is the store whole, and a copy of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from crawler.errors import StoreError, StoreForeign
from crawler.items.kept import Copied
from storage import captures, links
from storage.connection import Connection, SQLiteError, connect_raw, translated


def faults(db: Connection, *, bodies: bool = False) -> Iterator[str]:
    """Yield what is wrong with the store, a sentence each: pages, indexes, full-text indexes, references
    between tables, the ledger, the chain of captures."""
    yield from (f"integrity: {row[0]}" for row in db.rows("PRAGMA integrity_check") if row[0] != "ok")
    for row in db.rows("PRAGMA foreign_key_check"):
        yield f"{row['table']}: row {row['rowid']} points to a row of {row['parent']} that is not there"
    yield from _index_faults(db)
    yield from _ledger_faults(db)
    yield from captures.faults(db, bodies=bodies)


_LEDGER = {
    "bear a state that there is none of": "state NOT IN"
    " ('pending', 'new', 'revision', 'duplicate', 'unchanged', 'skipped', 'failed')",
    "are skipped or failed without a reason": "state IN ('skipped', 'failed') AND reason = ''",
    "are pending and bear the time of an end": "state = 'pending' AND settled_at IS NOT NULL",
    "are settled without the time of it": "state != 'pending' AND settled_at IS NULL",
    "are new and lead to no article": "state IN ('new', 'revision', 'unchanged') AND article_id IS NULL",
    "failed and are to be tried again, but are in another state": "state != 'failed' AND next_try_at IS NOT NULL",
}
"""What no link may be, and how a query finds those that are."""


def _ledger_faults(db: Connection) -> Iterator[str]:
    """Each link has one state, its reason where it needs one, and none waits for what will not come."""
    for told, condition in _LEDGER.items():
        row = db.one(f"SELECT count(*) AS n, min(address) AS address FROM links WHERE {condition}")  # noqa: S608
        if row is not None and row["n"]:
            yield f"links: {row['n']} {told}, {row['address']} among them"
    waiting = links.stuck(db)
    if waiting:
        yield (
            f"links: {len(waiting)} wait for another address that is not to be fetched,"
            f" {waiting[0]['address']} among them; the next crawl lets them go"
        )
    unequal = "found != known + new + revised + duplicate + unchanged + skipped + failed + pending"
    for row in db.rows(f"SELECT id, outlet_id FROM runs WHERE {unequal}"):  # noqa: S608 - ours
        yield f"runs: the sums of run {row['id']} ({row['outlet_id']}) do not add up"


_INDEXED = {
    "articles_fts": "SELECT id FROM articles WHERE merged_into IS NULL",
    "revisions_fts": "SELECT r.id FROM revisions AS r JOIN articles AS a ON a.id = r.article_id"
    " WHERE r.number < a.revision AND a.merged_into IS NULL",
}


def _index_faults(db: Connection) -> Iterator[str]:
    """The integrity check covers the inner order of a full-text index; this its rows."""
    for index, wanted in _INDEXED.items():
        indexed = f"SELECT id FROM {index}_docsize"  # noqa: S608 - constants
        for kind, sql in (
            ("lacks", f"{wanted} EXCEPT {indexed}"),
            ("has a stray", f"{indexed} EXCEPT {wanted}"),
        ):
            count = db.value(f"SELECT count(*) FROM ({sql})")  # noqa: S608
            if count:
                yield f"{index}: {kind} {count} rows"
    latest = "SELECT count(*) FROM articles AS a WHERE NOT EXISTS (SELECT 1 FROM revisions AS r WHERE r.article_id = a.id AND r.number = a.revision)"
    if missing := db.value(latest):
        yield f"articles: {missing} have no latest revision"


def backup(db: Connection, target: Path) -> Copied:
    """Write a copy of the store, of whatever version, to *target*; a running daemon goes on meanwhile. Return what was
    checked: that SQLite finds the copy whole, and the chain of captures; no body is compared with its hash.

    The copy is made beside the target, checked, and then takes its name: an earlier copy is replaced only by
    a sound one.

    Raises:
        StoreForeign: the target is another file than an earlier copy, or the store itself.
        StoreError: the copy cannot be written, is not whole, or its chain fails and there is an earlier copy.
    """
    if not target.absolute().parent.is_dir():
        told = f"the folder {target.absolute().parent} does not exist."
        raise StoreError(str(target), told, "Make it, or choose another place.")
    _refuse_other_file(db, target)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        _copy(db, part, target)
        copied = _checked(part)
        if copied.faults and target.exists():
            told = f"the store's chain of captures fails ({copied.faults[0]}); the earlier copy stays."
            raise StoreError(str(target), told, "Name another FILE to copy the store as it is.")
        part.replace(target)
        _sync_folder(target.absolute().parent)
    except OSError as error:
        told = f"the copy cannot be written ({error.strerror})."
        raise StoreError(str(target), told, "Choose another place.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return copied


def _checked(part: Path) -> Copied:
    """Return what a whole copy comes to, and what is wrong with its chain."""
    copy = Connection.open(part, read_only=True)
    try:
        return Copied(
            size=part.stat().st_size,
            schema=copy.value("PRAGMA user_version"),
            captures=copy.value("SELECT count(*) FROM captures"),
            faults=tuple(captures.chain_faults(copy)),
        )
    finally:
        copy.close()


def _refuse_other_file(db: Connection, target: Path) -> None:
    if not target.exists():
        return
    if target.resolve() == db.path.resolve():
        raise StoreForeign(str(target), "this is the store itself.", "Choose another file for the copy.")
    Connection.open(target, read_only=True).close()


def _copy(db: Connection, part: Path, target: Path) -> None:
    """Make the copy; what goes wrong is told of the target, the name that somebody gave."""
    try:
        with closing(connect_raw(str(part))) as copy:
            db.raw.backup(copy, pages=-1)  # in one go: in steps, each commit of the daemon starts it anew
            copy.execute("PRAGMA journal_mode = DELETE")
            problems = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
    except SQLiteError as error:
        raise translated(error, target) from error
    if problems:
        raise StoreError(str(target), f"the copy is not whole: {problems[0]}", "The store may be damaged.")


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
