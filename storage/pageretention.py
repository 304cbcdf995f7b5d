"""Which kept pages go, and that those that are evidence stay. The row of a capture always stays, and with it the chain."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.items.kept import PageLimits, Taking
from storage import keptsums
from storage.connection import Connection, Row
from storage.values import as_json, stored

AGE, REFUSED, SIZE = "age", "refused", "size"
"""Reasons of a Taking."""

_EVIDENCE = (
    "a.revision > 1 OR a.gone_at IS NOT NULL OR a.missing_since IS NOT NULL OR a.merged_into IS NOT NULL"
    " OR a.quarantined_by IS NOT NULL OR EXISTS (SELECT 1 FROM doubtful_texts AS t WHERE t.article_id = a.id)"
    " OR EXISTS (SELECT 1 FROM matches AS m WHERE m.article_id = a.id)"
    " OR EXISTS (SELECT 1 FROM holds AS h WHERE h.article_id = a.id AND h.released_at IS NULL)"
    " OR EXISTS (SELECT 1 FROM articles AS y WHERE y.merged_into = a.id)"
    " OR EXISTS (SELECT 1 FROM articles AS g WHERE g.outlet_id = a.outlet_id AND g.key_kind = a.key_kind"
    " AND g.key_value = a.key_value AND g.generation != a.generation)"
    " OR EXISTS (SELECT 1 FROM visits AS w WHERE w.article_id = a.id AND w.verdict = 'gone')"
)
"""An article that matched, changed, vanished (though it came back), was merged, shares its key, is in quarantine or had
re-checks in doubt, or is on hold."""
_NEEDED = (
    "EXISTS (SELECT 1 FROM divergences AS d WHERE d.capture_id = c.id)"  # noqa: S608 - ours
    " OR EXISTS (SELECT 1 FROM mirror_differences AS d WHERE d.capture_id = c.id)"
    " OR EXISTS (SELECT 1 FROM revisions AS r JOIN articles AS a ON a.id = r.article_id"
    f" WHERE r.capture_id = c.id AND ({_EVIDENCE}))"
    " OR EXISTS (SELECT 1 FROM visits AS v JOIN articles AS a ON a.id = v.article_id"
    f" WHERE v.capture_id = c.id AND ({_EVIDENCE}))"
)
_OF_ARTICLE = (
    "EXISTS (SELECT 1 FROM revisions AS r WHERE r.capture_id = c.id)"
    " OR EXISTS (SELECT 1 FROM visits AS v WHERE v.capture_id = c.id AND v.article_id IS NOT NULL)"
)
_OUTLET = (
    "(SELECT l.outlet_id FROM visits AS v JOIN links AS l ON l.id = v.link_id WHERE v.capture_id = c.id"
    " ORDER BY v.id LIMIT 1)"
)
_OLDEST_FIRST = (
    f"SELECT c.id, c.fetched_at, length(c.body) AS stored, {_OUTLET} AS outlet_id, ({_OF_ARTICLE}) AS of_article,"  # noqa: S608 - ours
    f" ({_NEEDED}) AS needed FROM captures AS c INDEXED BY captures_kept WHERE c.body IS NOT NULL"
    " ORDER BY c.fetched_at, c.id"
)


@dataclass(slots=True)
class _Sums:
    """What was taken so far."""

    captures: array[int] = field(default_factory=lambda: array("q"))
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)
    outlets: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, row: Row, reason: str) -> None:
        self.captures.append(row["id"])
        for sums, name in ((self.reasons, reason), (self.outlets, row["outlet_id"])):
            count, stored = sums.get(name, (0, 0))
            sums[name] = count + 1, stored + row["stored"]


def plan(db: Connection, limits: PageLimits, now: datetime) -> Taking:
    """Return which bodies go now: first by age, then the oldest until the rest fits. Nothing is written.

    Reads kept pages from the oldest on, as far as ages and size ask for it.
    """
    before = left = keptsums.stored(db)
    ends = {AGE: _end(limits.pages, now), REFUSED: _end(limits.refused, now)}
    horizon, room = max(ends.values()), limits.size
    sums, spared, waiting = _Sums(), 0, 0
    later: list[Row] = []
    with closing(db.rows(_OLDEST_FIRST)) as rows:
        for row in rows:
            is_over = room is not None and left - waiting > room
            if row["fetched_at"] >= horizon and not is_over:
                break
            reason = AGE if row["of_article"] else REFUSED
            is_old = row["fetched_at"] < ends[reason]
            if row["needed"]:
                spared += is_old
            elif is_old:
                sums.take(row, reason)
                left -= row["stored"]
            elif is_over:
                later.append(row)
                waiting += row["stored"]
    for row in later:
        if room is not None and left > room:
            sums.take(row, SIZE)
            left -= row["stored"]
    return Taking(
        captures=sums.captures,
        reasons=sums.reasons,
        outlets=sums.outlets,
        spared=spared,
        stored=before,
        over=0 if room is None else max(0, left - room),
    )


def _end(age: timedelta | None, now: datetime) -> str:
    """Return the time before which a page is too old, as stored; before which there is none for no age."""
    return "" if age is None else stored(now - age)


def drop(db: Connection, captures: Sequence[int], now: str) -> tuple[int, int]:
    """Take the bodies of these captures, but for those that are evidence by now; return how many went and the bytes that
    they took in the store. The rows stay."""
    rows = db.all(
        f"SELECT c.id, c.dictionary_id, c.body_size, length(c.body) AS stored, {_OUTLET} AS outlet_id"  # noqa: S608 - ours
        f" FROM captures AS c WHERE c.id IN (SELECT value FROM json_each(?)) AND c.body IS NOT NULL AND NOT ({_NEEDED})",
        (as_json(list(captures)),),
    )
    sql = "UPDATE captures SET body = NULL, dictionary_id = NULL, body_dropped_at = ? WHERE id = ?"
    db.many(sql, [(now, row["id"]) for row in rows])
    for row in rows:
        size, taken = row["body_size"], row["stored"]
        number = row["dictionary_id"]
        gone = {"bodies": -1, "size": -size, "stored": -taken, "dropped": 1, "dropped_stored": taken}
        keptsums.add(db, row["outlet_id"], number, **gone)
    return len(rows), sum(row["stored"] for row in rows)
