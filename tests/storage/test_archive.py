"""Captures in a chain, search, export, backup, the hold and the schema's page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.errors import BusyError, StoreError, StoreForeign
from crawler.query import FTS_TOKENIZE, parse
from storage.hold import hold, holder
from storage.schema_doc import described, markdown
from storage.search import COLUMNS
from storage.store import Store
from tests.storage.world import TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
B = "http://www.example.com/Detail/2026/11/23/1002/Else"
ELSE = "A bakery in the old town won the yearly prize for rye bread, the guild said. " * 6


def test_capture_gives_back_the_bytes_and_headers_as_received(world: World) -> None:
    world.store_article(A)
    capture = world.store.capture(1)
    assert capture is not None
    assert capture.body == b"<html>" + A.encode() + b"</html>"
    assert capture.headers == (("Content-Type", "text/html"),)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE captures SET status = 500 WHERE id = 1",
        "DELETE FROM captures WHERE id = 1",
        "DELETE FROM captures WHERE id = 2",
        "UPDATE captures SET body = x'00' WHERE id = 2",
        "UPDATE captures SET body = NULL WHERE id = 1",
        "UPDATE captures SET dictionary_id = 7 WHERE id = 1",
        "UPDATE kept SET stored = stored + 1",
    ],
)
def test_change_in_the_chain_of_captures_is_found(world: World, change: str) -> None:
    world.store_article(A)
    world.store_article(B, "Bread", ELSE)
    assert world.store.check(bodies=True) == []
    db = world.store._db
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("SAVEPOINT tampered")
    db.execute(change)
    assert any(fault.startswith(("captures: ", "kept: ")) for fault in world.store.check(bodies=True))
    db.execute("ROLLBACK TO tampered")
    db.execute("RELEASE tampered")


def test_stub_without_its_body_keeps_the_chain_whole(world: World) -> None:
    world.store_article(A)
    assert world.store.drop_bodies([1], world.now)[0] == 1
    capture = world.store.capture(1)
    assert capture is not None
    assert (capture.body, capture.body_dropped_at) == (None, "2026-11-23T12:00:00Z")
    assert world.store.check(bodies=True) == []


def test_search_is_newest_first_and_looks_in_the_latest_revision(world: World) -> None:
    stored = world.store_article(A)
    world.store_article(B, "Bread", ELSE + "\nNo bridge is near.")
    assert [row["id"] for row in world.store.search(parse("bridge")).rows] == [2, 1]
    world.begin(hours=1)
    world.write(world.article(world.recheck(stored.article_id or 0), "Road shut", ELSE))
    assert [row["id"] for row in world.store.search(parse("bridge")).rows] == [2]
    old = world.store.search(parse("karlow"), history=True).rows
    assert [(row["id"], row["revision"], row["title"]) for row in old] == [(1, 1, "Bridge closed")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("outlet:example", 1),
        ("outlet:other", 0),
        ("lang:en bridge", 1),
        ("since:2026-11-23 until:2026-11-23 bridge", 1),
        ("until:2026-11-22 bridge", 0),
        ("/kar.ow/", 1),
        ("bridge NOT /kar.ow/", 0),
        ("byline:writer", 1),
    ],
)
def test_fields_and_regexes_narrow_the_search(world: World, query: str, found: int) -> None:
    world.store_article(A)
    assert len(world.store.search(parse(query)).rows) == found
    assert len(list(world.store.export_rows(parse(query)))) == found


def test_scan_says_that_it_was_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.store_article(A)
    world.store_article(B, "Bread", ELSE)
    monkeypatch.setattr("storage.search.SCAN_LIMIT", 1)
    hits = world.store.search(parse("/kar.ow/"))
    assert (len(hits.rows), hits.scan_limited) == (0, True)


def test_export_has_the_columns_of_the_contract_in_order(world: World) -> None:
    world.store_article(A)
    (row,) = world.store.export_rows()
    assert tuple(row) == COLUMNS
    assert (row["byline"], row["hosts"], row["body"]) == (
        ["Ada Writer", "B. Author"],
        ["www.example.com"],
        TEXT,
    )


def test_backup_is_a_whole_store_and_replaces_only_an_earlier_copy(world: World, tmp_path: Path) -> None:
    world.store_article(A)
    copy = tmp_path / "copy.db"
    world.store.backup(copy)
    world.store.backup(copy)
    with Store.open(copy, read_only=True) as store:
        assert len(list(store.export_rows())) == 1
    other = tmp_path / "letter.txt"
    other.write_text("keep me " * 200)
    with pytest.raises(StoreForeign):
        world.store.backup(other)
    with pytest.raises(StoreForeign, match="the store itself"):
        world.store.backup(world.path)
    assert other.read_text() == "keep me " * 200


def test_a_backup_says_when_the_chain_fails_and_spares_an_earlier_copy(world: World, tmp_path: Path) -> None:
    world.store_article(A)
    copy, first = tmp_path / "copy.db", tmp_path / "first.db"
    done = world.store.backup(copy)
    assert (done.captures, done.faults, done.size) == (1, (), copy.stat().st_size)
    before = copy.read_bytes()
    (headers,) = world.rows("SELECT headers FROM captures WHERE id = 1")
    world.store._db.execute("UPDATE captures SET headers = '[]' WHERE id = 1")
    told = "captures: number 1 was changed after it was written"
    with pytest.raises(StoreError, match=f"chain of captures fails .{told}.; the earlier copy stays"):
        world.store.backup(copy)
    assert copy.read_bytes() == before
    assert world.store.backup(first).faults == (told,)
    assert first.exists()
    assert [each.name for each in tmp_path.glob(".*.part")] == []
    world.store._db.execute("UPDATE captures SET headers = ? WHERE id = 1", (headers["headers"],))


_HOLD = """
import sys
from storage.hold import hold
with hold(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_process_is_told_who_holds_the_store(tmp_path: Path) -> None:
    path = tmp_path / "newshawk.db"
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=str(other.pid)), hold(path):
            pass
        assert holder(path) == other.pid
        other.kill()
    with hold(path):
        pass
    assert holder(path) is None


def test_schema_page_is_made_from_the_schema_and_names_all_of_it(world: World) -> None:
    page = Path(__file__).parents[2] / "docs" / "schema.md"
    assert page.read_text(encoding="utf-8") == markdown()
    told = {each.name: [name for name, _, _ in each.columns] for each in described()}
    for row in world.rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"):
        name = row["name"]
        if name.startswith(("sqlite_", "_sqlite_")) or any(
            name.startswith(f"{t}_fts_") for t in ("articles", "revisions")
        ):
            continue
        columns = [column["name"] for column in world.rows(f"PRAGMA table_info({name})")]
        assert told[name] == columns


def test_indexes_are_tokenized_as_the_query_language_says(world: World) -> None:
    for row in world.rows("SELECT sql FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'"):
        assert f"tokenize='{FTS_TOKENIZE}'" in row["sql"]
