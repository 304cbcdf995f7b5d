"""Breaks: rows of what changed in an outlet's pages, with an example from before and one from since."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from crawler.items import BreakNotice, Example, Outlet
from crawler.redesign import Finding, known_by, told
from storage import articles, baselines, links, notes, pagesignals, quarantine
from storage.alerting import Alerting
from storage.connection import Connection, Row
from storage.values import as_json, moment, moment_or_none, plain, stored, texts

FIXED, NORMAL, SOUND = "fixed", "normal", "sound"
"""How a break ends: the texts are sound again; they are accepted as they are; they were sound all the time."""
NOTES = ("break", "mended", "redesign")
"""Kinds of the notes about it: it began, it is over, and a new template left the texts sound."""
_NEAR = 40
"""Sound pages before a break among which the example is chosen."""


def open_of(db: Connection, outlet_id: str) -> Row | None:
    """Return the break of an outlet that is open."""
    return db.one("SELECT * FROM breaks WHERE outlet_id = ? AND closed_at IS NULL", (outlet_id,))


def get(db: Connection, break_id: int) -> Row | None:
    """Return a break by number."""
    return db.one("SELECT * FROM breaks WHERE id = ?", (break_id,))


def signs_of(row: Row) -> list[str]:
    """Return what the pages of a break are known by."""
    return known_by(row["kind"], json.loads(row["signs"]))


def add(db: Connection, outlet: Outlet, finding: Finding, last_page: int, now: datetime) -> int:
    """Return the number of a new break, open unless it is a redesign that left the texts sound."""
    at = stored(now)
    closed = {"closed_at": at, "how": SOUND, "closing_told_at": at} if finding.kind == "redesign" else {}
    values: dict[str, Any] = {
        "outlet_id": outlet.id,
        "opened_at": at,
        "last_page": last_page,
        **_found(finding),
        **_example_before(db, outlet.id, finding),
        **_example_after(db, last_page),
        **closed,
    }
    break_id = db.insert("breaks", values)
    _note(db, outlet.id, NOTES[2] if closed else NOTES[0], f"{outlet.id}: {'; '.join(told(finding))}", at)
    return break_id


def widen(db: Connection, row: Row, finding: Finding, last_page: int) -> None:
    """Write that the texts of an open break are in doubt too, which is told anew."""
    values = _found(finding) | _example_after(db, last_page) | {"last_page": last_page}
    names = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(
        f"UPDATE breaks SET {names}, opening_told_at = NULL, tell_after = NULL WHERE id = :id",  # noqa: S608
        values | {"id": row["id"]},
    )


def _found(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "first_page": finding.first,
        "pages": finding.pages,
        "signs": as_json([sign.name for sign in finding.signs]),
        "new_template": int(finding.new_template),
        "template": finding.template,
        "told": as_json(told(finding)),
    }


def _example_before(db: Connection, outlet_id: str, finding: Finding) -> dict[str, Any]:
    """Return the sound article before the break whose length is nearest to the usual one."""
    row = db.one(
        "SELECT p.article_id, a.revision FROM (SELECT article_id, words FROM page_signals WHERE outlet_id = ?"
        " AND id < ? AND article_id IS NOT NULL AND break_id IS NULL AND kind = '' ORDER BY at DESC LIMIT ?) AS p"
        " JOIN articles AS a ON a.id = p.article_id ORDER BY abs(p.words - ?) LIMIT 1",
        (outlet_id, finding.first, _NEAR, finding.words_before),
    )
    return {} if row is None else {"before_article_id": row["article_id"], "before_revision": row["revision"]}


def _example_after(db: Connection, page: int) -> dict[str, Any]:
    row = db.one(
        "SELECT p.link_id, p.article_id, a.revision FROM page_signals AS p"
        " LEFT JOIN articles AS a ON a.id = p.article_id WHERE p.id = ?",
        (page,),
    )
    assert row is not None
    return {
        "after_link_id": row["link_id"],
        "after_article_id": row["article_id"],
        "after_revision": row["revision"],
    }


def told_redesigns(db: Connection, outlet_id: str, since: str) -> list[bytes]:
    """Return the sketches of the redesigns of an outlet that were noted since then."""
    rows = db.rows(
        "SELECT template FROM breaks WHERE outlet_id = ? AND kind = 'redesign' AND opened_at >= ?",
        (outlet_id, since),
    )
    return [row["template"] for row in rows]


def close(db: Connection, alerting: Alerting, row: Row, how: str, now: datetime) -> int:
    """End a break; return how many articles it still holds. *fixed*: its pages and articles are read anew, and what
    they alert leaves soon. *normal*: they are accepted, and what is usual is learned anew from them."""
    at, break_id, outlet_id = stored(now), row["id"], row["outlet_id"]
    db.execute("UPDATE breaks SET closed_at = ?, how = ? WHERE id = ?", (at, how, break_id))
    if row["closed_at"] is None:
        db.execute("UPDATE breaks SET tell_after = NULL, tell_tries = 0 WHERE id = ?", (break_id,))
        _note(db, outlet_id, NOTES[1], f"{outlet_id}: break {break_id} is over: {_HOW[how]}", at)
    if how == FIXED:
        _ask_again(db, break_id)
        quarantine.shorten(db, break_id, now)
    else:
        quarantine.release(db, alerting, quarantine.numbers(db, break_id), now)
        quarantine.let_go(db, break_id)
        pagesignals.unmark(db, break_id)
        baselines.forget(db, outlet_id)
    quarantine.read_again(db, break_id, now)
    return len(quarantine.numbers(db, break_id))


_HOW = {FIXED: "the texts are sound again", NORMAL: "the texts are accepted as they are"}


def _note(db: Connection, outlet_id: str, kind: str, text: str, at: str) -> None:
    notes.add(db, kind, text, at, outlet_id=outlet_id)


def _ask_again(db: Connection, break_id: int) -> None:
    """Make pending the links whose pages became no article while it was open."""
    rows = db.all(
        "SELECT l.id FROM page_signals AS p JOIN links AS l ON l.id = p.link_id WHERE p.break_id = ?"
        " AND l.article_id IS NULL AND l.state IN ('skipped', 'failed')",
        (break_id,),
    )
    for row in rows:
        links.reopen(db, row["id"])


# --- reading --------------------------------------------------------------------------------------

_LISTED = (
    "SELECT id, outlet_id AS outlet, kind, opened_at, closed_at, how, pages, signs, new_template, told,"
    " before_article_id, after_article_id,"
    " (SELECT count(*) FROM articles AS a WHERE a.quarantined_by = b.id) AS quarantined,"
    " (SELECT count(*) FROM outbox AS o WHERE o.held_by = b.id AND o.state = 'queued') AS held,"
    " (SELECT url FROM links AS l WHERE l.id = b.after_link_id) AS after_url FROM breaks AS b"
)


def listed(db: Connection, outlet_id: str | None = None, *, limit: int = 50) -> list[dict[str, Any]]:
    """Return the breaks of an outlet (None: of all), newest first, with the articles in quarantine and the alerts that
    are held."""
    rows = db.rows(
        f"{_LISTED} WHERE outlet_id = coalesce(?, outlet_id) ORDER BY id DESC LIMIT ?", (outlet_id, limit)
    )
    return [_listed(row) for row in rows]


def standing(db: Connection, outlet_id: str) -> list[dict[str, Any]]:
    """Return the break of an outlet that is open, and ended ones that still hold articles."""
    rows = db.rows(
        f"{_LISTED} WHERE outlet_id = ? AND (closed_at IS NULL OR quarantined) ORDER BY id", (outlet_id,)
    )
    return [_listed(row) for row in rows]


def _listed(row: Row) -> dict[str, Any]:
    found = dict(row) | {name: json.loads(row[name]) for name in ("signs", "told")}
    return found | {"new_template": bool(row["new_template"])}


# --- telling ops ----------------------------------------------------------------------------------


def untold(db: Connection, now: datetime) -> list[BreakNotice]:
    """Return what ops is to be told now, oldest first."""
    rows = db.all(
        "SELECT *, CASE WHEN opening_told_at IS NULL THEN 'opened' ELSE 'closed' END AS event FROM breaks"
        " WHERE (opening_told_at IS NULL OR closing_told_at IS NULL)"  # as the index breaks_untold says it
        " AND (opening_told_at IS NULL OR closed_at IS NOT NULL) AND (tell_after IS NULL OR tell_after <= ?)"
        " ORDER BY id",
        (stored(now),),
    )
    return [_notice(db, row) for row in rows]


def _notice(db: Connection, row: Row) -> BreakNotice:
    counted = db.one(f"{_LISTED} WHERE id = ?", (row["id"],))
    assert counted is not None
    before, after = _examples(db, row)
    return BreakNotice(
        id=row["id"],
        outlet_id=row["outlet_id"],
        outlet_name=db.value("SELECT name FROM outlets WHERE id = ?", (row["outlet_id"],)),
        event=row["event"],
        kind=row["kind"],
        opened_at=moment(row["opened_at"]),
        closed_at=moment_or_none(row["closed_at"]),
        how=row["how"] or "",
        told=texts(row["told"]),
        quarantined=counted["quarantined"],
        held=counted["held"],
        before=before,
        after=after,
        tries=row["tell_tries"],
    )


def _examples(db: Connection, row: Row) -> tuple[Example | None, Example | None]:
    """Return two pages to be laid side by side: one article before and after, where a re-check gave that."""
    pair = db.one(
        "SELECT d.*, a.revision FROM doubtful_texts AS d JOIN articles AS a ON a.id = d.article_id"
        " WHERE d.break_id = ? ORDER BY d.id DESC LIMIT 1",
        (row["id"],),
    )
    if pair is not None:
        after = Example(title=pair["title"], body=pair["body"], url=pair["url"])
        return _text(db, pair["article_id"], pair["revision"]), after
    before = _text(db, row["before_article_id"], row["before_revision"])
    now = _text(db, row["after_article_id"], row["after_revision"])
    if now is None and row["after_link_id"] is not None:
        link = links.get(db, row["after_link_id"])
        now = Example(title=link["title"], body="", url=link["url"])
    return before, now


def _text(db: Connection, article_id: int | None, number: int | None) -> Example | None:
    article = None if article_id is None else articles.get(db, article_id)
    row = (
        None
        if article is None
        else db.one(
            "SELECT title, body, fetched_url FROM revisions WHERE article_id = ? AND number = ?",
            (article["id"], number),
        )
    )
    if row is None:
        return None
    return Example(title=row["title"], body=row["body"], url=row["fetched_url"], article_id=article_id)


def mark_told(db: Connection, break_id: int, event: str, at: str) -> None:
    """Write that ops was told. What was over before it could be told is told once."""
    db.execute(
        "UPDATE breaks SET opening_told_at = coalesce(opening_told_at, :at), tell_tries = 0, tell_after = NULL,"
        " closing_told_at = CASE WHEN :event = 'closed' OR closed_at IS NOT NULL THEN :at ELSE closing_told_at END"
        " WHERE id = :id",
        {"at": at, "event": plain(event), "id": break_id},
    )


def mark_untold(db: Connection, break_id: int, next_try_at: str) -> None:
    """Write that the mail did not leave and when it is tried again."""
    db.execute(
        "UPDATE breaks SET tell_tries = tell_tries + 1, tell_after = ? WHERE id = ?", (next_try_at, break_id)
    )
