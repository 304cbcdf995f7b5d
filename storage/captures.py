"""Answers as received, in a chain: each row carries the hash of itself and of the row before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from crawler.errors import PageDamaged
from crawler.items import Page
from crawler.items.kept import Capture
from storage import dictionaries, keptsums
from storage.connection import Connection, Row
from storage.pressing import CorruptBody
from storage.values import as_json, plain, stored

GENESIS = "0" * 64
"""prev_hash of the first capture."""
HASHED = (
    "id",
    "requested_url",
    "url",
    "host",
    "status",
    "fetched_at",
    "headers",
    "raw_sha256",
    "raw_size",
    "body_sha256",
    "body_size",
    "prev_hash",
)
"""What row_hash covers, in this order. Not the body (its hashes stand for it), so that a row whose body
retention took is still proven."""


def row_hash(values: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of the row: a compact JSON list of the hashed columns, ASCII escaped."""
    listed = [values[name] for name in HASHED]
    return hashlib.sha256(json.dumps(listed, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def keep(db: Connection, page: Page) -> int:
    """Return the number of the new capture of an answered page."""
    previous = db.one("SELECT id, row_hash FROM captures ORDER BY id DESC LIMIT 1")
    values: dict[str, Any] = {
        "id": 1 if previous is None else previous["id"] + 1,
        "requested_url": plain(page.requested_url),
        "url": plain(page.url),
        "host": page.host,
        "status": page.status,
        "fetched_at": stored(page.at),
        "headers": as_json(page.headers),
        "raw_sha256": page.raw_sha256,
        "raw_size": page.raw_size,
        "body_sha256": body_sha256(page),
        "body_size": len(page.body),
        "prev_hash": GENESIS if previous is None else previous["row_hash"],
    }
    # the link's own word: an outlet may have been renamed since the page was asked for
    outlet_id = db.value("SELECT outlet_id FROM links WHERE id = ?", (page.link.id,))
    body, dictionary_id = dictionaries.pressed(db, outlet_id, page.body)
    keptsums.add(db, outlet_id, dictionary_id, bodies=1, size=len(page.body), stored=len(body))
    kept = {"row_hash": row_hash(values), "dictionary_id": dictionary_id, "body": body}
    return db.insert("captures", values | kept)


def body_sha256(page: Page) -> str:
    """Return the hash of the decoded body; empty when no host answered."""
    return "" if page.status is None else hashlib.sha256(page.body).hexdigest()


def kept_before(db: Connection, link_id: int, sha256: str) -> int | None:
    """Return an earlier capture of the same link with the very same body, unless retention took it: a page that is
    refused again and again is kept once."""
    sql = (
        "SELECT v.capture_id FROM visits AS v JOIN captures AS c ON c.id = v.capture_id"
        " WHERE v.link_id = ? AND v.body_sha256 = ? AND c.body IS NOT NULL LIMIT 1"
    )
    value = db.value(sql, (link_id, sha256))
    return None if value is None else int(value)


def read(db: Connection, capture_id: int) -> Capture | None:
    """Return a capture with its body, None if there is no such number.

    Raises:
        PageDamaged: the body cannot be read, or is not the one that was received.
    """
    row = db.one("SELECT * FROM captures WHERE id = ?", (capture_id,))
    if row is None:
        return None
    try:
        body = None if row["body"] is None else _intact_body(db, row)
    except CorruptBody as error:
        cause = f"the kept page of capture {capture_id} is damaged."
        cure = 'Restore a backup; "newshawk doctor --bodies" names all that are.'
        raise PageDamaged(str(db.path), cause, cure) from error
    columns = Capture.__dataclass_fields__.keys() - {"headers", "body"}
    return Capture(
        **{name: row[name] for name in columns},
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body=body,
    )


def chain_end(db: Connection) -> dict[str, Any]:
    """Return how many ``rows`` the chain has and the ``row_hash`` of its last one: whoever notes it elsewhere can prove
    later that nothing before it was changed."""
    last = db.one("SELECT id, row_hash, fetched_at FROM captures ORDER BY id DESC LIMIT 1")
    if last is None:
        return {"rows": 0, "row_hash": GENESIS, "at": None}
    return {"rows": last["id"], "row_hash": last["row_hash"], "at": last["fetched_at"]}


def chain_faults(db: Connection) -> Iterator[str]:
    """Yield what is wrong with the chain. Reads no body, and no column that an earlier schema does not have."""
    yield from _in_chain(db, f"{', '.join(HASHED)}, row_hash", lambda _: ())


def _in_chain(db: Connection, columns: str, also: Callable[[Row], Iterable[str]]) -> Iterator[str]:
    """Yield what is wrong with the chain, and after each row what *also* finds in it."""
    previous, expected = GENESIS, 1
    for row in db.rows(f"SELECT {columns} FROM captures ORDER BY id"):  # noqa: S608 - ours
        if row["id"] != expected or row["prev_hash"] != previous:
            yield f"captures: the row before number {row['id']} is missing or was changed"
        if row_hash(dict(row)) != row["row_hash"]:
            yield f"captures: number {row['id']} was changed after it was written"
        yield from also(row)
        previous, expected = row["row_hash"], row["id"] + 1
    last = db.value("SELECT seq FROM sqlite_sequence WHERE name = 'captures'") or 0
    if last != expected - 1:
        yield f"captures: the last {last - expected + 1} rows are missing"


def faults(db: Connection, *, bodies: bool) -> Iterator[str]:
    """Yield what is wrong with the chain, with the stubs and with the sums over kept pages; with *bodies* each kept body
    is compared with its hash too."""
    sums: dict[int, list[int]] = {}

    def of_body(row: Row) -> Iterator[str]:
        if (row["stored"] is None) != (row["body_dropped_at"] is not None):
            yield f"captures: number {row['id']} has lost its body, and retention did not take it"
        elif row["stored"] is not None:
            counted = sums.setdefault(row["dictionary_id"] or keptsums.NO_DICTIONARY, [0, 0, 0])
            counted[:] = counted[0] + 1, counted[1] + row["body_size"], counted[2] + row["stored"]
            if bodies:
                yield from _body_fault(db, row)

    yield from _in_chain(db, f"{_CHECKED}{', body' if bodies else ''}", of_body)
    yield from dictionaries.faults(db)
    yield from _sum_faults(db, sums)


_CHECKED = ", ".join((*HASHED, "row_hash", "dictionary_id", "body_dropped_at", "length(body) AS stored"))


def _intact_body(db: Connection, row: Row) -> bytes:
    """Return the body of a row that has one.

    Raises:
        CorruptBody: it cannot be read, or its hash is another.
    """
    body = dictionaries.body_of(db, row)
    if hashlib.sha256(body).hexdigest() != row["body_sha256"]:
        raise CorruptBody(f"the body of capture {row['id']} has another hash than the one that was received")
    return body


def _body_fault(db: Connection, row: Row) -> Iterator[str]:
    try:
        _intact_body(db, row)
    except CorruptBody:
        yield f"captures: the body of number {row['id']} is not the one that was received"


def _sum_faults(db: Connection, sums: dict[int, list[int]]) -> Iterator[str]:
    told = db.rows(
        "SELECT dictionary_id, sum(bodies) AS bodies, sum(size) AS size, sum(stored) AS stored FROM kept"
        " GROUP BY dictionary_id"
    )
    known = {row["dictionary_id"]: [row["bodies"], row["size"], row["stored"]] for row in told}
    for number in sorted(sums.keys() | known.keys()):
        if sums.get(number, [0, 0, 0]) != known.get(number, [0, 0, 0]):
            yield f"kept: the sums over pages with dictionary {number} are not those of captures"
