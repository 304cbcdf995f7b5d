"""Dictionaries of outlets: when one is made, what it is worth, and that every page comes back as it was received."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import dictionaries
from storage.pressing import CorruptBody, Shelf, choose, digested, press, unpress
from storage.store import Store
from tests.storage.keptpages import page, store_page
from tests.storage.keptpages import press as press_all
from tests.storage.world import OTHER, OUTLET, World


def test_an_outlet_gets_its_dictionary_with_pages_enough(world: World) -> None:
    for number in range(dictionaries.LEAST_PAGES):
        assert world.store.dictionaries_due(world.now) == []
        assert world.store.make_dictionary("example") is None
        store_page(world, 100 + number)
    assert world.store.dictionaries_due(world.now) == ["example"]
    made = world.store.make_dictionary("example")
    assert made is not None
    assert made.ratio > 3 * made.ratio_before
    assert world.store.add_dictionary(made, world.now) == 1
    assert world.store.dictionaries_due(world.now) == []


def test_new_pages_name_the_dictionary_and_come_back_on_any_connection(world: World) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    store_page(world, 500)
    row = world.rows(
        "SELECT id, dictionary_id, body_size, length(body) AS stored FROM captures ORDER BY id DESC"
    )[0]
    assert row["dictionary_id"] == 1
    assert row["stored"] * 10 < row["body_size"]
    with Store.open(world.path, read_only=True) as reader:
        capture = reader.capture(row["id"])
    assert capture is not None
    assert capture.body == page("example", 500)


def test_older_pages_are_compressed_again_and_no_hash_changes(world: World) -> None:
    for number in range(30):
        store_page(world, 100 + number)
    before = world.rows("SELECT id, row_hash, body_sha256 FROM captures ORDER BY id")
    taken = world.store.kept()["stored"]
    saved = press_all(world)
    assert saved > taken / 2
    assert world.store.kept()["stored"] == taken - saved
    assert world.rows("SELECT id, row_hash, body_sha256 FROM captures ORDER BY id") == before
    assert world.value("SELECT count(*) FROM captures WHERE dictionary_id IS NULL") == 0
    assert world.store.press_older("example") is None
    assert world.store.check(bodies=True) == []


def test_pages_that_share_nothing_get_no_dictionary(world: World) -> None:
    for number in range(8):
        noise = hashlib.shake_256(str(number).encode()).digest(8000)
        store_page(world, 100 + number, noise)
    assert world.store.dictionaries_due(world.now) == ["example"]
    assert world.store.make_dictionary("example") is None


def test_a_new_one_is_made_when_the_site_changes_and_the_old_one_stays(world: World) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    for number in range(40):
        store_page(world, 200 + number, page("redesigned", number))
    assert world.store.dictionaries_due(world.now) == [], "it is judged after a week"
    world.begin(days=8)
    assert world.store.dictionaries_due(world.now) == ["example"]
    press_all(world)
    store_page(world, 900, page("redesigned", 900))
    newest = world.rows(
        "SELECT dictionary_id, body_size, length(body) AS stored FROM captures ORDER BY id DESC"
    )[0]
    assert newest["dictionary_id"] == 2
    assert newest["stored"] * 10 < newest["body_size"]
    assert world.value("SELECT count(*) FROM dictionaries") == 2
    assert world.store.check(bodies=True) == []


def test_a_dictionary_that_does_its_work_is_left_in_peace(world: World) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    for number in range(40):
        store_page(world, 200 + number)
    world.begin(days=8)
    assert world.store.dictionaries_due(world.now) == []


def test_a_changed_or_missing_dictionary_is_a_fault_in_words(world: World) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    db = world.store._db
    dictionaries._SHELF._ready.clear()
    db.execute("SAVEPOINT tampered")
    db.execute("UPDATE dictionaries SET sha256 = replace(sha256, substr(sha256, 1, 1), '!')")
    told = world.store.check(bodies=True)
    assert any(fault.startswith("dictionaries: number 1") for fault in told)
    assert any("the body of number 1 " in fault for fault in told)
    db.execute("ROLLBACK TO tampered")
    db.execute("RELEASE tampered")


def test_a_damaged_dictionary_loses_no_new_page(world: World) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    dictionaries._SHELF._ready.clear()
    with world.store._writing() as db:
        whole = db.value("SELECT content FROM dictionaries")
        db.execute("UPDATE dictionaries SET content = zeroblob(100)")
    store_page(world, 200)
    assert world.value("SELECT dictionary_id FROM captures ORDER BY id DESC") is None
    assert world.store.press_older("example") is None
    assert world.store.make_dictionary("example") is None, "the pages that need it cannot be read"
    with world.store._writing() as db:
        db.execute("UPDATE dictionaries SET content = ?", (whole,))
    store_page(world, 201)
    assert world.value("SELECT dictionary_id FROM captures ORDER BY id DESC") == 1


def test_dictionaries_and_sums_follow_an_outlet_that_is_renamed(world: World) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    renamed = replace(OUTLET, id="renamed", formerly=("example",))
    world.store.sync_config((renamed, OTHER), (), world.now)
    assert world.value("SELECT outlet_id FROM dictionaries") == "renamed"
    assert world.store.status(world.now)["renamed"]["kept"]["pages"] == 8
    world.store.sync_config((replace(OUTLET, formerly=("renamed",)), OTHER), (), world.now)


def test_the_snippet_of_the_schema_reads_a_body(world: World, tmp_path: Path) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    text = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
    snippets = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (snippet,) = (each for each in snippets if "zstandard" in each)
    code = snippet + "\nimport hashlib\nprint(hashlib.sha256(page(3)).hexdigest())\n"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == world.value("SELECT body_sha256 FROM captures WHERE id = 3")


# --- pressing -------------------------------------------------------------------------------------


@given(body=st.binary(max_size=4000), content=st.binary(min_size=1, max_size=4000))
def test_any_body_comes_back_with_any_dictionary(body: bytes, content: bytes) -> None:
    ready = digested(content)
    assert unpress(press(body, ready), len(body), ready) == body
    assert unpress(press(body), len(body)) == body


def test_another_dictionary_never_gives_a_wrong_body_for_a_right_one() -> None:
    body = page("example", 1)
    pressed = press(body, digested(page("example", 2)))
    try:
        other = unpress(pressed, len(body), digested(page("elsewhere", 2)))
    except CorruptBody:
        return
    assert other != body


@given(sizes=st.lists(st.integers(0, 3000), max_size=12))
def test_the_chosen_pages_are_some_of_those_given_and_fit(sizes: list[int]) -> None:
    pages = [bytes([place + 1]) * size for place, size in enumerate(sizes)]
    chosen = choose(pages)
    assert len(set(chosen)) == len(chosen) <= 3
    assert all(pages[place] for place in chosen)
    assert bool(chosen) == any(sizes)


def test_the_dictionary_ends_with_the_page_that_the_others_are_nearest_to() -> None:
    pages = [page("example", number) for number in range(7)] + [page("elsewhere", 1)]
    chosen = choose(pages)
    assert chosen[-1] != 7
    assert 7 in chosen, "the other layout is in it too"


def test_the_shelf_holds_few_and_reads_one_again_when_it_is_asked_for() -> None:
    shelf, read = Shelf(room=2), list[str]()

    def content(name: str) -> bytes:
        read.append(name)
        return name.encode() * 100

    for name in ("a", "b", "a", "c", "a", "b"):
        shelf.get(name, lambda name=name: content(name))
    assert read == ["a", "b", "c", "b"]
    assert len(shelf._ready) == 2


def test_sampling_leaves_out_what_is_damaged(world: World) -> None:
    for number in range(10):
        store_page(world, 100 + number)
    db = world.store._db
    db.execute("SAVEPOINT tampered")
    db.execute("UPDATE captures SET body = x'00' WHERE id = 4")
    made = world.store.make_dictionary("example")
    assert made is not None
    assert made.sampled == 9
    assert 4 not in made.captures
    db.execute("ROLLBACK TO tampered")
    db.execute("RELEASE tampered")


def test_the_numbers_of_its_pages_are_on_record(world: World) -> None:
    for number in range(9):
        store_page(world, 100 + number)
    press_all(world)
    row = world.rows("SELECT captures, size, sampled FROM dictionaries")[0]
    sizes = world.rows("SELECT id, body_size FROM captures")
    by_number = {each["id"]: each["body_size"] for each in sizes}
    assert sum(by_number[number] for number in json.loads(row["captures"])) == row["size"]
    assert row["sampled"] == 9


def test_pages_are_kept_without_a_dictionary_that_is_damaged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        store_page(world, 100 + number)
    press_all(world)
    content = world.value("SELECT content FROM dictionaries")
    world.store._db.execute("UPDATE dictionaries SET content = zeroblob(length(content)), pressed_to = 0")
    monkeypatch.setattr(dictionaries, "_SHELF", Shelf())
    store_page(world, 500)
    last = world.rows("SELECT id, dictionary_id FROM captures ORDER BY id DESC")[0]
    assert last["dictionary_id"] is None
    capture = world.store.capture(last["id"])
    assert capture is not None
    assert capture.body == page("example", 500)
    assert world.store.press_older("example") is None
    assert world.store.make_dictionary("example") is None
    assert any("dictionaries: number 1" in told for told in world.store.check())
    world.store._db.execute("UPDATE dictionaries SET content = ?", (content,))
