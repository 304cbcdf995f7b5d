"""What saved searches find, a story once: by a query, or by what a rule matched."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crawler.items import FoundStory
from crawler.query import Query, spans
from storage import articles, search
from storage.alerting import spans_of
from storage.connection import Connection, Row
from storage.search import Scope
from storage.values import moment, published_of, texts

STORY_LIMIT = 100
"""Articles of one story that are looked at for the first that holds."""

_ARTICLE = """
SELECT a.*, u.name AS outlet_name FROM articles AS a JOIN outlets AS u ON u.id = a.outlet_id WHERE a.id = ?
"""
_OTHERS = """
SELECT DISTINCT u.name FROM articles AS a JOIN outlets AS u ON u.id = a.outlet_id
WHERE a.story_id = ? AND a.outlet_id != ? AND a.merged_into IS NULL ORDER BY u.name
"""


def by_query(db: Connection, query: Query, limit: int, until: float) -> list[FoundStory]:
    """Return the stories with the newest articles that *query* holds for, the newest first.

    Raises:
        TimeoutError: the monotonic clock passed *until*.
    """
    stories: dict[int, None] = {}
    for article_id in search.newest(db, Scope(query=query), until):
        stories[int(db.value("SELECT story_id FROM articles WHERE id = ?", (article_id,)))] = None
        if len(stories) == limit:
            break
    found = (_first_that_holds(db, story_id, query) for story_id in _in_time(stories, until))
    return [story for story in found if story is not None]


def by_rule(db: Connection, rule_id: str, limit: int) -> list[FoundStory] | None:
    """Return the stories with the newest articles that a rule matched, the newest first; None if no such rule is
    configured. Articles of a first poll, which alert nobody, are among them."""
    if db.one("SELECT 1 FROM rules WHERE id = ? AND removed_at IS NULL", (rule_id,)) is None:
        return None
    rows = db.all(
        "SELECT min(a.id) AS article_id FROM matches AS m JOIN articles AS a ON a.id = m.article_id"
        " AND a.revision = m.revision WHERE m.rule_id = ? AND m.ended_at IS NULL AND a.merged_into IS NULL"
        " GROUP BY a.story_id ORDER BY max(a.id) DESC LIMIT ?",
        (rule_id, limit),
    )
    return [_of_rule(db, row["article_id"], rule_id) for row in rows]


def _in_time(items: Iterable[int], until: float) -> Iterator[int]:
    for item in items:
        if time.monotonic() > until:
            raise TimeoutError
        yield item


def _first_that_holds(db: Connection, story_id: int, query: Query) -> FoundStory | None:
    sql = "SELECT id FROM articles WHERE story_id = ? AND merged_into IS NULL ORDER BY id LIMIT ?"
    for row in db.all(sql, (story_id, STORY_LIMIT)):
        article = _article(db, row["id"])
        document = articles.document(article, articles.latest(db, article))
        if query.holds(document):
            return _found(db, article, spans(query, document))
    return None


def _of_rule(db: Connection, article_id: int, rule_id: str) -> FoundStory:
    article = _article(db, article_id)
    sql = "SELECT spans FROM matches WHERE article_id = ? AND revision = ? AND rule_id = ?"
    return _found(db, article, spans_of(db.value(sql, (article_id, article["revision"], rule_id))))


def _article(db: Connection, article_id: int) -> Row:
    row = db.one(_ARTICLE, (article_id,))
    assert row is not None
    return row


def _found(db: Connection, article: Row, found: Sequence[tuple[str, int, int]]) -> FoundStory:
    revision: Any = articles.latest(db, article)
    others = db.all(_OTHERS, (article["story_id"], article["outlet_id"]))
    return FoundStory(
        story_id=article["story_id"],
        article_id=article["id"],
        outlet_id=article["outlet_id"],
        outlet_name=article["outlet_name"],
        url=article["url"],
        title=revision["title"],
        body=revision["body"],
        byline=texts(revision["byline"]),
        language=revision["language"] or "",
        published=published_of(article),
        first_seen_at=moment(article["first_seen_at"]),
        revised_at=moment(revision["seen_at"]),
        spans=tuple(found),
        others=tuple(row["name"] for row in others),
        doubt=article["quarantined_by"] is not None,
    )
