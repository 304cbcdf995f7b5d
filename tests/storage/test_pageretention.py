"""Bodies go by age and size, oldest first; what is evidence stays, and so does every row of the chain."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.items import Precision, TimeSource, Timestamp
from crawler.items.kept import PageLimits
from storage import dictionaries
from storage.store import Store
from tests.storage.keptpages import address, page, press, store_page
from tests.storage.world import NOON, OTHER, OUTLET, World

YEAR = PageLimits(pages=timedelta(days=365), refused=timedelta(days=30))


def take(world: World, limits: PageLimits) -> list[int]:
    """Take what is to go now; return the numbers of all captures without a body."""
    plan = world.store.plan_taking(limits, world.now)
    world.store.drop_bodies(plan.captures, world.now)
    return stubs(world)


def stubs(world: World) -> list[int]:
    return [row["id"] for row in world.rows("SELECT id FROM captures WHERE body IS NULL ORDER BY id")]


def test_pages_go_at_their_age_and_the_row_stays(world: World) -> None:
    store_page(world, 1)
    world.begin(days=300)
    store_page(world, 2)
    world.begin(days=66)
    plan = world.store.plan_taking(YEAR, world.now)
    assert (list(plan.captures), plan.reasons.keys(), plan.outlets.keys()) == ([1], {"age"}, {"example"})
    assert stubs(world) == [], "a plan takes nothing"
    assert take(world, YEAR) == [1]
    kept = world.store.kept()
    assert (kept["pages"], kept["dropped"], kept["dropped_stored"]) == (1, 1, plan.taken)
    row = world.rows("SELECT row_hash, raw_sha256, headers, body_dropped_at FROM captures WHERE id = 1")[0]
    assert row["row_hash"]
    assert row["body_dropped_at"] == world.value("SELECT started_at FROM runs ORDER BY id DESC")
    assert world.store.check(bodies=True) == []


def test_without_limits_nothing_goes(world: World) -> None:
    store_page(world, 1)
    world.begin(days=4000)
    assert take(world, PageLimits()) == []


def test_pages_that_became_no_article_go_at_their_own_age(world: World) -> None:
    store_page(world, 1)
    link = world.found(address(2))
    world.write(world.refusal(link, "challenge", status=200, body=b"<html>Are you human?</html>"))
    world.begin(days=31)
    plan = world.store.plan_taking(YEAR, world.now)
    assert (list(plan.captures), list(plan.reasons)) == ([2], ["refused"])
    assert take(world, YEAR) == [2]


def test_a_refused_page_that_was_taken_is_kept_anew_when_it_is_met_again(world: World) -> None:
    link = world.found(address(2))
    refused = {"status": 200, "body": b"<html>Are you human?</html>"}
    for _ in range(2):
        world.write(world.refusal(link, "challenge", **refused))
    assert world.value("SELECT count(*) FROM captures") == 1
    world.begin(days=31)
    assert take(world, YEAR) == [1]
    world.write(world.refusal(link, "challenge", **refused))
    assert world.value("SELECT capture_id FROM visits ORDER BY id DESC") == 2


def test_the_oldest_go_until_the_rest_fits(world: World) -> None:
    for number in range(10):
        store_page(world, number)
        world.begin(hours=1)
    stored = world.store.kept()["stored"]
    limit = PageLimits(size=stored * 6 // 10)
    assert take(world, limit) == [1, 2, 3, 4]
    assert world.store.kept()["stored"] <= stored * 6 // 10
    assert take(world, limit) == [1, 2, 3, 4]


def test_age_goes_before_size_and_each_page_is_taken_for_one_reason(world: World) -> None:
    for number in range(6):
        store_page(world, number)
        world.begin(days=10)
    limits = PageLimits(pages=timedelta(days=45), size=world.store.kept()["stored"] * 2 // 5)
    plan = world.store.plan_taking(limits, world.now)
    assert list(plan.captures) == [1, 2, 3, 4]
    assert {reason: count for reason, (count, _) in plan.reasons.items()} == {"age": 2, "size": 2}
    assert plan.over == 0


# --- what stays -----------------------------------------------------------------------------------


def _matched(world: World) -> None:
    world.add_rule("report")
    store_page(world, 1)


def _changed(world: World) -> None:
    article_id = store_page(world, 1)
    world.begin(hours=2)
    world.write(world.article(world.recheck(article_id), "Report 1", "A wholly other text stands here now."))


def _vanished_and_back(world: World) -> None:
    article_id = store_page(world, 1)
    for _ in range(2):
        world.begin(hours=13)
        world.write(world.removed(world.recheck(article_id), 404, 404))
    assert world.value("SELECT gone_at FROM articles") is not None
    world.begin(days=2)
    link = world.recheck(article_id)
    row = world.rows("SELECT title, body FROM revisions")[0]
    world.write(world.article(link, row["title"], row["body"]))
    assert world.value("SELECT gone_at FROM articles") is None


def _missing(world: World) -> None:
    article_id = store_page(world, 1)
    world.begin(hours=2)
    world.write(world.removed(world.recheck(article_id), 404, 404))


def _on_hold(world: World) -> None:
    world.store.place_hold(store_page(world, 1), "a complaint", world.now)


def _divergent(world: World) -> None:
    article_id = store_page(world, 1)
    world.begin(hours=2)
    link = world.recheck(article_id)
    shown = world.page(
        link, host="example-mirror.net", url=link.url.replace("www.example.com", "example-mirror.net")
    )
    world.write(world.article(link, "Report 1", "The mirror tells it in another way.", page=shown))


def _followed_under_its_key(world: World) -> None:
    article_id = store_page(world, 1)
    world.begin(days=3)
    link = world.recheck(article_id)

    day = Timestamp(at=world.now, local="", precision=Precision.SECOND, source=TimeSource.PAGE, raw="")
    item = world.article(
        link, "Something else", "Nothing of the first text is left in this one.", published=day
    )
    world.write(item)


@pytest.mark.parametrize(
    ("happens", "stays"),
    [
        (_matched, [1]),
        (_changed, [1, 2]),
        (_vanished_and_back, [1]),
        (_missing, [1]),
        (_on_hold, [1]),
        (_divergent, [2]),
        (_followed_under_its_key, [1, 2]),
    ],
)
def test_evidence_stays_whatever_its_age_and_the_limit(
    world: World, happens: Callable[[World], None], stays: list[int]
) -> None:
    happens(world)
    world.begin(days=1000)
    limits = PageLimits(pages=timedelta(days=1), refused=timedelta(days=1), size=1)
    plan = world.store.plan_taking(limits, world.now)
    gone = take(world, limits)
    assert [number for number in stays if number in gone] == []
    assert plan.spared >= len(stays)
    assert plan.over > 0
    everything = [row["id"] for row in world.rows("SELECT id FROM captures")]
    assert world.store.drop_bodies(everything, world.now) == (0, 0), "not even when it is asked for by number"


def test_pages_of_articles_that_were_merged_stay(world: World) -> None:
    store_page(world, 1)
    store_page(world, 2)
    store_page(world, 3)
    with world.store._writing() as db:
        db.execute("UPDATE articles SET merged_into = 1 WHERE id = 2")
    world.begin(days=1000)
    assert take(world, YEAR) == [3]
    with world.store._writing() as db:
        db.execute("UPDATE articles SET merged_into = NULL WHERE id = 2")


def test_a_hold_that_is_placed_after_the_plan_counts_and_a_released_one_does_not(world: World) -> None:
    first, second = store_page(world, 1), store_page(world, 2)
    assert world.store.place_hold(first, "", world.now) == first
    world.begin(days=400)
    plan = world.store.plan_taking(YEAR, world.now)
    assert list(plan.captures) == [2]
    world.store.place_hold(second, "found at the last moment", world.now)
    world.store.drop_bodies(plan.captures, world.now)
    assert stubs(world) == []
    assert world.store.release_hold(first, world.now) is True
    assert world.store.release_hold(first, world.now) is False
    assert take(world, YEAR) == [1]
    held = world.store.holds()
    assert [(each["article_id"], each["reason"]) for each in held] == [(second, "found at the last moment")]
    assert world.store.holds(first)[0]["released_at"] is not None
    assert world.store.place_hold(99, "", world.now) is None


def test_a_plan_reads_no_further_than_ages_and_size_ask_for(world: World) -> None:
    for number in range(30):
        store_page(world, number)
        world.begin(days=1)
    read: list[str] = []
    raw = world.store._db.raw
    raw.set_trace_callback(read.append)
    world.store.plan_taking(PageLimits(pages=timedelta(days=28)), world.now)
    raw.set_trace_callback(None)
    (sql,) = (each for each in read if "captures_kept" in each)
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert any(step.startswith("SCAN c USING INDEX captures_kept") for step in plan)
    assert not any(step.split()[0] == "SCAN" and "USING" not in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)


# --- at any moment --------------------------------------------------------------------------------

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("store"), st.integers(1, 400)),
        st.tuples(st.just("redesign"), st.integers(1, 400)),
        st.tuples(st.just("edit"), st.integers(0, 20)),
        st.tuples(st.just("hold"), st.integers(0, 20)),
        st.tuples(st.just("wait"), st.integers(1, 20)),
        st.tuples(st.just("press"), st.just(0)),
        st.tuples(st.just("take"), st.integers(1, 40)),
        st.tuples(st.just("shrink"), st.integers(1, 90)),
    ),
    max_size=25,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=_STEPS)
def test_whatever_happens_no_body_that_must_stay_is_lost_or_altered(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / "newshawk.db"
    with Store.open(path) as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        world = World(store=store, path=path)
        world.begin()
        world.make_known()
        received: dict[int, bytes] = {}
        must_stay: set[int] = set()
        # enough for a dictionary after one more
        articles = [_stored(world, received, 9000 + number, "example") for number in range(7)]
        for step, value in steps:
            _do(world, step, value, received, must_stay, articles)
        assert store.check(bodies=True) == []
        for number, body in received.items():
            capture = store.capture(number)
            assert capture is not None
            assert capture.body == body or (capture.body is None and number not in must_stay)


def _stored(world: World, received: dict[int, bytes], number: int, outlet: str) -> int:
    body = page(outlet, number, 3000)
    article_id = store_page(world, number, body)
    received.setdefault(world.value("SELECT max(id) FROM captures"), body)
    return article_id


def _do(
    world: World, step: str, value: int, received: dict[int, bytes], must_stay: set[int], articles: list[int]
) -> None:
    chosen = articles[value % len(articles)]
    if step in ("store", "redesign") and not world.rows(
        "SELECT 1 FROM articles WHERE key_value = ?", str(value)
    ):
        articles.append(_stored(world, received, value, {"store": "example"}.get(step, "redesigned")))
    elif step == "edit":
        _edit(world, chosen, received, must_stay)
    elif step == "hold":
        world.store.place_hold(chosen, "", world.now)
        must_stay |= _with_body(world, chosen)
    elif step == "wait":
        world.begin(days=value)
    elif step == "press" and world.store.make_dictionary("example") is not None:
        press(world)
    elif step == "take":
        take(world, PageLimits(pages=timedelta(days=value), refused=timedelta(days=value)))
    elif step == "shrink":
        take(world, PageLimits(size=max(1, world.store.kept()["stored"] * value // 100)))


def _with_body(world: World, article_id: int) -> set[int]:
    rows = world.rows(
        "SELECT c.id FROM visits AS v JOIN captures AS c ON c.id = v.capture_id AND c.body IS NOT NULL"
        " WHERE v.article_id = ?",
        article_id,
    )
    return {row["id"] for row in rows}


def _edit(world: World, article_id: int, received: dict[int, bytes], must_stay: set[int]) -> None:
    world.begin(days=400)
    due = {link.article_id: link for link in world.store.due_rechecks("example", world.now, 1000)}
    if article_id not in due:
        return
    link = due[article_id]
    number = world.value("SELECT count(*) FROM revisions")
    body = page("example", 10_000 + number, 3000)
    world.write(
        world.article(
            link, f"Edit {number}", f"Text of edit {number}. " * 9, page=world.page(link, body=body)
        )
    )
    received[world.value("SELECT max(id) FROM captures")] = body
    must_stay |= _with_body(world, article_id)


_KILLED = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from crawler.items.kept import PageLimits
from storage.store import Store
from tests.storage.world import NOON
store = Store.open(sys.argv[1])
left = int(sys.argv[4])
class Db:
    def __init__(self, db): self.__dict__["db"] = db
    def __getattr__(self, name): return getattr(self.db, name)
    def execute(self, sql, *given):
        global left
        if sql.startswith(("UPDATE", "INSERT", "COMMIT")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.db.execute(sql, *given)
from storage import dictionaries, pageretention
raw = store._db
with raw.transaction():
    db = Db(raw)
    if sys.argv[3] == "press":
        dictionaries.put_pressed(db, dictionaries.press_older(raw, "example"))
    else:
        plan = pageretention.plan(raw, PageLimits(pages=timedelta(days=1)), NOON + timedelta(days=900))
        pageretention.drop(db, plan.captures, "2029-01-01T00:00:00Z")
print("done")
"""


@pytest.mark.parametrize("work", ["press", "take"])
@pytest.mark.parametrize("after", [1, 4, 9])
def test_kill_9_in_the_middle_leaves_a_store_that_is_whole_and_goes_on(
    world: World, work: str, after: int
) -> None:
    for number in range(10):
        store_page(world, number)
    made = world.store.make_dictionary("example")
    assert made is not None
    world.store.add_dictionary(made, world.now)
    here = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", _KILLED, str(world.path), here, work, str(after)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Store.open(world.path) as store:
        assert store.check(bodies=True) == []
        assert store.kept()["dropped"] == 0
        again = store.press_older("example")
        assert again is not None
        assert len(again.bodies) == 10
        store.put_pressed(again)
    world.now += timedelta(days=900)
    assert take(world, YEAR) == list(range(1, 11))
    assert dictionaries.BATCH > 10


def test_a_store_of_the_version_before_gets_its_sums(tmp_path: Path) -> None:
    path = tmp_path / "newshawk.db"
    with Store.open(path) as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        world = World(store=store, path=path)
        world.begin()
        world.make_known()
        for number in range(5):
            store_page(world, number)
        world.write(world.refusal(world.found(address(9)), "challenge", status=200, body=b"<html>?</html>"))
        before = store.kept()
        db = store._db
        for name in ("dictionaries", "kept", "holds"):
            db.execute(f"DROP TABLE {name}")
        for name in ("captures_kept", "divergences_capture"):
            db.execute(f"DROP INDEX {name}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm008_kept_pages'")
        db.execute("PRAGMA user_version = 7")
    with Store.open(path) as store:
        assert store.kept() == before
        assert store.check(bodies=True) == []
