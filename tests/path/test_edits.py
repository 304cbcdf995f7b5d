"""Edits over the whole path: what was edited is classed, what changes by itself makes no revision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.path.newsroom import EXAMPLE, Newsroom
from tests.world.edits import EDITS, EditedSite
from tests.world.server import World

Make = Callable[..., Newsroom]
HOUR = timedelta(hours=1)


def leading(room: Newsroom) -> dict[str, str]:
    """Return the leading class of the only edit of each article that has one, by address."""
    rows = room.sql("SELECT a.url, c.class FROM changes AS c JOIN articles AS a ON a.id = c.article_id")
    assert len(rows) == len({url for url, _ in rows})
    return dict(rows)


def test_each_way_of_editing_is_classed_and_no_jitter_makes_a_revision(newsroom: Make, world: World) -> None:
    site = EditedSite.of(2 * len(EDITS), 14)
    room = newsroom(EXAMPLE)
    site.publish(world)
    assert room.crawl()["example"]["new"] == 2 * len(EDITS) + 14
    site.edit(world)
    for hours in (2, 5, 12):
        room.crawl(after=hours * HOUR)
    told = leading(room)
    asked = {each.url: kind for each, kind in site.edits if kind != "boilerplate"}
    assert told == asked
    jitter = [each.url for each, _ in site.jitter]
    assert [row["revision"] for row in room.rows() if row["url"] in jitter] == [1] * 14
