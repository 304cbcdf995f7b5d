"""When each article is checked next: the ladder at the pace of its outlet, reckoned every ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crawler.items import Outlet
from crawler.ladder import BUSY, BUSY_FOR, NEVER, Pace, next_recheck, retry_recheck
from storage import recheckhours
from storage.connection import Connection, Row
from storage.values import moment, moment_or_none, stored, stored_or_none

RECKONED_FOR = timedelta(minutes=10)
_WEEK, _MONTH, _DAY = timedelta(days=7), timedelta(days=30), timedelta(days=1)
_COLUMNS = ("arrivals", "budget", "done", "edits", "checks")


class Rechecking:
    """Sets the next re-checks of one batch; lives for one transaction."""

    def __init__(self, db: Connection, outlet: Outlet, now: datetime) -> None:
        self.db, self.outlet, self.now = db, outlet, now
        self._pace: Pace | None = None

    def next(self, article_id: int) -> str | None:
        """Return when an article that was checked now is due again; None for never."""
        article = self._row(article_id)
        due = next_recheck(
            moment(article["first_seen_at"]),
            self.now,
            stretch=self.pace().stretch(is_busy=is_busy(self.db, article["story_id"], self.now)),
            published_at=moment_or_none(article["published_at"]),
        )
        return stored_or_none(due)

    def promised(self, article_id: int) -> str | None:
        """Return the next of the promised checks: an article that is gone is looked for at those alone."""
        return stored_or_none(next_recheck(moment(self._row(article_id)["first_seen_at"]), self.now))

    def later(self, article_id: int) -> None:
        """Put off a re-check that proved nothing."""
        due = retry_recheck(moment(self._row(article_id)["first_seen_at"]), self.now)
        self.db.execute(
            "UPDATE articles SET recheck_at = ?, checks = checks + 1 WHERE id = ?", (stored(due), article_id)
        )

    def pace(self) -> Pace:
        """Return the outlet's pace, reckoned anew where it is old or the budget is another one."""
        if self._pace is None:
            row = self.db.one("SELECT * FROM paces WHERE outlet_id = ?", (self.outlet.id,))
            is_fresh = row is not None and self.now - moment(row["at"]) < RECKONED_FOR
            if row is None or not is_fresh or row["budget"] != self.outlet.recheck_budget:
                self._pace = self._reckoned()
            else:
                self._pace = pace_of(row)
        return self._pace

    def _row(self, article_id: int) -> Row:
        sql = "SELECT first_seen_at, published_at, story_id FROM articles WHERE id = ?"
        row = self.db.one(sql, (article_id,))
        assert row is not None
        return row

    def _reckoned(self) -> Pace:
        began = recheckhours.first(self.db, self.outlet.id)
        days = 1.0 if began is None else min(max((self.now - began) / _DAY, 1.0), 7.0)
        day, week, month = (
            recheckhours.sums(self.db, self.outlet.id, self.now - back) for back in (_DAY, _WEEK, _MONTH)
        )
        pace = Pace(
            arrivals=week["new"] / days,
            budget=self.outlet.recheck_budget,
            done=day["requests"],
            edits=month["edits"],
            checks=month["stood"],
        )
        stretch = pace.stretch()
        values = {name: getattr(pace, name) for name in _COLUMNS}
        values |= {
            "outlet_id": self.outlet.id,
            "at": stored(self.now),
            "stretch": None if stretch == NEVER else stretch,
        }
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        self.db.execute(f"INSERT OR REPLACE INTO paces ({names}) VALUES ({marks})", values)  # noqa: S608 - our names
        return pace


def pace_of(row: Row) -> Pace:
    """Return a pace as it is stored."""
    return Pace(**{name: row[name] for name in _COLUMNS})


def standing(db: Connection, outlet_id: str, now: datetime) -> dict[str, Any]:
    """Return how an outlet's re-checks stand: how many are ``due``, since when the ``oldest`` of them, and the pace."""
    due = db.one(
        "SELECT count(*) AS due, min(recheck_at) AS oldest FROM articles WHERE outlet_id = ? AND recheck_at <= ?",
        (outlet_id, stored(now)),
    )
    assert due is not None
    return {"due": due["due"], "oldest": due["oldest"]} | pace_facts(db, outlet_id)


def pace_facts(db: Connection, outlet_id: str) -> dict[str, Any]:
    """Return an outlet's pace as it was reckoned last: budget, done, arrivals, edits, checks and stretch; None before."""
    pace = db.one("SELECT * FROM paces WHERE outlet_id = ?", (outlet_id,))
    return {name: pace[name] if pace is not None else None for name in (*_COLUMNS, "stretch")}


def is_busy(db: Connection, story_id: int, now: datetime) -> bool:
    """Return whether a story got many articles within the last hours."""
    sql = "SELECT count(*) FROM articles WHERE story_id = ? AND first_seen_at > ?"
    return bool(db.value(sql, (story_id, stored(now - BUSY_FOR))) >= BUSY)
