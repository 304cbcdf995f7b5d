"""What a story knows of its articles: who was first, how fast it spread, and what each carries of the first text.

Sums stand in ``stories``, what concerns an article in ``story_parts``; both are written in the transaction that
changes a story, and only for stories of two articles or more. Texts are compared a few at a time: when an article that
was published earlier comes late, all shares are of another text than before, and the rest is due in later transactions.
"""

from __future__ import annotations

import json

from crawler.items import Member, Standing
from crawler.precedence import standing, window
from storage.connection import Connection, Row
from storage.values import moment, plain, published_of, stored, stored_or_none

COMPARED_AT_ONCE = 10
"""Texts compared with the first one in one transaction: some 20 milliseconds."""
MANY = 200
"""Articles of a story that are looked through for each new one."""
_MEMBERS = (
    "SELECT a.id, a.outlet_id, a.first_seen_at, a.published_at, a.published_local, a.published_precision,"
    " a.published_source, a.published_raw, o.timezone, l.silent, p.not_before, p.not_after, p.story_id AS part_of"
    " FROM articles AS a JOIN outlets AS o ON o.id = a.outlet_id JOIN links AS l ON l.id = a.link_id"
    " LEFT JOIN story_parts AS p ON p.article_id = a.id"
    " WHERE a.story_id = ? AND a.merged_into IS NULL ORDER BY a.id"
)
_TEXT = "SELECT substr(body, 1, ?) FROM revisions WHERE article_id = ? AND number = 1"


def take_up(db: Connection, story_id: int, article_id: int) -> None:
    """Bring what is told of a story to a new article in it. One of very many articles, such as a notice that a site
    shows at every address, is looked through once a transaction, not for each article."""
    many = "UPDATE stories SET members = members + 1, is_due = 2 WHERE id = ? AND members >= ?"
    if not db.execute(many, (story_id, MANY)).rowcount:
        refresh(db, story_id)
        return
    part = (
        "INSERT INTO story_parts (article_id, story_id, not_after)"
        " SELECT id, story_id, first_seen_at FROM articles WHERE id = ?"
    )
    db.execute(part, (article_id,))


def refresh(db: Connection, story_id: int) -> None:
    """Bring what is told of a story to its present articles."""
    rows = db.all(_MEMBERS, (story_id,))
    members = {row["id"]: _member(row) for row in rows} if len(rows) > 1 else {}
    db.execute(
        "DELETE FROM story_parts WHERE story_id = ? AND article_id NOT IN (SELECT value FROM json_each(?))",
        (story_id, json.dumps(list(members))),
    )
    if not members:
        sql = "UPDATE stories SET members = :n, outlets = :n, first_id = NULL, is_due = 0 WHERE id = :id AND members != :n"
        db.execute(sql, {"n": len(rows), "id": story_id})
        return
    for row in rows:
        _write_window(db, story_id, row, members[row["id"]])
    _write(db, story_id, len(rows), standing(list(members.values())))
    compare(db, story_id)


def refresh_of(db: Connection, article_id: int, *, reread: bool = False) -> None:
    """Bring what is told of an article's story to what is known of the article now; *reread*: the text with which it
    entered the story is read otherwise than before."""
    story_id = db.value("SELECT story_id FROM articles WHERE id = ?", (article_id,))
    if reread:
        db.execute(
            "UPDATE story_parts SET against_id = NULL WHERE article_id = ? OR against_id = ?",
            (article_id, article_id),
        )
    refresh(db, story_id)


def catch_up(db: Connection) -> None:
    """Compare some texts of a story that is due, if there is one."""
    row = db.one("SELECT id, is_due FROM stories WHERE is_due ORDER BY members, id LIMIT 1")
    if row is not None:
        (compare if row["is_due"] == 1 else refresh)(db, row["id"])


def _member(row: Row) -> Member:
    return Member(
        id=row["id"],
        outlet_id=row["outlet_id"],
        first_seen_at=moment(row["first_seen_at"]),
        published=published_of(row),
        timezone=row["timezone"],
        silent=bool(row["silent"]),
    )


def _write_window(db: Connection, story_id: int, row: Row, member: Member) -> None:
    given = window(member)
    values = (story_id, stored_or_none(given.not_before), stored(given.not_after))
    if values != (row["part_of"], row["not_before"], row["not_after"]):
        db.execute(
            "INSERT INTO story_parts (article_id, story_id, not_before, not_after) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET story_id = excluded.story_id, not_before = excluded.not_before,"
            " not_after = excluded.not_after",
            (member.id, *values),
        )


def _write(db: Connection, story_id: int, members: int, told: Standing) -> None:
    values = {
        "members": members,
        "outlets": told.outlets,
        "first_seen_at": stored(told.first_seen_at),
        "latest_seen_at": stored(told.latest_seen_at),
        "first_id": told.first_id,
        "first_of": told.first_of,
        "first_until": stored(told.first_until),
        "spread": told.spread,
        "spread_seconds": told.spread_seconds,
    }
    names = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(f"UPDATE stories SET {names} WHERE id = :id", values | {"id": story_id})  # noqa: S608 - our names


# --- texts ----------------------------------------------------------------------------------------


def compare(db: Connection, story_id: int) -> None:
    """Compare texts of a story with the first publisher's, as many as one transaction may; what is left is due."""
    rows = db.all(
        "SELECT a.id, s.first_id FROM stories AS s JOIN articles AS a ON a.story_id = s.id AND a.merged_into IS NULL"
        " JOIN story_parts AS p ON p.article_id = a.id"
        " WHERE s.id = ? AND p.against_id IS NOT s.first_id ORDER BY a.id LIMIT ?",
        (story_id, COMPARED_AT_ONCE + 1),
    )
    _compare(db, [row["id"] for row in rows[:COMPARED_AT_ONCE]], rows[0]["first_id"] if rows else None)
    db.execute(
        "UPDATE stories SET is_due = :due WHERE id = :id AND is_due != :due",
        {"due": len(rows) > COMPARED_AT_ONCE, "id": story_id},
    )


def _compare(db: Connection, article_ids: list[int], first_id: int | None) -> None:
    from crawler.carried import carried  # loads numpy, which readers never need
    from crawler.fingerprint import COMPARED, comparable

    if not article_ids:
        return
    first = comparable(db.value(_TEXT, (COMPARED, first_id)) or "")
    for article_id in article_ids:
        found = carried(first, db.value(_TEXT, (COMPARED, article_id)) or "")
        db.execute(
            "UPDATE story_parts SET against_id = ?, share_of_first = ?, share_of_own = ?, added_words = ?, added = ?"
            " WHERE article_id = ?",
            (
                first_id,
                round(found.share_of_first, 4),
                round(found.share_of_own, 4),
                found.added_words,
                plain("\n".join(found.added)),
                article_id,
            ),
        )
