"""Answers as received, in a chain: each row carries the hash of itself and of the row before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import zstandard

from crawler.items import Page
from storage.connection import Connection, Row
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
LEVEL = 3
"""zstandard's default: 0.7 ms for a page of 200 kB to a fifth of it. Level 6 saves a twelfth more for three times
the work, which is as much as all the rest of storing an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer as received."""

    id: int
    requested_url: str
    url: str
    host: str
    status: int
    fetched_at: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    raw_sha256: str
    raw_size: int
    body_sha256: str
    body_size: int
    row_hash: str
    body: bytes | None = field(repr=False)
    """After content decoding. None when retention took it."""


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
    body = zstandard.ZstdCompressor(level=LEVEL).compress(page.body)
    return db.insert("captures", values | {"row_hash": row_hash(values), "body": body})


def body_sha256(page: Page) -> str:
    """Return the hash of the decoded body; empty when no host answered."""
    return "" if page.status is None else hashlib.sha256(page.body).hexdigest()


def kept_before(db: Connection, link_id: int, sha256: str) -> int | None:
    """Return an earlier capture of the same link with the very same body: a page that is refused again and
    again is kept once."""
    sql = "SELECT capture_id FROM visits WHERE link_id = ? AND body_sha256 = ? AND capture_id IS NOT NULL LIMIT 1"
    value = db.value(sql, (link_id, sha256))
    return None if value is None else int(value)


def read(db: Connection, capture_id: int) -> Capture | None:
    """Return a capture with its body, None if there is no such number."""
    row = db.one("SELECT * FROM captures WHERE id = ?", (capture_id,))
    if row is None:
        return None
    columns = Capture.__dataclass_fields__.keys() - {"headers", "body"}
    return Capture(
        **{name: row[name] for name in columns},
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body=None if row["body"] is None else _body(row),
    )


def _body(row: Row) -> bytes:
    return zstandard.ZstdDecompressor().decompress(row["body"], max_output_size=row["body_size"] or 1)


def faults(db: Connection, *, bodies: bool) -> Iterator[str]:
    """Yield what is wrong with the chain; with *bodies* each kept body is compared with its hash too."""
    previous = GENESIS
    expected = 1
    for row in db.rows("SELECT * FROM captures ORDER BY id" if bodies else _WITHOUT_BODY):
        if row["id"] != expected or row["prev_hash"] != previous:
            yield f"captures: the row before number {row['id']} is missing or was changed"
        if row_hash(dict(row)) != row["row_hash"]:
            yield f"captures: number {row['id']} was changed after it was written"
        if bodies and row["body"] is not None:
            yield from _body_fault(row)
        previous, expected = row["row_hash"], row["id"] + 1
    last = db.value("SELECT seq FROM sqlite_sequence WHERE name = 'captures'") or 0
    if last != expected - 1:
        yield f"captures: the last {last - expected + 1} rows are missing"


_WITHOUT_BODY = f"SELECT {', '.join(HASHED)}, row_hash FROM captures ORDER BY id"  # noqa: S608 - constants


def _body_fault(row: Row) -> Iterator[str]:
    try:
        intact = hashlib.sha256(_body(row)).hexdigest() == row["body_sha256"]
    except zstandard.ZstdError:
        intact = False
    if not intact:
        yield f"captures: the body of number {row['id']} is not the one that was received"
