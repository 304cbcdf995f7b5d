"""Learned rules of outlets: the texts they are learned from, their states and versions, and who decided what."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from crawler.items import (
    IN_FORCE,
    LEARNED,
    CarriedMatch,
    Decision,
    Evidence,
    GeneralCuts,
    LearnedRule,
    LearnedState,
    Learning,
    TextPage,
)
from storage import notes
from storage.connection import Connection, Row
from storage.values import as_json, moment, plain, texts

MOST_LINES, MOST_CHARACTERS = 500, 200_000
"""Of a text that is learned from; longer ones are lists and dumps."""
_EVIDENCE = ("pages", "days", "edge", "middle", "inside", "coverage", "forms", "topic")


# --- reading --------------------------------------------------------------------------------------


def rules(db: Connection, outlet_id: str) -> list[LearnedRule]:
    """Return all rules of an outlet, superseded versions too, by number."""
    return [
        _rule(row)
        for row in db.rows("SELECT * FROM learned_rules WHERE outlet_id = ? ORDER BY id", (outlet_id,))
    ]


def rule(db: Connection, rule_id: int) -> LearnedRule | None:
    """Return a rule by number."""
    row = db.one("SELECT * FROM learned_rules WHERE id = ?", (rule_id,))
    return None if row is None else _rule(row)


def _rule(row: Row) -> LearnedRule:
    same = ("id", "outlet_id", "signature", "version", "place", "text", "pattern", "why", "block")
    evidence: dict[str, Any] = {name: row[name] for name in _EVIDENCE}
    return LearnedRule(
        **{name: row[name] for name in same},
        to_end=bool(row["to_end"]),
        state=LearnedState(row["state"]),
        valid_until=None if row["valid_until"] is None else date.fromisoformat(row["valid_until"]),
        examples=tuple(json.loads(row["examples"])),
        evidence=Evidence(
            **evidence,
            carries=texts(row["carries"]),
            first_on=date.fromisoformat(row["first_on"]),
            last_on=date.fromisoformat(row["last_on"]),
        ),
    )


def in_force(db: Connection, outlet_id: str) -> list[LearnedRule]:
    """Return the rules that cut, by number."""
    marks = ", ".join("?" * len(IN_FORCE))
    sql = f"SELECT * FROM learned_rules WHERE outlet_id = ? AND state IN ({marks}) ORDER BY id"  # noqa: S608
    return [_rule(row) for row in db.rows(sql, (outlet_id, *sorted(IN_FORCE)))]


def decisions(db: Connection, outlet_id: str) -> list[Decision]:
    """Return the history of an outlet's rules, the first decision first."""
    found = db.rows(
        "SELECT d.* FROM learned_decisions AS d JOIN learned_rules AS r ON r.id = d.rule_id WHERE r.outlet_id = ?"
        " ORDER BY d.id",
        (outlet_id,),
    )
    return [
        Decision(
            rule_id=row["rule_id"],
            at=moment(row["at"]),
            state=LearnedState(row["state"]),
            by=row["decided_by"],
            told=row["told"],
        )
        for row in found
    ]


def pages(db: Connection, outlet_id: str, limit: int) -> list[TextPage]:
    """Return the latest texts of the newest *limit* articles of an outlet, oldest first."""
    found = db.all(
        "SELECT id FROM articles WHERE outlet_id = ? AND merged_into IS NULL ORDER BY id DESC LIMIT ?",
        (outlet_id, limit),
    )
    return of_articles(db, outlet_id, [row["id"] for row in found])


def of_articles(db: Connection, outlet_id: str, article_ids: Collection[int]) -> list[TextPage]:
    """Return the latest texts of articles as they were before learned rules cut them, by number."""
    places = {f"{LEARNED}{each.id}": each.place for each in rules(db, outlet_id)}
    found = db.rows(
        "SELECT a.id, a.story_id, coalesce(a.published_local, a.published_at, a.first_seen_at) AS day, r.title, r.body,"
        " r.id AS revision_id FROM json_each(?) AS j JOIN articles AS a ON a.id = j.value"
        " JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
        " WHERE length(r.body) <= ? ORDER BY a.id",
        (as_json(list(article_ids)), MOST_CHARACTERS),
    )
    made = [_page(db, row, places) for row in found]
    return [page for page in made if len(page.lines) <= MOST_LINES]


def _page(db: Connection, row: Row, places: dict[str, Any]) -> TextPage:
    cut: dict[str, list[str]] = {"head": [], "tail": [], "line": []}
    if places:
        sql = "SELECT text, rule FROM cuts WHERE revision_id = ? AND rule GLOB ? ORDER BY position"
        for line in db.rows(sql, (row["revision_id"], f"{LEARNED}*")):
            cut[places.get(line["rule"], "line")].append(line["text"])
    lines = (*cut["head"], *(line for line in row["body"].split("\n") if line), *cut["tail"])
    return TextPage(
        article_id=row["id"],
        story_id=row["story_id"],
        day=date.fromisoformat(row["day"][:10]),
        title=row["title"],
        lines=lines,
        loose=tuple(cut["line"]),
    )


def headlines(db: Connection, outlet_id: str, limit: int) -> list[str]:
    """Return the headlines of the newest *limit* articles of an outlet."""
    found = db.rows(
        "SELECT r.title FROM (SELECT id, revision FROM articles WHERE outlet_id = ? ORDER BY id DESC LIMIT ?) AS a"
        " JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision",
        (outlet_id, limit),
    )
    return [row["title"] for row in found]


def general_cuts(db: Connection, outlet_id: str) -> list[GeneralCuts]:
    """Return what the rules that hold for every outlet cut in the latest texts of an outlet, most lines first."""
    found = db.rows(
        # a bare column beside the one max() is of the row that has it
        "SELECT c.rule, count(*) AS lines, count(DISTINCT a.id) AS articles, c.text, max(a.id) AS article_id"
        " FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
        " JOIN cuts AS c ON c.revision_id = r.id WHERE a.outlet_id = ? AND a.merged_into IS NULL"
        " AND (c.rule GLOB 'any:*' OR c.rule GLOB 'prune:*' AND c.rule <> 'prune:remove'"
        " OR c.rule IN ('title', 'section', 'caption', 'byline', 'extractor'))"
        " GROUP BY c.rule ORDER BY lines DESC, c.rule",
        (outlet_id,),
    )
    return [
        GeneralCuts(
            rule=row["rule"],
            lines=row["lines"],
            articles=row["articles"],
            example=row["text"],
            article_id=row["article_id"],
        )
        for row in found
    ]


# --- writing --------------------------------------------------------------------------------------


def record(db: Connection, learning: Learning, now: str) -> list[LearnedRule]:
    """Write what a look at the pages changes; return the rules that cut since. What somebody decided meanwhile
    stands: a change of a rule that is no longer as it was is left out, and so is the version that follows it."""
    applied = []
    decided = {
        before.signature
        for before, _ in learning.changes
        if before is not None and rule(db, before.id) != before
    }
    for before, after in learning.changes:
        if after.signature in decided:
            continue
        stored = _write(db, after)
        if stored is None or (before is not None and before.state is after.state):
            continue
        _decide(db, stored, now, "learning", after.why or _sum(after))
        if after.state is LearnedState.APPLIED:
            applied.append(stored)
            told = f'learned rule {stored.id} cuts "{stored.line[:200]}" from now on: {_sum(stored)}'
            notes.add(db, "chrome_applied", told, now, outlet_id=stored.outlet_id)
    return applied


def _sum(found: LearnedRule) -> str:
    seen = found.evidence
    place = {"head": "before the text", "tail": "behind the text", "line": "within texts"}[found.place]
    return f"seen on {seen.pages} pages of {seen.days} days, {place} on {seen.edge}"


def _write(db: Connection, new: LearnedRule) -> LearnedRule | None:
    """Insert or update a rule; return it as stored, None when another process has added it first."""
    seen = new.evidence
    values: dict[str, Any] = {
        **{name: getattr(new, name) for name in ("outlet_id", "version", "place", "why")},
        **{name: plain(getattr(new, name)) for name in ("signature", "text", "pattern", "block")},
        **{name: getattr(seen, name) for name in _EVIDENCE},
        "to_end": int(new.to_end),
        "state": new.state.value,
        "carries": as_json(seen.carries),
        "first_on": seen.first_on.isoformat(),
        "last_on": seen.last_on.isoformat(),
        "valid_until": new.valid_until and new.valid_until.isoformat(),
        "examples": as_json(new.examples),
    }
    if new.id:
        names = ", ".join(f"{name} = :{name}" for name in values)
        db.execute(f"UPDATE learned_rules SET {names} WHERE id = :id", values | {"id": new.id})  # noqa: S608
        return new
    key = (values["outlet_id"], values["signature"], values["version"])
    if db.one("SELECT 1 FROM learned_rules WHERE outlet_id = ? AND signature = ? AND version = ?", key):
        return None
    return rule(db, db.insert("learned_rules", values))


def _decide(db: Connection, decided: LearnedRule, now: str, by: str, told: str) -> None:
    values = {
        "rule_id": decided.id,
        "at": now,
        "state": decided.state.value,
        "decided_by": by,
        "told": plain(told),
    }
    db.insert("learned_decisions", values)


def decide(
    db: Connection, rule_ids: Sequence[int], state: LearnedState, by: str, told: str, now: str
) -> list[int]:
    """Set rules to the state that somebody chose; return the numbers of those that were in another."""
    changed = []
    for rule_id in rule_ids:
        db.execute(
            "UPDATE learned_rules SET state = ?, why = ?, valid_until = NULL WHERE id = ? AND state != ?",
            (state.value, plain(told), rule_id, state.value),
        )
        if db.value("SELECT changes()"):
            decided = rule(db, rule_id)
            assert decided is not None
            _decide(db, decided, now, by, told)
            changed.append(rule_id)
    return changed


def tell_carried(db: Connection, carried: Sequence[CarriedMatch], now: str, **about: Any) -> None:
    """Write that standing queries hold only with lines that learned rules cut: a rule that nobody approved is set
    back; each rule and query is told once. *about*: the outlet, run and article of the note."""
    for each in carried:
        cutting = rule(db, each.rule_id)
        if cutting is None:
            continue
        left = (
            "it stays in the text, and the rule waits for a word"
            if each.is_kept
            else "it is cut all the same"
        )
        told = f'the query {each.query_id} matches in "{each.line[:200]}", which learned rule {each.rule_id} cuts: {left}'
        if each.is_kept and cutting.state is LearnedState.APPLIED:
            why = f"the query {each.query_id} matches in it"
            decide(db, [each.rule_id], LearnedState.PROPOSED, "crawl", why, now)
        elif each.is_kept or _is_told(db, each.rule_id, told):
            continue
        else:
            _decide(db, cutting, now, "crawl", told)
        notes.add(db, "chrome_match", told, now, **about)


def _is_told(db: Connection, rule_id: int, told: str) -> bool:
    sql = "SELECT 1 FROM learned_decisions WHERE rule_id = ? AND told = ?"
    return db.one(sql, (rule_id, plain(told))) is not None
