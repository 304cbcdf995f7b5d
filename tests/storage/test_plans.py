"""What the daemon asks all day is answered by an index, however large the store has grown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.identity import classify_link
from crawler.items import TextWindow, Untouched
from crawler.query import parse
from tests.storage.world import OUTLET, World

SMALL = frozenset({"outlets", "o", "hosts", "feeds", "rules", "kept"})
"""Tables of the config (and their short names in statements), and sums of a row or two an outlet: reading them whole costs nothing."""
SETTINGS = frozenset({"main.articles_fts_config", "main.revisions_fts_config"})
"""A row or two that full-text search reads of itself when the schema changed since it was opened."""
FIRST_ROW = frozenset({"captures"})
"""Only the last row is read, in the order of the table itself."""
A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"


def untouched(world: World) -> Untouched:
    """Return the page of a re-check that is as it was."""
    return Untouched(page=world.page(world.recheck(1), status=304, body=b""))


HOT: dict[str, Callable[[World], object]] = {
    "alerts that are due": lambda world: world.store.claim_alerts(world.now, 60),
    "alerts of a crash": lambda world: world.store.release_alerts(),
    "depth of the outbox": lambda world: world.store.outbox_depth(),
    "open links": lambda world: world.store.pending_links("example", world.now),
    "open links of all outlets": lambda world: world.store.outlets_with_open_links(world.now),
    "due re-checks": lambda world: world.store.due_rechecks("example", world.now, 9),
    "due re-checks of all outlets": lambda world: world.store.outlets_with_due_rechecks(world.now),
    "the plan of re-checks": lambda world: world.store.plan_rechecks(OUTLET, 1.0, world.now),
    "how re-checks stand": lambda world: world.store.rechecks(world.now),
    "a page that is as it was": lambda world: world.write(untouched(world)),
    "removals since": lambda world: world.store._db.all("SELECT * FROM removals WHERE gone_at >= '2026'"),
    "removals of an article": lambda world: world.store._db.all(
        "SELECT * FROM removals WHERE article_id = 1"
    ),
    "what mirrors show of an article": lambda world: world.store._db.all(
        "SELECT * FROM mirror_divergence WHERE article_id = 1"
    ),
    "a page that is gone": lambda world: world.write(world.removed(world.recheck(1), 404, 404)),
    "status": lambda world: world.store.status(world.now),
    "article by number": lambda world: world.store.article(1),
    "figures": lambda world: world.store.figures(world.now),
    "search": lambda world: world.store.search(parse("bridge")),
    "failures by reason": lambda world: world.store.failures("example"),
    "sums of a run": lambda world: world.store.check_sums(world.run_id, {1: "known"}, world.now),
    "a new run": lambda world: world.store.begin_run("example", world.now, "crawl"),
    "before a comparison": lambda world: world.store.standing("example"),
    "known articles": lambda world: world.store.known_articles("example", [classify_link(OUTLET, A)]),
    "missing links": lambda world: world.store.ask_missing("example"),
    "what is known of an address": lambda world: world.store.find_address(A),
    "texts to be read again": lambda world: world.store.texts_to_read(
        TextWindow(outlet_id="example", version="new"), (0, 0), 9
    ),
    "a kept page": lambda world: world.store.kept_text(1),
    "earlier readings": lambda world: world.store.extractions(1),
    "export of a day": lambda world: list(world.store.export_rows(None, since=world.now)),
    "a poll": lambda world: world.discover(A, A.replace("1001", "1002")),
    "what to poll": lambda world: world.store.plan_polls(OUTLET, OUTLET.sources, world.now, due_only=True),
    "when to poll": lambda world: world.store.next_poll(OUTLET),
    "open gaps": lambda world: world.store.open_gaps("example"),
    "what kept pages come to": lambda world: world.store.kept(),
    "who needs a dictionary": lambda world: world.store.dictionaries_due(world.now),
    "pages of an outlet for its dictionary": lambda world: world.store.make_dictionary("example"),
    "older pages to compress again": lambda world: world.store.press_older("example"),
    "what is on hold": lambda world: world.store.holds(1),
    "bodies to be taken": lambda world: world.store.drop_bodies([1], world.now),
    "a copy": lambda world: world.store_article(A.replace("1001", "1003"), "Span shut"),
    "one story": lambda world: world.store.story(1),
    "stories of a day": lambda world: world.store.stories("newest", since=world.now),
    "articles of a story": lambda world: world.store._db.all(
        "SELECT * FROM story_members WHERE story_id = 1"
    ),
    "edits of an article": lambda world: world.store.changes(1),
    "edits of a day": lambda world: world.store.changes_since(world.now, classes=["headline"]),
    "removals of a day": lambda world: world.store.removals_since(world.now, outlet="example"),
    "edits of an earlier version": lambda world: world.store.class_changes(),
    "headlines that were changed": lambda world: world.store._db.all(
        "SELECT * FROM headline_changes ORDER BY at DESC LIMIT 50"
    ),
    "live blogs": lambda world: world.store._db.all(
        "SELECT * FROM live_blogs ORDER BY live_since DESC LIMIT 50"
    ),
    "what changes by itself": lambda world: world.store.ignored_lines(1),
    "an edit": lambda world: world.write(world.article(world.recheck(1), body="A wholly other text.")),
}


def _scans(world: World, call: Callable[[World], object]) -> list[str]:
    """Return the tables that the statements of a call read row by row without an index."""
    raw, statements = world.store._db.raw, list[str]()
    raw.set_trace_callback(statements.append)
    call(world)
    raw.set_trace_callback(None)
    asked = [sql for sql in statements if sql.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))]
    steps = [row[3].split() for sql in asked for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}")]
    whole = [step[1] for step in steps if step[0] == "SCAN" and len(step) == 2]
    results = {step[1] for step in steps if step[0] in ("CO-ROUTINE", "MATERIALIZE")}
    small = SMALL | SETTINGS | FIRST_ROW | results
    return [table for table in whole if table not in small and not table.startswith("(")]


@pytest.mark.parametrize("name", HOT)
def test_no_table_is_read_whole(world: World, name: str) -> None:
    world.add_rule("bridge")
    (link,) = world.discover(A).to_fetch
    world.write(world.article(link))
    world.begin(hours=1)
    assert set(_scans(world, HOT[name])) == set()


def test_open_links_are_found_by_their_own_index(world: World) -> None:
    statements: list[str] = []
    raw = world.store._db.raw
    raw.set_trace_callback(statements.append)
    world.store.outlets_with_open_links(world.now)
    raw.set_trace_callback(None)
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statements[0]}")]
    assert any("links_open" in step for step in plan)
