"""The schema's history: append a function, never edit one that shipped.

The statements of a migration are a SQL file in ``storage/schema/``, a comment on each column; docs/schema.md
is made from these comments (``python -m storage.schema_doc``).
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.errors import StoreError, StoreForeign
from storage.connection import APPLICATION_ID, Connection

SCHEMA = Path(__file__).with_name("schema")
_COMMENT = re.compile(r"[ ]*--[^\n]*")
"""Of an added column: SQLite puts the column's text before the table's constraints, which a comment would swallow."""
migrations = Migrations("newshawk")


@migrations()
def m001_tables(db: Database) -> None:
    """Create all tables of the first version."""
    _run(db, "m001_tables.sql")
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_views(db: Database) -> None:
    """Create the views that analysts rely on."""
    _run(db, "m002_views.sql")


@migrations()
def m003_polling(db: Database) -> None:
    """Remember how each source is polled, and where its list may have rolled over unseen."""
    _run(db, "m003_polling.sql")


@migrations()
def m004_hosts(db: Database) -> None:
    """Remember how fresh each host is and where its texts differ."""
    _run(db, "m004_hosts.sql")


@migrations()
def m005_completeness(db: Database) -> None:
    """Remember what second channels named that the sources did not, and how far backfills came."""
    _run(db, "m005_completeness.sql")


@migrations()
def m006_identity(db: Database) -> None:
    """Remember what a change of patterns merged and split."""
    _run(db, "m006_identity.sql")


@migrations()
def m007_evidence(db: Database) -> None:
    """Keep what each answer was classed as, and by what it was known."""
    _run(db, "m007_evidence.sql")


@migrations()
def m008_kept_pages(db: Database) -> None:
    """Keep dictionaries for pages, sums over kept pages, and which articles' pages are never taken."""
    _run(db, "m008_kept_pages.sql")


@migrations()
def m009_extractions(db: Database) -> None:
    """Keep by what each text was read, and earlier readings of its page."""
    _run(db, "m009_extractions.sql")


@migrations()
def m010_learned(db: Database) -> None:
    """Keep what was learned of each outlet's template, and who decided what of it."""
    _run(db, "m010_learned.sql")


@migrations()
def m011_charset(db: Database) -> None:
    """Keep in which encoding each text was read, and how sure that is."""
    _run(db, "m011_charset.sql")


@migrations()
def m012_breaks(db: Database) -> None:
    """Remember what pages told of their templates, what is usual, and the breaks of it."""
    _run(db, "m012_breaks.sql")


@migrations()
def m013_stories(db: Database) -> None:
    """Remember of each story who was first, how fast it spread, and what its articles carry."""
    _run(db, "m013_stories.sql")


@migrations()
def m014_changes(db: Database) -> None:
    """Keep what each revision changed, what changes by itself, and which articles are live blogs."""
    _run(db, "m014_changes.sql")


@migrations()
def m015_ladder(db: Database) -> None:
    """Remember absences of articles, how their re-checks are planned, and in what mirrors differ."""
    _run(db, "m015_ladder.sql")


@migrations()
def m016_events(db: Database) -> None:
    """Let a rule alert a story's reader of what happens to it later: headlines changed, terms and articles removed."""
    _run(db, "m016_events.sql")


@migrations()
def m017_silences(db: Database) -> None:
    """Keep silences, which alert each gave up, and the days on which ops was told that nothing matched."""
    _run(db, "m017_silences.sql")


def _run(db: Database, name: str) -> None:
    """Run the statements one by one: ``executescript`` would commit the open transaction."""
    for statement in (SCHEMA / name).read_text(encoding="utf-8").split(";\n\n"):
        if statement.strip():
            db.conn.execute(_executable(statement))


def _executable(statement: str) -> str:
    """Return a statement as SQLite takes it: it keeps the text of an added column, and a comment at its end would
    swallow the rest of the table's."""
    return re.sub(r"\s*--[^\n]*", "", statement) if statement.lstrip().startswith("ALTER") else statement


def migrate(connection: Connection) -> list[str]:
    """Bring the store to this version in one transaction; return the names of the steps taken.

    Raises:
        StoreForeign: a newer version of newshawk wrote the store.
    """
    db = Database(connection.raw, execute_plugins=False)
    _refuse_newer(connection, db)
    pending = [step.name for step in migrations.pending(db)]
    if not pending:
        return []
    # a step may rebuild a table that others point to; within a transaction the switch would have no effect
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.transaction():
            _refuse_newer(connection, db)
            migrations.apply(db)  # again from the table: another process may have come first
            if dangling := connection.one("PRAGMA foreign_key_check"):
                cause = f"migrating left a row of {dangling[0]} that points nowhere; nothing was changed."
                raise StoreError(str(connection.path), cause, "Please report this.")
            connection.execute(f"PRAGMA user_version = {len(_known())}")
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    return pending


def require_current(connection: Connection) -> None:
    """Raise StoreForeign if a newer version of newshawk wrote the store, StoreError if an older one did: only who holds
    the store brings it up to date."""
    db = Database(connection.raw, execute_plugins=False)
    _refuse_newer(connection, db)
    if migrations.pending(db):
        version = connection.value("PRAGMA user_version")
        cause = f"the store was written by an older version of newshawk (schema {version}; this one has {len(_known())})."
        cure = '"newshawk crawl" or "newshawk run" brings it up to date; "newshawk backup FILE" copies it as it is.'
        raise StoreError(str(connection.path), cause, cure)


def _known() -> set[str]:
    return {name for name in globals() if name[0] == "m" and name[1:4].isdigit()}


def _refuse_newer(connection: Connection, db: Database) -> None:
    applied = {step.name for step in migrations.applied(db)}
    version = int(connection.value("PRAGMA user_version"))
    if version > len(_known()) or not applied <= _known():
        cause = f"the store was written by a newer version of newshawk (schema {version})."
        raise StoreForeign(str(connection.path), cause, "Update newshawk, or restore an older backup.")
