"""What each revision changed: written with it, and again when a text beside it is read anew or moves."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from crawler.changes.classes import classify
from crawler.items import ChangeClass, Reading
from storage.connection import Connection, Row
from storage.values import as_json, published_of, stored, texts

AT_ONCE = 25
"""Edits that an earlier version stored and that are classed in one transaction: a few tenths of a second."""
_MENDED_BEFORE = "SELECT 1 FROM visits WHERE article_id = ? AND revision = ? AND verdict = 'revision' AND reason = 'mended'"


def reading(revision: Row) -> Reading:
    """Return what a stored revision says."""
    return Reading(
        title=revision["title"],
        body=revision["body"],
        byline=texts(revision["byline"]),
        language=revision["language"],
        published=published_of(revision),
    )


def write(db: Connection, article_id: int, number: int, *, is_mended: bool = False) -> None:
    """Write what a revision changed, in the place of what was written before. *is_mended*: it is no edit, for the text
    before it was in doubt."""
    after = db.one("SELECT * FROM revisions WHERE article_id = ? AND number = ?", (article_id, number))
    if after is None:
        return
    before = db.one(
        "SELECT * FROM revisions WHERE article_id = ? AND number < ? ORDER BY number DESC LIMIT 1",
        (article_id, number),
    )
    known = db.one("SELECT class FROM changes WHERE revision_id = ?", (after["id"],))
    if before is None:
        db.execute("DELETE FROM changes WHERE revision_id = ?", (after["id"],))
        return
    if known is not None:
        is_mended = is_mended or known["class"] == ChangeClass.MENDED
        is_mended = is_mended or (not known["class"] and _was_mended(db, after))
    values = _values(before, after, is_mended=is_mended)
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    db.execute(f"INSERT OR REPLACE INTO changes ({names}) VALUES ({marks})", values)  # noqa: S608 - our names


def _was_mended(db: Connection, revision: Row) -> bool:
    return db.one(_MENDED_BEFORE, (revision["article_id"], revision["number"])) is not None


def _values(before: Row, after: Row, *, is_mended: bool) -> dict[str, Any]:
    change = classify(reading(before), reading(after))
    classes = [ChangeClass.MENDED] if is_mended else list(change.classes)
    return {
        "revision_id": after["id"],
        "article_id": after["article_id"],
        "number": after["number"],
        "before": before["number"],
        "at": after["seen_at"],
        "class": classes[0],
        "classes": as_json(classes),
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "kept": change.kept,
        "old_title": before["title"],
        "new_title": after["title"],
        "headline": int(ChangeClass.HEADLINE in classes),
    }


def write_around(db: Connection, article_id: int, number: int) -> None:
    """Write anew what a revision changed, and what the next one did: its text says something else now."""
    write(db, article_id, number)
    behind = db.value(
        "SELECT min(number) FROM revisions WHERE article_id = ? AND number > ?", (article_id, number)
    )
    if behind is not None:
        write(db, article_id, behind)


def write_all(db: Connection, article_id: int) -> None:
    """Write anew what each revision of an article changed: some came or went."""
    for row in db.all("SELECT number FROM revisions WHERE article_id = ? ORDER BY number", (article_id,)):
        write(db, article_id, row["number"])


def class_some(db: Connection, limit: int = AT_ONCE) -> int:
    """Class edits that an earlier version stored, at most *limit*; return how many: call again until there is none."""
    rows = db.all(
        "SELECT article_id, number FROM changes WHERE class = '' ORDER BY revision_id DESC LIMIT ?", (limit,)
    )
    for row in rows:
        write(db, row["article_id"], row["number"])
    return len(rows)


# --- reading --------------------------------------------------------------------------------------


def of_article(db: Connection, article_id: int) -> dict[int, dict[str, Any]]:
    """Return what each revision of an article changed, by its number."""
    rows = db.rows("SELECT * FROM changes WHERE article_id = ? ORDER BY number", (article_id,))
    return {row["number"]: _told(row) for row in rows}


def since(
    db: Connection, start: datetime | None, *, outlet: str | None, classes: tuple[str, ...], limit: int
) -> list[dict[str, Any]]:
    """Return the edits seen since a moment (None: all), the latest first, at most *limit*; with *classes* only those
    that are of one of them."""
    parts, given = ["c.class != 'mended'", "a.merged_into IS NULL"], {"limit": limit}
    if start is not None:
        parts.append("c.at >= :start")
        given["start"] = stored(start)  # type: ignore[assignment]
    if outlet is not None:
        parts.append("a.outlet_id = :outlet")
        given["outlet"] = outlet  # type: ignore[assignment]
    if classes:
        parts.append(
            "EXISTS (SELECT 1 FROM json_each(c.classes) AS k JOIN json_each(:classes) AS w ON w.value = k.value)"
        )
        given["classes"] = as_json(classes)  # type: ignore[assignment]
    rows = db.rows(
        "SELECT c.*, a.outlet_id AS outlet, a.url AS url, a.published_at AS published_at FROM changes AS c"  # noqa: S608 - ours
        f" JOIN articles AS a ON a.id = c.article_id WHERE {' AND '.join(parts)} ORDER BY c.at DESC, c.revision_id DESC"
        " LIMIT :limit",
        given,
    )
    return [_told(row) for row in rows]


def removals_since(
    db: Connection, start: datetime | None, *, outlet: str | None, limit: int
) -> list[dict[str, Any]]:
    """Return the removals since a moment (None: ever), the latest first, at most *limit*; those too
    whose page came back since."""
    rows = db.rows(
        "SELECT 'removed' AS class, gone_at AS at, * FROM removals WHERE (gone_at >= :start OR returned_at >= :start)"
        " AND (:outlet IS NULL OR outlet = :outlet) ORDER BY gone_at DESC, article_id DESC LIMIT :limit",
        {"start": "" if start is None else stored(start), "outlet": outlet, "limit": limit},
    )
    return [dict(row) for row in rows]


def _told(row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in row.keys() if name != "headline"}  # noqa: SIM118 - a sqlite3.Row
    return told | {"classes": json.loads(row["classes"])}


def live_since(db: Connection, article_id: int) -> tuple[str, str] | None:
    """Return since when an article is known to be a live blog, and by what; None when it is none."""
    row = db.one("SELECT live_since, live_by FROM articles WHERE id = ?", (article_id,))
    return None if row is None or row["live_since"] is None else (row["live_since"], row["live_by"])
