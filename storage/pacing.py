"""What one answer of a source says about its rhythm, its host's validators, and what may have been missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.items import Discovery, Outlet, PollOutcome
from crawler.pace import (
    Look,
    Pace,
    adapts,
    after_answer,
    failure_weight,
    interval_after_failure,
)
from crawler.proof import Answer, Judgement, Word, judged
from crawler.rollover import Listed, is_rolled_over, missed
from storage import gaps, notes
from storage.connection import Connection, Row
from storage.polling import word_of
from storage.values import moment_or_none, plain, stored, stored_or_none


class Pacer:
    """Writes what a poll says about its source; lives for one discovery. *feed* is the row before it."""

    def __init__(self, db: Connection, run_id: int, outlet: Outlet, discovery: Discovery, feed: Row) -> None:
        self.db, self.run_id, self.outlet, self.discovery, self.feed = db, run_id, outlet, discovery, feed
        row = db.one(_HOST, (feed["id"], discovery.host))
        self.word: Word = word_of(row)
        self.last_sure = _last_sure(feed, self.word, discovery)

    def record(self, fresh: Sequence[bool]) -> None:
        """Write pace, validators, gap and state; *fresh* says of each link listed, in document order, whether
        nobody knew it when the list was last seen."""
        if self.discovery.outcome is PollOutcome.FAILED:
            self._record_failure()
            return
        self._commit_validators(any(fresh))
        rolled = self._record_gap(fresh) if fresh else False
        self._record_pace(fresh, rolled=rolled)

    def record_host(self, *, has_news: bool) -> None:
        """Write the validators of a host whose list says nothing about the source as a whole, and that the source
        was asked: it is due again an interval later, whatever it answered."""
        self._commit_validators(has_news)
        if not self.discovery.opinion:
            every = self.outlet.every.total_seconds()
            self.db.execute(_UPDATE_ASKED, {"run": self.run_id, "every": every, "id": self.feed["id"]})

    # --- validators -------------------------------------------------------------------------------

    def _commit_validators(self, has_news: bool) -> None:
        given, found = self.discovery, self.discovery.validators
        answer = Answer(
            at=given.at,
            given=found,
            not_modified=given.not_modified,
            conditional=given.conditional,
            has_news=has_news,
        )
        says = judged(self.word, answer)
        if says.is_lie:
            self._note_lie(says)
        now = stored(given.at)
        self.db.execute(
            _UPSERT_HOST,
            {
                "feed": self.feed["id"],
                "host": given.host,
                "etag": plain(found.etag),
                "modified": plain(found.last_modified),
                "sha256": found.body_sha256,
                "now": now,
                "kept": given.not_modified,
                "stale_etag": says.stale.etag,
                "stale_modified": says.stale.last_modified,
                "lies": says.lies,
                "distrusted_until": stored_or_none(says.distrusted_until),
            },
        )

    def _note_lie(self, says: Judgement) -> None:
        assert says.distrusted_until is not None
        told = (
            f"{self.discovery.host} says that {self.feed['url']} is unchanged when it is not."
            f" It is asked for the whole until {stored(says.distrusted_until)}."
        )
        self._note("validators_lie", told)

    # --- gaps -------------------------------------------------------------------------------------

    def _record_gap(self, fresh: Sequence[bool]) -> bool:
        """Open a gap if the list rolled over since it was last seen; return whether it did. Sitemaps of an index
        come and go, each is a list of its own time."""
        filled = moment_or_none(self.feed["filled_at"])
        since = filled if self.last_sure is None or filled is None else min(filled, self.last_sure)
        if since is None or self.feed["parent_id"] is not None:
            return False
        rate = self.feed["rate"]
        expected = None if rate is None else rate * (self.discovery.at - since).total_seconds() / 3600
        listed = Listed(
            size_before=self.feed["filled_entries"] or 0,
            fresh=fresh,
            expected=expected,
            same_host=self.discovery.host == self.feed["host"],
        )
        if not is_rolled_over(listed):
            return False
        estimate = missed(listed)
        if gaps.open_gap(self.db, self.feed, since, self.discovery.at, estimate):
            about = f"about {estimate} links" if estimate else "links"
            told = f"{self.feed['url']} rolled over between {stored(since)} and {stored(self.discovery.at)}: {about} may have been missed."
            self._note("gap", told)
        return True

    def _note(self, kind: str, told: str) -> None:
        now = stored(self.discovery.at)
        notes.add(self.db, kind, told, now, outlet_id=self.outlet.id, run_id=self.run_id)

    # --- pace -------------------------------------------------------------------------------------

    def _record_pace(self, fresh: Sequence[bool], *, rolled: bool) -> None:
        given, feed = self.discovery, self.feed
        listed = given.outcome is PollOutcome.LISTED
        size = len(fresh) if listed else feed["entries"] or 0
        pace = self._pace(size, sum(fresh), rolled=rolled)
        is_empty = size == 0 and not given.children and (feed["filled_at"] is not None)
        same_list = not listed and given.validators.body_sha256 == feed["listing_sha256"]
        is_filled = size > 0 and (listed or same_list)
        self.db.execute(
            _UPDATE_PACE,
            {
                "id": feed["id"],
                "run": self.run_id,
                "interval": pace.interval,
                "rate": pace.rate,
                "since": stored_or_none(pace.since),
                "answers": pace.answers,
                "news": any(fresh),
                "now": stored(given.at),
                "filled": is_filled,
                "size": size,
                "empty": feed["empty_polls"] + 1 if is_empty else 0,
            },
        )

    def _pace(self, size: int, fresh: int, *, rolled: bool) -> Pace:
        feed = self.feed
        failed = feed["failing_since"] is not None
        every = self.outlet.every.total_seconds()
        present = feed["interval_seconds"]
        pace = Pace(
            interval=every if failed and present is not None and present > every else present,
            rate=feed["rate"],
            since=moment_or_none(feed["rate_since"]),
            answers=feed["answers"],
        )
        look = Look(
            at=self.discovery.at,
            last=self.last_sure,
            size=size,
            fresh=fresh,
            fresh_for=self.discovery.fresh_for,
            rolled_over=rolled,
        )
        found = after_answer(pace, look, every)
        # an index lists sitemaps, not news: it says nothing about how often it should be asked
        if not adapts(self.outlet) or self.discovery.children or feed["parent_id"] is not None:
            return Pace(rate=found.rate, since=found.since, answers=found.answers)
        return found

    def _record_failure(self) -> None:
        feed, now = self.feed, self.discovery.at
        weight = feed["failure_weight"] + failure_weight(self.discovery.error)
        failing_for = now - (moment_or_none(feed["failing_since"]) or now)
        interval = None
        if adapts(self.outlet):
            interval = interval_after_failure(
                feed["interval_seconds"],
                weight,
                failing_for,
                self.outlet.every.total_seconds(),
                alone=failing_for > timedelta() and self._another_answers(),
            )
        self.db.execute(
            "UPDATE feeds SET failure_weight = ?, interval_seconds = ?,"
            " asked_at = (SELECT started_at FROM runs WHERE id = ?) WHERE id = ?",
            (weight, interval, self.run_id, feed["id"]),
        )

    def _another_answers(self) -> bool:
        sql = (
            "SELECT 1 FROM feeds WHERE outlet_id = ? AND id != ? AND configured = 1 AND failing_since IS NULL"
            " AND answered_at IS NOT NULL LIMIT 1"
        )
        return self.db.one(sql, (self.outlet.id, self.feed["id"])) is not None


def _last_sure(feed: Row, word: Word, discovery: Discovery) -> datetime | None:
    """Return when it was last known for sure what the source listed: the last answer with the list that stands; an
    old list of a mirror since then shows nothing of it. When a host was asked for the whole body after it had said
    304 for a while, that is its whole answer before."""
    seen = moment_or_none(feed["listing_seen_at"])
    if seen is None or discovery.conditional or not word.not_modified or word.full_at is None:
        return seen
    return min(seen, word.full_at)


_HOST = "SELECT * FROM feed_hosts WHERE feed_id = ? AND host = ?"
_UPSERT_HOST = (
    "INSERT INTO feed_hosts (feed_id, host, etag, last_modified, body_sha256, answered_at, full_at, not_modified,"
    " stale_etag, stale_modified, lies, distrusted_until)"
    " VALUES (:feed, :host, :etag, :modified, :sha256, :now, CASE WHEN :kept THEN NULL ELSE :now END, :kept,"
    " :stale_etag, :stale_modified, :lies, :distrusted_until)"
    " ON CONFLICT (feed_id, host) DO UPDATE SET"
    " etag = CASE WHEN :kept AND excluded.etag = '' THEN etag ELSE excluded.etag END,"
    " last_modified = CASE WHEN :kept AND excluded.last_modified = '' THEN last_modified"
    " ELSE excluded.last_modified END,"
    " body_sha256 = CASE WHEN excluded.body_sha256 = '' THEN body_sha256 ELSE excluded.body_sha256 END,"
    " answered_at = excluded.answered_at, full_at = coalesce(excluded.full_at, full_at),"
    " not_modified = CASE WHEN :kept THEN not_modified + 1 ELSE 0 END,"
    " stale_etag = :stale_etag, stale_modified = :stale_modified, lies = :lies,"
    " distrusted_until = :distrusted_until"
)
_UPDATE_ASKED = (
    "UPDATE feeds SET asked_at = (SELECT started_at FROM runs WHERE id = :run), failure_weight = 0,"
    " interval_seconds = CASE WHEN failing_since IS NOT NULL AND interval_seconds > :every THEN NULL"
    " ELSE interval_seconds END WHERE id = :id"
)
_UPDATE_PACE = (
    "UPDATE feeds SET asked_at = (SELECT started_at FROM runs WHERE id = :run), interval_seconds = :interval,"
    " rate = :rate, rate_since = :since, answers = :answers, failure_weight = 0, empty_polls = :empty,"
    " news_at = CASE WHEN :news THEN :now ELSE news_at END,"
    " filled_at = CASE WHEN :filled THEN :now ELSE filled_at END,"
    " filled_entries = CASE WHEN :filled THEN :size ELSE filled_entries END WHERE id = :id"
)
