"""When articles are looked at again: what is promised of each, what is wished beyond it, and what the budget allows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crawler import habits
from crawler.habits import BANDS, Next, Plan, Seen
from crawler.items import Key, Link, Outlet, Precision
from crawler.ladder import DAY, HOUR, RUNGS, WEEK
from crawler.mirrorlook import cost
from storage import pagevalidators, recheckhours
from storage.connection import Connection, Row
from storage.links import as_link
from storage.values import as_json, moment, moment_or_none, stored

PLAN_EVERY = timedelta(hours=1)
"""How often a plan is made anew."""
COMPANY = timedelta(minutes=5)
"""For so long what is wished waits for a poll, or for more of its kind, before it starts a run of its own."""
_NEWEST = 5000
"""Newest articles of an outlet by which its new ones a day are counted."""
_COUNTED = 10_000
"""Up to this many due articles are counted."""
_MEMBERS = 20
"""Newest articles of a story that are looked at."""


# --- the plan of an outlet ------------------------------------------------------------------------


def plan(db: Connection, outlet_id: str) -> Plan:
    """Return the plan of an outlet; one that changes nothing while there is none."""
    row = db.one("SELECT stretch, factors FROM recheck_plans WHERE outlet_id = ?", (outlet_id,))
    return Plan() if row is None else Plan(stretch=row["stretch"], factors=tuple(json.loads(row["factors"])))


def is_plan_due(db: Connection, outlet_id: str, now: datetime) -> bool:
    """Return whether the plan of an outlet is older than an hour, or there is none."""
    made_at = moment_or_none(db.value("SELECT made_at FROM recheck_plans WHERE outlet_id = ?", (outlet_id,)))
    return made_at is None or now - made_at >= PLAN_EVERY


def make_plan(db: Connection, outlet: Outlet, delay: float, now: datetime) -> None:
    """Make the plan of an outlet anew, by its new articles, its habits and the *delay* between requests in seconds."""
    new_a_day = _new_a_day(db, outlet.id, now)
    budget = habits.daily_budget(outlet.recheck_budget, new_a_day, delay)
    seen = _habits(db, outlet.id)
    factors = [habits.factor(seen.get(band.name, Seen()), band) for band in BANDS]
    values = {
        "outlet_id": outlet.id,
        "made_at": stored(now),
        "new_a_day": new_a_day,
        "budget": budget,
        "stretch": habits.stretch_for(factors, RUNGS, new_a_day, budget * habits.USABLE / cost(outlet)),
        "factors": as_json([round(each, 4) for each in factors]),
    }
    db.execute(
        "INSERT OR REPLACE INTO recheck_plans (outlet_id, made_at, new_a_day, budget, stretch, factors)"
        " VALUES (:outlet_id, :made_at, :new_a_day, :budget, :stretch, :factors)",
        values,
    )


def _new_a_day(db: Connection, outlet_id: str, now: datetime) -> float:
    """Return the new articles a day of the last week, by the newest of them if there are very many."""
    row = db.one(
        "SELECT count(*) AS n, min(first_seen_at) AS first FROM (SELECT first_seen_at FROM articles"
        " WHERE outlet_id = ? ORDER BY id DESC LIMIT ?) WHERE first_seen_at >= ?",
        (outlet_id, _NEWEST, stored(now - 7 * DAY)),
    )
    assert row is not None
    if not row["n"]:
        return 0.0
    return float(row["n"] / max((now - moment(row["first"])) / DAY, 1.0))


def _habits(db: Connection, outlet_id: str) -> dict[str, Seen]:
    rows = db.rows("SELECT band, checks, hours, edits FROM edit_habits WHERE outlet_id = ?", (outlet_id,))
    return {row["band"]: Seen(checks=row["checks"], hours=row["hours"], edits=row["edits"]) for row in rows}


def learn(db: Connection, article: Row, now: datetime, *, is_edit: bool) -> None:
    """Add one check of an article, which found another text or did not, to what is known of its outlet."""
    band = habits.band_of(_age(article, now))
    row = db.one(
        "SELECT checks, hours, edits FROM edit_habits WHERE outlet_id = ? AND band = ?",
        (article["outlet_id"], band.name),
    )
    before = Seen() if row is None else Seen(checks=row["checks"], hours=row["hours"], edits=row["edits"])
    hours = max((now - moment(article["checked_at"])) / HOUR, 0.0)
    seen = habits.with_check(before, hours, is_edit=is_edit)
    db.execute(
        "INSERT OR REPLACE INTO edit_habits (outlet_id, band, checks, hours, edits) VALUES (?, ?, ?, ?, ?)",
        (article["outlet_id"], band.name, seen.checks, seen.hours, seen.edits),
    )


# --- one article ----------------------------------------------------------------------------------


class Scheduling:
    """Writes when the articles of one batch are looked at again; lives for one transaction."""

    def __init__(self, db: Connection, outlet_id: str, now: datetime) -> None:
        self.db, self.now = db, now
        self._plan = plan(db, outlet_id)

    def set_next(self, article_id: int) -> None:
        """Write when an article that was checked now is checked next: when it is wished, and no later than promised."""
        article = self.db.one("SELECT * FROM articles WHERE id = ?", (article_id,))
        assert article is not None
        following = self._following(article)
        if following is None:
            self.db.execute(
                "UPDATE articles SET recheck_at = NULL, recheck_by = NULL, recheck_why = '' WHERE id = ?",
                (article_id,),
            )
            self.db.execute("DELETE FROM page_validators WHERE article_id = ?", (article_id,))
            return
        self.db.execute(
            "UPDATE articles SET recheck_at = ?, recheck_by = ?, recheck_old = ?, recheck_why = ? WHERE id = ?",
            (
                stored(following.at),
                stored(following.by),
                int(following.is_old),
                following.why,
                article_id,
            ),
        )

    def _following(self, article: Row) -> Next | None:
        age = _age(article, self.now)
        is_edited = article["revision"] > 1 and self.now - moment(article["revised_at"]) < habits.EDITED_SPAN
        return habits.next_look(
            self._plan,
            moment(article["first_seen_at"]),
            self.now - age,
            self.now,
            is_busy=age < WEEK and self._is_busy(article["story_id"]),
            is_edited=is_edited,
        )

    def _is_busy(self, story_id: int) -> bool:
        newest = self.db.value(
            "SELECT count(*) FROM (SELECT first_seen_at FROM articles WHERE story_id = ? ORDER BY id DESC LIMIT ?)"
            " WHERE first_seen_at >= ?",
            (story_id, _MEMBERS, stored(self.now - habits.BUSY_SPAN)),
        )
        return int(newest) >= habits.BUSY_MEMBERS


def _age(article: Row, now: datetime) -> timedelta:
    """Return the age of an article: what a backfill brings was published long ago, and edited then. Where only the
    day is known, it may have ended two days after its midnight in UTC."""
    first_seen = moment(article["first_seen_at"])
    published = moment_or_none(article["published_at"]) or first_seen
    if article["published_precision"] == Precision.DAY:
        published += 2 * DAY
    return now - min(first_seen, published)


# --- what is due ----------------------------------------------------------------------------------

_DUE = (
    "SELECT l.*, a.id AS recheck_of, a.url AS citation, a.key_kind AS kind, a.key_value AS value,"
    " a.checks AS checks, a.revision AS shown, a.missing_since IS NULL AND a.quarantined_by IS NULL AS is_sound,"
    " r.host AS served, r.extraction AS extraction, r.title AS headline FROM articles AS a JOIN links AS l ON l.id = a.link_id"
    " JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
)
_PROMISED = f"{_DUE} WHERE a.outlet_id = ? AND a.recheck_old = ? AND a.recheck_by <= ? AND a.recheck_at <= ? ORDER BY a.recheck_by LIMIT ?"
_WISHED = f"{_DUE} WHERE a.outlet_id = ? AND a.recheck_at <= ? ORDER BY a.recheck_at LIMIT ?"


def _rooms(db: Connection, outlet_id: str, now: datetime) -> tuple[int, int] | None:
    """Return how many pages may be asked for now by the budget of an outlet, and how many of these for what is only
    wished; None while it has no plan."""
    budget: int | None = db.value("SELECT budget FROM recheck_plans WHERE outlet_id = ?", (outlet_id,))
    if budget is None:
        return None
    in_a_day = recheckhours.requests(db, outlet_id, now - 23 * HOUR)
    in_an_hour = recheckhours.requests(db, outlet_id, now)
    return habits.rooms(budget, in_a_day, in_an_hour)


def due(db: Connection, outlet_id: str, now: datetime, limit: int) -> list[Link]:
    """Return at most *limit* articles due for a re-check within the budget, as links with article_id: first what is
    promised of young and of older articles, then what is wished, the longest due first."""
    room, for_wishes = _rooms(db, outlet_id, now) or (limit, limit)
    room, for_wishes = min(limit, room), min(limit, for_wishes)
    if room <= 0:
        return []
    at = stored(now)
    young = db.all(_PROMISED, (outlet_id, 0, at, at, room))
    old = db.all(_PROMISED, (outlet_id, 1, at, at, room))
    wished = db.all(_WISHED, (outlet_id, at, for_wishes))
    by_id = {row["recheck_of"]: row for row in (*young, *old, *wished)}
    order = habits.helping(
        *([row["recheck_of"] for row in rows] for rows in (young, old, wished)),
        room=room,
        hour=int(now.timestamp()) // 3600,
    )
    return _as_links(db, [by_id[number] for number in order], now)


def _as_links(db: Connection, rows: Sequence[Row], now: datetime) -> list[Link]:
    if not rows:
        return []
    liars = pagevalidators.liars(db, rows[0]["outlet_id"], now)
    validators = pagevalidators.of_articles(
        db,
        {
            row["recheck_of"]: row["shown"]
            for row in rows
            if row["is_sound"] and not habits.is_unconditional(row["checks"])
        },
        liars,
    )
    found = []
    for row in rows:
        link = as_link(row, address=row["citation"], host=row["served"])
        found.append(
            replace(
                link,
                article_id=row["recheck_of"],
                key=Key(kind=row["kind"], value=row["value"]),
                validators=validators.get(row["recheck_of"], {}),
                checks=row["checks"],
                extraction=row["extraction"],
                headline=row["headline"],
            )
        )
    return found


def outlets_with_due(db: Connection, now: datetime) -> list[str]:
    """Return the ids of configured outlets that have a promised re-check due, or a wished one for some minutes, and
    requests left for it."""
    rows = db.all(
        "SELECT id, EXISTS (SELECT 1 FROM articles AS a WHERE a.outlet_id = o.id AND a.recheck_at <= :since)"
        " AS is_wished, EXISTS (SELECT 1 FROM articles AS a WHERE a.outlet_id = o.id AND a.recheck_old IN (0, 1)"
        " AND a.recheck_by <= :now AND a.recheck_at <= :now) AS is_promised"
        " FROM outlets AS o WHERE removed_at IS NULL ORDER BY id",
        {"now": stored(now), "since": stored(now - COMPANY)},
    )
    found = []
    for row in rows:
        room, for_wishes = _rooms(db, row["id"], now) or (1, 1)
        if (row["is_promised"] and room) or (row["is_wished"] and for_wishes):
            found.append(row["id"])
    return found


# --- how things stand -----------------------------------------------------------------------------


def standing(db: Connection, outlet_id: str, now: datetime) -> dict[str, Any]:
    """Return how the re-checks of an outlet stand: ``due`` and of these ``overdue`` (later than promised, with
    ``late_seconds`` of the latest), ``requests`` of the last 24 hours, and of the plan ``budget``, ``stretch`` and
    ``new_a_day`` (None without one)."""
    at = stored(now)
    row = db.one(
        "SELECT budget, stretch, new_a_day FROM recheck_plans WHERE outlet_id = ?",
        (outlet_id,),
    )
    promised = (
        " FROM articles WHERE outlet_id = ? AND recheck_old = ? AND recheck_by <= ? AND recheck_at <= ?"
    )
    overdue, oldest = 0, []
    for is_old in (0, 1):
        given = (outlet_id, is_old, at, at)
        overdue += db.value(f"SELECT count(*) FROM (SELECT 1{promised} LIMIT {_COUNTED})", given)  # noqa: S608
        oldest.append(db.value(f"SELECT recheck_by{promised} ORDER BY recheck_by LIMIT 1", given))
    late = [(now - moment(each)).total_seconds() for each in oldest if each is not None]
    return {
        "due": db.value(
            "SELECT count(*) FROM (SELECT 1 FROM articles WHERE outlet_id = ? AND recheck_at <= ? LIMIT ?)",
            (outlet_id, at, _COUNTED),
        ),
        "overdue": overdue,
        "late_seconds": int(max(late, default=0)),
        "requests": recheckhours.requests(db, outlet_id, now - 23 * HOUR),
        "budget": None if row is None else row["budget"],
        "stretch": None if row is None else round(row["stretch"], 2),
        "new_a_day": None if row is None else round(row["new_a_day"], 1),
    }
