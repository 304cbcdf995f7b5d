"""Matches of a text that is read anew: which rules hold now, which no longer, and who is to be told late.

A rule that holds now and did not for the text before was missed: its readers are alerted as if it had held from
the start, so the mail says how late it is. A match that no longer holds stays on record with the time it ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crawler.alerts.policy import due_at, is_digest
from crawler.errors import QueryError
from crawler.items import Document, Match, Recipient, Rule
from crawler.query import parse, spans
from storage import queueing
from storage.alerting import Alerting, Hold, held_columns
from storage.connection import Connection, Row
from storage.recalls import recall
from storage.values import as_json, moment, stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematch:
    """How the matches of one text change when it is read anew."""

    matched: tuple[Match, ...] = ()
    """Rules that hold now and did not before."""
    kept: tuple[Match, ...] = ()
    """Matches on record that hold on, with their new places."""
    ended: tuple[str, ...] = ()
    """Rules whose match on record holds no more."""
    readers: tuple[tuple[Rule, Recipient], ...] = field(default=(), repr=False)
    """Who is to be told of what, late."""


class Rematcher:
    """Compares and writes matches and late alerts; lives for one transaction."""

    def __init__(self, db: Connection, alerting: Alerting) -> None:
        self.db, self.alerting = db, alerting

    def compare(
        self, article: Row, revision: Row, before: Document, after: Document, told_in: tuple[int, ...]
    ) -> Rematch:
        """Return what reading a revision anew changes; nothing is written. *told_in*: the stories of which whoever was
        told knows this article too."""
        held = {match.rule_id for match in self.alerting.matches(before)}
        now = {match.rule_id: match for match in self.alerting.matches(after)}
        matched = tuple(match for rule_id, match in now.items() if rule_id not in held)
        kept, ended = [], []
        for row in self._on_record(article, revision):
            again = self._again(row, now, after)
            if again is not None:
                kept.append(again)
            elif row["ended_at"] is None:
                ended.append(row["rule_id"])
        return Rematch(
            matched=matched,
            kept=tuple(kept),
            ended=tuple(ended),
            readers=tuple(self._readers(article, revision, matched, told_in)),
        )

    def write(
        self,
        article: Row,
        revision: Row,
        change: Rematch,
        *,
        run_id: int,
        now: datetime,
        hold: Hold | None = None,
    ) -> int:
        """Write what ``compare`` found of a revision; return how many outbox rows came of it. With *hold* the new
        reading is in doubt as well, and they wait. Alerts that wait for a match that ended are taken back."""
        key = (article["id"], revision["number"])
        self.db.many(
            "UPDATE matches SET spans = ?, ended_at = NULL WHERE article_id = ? AND revision = ? AND rule_id = ?",
            [(as_json(match.spans), *key, match.rule_id) for match in change.kept],
        )
        self.end(article, revision, change, now)
        for match in change.matched:
            query = self.alerting.rules[match.rule_id].full_query
            self.db.execute(
                "INSERT INTO matches (article_id, revision, rule_id, at, run_id, query, spans)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " query = excluded.query, spans = excluded.spans, ended_at = NULL",
                (*key, match.rule_id, stored(now), run_id, query, as_json(match.spans)),
            )
        return sum(self._queue(article, revision, *reader, now, hold) for reader in change.readers)

    def end(self, article: Row, revision: Row, change: Rematch, now: datetime) -> None:
        """Write the matches that ended, and take back alerts that wait for them: before the article leaves a story,
        so that another article of it that still holds the match keeps the alert. Called again it changes nothing."""
        key = (article["id"], revision["number"])
        self.db.many(
            "UPDATE matches SET ended_at = ? WHERE article_id = ? AND revision = ? AND rule_id = ?",
            [(stored(now), *key, rule_id) for rule_id in change.ended],
        )
        self._take_back(key, change.ended, now)

    def _take_back(self, key: tuple[int, int], ended: tuple[str, ...], now: datetime) -> None:
        """Take back alerts about a revision that have not left, of rules whose match in it ended. Those that are about
        to leave are told as the text reads now."""
        recall(self.db, key[:1])
        waiting = self.db.all(
            "SELECT id, rule_id, story_id FROM outbox WHERE article_id = ? AND revision = ?"
            " AND state = 'queued' AND message_id = '' AND occasion = ''",
            key,
        )
        self.alerting.take_back([row for row in waiting if row["rule_id"] in ended], now)

    def _on_record(self, article: Row, revision: Row) -> list[Row]:
        sql = "SELECT rule_id, query, ended_at FROM matches WHERE article_id = ? AND revision = ?"
        return self.db.all(sql, (article["id"], revision["number"]))

    def _again(self, row: Row, now: dict[str, Match], after: Document) -> Match | None:
        """Return the match on record if it still holds. Its query is that of its time: where the rule has another
        one by now, or is gone, that query is asked itself."""
        rule = self.alerting.rules.get(row["rule_id"])
        if rule is not None and rule.full_query == row["query"]:
            return now.get(rule.id)
        try:
            query = parse(row["query"])
        except QueryError:
            return None  # an earlier version could read it
        return Match(rule_id=row["rule_id"], spans=spans(query, after)) if query.holds(after) else None

    # --- late alerts ------------------------------------------------------------------------------

    def _readers(
        self, article: Row, revision: Row, matched: tuple[Match, ...], told_in: tuple[int, ...]
    ) -> list[tuple[Rule, Recipient]]:
        """Return who has not been told of these rules and this story, and should have been: of the article's latest
        text, unless its link is silent, where the rule was there when the text was first seen."""
        if revision["number"] != article["revision"] or article["merged_into"] is not None:
            return []
        if self._is_silent(article):
            return []
        events = {"match"} if revision["number"] == 1 else {"match", "edit"}
        told = []
        for match in matched:
            rule = self.alerting.rules[match.rule_id]
            if events.isdisjoint(rule.on) or _seen_at(article, revision) < self.alerting.created_at[rule.id]:
                continue
            recipients = map(self.alerting.recipients.get, dict.fromkeys(rule.to))
            told += [
                (rule, who) for who in recipients if who and not self._is_told(article, rule, who, told_in)
            ]
        return told

    def _is_silent(self, article: Row) -> bool:
        silent = self.db.value("SELECT silent FROM links WHERE id = ?", (article["link_id"],))
        return bool(silent) and article["generation"] == 1

    def _is_told(self, article: Row, rule: Rule, recipient: Recipient, told_in: tuple[int, ...]) -> bool:
        """Return whether a reader has an alert of these stories; what a silence gave up of other articles is none."""
        sql = (
            "SELECT 1 FROM outbox WHERE rule_id = ? AND recipient_id = ? AND occasion = ''"
            " AND (article_id = ? OR (story_id IN (SELECT value FROM json_each(?))"
            " AND (state != 'dead' OR silence_id IS NULL))) LIMIT 1"
        )
        return self.db.one(sql, (rule.id, recipient.id, article["id"], as_json(told_in))) is not None

    def _queue(
        self, article: Row, revision: Row, rule: Rule, recipient: Recipient, now: datetime, hold: Hold | None
    ) -> int:
        """Add the row with the time at which the alert would have been due: by it the mail is late."""
        seen = moment(_seen_at(article, revision))
        held_by, held_until = held_columns(hold, rule)
        alert = {
            "rule_id": rule.id,
            "story_id": article["story_id"],
            "recipient_id": recipient.id,
            "article_id": article["id"],
            "revision": revision["number"],
            "created_at": stored(now),
            "due_at": stored(due_at(rule, recipient, seen)),
            "digest": is_digest(rule, recipient, seen),
            "held_by": held_by,
            "held_until": held_until,
            "event": "match" if revision["number"] == 1 else "edit",
            "occasion": "",
        }
        return queueing.add(self.db, alert)


def _seen_at(article: Row, revision: Row) -> str:
    """Return when the text was first seen: of an article's first text when the article was found."""
    return str(article["first_seen_at"] if revision["number"] == 1 else revision["seen_at"])
