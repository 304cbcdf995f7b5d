"""Dictionaries of outlets: made of kept pages in the background, used for new ones, never deleted.

Making and compressing again only read, over a connection of their own; what comes of them is written by short verbs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from crawler.items.kept import NewDictionary, PressedPages
from storage import keptsums
from storage.connection import Connection, Row
from storage.pressing import CorruptBody, Digested, Shelf, choose, digested, joined, press, ratio, unpress
from storage.values import as_json, moment

LEAST_PAGES = 8
"""Pages of articles that an outlet needs for its first dictionary."""
SAMPLED = 24
"""Pages that a dictionary is chosen from and tried on, spread over the newest RECENT articles."""
RECENT = 240
EACH_TRIED = 4
"""Of the sampled pages each fourth is not chosen from: what the dictionary is worth is measured on it."""
SAMPLE_SIZE = 2 << 20
"""Bytes of a sampled page at most: with SAMPLED this bounds the memory of making one."""
WORTH = 1.15
"""A dictionary is kept when it makes the pages that it is tried on smaller by this factor than they are before it."""
SETTLED = timedelta(days=7)
"""A dictionary stays this long before it is judged."""
DECAYED = 0.75
"""It has decayed when recent pages are compressed by less than this share of the ratio that it had when it was made."""
BATCH = 25
"""Articles whose pages are compressed again in one transaction."""

_SHELF = Shelf()
_NEWEST = "SELECT id, made_at, ratio, sha256 FROM dictionaries WHERE outlet_id = ? ORDER BY id DESC LIMIT 1"


# --- in use ---------------------------------------------------------------------------------------


def pressed(db: Connection, outlet_id: str, body: bytes) -> tuple[bytes, int | None]:
    """Return a body compressed with the dictionary of its outlet, and the dictionary's number; None for none, and where
    it is damaged: a new page must not be lost with it."""
    newest = db.one(_NEWEST, (outlet_id,))
    ready = None if newest is None else _whole(db, newest)
    if newest is None or ready is None:
        return press(body), None
    return press(body, ready), int(newest["id"])


def body_of(db: Connection, row: Row) -> bytes:
    """Return the body of a row of captures that has one, as it was received, content decoding done.

    Raises:
        CorruptBody: it is damaged, or its dictionary is not there.
    """
    if row["dictionary_id"] is None:
        return unpress(row["body"], row["body_size"])
    return unpress(row["body"], row["body_size"], _numbered(db, row["dictionary_id"]))


def _numbered(db: Connection, dictionary_id: int) -> Digested:
    row = db.one("SELECT id, sha256 FROM dictionaries WHERE id = ?", (dictionary_id,))
    if row is None:
        raise CorruptBody(f"there is no dictionary {dictionary_id}")
    return _ready(db, row)


def _ready(db: Connection, row: Row) -> Digested:
    return _SHELF.get(row["sha256"], lambda: _content(db, row["id"]))


def _whole(db: Connection, row: Row) -> Digested | None:
    """Return a dictionary, None when it is damaged: new pages do without it, and doctor tells of it."""
    with suppress(CorruptBody):
        return _ready(db, row)
    return None


def _content(db: Connection, dictionary_id: int) -> bytes:
    row = db.one("SELECT content, size, sha256 FROM dictionaries WHERE id = ?", (dictionary_id,))
    assert row is not None
    content = unpress(row["content"], row["size"])
    if hashlib.sha256(content).hexdigest() != row["sha256"]:
        raise CorruptBody(f"dictionary {dictionary_id} was changed after it was made")
    return content


def faults(db: Connection) -> Iterator[str]:
    """Yield what is wrong with the dictionaries, a sentence each."""
    for row in db.all("SELECT id FROM dictionaries ORDER BY id"):
        try:
            _content(db, row["id"])
        except CorruptBody:
            yield f"dictionaries: number {row['id']} is not what it was when it was made; pages need it"


# --- made -----------------------------------------------------------------------------------------


def due(db: Connection, now: datetime) -> list[str]:
    """Return the ids of configured outlets that have pages enough and no dictionary, or whose one has decayed."""
    outlets = db.all("SELECT id FROM outlets WHERE removed_at IS NULL ORDER BY id")
    return [row["id"] for row in outlets if _is_due(db, row["id"], now)]


def _is_due(db: Connection, outlet_id: str, now: datetime) -> bool:
    newest = db.one(_NEWEST, (outlet_id,))
    number = keptsums.NO_DICTIONARY if newest is None else newest["id"]
    bodies = db.value(
        "SELECT bodies FROM kept WHERE outlet_id = ? AND dictionary_id = ?", (outlet_id, number)
    )
    if newest is None:
        return (bodies or 0) >= LEAST_PAGES
    if (bodies or 0) < SAMPLED or now - moment(newest["made_at"]) < SETTLED:
        return False
    return bool(_recent_ratio(db, outlet_id, number) < newest["ratio"] * DECAYED)


def _recent_ratio(db: Connection, outlet_id: str, dictionary_id: int) -> float:
    """Return how many times smaller the newest pages of an outlet's articles are with its dictionary."""
    row = db.one(
        "SELECT sum(body_size) AS size, sum(stored) AS stored FROM (SELECT c.body_size, length(c.body) AS stored"
        " FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
        " JOIN captures AS c ON c.id = r.capture_id AND c.dictionary_id = ? AND c.body IS NOT NULL"
        " WHERE a.outlet_id = ? ORDER BY a.id DESC LIMIT ?)",
        (dictionary_id, outlet_id, SAMPLED),
    )
    return row["size"] / row["stored"] if row is not None and row["stored"] else float("inf")


def make(db: Connection, outlet_id: str) -> NewDictionary | None:
    """Return a dictionary for an outlet, made of its recent pages; None when there are too few of them, or when it
    would not make them noticeably smaller. Takes a tenth of a second to some seconds; nothing is written."""
    numbers, pages = _sampled(db, outlet_id)
    if len(pages) < LEAST_PAGES:
        return None
    places = range(len(pages))
    chosen_from = [place for place in places if place % EACH_TRIED != EACH_TRIED - 1]
    tried = [pages[place] for place in places if place % EACH_TRIED == EACH_TRIED - 1]
    chosen = tuple(chosen_from[each] for each in choose([pages[place] for place in chosen_from]))
    if not chosen:
        return None
    newest = db.one(_NEWEST, (outlet_id,))
    before = ratio(tried, None if newest is None else _whole(db, newest))
    content = joined(pages, chosen)
    after = ratio(tried, digested(content))
    if after < before * WORTH:
        return None
    return NewDictionary(
        outlet_id=outlet_id,
        captures=tuple(numbers[place] for place in chosen),
        sampled=len(pages),
        content=content,
        ratio_before=round(before, 3),
        ratio=round(after, 3),
    )


def _sampled(db: Connection, outlet_id: str) -> tuple[list[int], list[bytes]]:
    """Return pages of an outlet's recent articles, spread over them, with the numbers of their captures."""
    found = db.all(
        "SELECT r.capture_id AS id FROM articles AS a JOIN revisions AS r ON r.article_id = a.id"
        " AND r.number = a.revision JOIN captures AS c ON c.id = r.capture_id AND c.body IS NOT NULL"
        " AND c.body_size BETWEEN 1 AND ? WHERE a.outlet_id = ? ORDER BY a.id DESC LIMIT ?",
        (SAMPLE_SIZE, outlet_id, RECENT),
    )
    distinct = list(dict.fromkeys(row["id"] for row in found))
    step = max(1, len(distinct) // SAMPLED)
    numbers, pages = [], []
    for number in distinct[::step][:SAMPLED]:
        row = db.one("SELECT body, body_size, dictionary_id FROM captures WHERE id = ?", (number,))
        assert row is not None
        with suppress(CorruptBody):  # doctor tells of it
            pages.append(body_of(db, row))
            numbers.append(number)
    return numbers, pages


def add(db: Connection, made: NewDictionary, now: str) -> int:
    """Return the number of a new dictionary; new pages of its outlet are compressed with it from now on."""
    values = {
        "outlet_id": made.outlet_id,
        "made_at": now,
        "captures": as_json(made.captures),
        "sampled": made.sampled,
        "size": len(made.content),
        "sha256": hashlib.sha256(made.content).hexdigest(),
        "ratio_before": made.ratio_before,
        "ratio": made.ratio,
        "content": press(made.content),
    }
    return db.insert("dictionaries", values)


# --- older pages compressed again -----------------------------------------------------------------


def press_older(db: Connection, outlet_id: str) -> PressedPages | None:
    """Return the next pages of an outlet's articles that are compressed without a dictionary and are smaller with its
    present one; None when all are done or it is damaged. Each is proven to come back unchanged. Nothing is written."""
    newest = db.one(
        "SELECT id, sha256, pressed_to FROM dictionaries WHERE outlet_id = ? ORDER BY id DESC LIMIT 1",
        (outlet_id,),
    )
    if newest is None:
        return None
    articles = db.all(
        "SELECT id FROM articles WHERE outlet_id = ? AND id > ? ORDER BY id LIMIT ?",
        (outlet_id, newest["pressed_to"], BATCH),
    )
    if not articles:
        return None
    ready, last = _whole(db, newest), articles[-1]["id"]
    if ready is None:
        return None
    rows = db.rows(
        "SELECT DISTINCT c.id, c.body, c.body_size, c.body_sha256, c.dictionary_id FROM articles AS a"
        " JOIN revisions AS r ON r.article_id = a.id JOIN captures AS c ON c.id = r.capture_id"
        " WHERE a.outlet_id = ? AND a.id > ? AND a.id <= ? AND c.body IS NOT NULL AND c.dictionary_id IS NULL",
        (outlet_id, newest["pressed_to"], last),
    )
    bodies = tuple((row["id"], smaller) for row in rows if (smaller := _smaller(row, ready)) is not None)
    return PressedPages(dictionary_id=newest["id"], bodies=bodies, pressed_to=last)


def _smaller(row: Row, ready: Digested) -> bytes | None:
    """Return the body with the dictionary if that is smaller, and gives back what was received."""
    try:
        body = unpress(row["body"], row["body_size"])
    except CorruptBody:
        return None  # it stays as it is: doctor tells
    again = press(body, ready)
    back = unpress(again, row["body_size"], ready)
    whole = hashlib.sha256(back).hexdigest() == row["body_sha256"]
    return again if whole and len(again) < len(row["body"]) else None


def put_pressed(db: Connection, done: PressedPages) -> int:
    """Write pages compressed again; return the bytes that are saved. A body that was taken meanwhile stays taken."""
    outlet_id = db.value("SELECT outlet_id FROM dictionaries WHERE id = ?", (done.dictionary_id,))
    saved = sum(_put(db, outlet_id, done.dictionary_id, *each) for each in done.bodies)
    sql = "UPDATE dictionaries SET pressed_to = max(pressed_to, ?) WHERE id = ?"
    db.execute(sql, (done.pressed_to, done.dictionary_id))
    return saved


def _put(db: Connection, outlet_id: str, dictionary_id: int, capture_id: int, body: bytes) -> int:
    row = db.one(
        "SELECT body_size, length(body) AS stored FROM captures WHERE id = ? AND body IS NOT NULL AND dictionary_id IS NULL",
        (capture_id,),
    )
    if row is None:
        return 0
    sql = "UPDATE captures SET body = ?, dictionary_id = ? WHERE id = ?"
    db.execute(sql, (body, dictionary_id, capture_id))
    keptsums.add(db, outlet_id, None, bodies=-1, size=-row["body_size"], stored=-row["stored"])
    keptsums.add(db, outlet_id, dictionary_id, bodies=1, size=row["body_size"], stored=len(body))
    return int(row["stored"]) - len(body)
