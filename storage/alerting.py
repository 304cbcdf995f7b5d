"""Matches and outbox rows of one revision, written with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from crawler.alerts.policy import due_at, is_digest
from crawler.items import Document, Match, Recipient, Rule
from storage import articles, queueing, takebacks
from storage.connection import Connection, Row
from storage.values import as_json, moment, stored

HOLD = timedelta(hours=24)
"""An alert of a doubtful text leaves after this time, marked, if nobody has mended the text until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why alerts of a doubtful text wait, and until when."""

    break_id: int
    until: str

    @classmethod
    def of(cls, break_id: int, now: datetime) -> Hold:
        """Return the hold of alerts that arise now."""
        return cls(break_id=break_id, until=stored(now + HOLD))

    def until_for(self, rule: Rule) -> str | None:
        """Return until when an alert of this rule waits: what is urgent leaves at once, marked."""
        return None if rule.severity == "high" else self.until


def hold_of(article: Row, now: datetime) -> Hold | None:
    """Return the hold of alerts that arise now from an article, None where it is not in quarantine."""
    break_id = article["quarantined_by"]
    return None if break_id is None else Hold.of(break_id, now)


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
        hold: Hold | None = None,
        headline: bool = False,
        quiet: Collection[str] = (),
    ) -> int:
        """Write the matches of an article's latest revision and its outbox rows; return how many of these.

        *before* is the text before an edit, None for a new article: an edit alerts only where the match is
        new in it, or where it changed the *headline* or took a match away and the rule asks for that. Silence
        keeps an old list from alerting; what is edited into an article later is news all the same, and counts
        from when the edit was seen.
        *quiet*: rules that neither a match nor its end alerts.
        """
        found = self.matches(document)
        for match in found:
            self._add_match(article, self.rules[match.rule_id], match, run_id, stored(now))
        matched = [match.rule_id for match in found]
        if before is not None:
            held = [match.rule_id for match in self.matches(before)]
            return self._record_edit(article, held, matched, headline=headline, quiet=quiet, now=now)
        if silent:
            return 0
        seen_at = article["first_seen_at"]
        rules = [self.rules[rule_id] for rule_id in matched if "match" in self.rules[rule_id].on]
        return sum(self._queue(article, rule, now, seen_at=seen_at, hold=hold) for rule in rules)

    def _record_edit(
        self,
        article: Row,
        held: Sequence[str],
        matched: Sequence[str],
        *,
        headline: bool,
        quiet: Collection[str],
        now: datetime,
    ) -> int:
        """Queue what an edit alerts of: one row at most for each rule and reader, the first of these that is so and
        that the rule asks for: the match is new, the headline is another one, the match is gone."""
        queued = 0
        for rule_id in dict.fromkeys((*matched, *held)):
            rule = self.rules[rule_id]
            events = {
                "edit": rule_id not in held and rule_id not in quiet,
                "headline": headline,
                "unmatch": rule_id not in matched and rule_id not in quiet,
            }
            asked = [event for event, is_so in events.items() if is_so and event in rule.on]
            queued += sum(
                self._queue_first(article, rule, reader, asked, now) for reader in dict.fromkeys(rule.to)
            )
        return queued

    def _queue_first(
        self, article: Row, rule: Rule, reader: str, events: Sequence[str], now: datetime
    ) -> int:
        """Queue the first of the events of an edit that its reader was not told of; return how many rows, 0 or 1. Who
        was told of the story already has its headline all the same, whatever is new to another reader."""
        for event in events:
            occasion = "" if event == "edit" else f"{event} {article['id']} {article['revision']}"
            if self._queue(
                article, rule, now, seen_at=stored(now), event=event, occasion=occasion, to=(reader,)
            ):
                return 1
        return 0

    def removed(self, article: Row, now: datetime) -> int:
        """Queue what the removal of an article alerts of; return how many rows. Called again it adds none."""
        occasion = f"removal {article['id']} {article['gone_at']}"
        asked = [rule for rule in self._in_scope(article) if "removal" in rule.on]
        return sum(
            self._queue(article, rule, now, seen_at=article["gone_at"], event="removal", occasion=occasion)
            for rule in asked
        )

    def returned(self, article: Row, now: datetime) -> int:
        """Queue the return of an article for those who were told, or are to be told, that it was removed; *article*
        is its row of before. Return how many rows."""
        told = self.db.all(
            "SELECT rule_id, recipient_id FROM outbox WHERE article_id = ? AND occasion = ?"
            " AND (state != 'dead' OR silence_id IS NULL)",
            (article["id"], f"removal {article['id']} {article['gone_at']}"),
        )
        occasion = f"return {article['id']} {article['gone_at']}"
        queued = 0
        for row in told:
            rule, recipient = self.rules.get(row["rule_id"]), self.recipients.get(row["recipient_id"])
            if rule is not None and recipient is not None:
                due = due_at(rule, recipient, now)
                queued += self._queue_for(article, rule, recipient, now, due, None, "return", occasion)
        return queued

    def _in_scope(self, article: Row) -> list[Rule]:
        """Return the rules that hold for an article's latest text."""
        document = articles.document(article, articles.latest(self.db, article))
        return [self.rules[match.rule_id] for match in self.matches(document)]

    def match_anew(self, article: Row, now: datetime) -> None:
        """Match the latest text of an article that was in doubt: alerts that were held for what it does not say are
        taken back, and those that it gives are queued, late, where none has left yet."""
        document = articles.document(article, articles.latest(self.db, article))
        found = {match.rule_id: match for match in self.matches(document)}
        self._write_matches(article, found, now)
        held = self.db.all(
            "SELECT id, rule_id, story_id, event FROM outbox WHERE article_id = ? AND held_by IS NOT NULL"
            " AND state = 'queued' AND message_id = '' AND event IN ('match', 'edit', 'unmatch')",
            (article["id"],),
        )
        for row in held:
            if row["event"] == "unmatch":
                if row["rule_id"] in found:
                    takebacks.drop(self.db, row, now)
            elif row["rule_id"] in found:
                change = "UPDATE outbox SET revision = ? WHERE id = ?"
                self.db.execute(change, (article["revision"], row["id"]))
        ended = [row for row in held if row["event"] != "unmatch" and row["rule_id"] not in found]
        self.take_back(ended, now)
        link = self.db.one("SELECT silent FROM links WHERE id = ?", (article["link_id"],))
        if link is not None and link["silent"] and article["generation"] == 1:
            return
        for rule_id in found:
            if "match" in self.rules[rule_id].on:
                seen = article["first_seen_at"]
                self._queue(article, self.rules[rule_id], now, seen_at=seen, due_since=moment(seen))

    def _write_matches(self, article: Row, found: Mapping[str, Match], now: datetime) -> None:
        """Make the standing matches of an article's latest revision those that were found. One that ended stays on
        record, and so do those of rules that are gone: nobody can be asked about them."""
        key = (article["id"], article["revision"])
        sql = "SELECT rule_id, ended_at FROM matches WHERE article_id = ? AND revision = ?"
        known = {row["rule_id"]: row["ended_at"] for row in self.db.all(sql, key)}
        self.db.many(
            "UPDATE matches SET ended_at = ? WHERE article_id = ? AND revision = ? AND rule_id = ?",
            [
                (stored(now), *key, rule_id)
                for rule_id, ended_at in known.items()
                if ended_at is None and rule_id in self.rules and rule_id not in found
            ],
        )
        run_id = self.db.value("SELECT max(id) FROM runs WHERE outlet_id = ?", (article["outlet_id"],))
        for rule_id, match in found.items():
            if rule_id not in known:
                self._add_match(article, self.rules[rule_id], match, run_id, stored(now))
                continue
            self.db.execute(
                "UPDATE matches SET spans = ?, ended_at = NULL"
                " WHERE article_id = ? AND revision = ? AND rule_id = ?",
                (as_json(match.spans), *key, rule_id),
            )

    def take_back(self, waiting: Sequence[Row], now: datetime) -> None:
        """Take back alerts that wait for what their text no longer says. Where the latest text of an article of the
        story says it, the alert is about that one from now on, held where it is in doubt. Alerts of rules that are
        gone stay: nobody can be asked about them."""
        for row in waiting:
            rule = self.rules.get(row["rule_id"])
            if rule is not None and not self._hand_over(row, rule, now):
                takebacks.drop(self.db, row, now)

    def _hand_over(self, row: Row, rule: Rule, now: datetime) -> bool:
        """Let an alert be about an article of its story whose latest text holds the rule, a sound one first; return
        whether there is one."""
        other = takebacks.standing_article(self.db, rule.id, row["story_id"], self.created_at[rule.id])
        if other is None or "match" not in rule.on:
            return False
        hold = hold_of(other, now)
        self.db.execute(
            "UPDATE outbox SET article_id = ?, revision = ?, held_by = ?, held_until = ? WHERE id = ?",
            (other["id"], other["revision"], *held_columns(hold, rule), row["id"]),
        )
        return True

    def _add_match(self, article: Row, rule: Rule, match: Match, run_id: int, now: str) -> None:
        values = {
            "article_id": article["id"],
            "revision": article["revision"],
            "rule_id": rule.id,
            "at": now,
            "run_id": run_id,
            "query": rule.full_query,
            "spans": as_json(match.spans),
        }
        self.db.insert("matches", values)

    def _queue(
        self,
        article: Row,
        rule: Rule,
        now: datetime,
        *,
        seen_at: str,
        hold: Hold | None = None,
        due_since: datetime | None = None,
        event: str = "match",
        occasion: str = "",
        to: Sequence[str] | None = None,
    ) -> int:
        """Add a row for each reader (of *to*, None for all of the rule) who has none for this rule, story and *occasion*;
        a rule applies to what was seen after its creation. While the clock stands before that creation (it was set back) the
        two cannot be compared, and what is seen then is told. What is urgent is not held, only marked. An alert that
        should have left by its cadence since *due_since* is late."""
        if seen_at < self.created_at[rule.id] <= stored(now):
            return 0
        queued = 0
        for recipient_id in dict.fromkeys(rule.to if to is None else to):
            recipient = self.recipients.get(recipient_id)
            if recipient is not None:
                due = due_at(rule, recipient, due_since or now)
                queued += self._queue_for(article, rule, recipient, now, due, hold, event, occasion)
        return queued

    def _queue_for(
        self,
        article: Row,
        rule: Rule,
        recipient: Recipient,
        now: datetime,
        due: datetime,
        hold: Hold | None,
        event: str,
        occasion: str,
    ) -> int:
        """Add a row, unless there is one. One that is held for a doubtful text of the story gives way to a sound one:
        that is another article's, or its own by now."""
        if hold is None and not occasion:
            self.db.execute(
                "DELETE FROM outbox WHERE rule_id = ? AND story_id = ? AND recipient_id = ?"
                " AND state IN ('queued', 'leased')"
                " AND occasion = '' AND held_by IS NOT NULL AND message_id = '' AND article_id != ?",
                (rule.id, article["story_id"], recipient.id, article["id"]),
            )
        held_by, held_until = held_columns(hold, rule)
        alert = {
            "rule_id": rule.id,
            "story_id": article["story_id"],
            "recipient_id": recipient.id,
            "article_id": article["id"],
            "revision": article["revision"],
            "created_at": stored(now),
            "due_at": stored(due),
            "digest": is_digest(rule, recipient, now),
            "held_by": held_by,
            "held_until": held_until,
            "event": event,
            "occasion": occasion,
        }
        return queueing.add(self.db, alert)

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


def held_columns(hold: Hold | None, rule: Rule) -> tuple[int | None, str | None]:
    """Return ``held_by`` and ``held_until`` of an alert."""
    return (None, None) if hold is None else (hold.break_id, hold.until_for(rule))


def spans_of(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return stored spans."""
    return tuple((field, start, end) for field, start, end in json.loads(text))
