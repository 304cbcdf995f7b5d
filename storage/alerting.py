"""Matches and outbox rows of one revision, written with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from crawler.alerts.policy import due_at, is_digest
from crawler.items import Document, Match, Recipient, Rule
from storage.connection import Connection, Row
from storage.values import as_json, stored


class Matches(Protocol):
    """What finds the rules that hold for a document (crawler.query.Matcher)."""

    def match(self, document: Document, /) -> Sequence[Match]:
        """Return the rules that hold, with the places."""


class Alerting:
    """Rules, readers and the matcher, and what they write when an article is stored."""

    def __init__(
        self, db: Connection, matcher: Matches | None, rules: Sequence[Rule], recipients: Sequence[Recipient]
    ) -> None:
        self.db, self.matcher = db, matcher
        self.rules = {rule.id: rule for rule in rules}
        self.recipients = {recipient.id: recipient for recipient in recipients}
        self.created_at: Mapping[str, str] = {}

    def load(self) -> None:
        """Read since when each rule applies.

        Raises:
            ValueError: a rule is not in the store: sync_config comes first.
        """
        rows = self.db.rows("SELECT id, created_at FROM rules WHERE removed_at IS NULL")
        self.created_at = {row["id"]: row["created_at"] for row in rows}
        if missing := sorted(self.rules.keys() - self.created_at.keys()):
            raise ValueError(f"rules unknown to the store, call sync_config first: {', '.join(missing)}")

    def matches(self, document: Document) -> list[Match]:
        """Return the rules that hold for a document and concern its outlet."""
        if self.matcher is None:
            return []
        return [
            match for match in self.matcher.match(document) if self._concerns(match.rule_id, document.outlet)
        ]

    def _concerns(self, rule_id: str, outlet_id: str) -> bool:
        rule = self.rules.get(rule_id)
        return rule is not None and (not rule.outlets or outlet_id in rule.outlets)

    def record(
        self,
        article: Row,
        document: Document,
        before: Document | None,
        *,
        silent: bool,
        run_id: int,
        now: datetime,
    ) -> int:
        """Write the matches of an article's latest revision and its outbox rows; return how many of these.

        *before* is the text before an edit, None for a new article: an edit alerts only where the match is
        new in it. Silence keeps an old list from alerting; what is edited into an article later is news all
        the same, and counts from when the edit was seen.
        """
        held = {match.rule_id for match in self.matches(before)} if before is not None else set()
        event = "match" if before is None else "edit"
        queued = 0
        for match in self.matches(document):
            rule = self.rules[match.rule_id]
            self._add_match(article, rule, match, run_id, stored(now))
            if match.rule_id in held or event not in rule.on:
                continue
            if before is not None:
                queued += self._queue(article, rule, now, seen_at=stored(now))
            elif not silent:
                queued += self._queue(article, rule, now, seen_at=article["first_seen_at"])
        return queued

    def _add_match(self, article: Row, rule: Rule, match: Match, run_id: int, now: str) -> None:
        values = {
            "article_id": article["id"],
            "revision": article["revision"],
            "rule_id": rule.id,
            "at": now,
            "run_id": run_id,
            "query": rule.query,
            "spans": as_json(match.spans),
        }
        self.db.insert("matches", values)

    def _queue(self, article: Row, rule: Rule, now: datetime, *, seen_at: str) -> int:
        """Add a row for each reader who has none for this rule and story; a rule applies to what was seen
        after its creation."""
        if seen_at < self.created_at[rule.id]:
            return 0
        queued = 0
        for recipient_id in dict.fromkeys(rule.to):
            recipient = self.recipients.get(recipient_id)
            if recipient is not None:
                queued += self._queue_for(article, rule, recipient, now)
        return queued

    def _queue_for(self, article: Row, rule: Rule, recipient: Recipient, now: datetime) -> int:
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO outbox (rule_id, story_id, recipient_id, article_id, revision, created_at,"
            " due_at, digest, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued')",
            (
                rule.id,
                article["story_id"],
                recipient.id,
                article["id"],
                article["revision"],
                stored(now),
                stored(due_at(rule, recipient, now)),
                is_digest(rule, recipient, now),
            ),
        )
        return int(cursor.rowcount)

    def alert_of_matches(self, article_id: int, now: datetime) -> int:
        """Queue what silence held back for an article that turned out to be news; return how many rows."""
        article = self.db.one("SELECT * FROM articles WHERE id = ?", (article_id,))
        if article is None:
            return 0
        sql = "SELECT rule_id FROM matches WHERE article_id = ? AND revision = ? AND ended_at IS NULL"
        held = [row["rule_id"] for row in self.db.all(sql, (article_id, article["revision"]))]
        rules = [self.rules[rule_id] for rule_id in held if rule_id in self.rules]
        seen_at = article["first_seen_at"]
        return sum(self._queue(article, rule, now, seen_at=seen_at) for rule in rules if "match" in rule.on)


def spans_of(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return stored spans."""
    return tuple((field, start, end) for field, start, end in json.loads(text))
