"""The story of an article whose text is read anew. What the earlier reading got wrong may have put it among strangers:
broken pages of an outlet all give the same few words. A reader would be told of the first of them alone.

An article stays in its story while another member's text is still a copy of its own. Else it goes to the story that its
text joins, or to one of its own, and its alerts go along; an article alone in its story leaves it only to join another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.items import Article
from storage import joining, standings
from storage.connection import Connection, Row
from storage.values import published_of, stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text that is read anew belongs, if that is not the story of its article."""

    joins: int | None
    """The story of a copy of it; None: it has none, and gets a new one."""
    is_alone: bool
    """Nobody else is in the story that it leaves."""

    def stories(self, own: int) -> tuple[int, ...]:
        """Return the stories whose alerts count for this text, beside its own article's."""
        joined = () if self.joins is None else (self.joins,)
        return (*joined, own) if self.is_alone else joined


def place(db: Connection, article: Row, item: Article) -> Place | None:
    """Return where an article belongs whose first text is read as *item* now, None for where it is. Read only."""
    from crawler.fingerprint import comparable, is_copy  # loads numpy, which readers never need
    from storage.copies import Arriving, mates, sharing

    if article["merged_into"] is not None or not item.body.strip():
        return None
    ours, others = comparable(item.body), mates(db, article)
    if any(is_copy(ours, comparable(body)) for body in others):
        return None
    text = Arriving.of(article["outlet_id"], item, published_of(article), article["first_seen_at"])
    joins = next(iter(sharing(db, text, but=article["id"])), None)
    if joins == article["story_id"] or (joins is None and not others):
        return None
    return Place(joins=joins, is_alone=not others)


def move(db: Connection, article: Row, to: Place, now: datetime) -> None:
    """Write what ``place`` said."""
    if to.joins is not None and to.is_alone:
        joining.merge(db, article["story_id"], to.joins)
        return
    story_id = db.insert("stories", {"created_at": stored(now)}) if to.joins is None else to.joins
    members = [article["id"]]
    members += [
        row["id"] for row in db.all("SELECT id FROM articles WHERE merged_into = ?", (article["id"],))
    ]
    for article_id in members:
        db.execute("UPDATE articles SET story_id = ? WHERE id = ?", (story_id, article_id))
        for row in db.all("SELECT * FROM outbox WHERE article_id = ?", (article_id,)):
            joining.join_alerts(db, row, story_id)
    standings.refresh(db, article["story_id"])
    standings.refresh(db, story_id)
