"""What pages told of their templates: a row each, and the newest ones as the statistics see them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any

from crawler.baseline import RECENT, Baseline, Echo, Judged, Observed
from crawler.items import Signals
from storage.connection import Connection, Row
from storage.values import moment, plain


def add(
    db: Connection,
    outlet_id: str,
    link_id: int,
    article_id: int | None,
    at: str,
    signals: Signals,
    judged: Judged | None,
) -> int:
    """Return the number of a new row; *judged* is None while too little is known of the outlet."""
    values: dict[str, Any] = {
        "outlet_id": outlet_id,
        "at": at,
        "link_id": link_id,
        "article_id": article_id,
        "kind": plain(signals.kind),
        "words": signals.words,
        "fields": " ".join(signals.fields),
        "method": signals.method,
        "ruled": None if signals.ruled is None else int(signals.ruled),
        "cut": signals.cut,
        "template": signals.template,
        "title_hash": signals.title_hash,
        "edges": struct.pack(f"<{len(signals.edges)}I", *signals.edges),
        "family": None if judged is None else judged.usual.name if judged.known else "",
        "signs": None if judged is None else " ".join(sorted(judged.signs)),
    }
    return db.insert("page_signals", values)


def echo(db: Connection, outlet_id: str) -> Echo:
    """Return the lines and titles of an outlet's last pages."""
    rows = db.all(
        "SELECT title_hash, edges FROM page_signals WHERE outlet_id = ? ORDER BY at DESC, id DESC LIMIT ?",
        (outlet_id, RECENT),
    )
    found = Echo()
    for row in reversed(rows):
        found.add(Signals(title_hash=row["title_hash"], edges=_edges(row["edges"])))
    return found


def judged(
    db: Connection, outlet_id: str, baseline: Baseline, limit: int, break_id: int | None = None
) -> list[Judged]:
    """Return the newest pages of an outlet that were judged, at most *limit*, in their order; of breaks only those of
    *break_id*."""
    rows = db.all(
        "SELECT id, at, link_id, article_id, kind, words, template, family, signs FROM page_signals"
        " WHERE outlet_id = ? AND signs IS NOT NULL AND (break_id IS NULL OR break_id = ?)"
        " ORDER BY at DESC, id DESC LIMIT ?",
        (outlet_id, break_id, limit),
    )
    return [_judged(row, baseline) for row in reversed(rows)]


def judged_since(db: Connection, outlet_id: str, baseline: Baseline, since: str, limit: int) -> list[Judged]:
    """Return a sample of the pages of an outlet since then that were judged and are of no break, about *limit* of them
    evenly over the time, in their order."""
    rows = db.all(
        "SELECT id, at, link_id, article_id, kind, words, template, family, signs FROM page_signals"
        " WHERE outlet_id = ? AND at >= ? AND signs IS NOT NULL AND break_id IS NULL ORDER BY at DESC, id DESC",
        (outlet_id, since),
    )
    step = max(1, len(rows) // limit)
    return [_judged(row, baseline) for row in reversed(rows[::step])]


def _judged(row: Row, baseline: Baseline) -> Judged:
    signals = Signals(words=row["words"], template=row["template"], kind=row["kind"])
    return Judged(
        page=Observed(
            number=row["id"],
            at=moment(row["at"]),
            signals=signals,
            link_id=row["link_id"],
            article_id=row["article_id"],
        ),
        signs=frozenset(row["signs"].split()),
        usual=baseline.family(row["family"]) or baseline.usual,
        known=bool(row["family"]),
    )


def observed(db: Connection, ids: Iterable[int]) -> list[Observed]:
    """Return these pages whole, in this order."""
    found = (db.one("SELECT * FROM page_signals WHERE id = ?", (number,)) for number in ids)
    return [_observed(row) for row in found if row is not None]


def _observed(row: Row) -> Observed:
    signals = Signals(
        words=row["words"],
        fields=tuple(row["fields"].split()),
        method=row["method"],
        ruled=None if row["ruled"] is None else bool(row["ruled"]),
        cut=row["cut"],
        template=row["template"],
        title_hash=row["title_hash"],
        edges=_edges(row["edges"]),
        kind=row["kind"],
    )
    return Observed(
        number=row["id"],
        at=moment(row["at"]),
        signals=signals,
        link_id=row["link_id"],
        article_id=row["article_id"],
    )


def _edges(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 4}I", packed)


def mark(db: Connection, ids: Sequence[int], break_id: int) -> None:
    """Write that pages show what a break is known by."""
    db.many("UPDATE page_signals SET break_id = ? WHERE id = ?", [(break_id, number) for number in ids])


def unmark(db: Connection, break_id: int) -> None:
    """Write that the pages of a break count like any other."""
    db.execute("UPDATE page_signals SET break_id = NULL WHERE break_id = ?", (break_id,))


KEPT = 500
"""Of each outlet so many of the newest stay, however old: what is usual is made of fewer."""


def fold(db: Connection, before: str, limit: int) -> int:
    """Remove rows from before a time, at most *limit* of each outlet; those of breaks stay. Return how many went."""
    gone = 0
    for outlet in db.all("SELECT id FROM outlets"):
        newest = db.value(
            "SELECT at FROM page_signals WHERE outlet_id = ? ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?",
            (outlet["id"], KEPT),
        )
        if newest is not None:
            gone += db.execute(
                "DELETE FROM page_signals WHERE id IN (SELECT id FROM page_signals WHERE outlet_id = ?"
                " AND at < ? AND break_id IS NULL ORDER BY at LIMIT ?)",
                (outlet["id"], min(before, newest), limit),
            ).rowcount
    return gone
