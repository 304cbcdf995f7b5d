"""Stories read: the largest, newest and fastest, and one with its articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage import stories
from storage.connection import Connection, Row
from storage.values import stored

ORDERS = {
    "largest": "s.members DESC, s.outlets DESC, s.id DESC",
    "newest": "s.first_seen_at DESC, s.id DESC",
    "fastest": "s.spread DESC, s.spread_seconds, s.id DESC",
}
"""In which order stories can be listed; the fastest are those that most other outlets had within six hours."""
_STORY = (
    "SELECT s.id AS story_id, r.title, s.members AS articles, s.outlets, s.first_seen_at, s.latest_seen_at, s.spread,"
    " s.spread_seconds, s.first_of, a.id AS article_id, a.outlet_id AS outlet, a.url, a.published_at,"
    " a.published_local, a.published_precision, a.first_seen_at AS article_seen_at"
    " FROM {stories} AS s CROSS JOIN articles AS a ON a.id = s.first_id"
    " CROSS JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision WHERE s.members > 1"
)
_FLAGS = ("is_first_published", "is_first_seen", "is_measure")
_OF_FIRST = ("article_id", "outlet", "url", "published_at", "published_local", "published_precision")


def listed(
    db: Connection, *, order: str, since: datetime | None, outlet: str | None, limit: int
) -> list[dict[str, Any]]:
    """Return stories of two articles or more of which one was discovered since (and one is of *outlet*), in one of
    ``ORDERS``."""
    given = {"since": "" if since is None else stored(since), "outlet": outlet, "limit": limit}
    conditions = ["s.members > 1"]
    if since is not None:
        conditions.append("s.latest_seen_at >= :since")
    if outlet is not None:
        conditions.append(
            "EXISTS (SELECT 1 FROM articles AS m WHERE m.story_id = s.id AND m.outlet_id = :outlet"
            " AND m.merged_into IS NULL)"
        )
    if order == "fastest":
        conditions.append("s.spread > 0")
    ordered = f"ORDER BY {ORDERS[order]}"
    chosen = f"(SELECT s.* FROM stories AS s WHERE {' AND '.join(conditions)} {ordered} LIMIT :limit)"  # noqa: S608 - ours
    return [_told(row) for row in db.rows(f"{_STORY.format(stories=chosen)} {ordered}", given)]


def _told(row: Row) -> dict[str, Any]:
    same = ("story_id", "title", "articles", "outlets", "first_seen_at", "latest_seen_at")
    first = {name: row[name] for name in _OF_FIRST} | {"first_seen_at": row["article_seen_at"]}
    return {name: row[name] for name in same} | {
        "spread": row["spread"],
        "spread_seconds": row["spread_seconds"],
        "first_publisher": first | {"known": row["first_of"] == 1, "may_be_first": row["first_of"]},
    }


def story(db: Connection, story_id: int) -> dict[str, Any] | None:
    """Return a story with its articles in the order in which they were seen, by its number or one that it had before
    stories became one; None if there is none."""
    if db.value("SELECT 1 FROM stories WHERE id = ?", (story_id,)) is None:
        return None
    root = stories.root(db, story_id)
    row = db.one(f"{_STORY.format(stories='stories')} AND s.id = ?", (root,))
    members = db.rows(
        "SELECT * FROM story_members WHERE story_id = ? ORDER BY first_seen_at, article_id", (root,)
    )
    told = {"story_id": root} if row is None else _told(row)
    return told | {
        "former_ids": [each for each in stories.family(db, root) if each != root],
        "members": [_member(each) for each in members] or _alone(db, root),
    }


def _member(row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in row.keys() if name != "story_id"}  # noqa: SIM118 - a sqlite3.Row
    return told | {name: None if row[name] is None else bool(row[name]) for name in _FLAGS}


def _alone(db: Connection, story_id: int) -> list[dict[str, Any]]:
    """Return the one article of a story that no other is in."""
    rows = db.rows(
        "SELECT a.id AS article_id, a.outlet_id AS outlet, r.title, a.published_at, a.published_precision,"
        " a.first_seen_at, a.gone_at, a.url FROM articles AS a"
        " JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
        " WHERE a.story_id = ? AND a.merged_into IS NULL",
        (story_id,),
    )
    return [dict(row) for row in rows]
