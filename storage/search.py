"""The archive read: articles by number, by query, and row by row for export."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawler.query import Plan, Query
from storage import articles
from storage.connection import Connection, Row
from storage.values import stored, texts

SCAN_LIMIT = 10_000
"""Newest texts that a search reads when no index helps (a query that is nothing but a regex)."""

COLUMNS = (
    *("id", "outlet", "url", "fetched_url", "title", "body", "byline", "section", "language"),
    *("published_at", "published_local", "published_precision", "published_from"),
    *("first_seen_at", "last_seen_at", "revised_at", "gone_at", "image_url", "image_caption"),
    *("revision", "story_id", "hosts", "word_count"),
)
"""Keys of an export row, in the order of the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What a search found."""

    rows: tuple[dict[str, Any], ...] = field(repr=False)
    """Export rows, newest first."""
    scan_limited: bool = False
    """True when only the newest texts were read: there may be older ones that match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to look through."""

    query: Query | None = None
    since: datetime | None = None
    """First discovered at or after this moment."""
    outlet: str | None = None
    history: bool = False
    """True: superseded revisions too."""


def search(db: Connection, scope: Scope, *, limit: int | None, relevance: bool) -> Hits:
    """Return at most *limit* hits, newest first, or most relevant first when asked."""
    scan = _Scan(limit=SCAN_LIMIT)
    order = "f.rank" if relevance and _plan(scope).match is not None else "newest"
    rows = _take(_rows(db, scope, superseded=False, order=order, scan=scan), limit)
    if scope.history:
        rows += _take(_rows(db, scope, superseded=True, order=order, scan=scan), limit)
        if order == "newest":
            rows.sort(key=lambda row: (row["revised_at"], row["id"], row["revision"]), reverse=True)
    return Hits(rows=tuple(rows[:limit]), scan_limited=scan.was_limited)


def export(db: Connection, scope: Scope) -> Generator[dict[str, Any], None, None]:
    """Yield all rows, oldest first; nothing is left out, so a lone regex reads every text."""
    yield from _rows(db, scope, superseded=False, order="oldest", scan=_Scan(limit=None))
    if scope.history:
        yield from _rows(db, scope, superseded=True, order="oldest", scan=_Scan(limit=None))


def articles_of(db: Connection, scope: Scope) -> Iterator[int]:
    """Yield the numbers of the articles whose rows ``export`` gives, in its order; one may come for several texts."""
    for superseded in (False, True) if scope.history else (False,):
        for found in _found(db, scope, superseded=superseded, order="oldest", scan=_Scan(limit=None)):
            yield found["article_id"]


def newest(db: Connection, scope: Scope, until: float) -> Iterator[int]:
    """Yield the numbers of the articles that the scope means, the newest first, within what a search reads.

    Raises:
        TimeoutError: the monotonic clock passed *until*.
    """
    scan = _Scan(limit=SCAN_LIMIT, until=until)
    for found in _found(db, scope, superseded=False, order="newest", scan=scan):
        yield found["article_id"]


def article(db: Connection, article_id: int) -> dict[str, Any] | None:
    """Return the export row of an article (or of what it was merged into), None if there is none."""
    found = articles.get(db, article_id)
    return None if found is None else _export_row(db, found["id"], None)


def _take(rows: Iterator[dict[str, Any]], limit: int | None) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = []
    while limit is None or len(taken) < limit:
        row = next(rows, None)
        if row is None:
            break
        taken.append(row)
    return taken


# --- finding --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Scan:
    """How many texts a scan may read and until when, and whether it ended early."""

    limit: int | None
    until: float | None = None
    """Of the monotonic clock."""
    read: int = 0
    was_limited: bool = False

    def check_time(self) -> None:
        if self.until is not None and time.monotonic() > self.until:
            raise TimeoutError

    def may_read(self) -> bool:
        if self.limit is not None and self.read >= self.limit:
            self.was_limited = True
            return False
        self.read += 1
        return True


def _plan(scope: Scope) -> Plan:
    return Plan() if scope.query is None else scope.query.plan()


def _rows(
    db: Connection, scope: Scope, *, superseded: bool, order: str, scan: _Scan
) -> Iterator[dict[str, Any]]:
    for found in _found(db, scope, superseded=superseded, order=order, scan=scan):
        row = _export_row(db, found["article_id"], found["number"] if superseded else None)
        if row is not None:
            yield row


def _found(db: Connection, scope: Scope, *, superseded: bool, order: str, scan: _Scan) -> Iterator[Row]:
    """Yield article_id and number of the texts that the scope means."""
    plan = _plan(scope)
    sql, parameters = _statement(plan, scope, superseded=superseded, order=order)
    for found in db.rows(sql, parameters):
        scan.check_time()
        if plan.is_scan and not scan.may_read():
            return
        if plan.exact or _holds(db, scope, found):
            yield found


def _holds(db: Connection, scope: Scope, found: Row) -> bool:
    article = db.one("SELECT * FROM articles WHERE id = ?", (found["article_id"],))
    sql = "SELECT * FROM revisions WHERE article_id = ? AND number = ?"
    revision = db.one(sql, (found["article_id"], found["number"]))
    if article is None or revision is None or scope.query is None:
        return False
    return scope.query.holds(articles.document(article, revision))


def _statement(plan: Plan, scope: Scope, *, superseded: bool, order: str) -> tuple[str, dict[str, Any]]:
    """Return the statement that yields article_id and number of the candidates, in order."""
    rowid = "r.id" if superseded else "a.id"
    tables = f"articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number {'<' if superseded else '='} a.revision"
    if superseded:
        tables = "revisions AS r JOIN articles AS a ON a.id = r.article_id AND r.number < a.revision"
    conditions, parameters = _conditions(plan, scope)
    if plan.match is not None:
        index = "revisions_fts" if superseded else "articles_fts"
        tables = f"{index} AS f CROSS JOIN {tables}"
        conditions += [f"f.{index} MATCH :match", f"{rowid} = f.rowid"]
        parameters["match"] = plan.match
        rowid = "f.rowid"
    if scope.since is not None and plan.match is None:
        rowid = f"+{rowid}"  # not by walking the table in its order: the index of first_seen_at finds them
    ordered = {"newest": f"{rowid} DESC", "oldest": rowid}.get(order, f"{order}, {rowid} DESC")
    where = " AND ".join(conditions)
    return f"SELECT a.id AS article_id, r.number FROM {tables} WHERE {where} ORDER BY {ordered}", parameters  # noqa: S608


def _conditions(plan: Plan, scope: Scope) -> tuple[list[str], dict[str, Any]]:
    conditions, parameters = ["a.merged_into IS NULL"], {}
    date = "coalesce(a.published_at, a.first_seen_at)"
    if plan.outlets:
        conditions.append("lower(a.outlet_id) IN (SELECT value FROM json_each(:outlets))")
        parameters["outlets"] = json.dumps(plan.outlets)
    if plan.langs:
        conditions.append(
            "EXISTS (SELECT 1 FROM json_each(:langs) WHERE lower(r.language) = value"
            " OR substr(lower(r.language), 1, length(value) + 1) = value || '-')"
        )
        parameters["langs"] = json.dumps(plan.langs)
    if plan.since is not None:
        conditions.append(f"{date} >= :from")
        parameters["from"] = f"{plan.since.isoformat()}T00:00:00Z"
    if plan.until is not None:
        conditions.append(f"{date} <= :until")
        parameters["until"] = f"{plan.until.isoformat()}T23:59:59Z"
    if scope.since is not None:
        conditions.append("a.first_seen_at >= :since")
        up = timedelta(seconds=1) if scope.since.microsecond else timedelta()
        parameters["since"] = stored(scope.since + up)
    if scope.outlet is not None:
        conditions.append("a.outlet_id = :outlet")
        parameters["outlet"] = scope.outlet
    return conditions, parameters


# --- rows -----------------------------------------------------------------------------------------

_OF_REVISION = (
    "fetched_url",
    "title",
    "body",
    "section",
    "language",
    "image_url",
    "image_caption",
    "word_count",
)


def _export_row(db: Connection, article_id: int, number: int | None) -> dict[str, Any] | None:
    """Return the row of an article as it is now, or as its revision *number* was."""
    found = db.one(f"SELECT {', '.join(COLUMNS)} FROM export WHERE id = ?", (article_id,))  # noqa: S608
    if found is None:
        return None
    row = dict(found)
    row["hosts"] = list(texts(row["hosts"]))
    row["byline"] = list(texts(row["byline"]))
    if number is not None:
        sql = "SELECT * FROM revisions WHERE article_id = ? AND number = ?"
        revision = db.one(sql, (article_id, number))
        assert revision is not None
        row |= {name: revision[name] for name in _OF_REVISION}
        row |= {
            "byline": list(texts(revision["byline"])),
            "revised_at": revision["seen_at"],
            "revision": number,
        }
    return row
