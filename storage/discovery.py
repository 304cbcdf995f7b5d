"""One poll of one source: all its links, then its validators, in one transaction."""

from __future__ import annotations

from crawler.freshness import Standing
from crawler.items import Discovery, Outlet, PollOutcome, Source, SourceKind
from crawler.recorded import Recorded
from storage import links
from storage.alerting import Alerting
from storage.connection import Connection, Row
from storage.freshness import Freshness, Judged, judge
from storage.linkrecorder import Entries, LinkRecorder, NamedBy
from storage.outlets import upsert_feed
from storage.pacing import Pacer
from storage.values import attempts_json, plain, stored, stored_or_none


class Recorder(LinkRecorder):
    """Writes one poll of one source; lives for one transaction."""

    def __init__(
        self, db: Connection, alerting: Alerting, run_id: int, outlet: Outlet, discovery: Discovery
    ) -> None:
        self.feed = upsert_feed(db, outlet.id, discovery.source, stored(discovery.at))
        self.pacer = Pacer(db, run_id, outlet, discovery, self.feed)
        self.is_new = self.feed["first_complete_at"] is None
        named_by = NamedBy(
            feed_id=self.feed["id"],
            known_since=self.feed["first_complete_at"],
            sure_at=stored_or_none(self.pacer.last_sure),
            is_silent=self.is_new,
        )
        super().__init__(db, alerting, run_id, outlet, discovery, named_by)
        self.judged = Judged()

    def record(self) -> Recorded:
        """Write links, listings, children, validators and the poll; return what is to be done."""
        given = self.discovery
        found = self.found() if given.outcome is PollOutcome.LISTED else {}
        ledger = links.find_many(self.db, self.outlet.id, found)
        self.judged = judge(self.db, self.feed, given, found, ledger)
        if given.outcome is PollOutcome.LISTED and not self._is_ignored:
            self._record_links(found, ledger)
        if given.outcome is PollOutcome.LISTED and self._replaces:
            self._record_listing()
            self._record_children()
        elif given.outcome is PollOutcome.UNCHANGED and not given.not_modified and self._replaces:
            self.known += self._listed_before()
        self._record_pace()
        freshness = self._keep_freshness()
        if not given.opinion or self.judged.has_news:
            self._update_feed()
            self._record_poll()
        return Recorded(
            to_fetch=tuple(self.to_fetch),
            counted=tuple(self.counted),
            known=tuple(self.known),
            in_doubt=freshness.in_doubt(replaces=self._replaces and given.outcome is PollOutcome.LISTED),
            marks=tuple(freshness.marks),
        )

    @property
    def _replaces(self) -> bool:
        """True when the answer is the source's list as it stands now; an old one or an opinion is not."""
        if self.discovery.opinion:
            return self.judged.has_news
        return self.judged.standing is Standing.FRESH

    @property
    def _stands_unchanged(self) -> bool:
        """True when the answer is, or proves unchanged, the very list that stands."""
        given = self.discovery.validators.body_sha256
        return bool(given) and given == self.feed["listing_sha256"]

    @property
    def _is_ignored(self) -> bool:
        """True for a list that was asked for to compare, and is not the outlet's at all."""
        return self.discovery.opinion and self.judged.standing is Standing.OTHER

    def _record_pace(self) -> None:
        """Write what the answer says of the source's rhythm; an old list or an opinion speaks of its host alone, and
        so does "unchanged" from a host whose list is not the one that stands."""
        given, fresh = self.discovery, tuple(self.listed.values())
        if given.outcome is PollOutcome.FAILED:
            if not given.opinion:
                self.pacer.record(fresh)
        elif self._replaces and (given.outcome is PollOutcome.LISTED or self._stands_unchanged):
            self.pacer.record(fresh)
        elif not self._is_ignored:
            self.pacer.record_host(has_news=any(fresh))

    def _record_links(self, found: Entries, ledger: dict[str, Row]) -> None:
        """Write the links; an old list proves nothing of those that are known."""
        is_old = self.judged.standing is not Standing.FRESH
        self.record_entries(found, ledger, is_old=is_old)

    def _keep_freshness(self) -> Freshness:
        freshness = Freshness(self.db, self.feed, self.discovery, self.judged)
        if self.discovery.outcome is not PollOutcome.FAILED:
            is_listed = self.discovery.outcome is PollOutcome.LISTED
            freshness.keep(replaces=self._replaces and is_listed, added=self.added)
        return freshness

    # --- the source -------------------------------------------------------------------------------

    def _listed_before(self) -> list[int]:
        """Return the links that stand in the source's latest answer."""
        sql = "SELECT link_id FROM listings WHERE feed_id = ?"
        return [row["link_id"] for row in self.db.rows(sql, (self.feed["id"],))]

    def _record_listing(self) -> None:
        """Replace what stands in the source's latest answer; what fell out was last seen in the one before."""
        feed_id = self.feed["id"]
        before = set(self._listed_before())
        fallen = sorted(before - self.listed.keys())
        last = self.feed["listing_seen_at"] or self.now
        self.db.many(
            "UPDATE links SET last_seen_at = max(last_seen_at, ?) WHERE id = ?",
            [(last, link_id) for link_id in fallen],
        )
        self.db.many(
            "UPDATE articles SET last_seen_at = max(last_seen_at, ?)"
            " WHERE id = (SELECT article_id FROM links WHERE id = ?)",
            [(last, link_id) for link_id in fallen],
        )
        self.db.many(
            "DELETE FROM listings WHERE feed_id = ? AND link_id = ?",
            [(feed_id, link_id) for link_id in fallen],
        )
        self.db.many(
            "INSERT INTO listings (feed_id, link_id) VALUES (?, ?)",
            [(feed_id, link_id) for link_id in sorted(self.listed.keys() - before)],
        )

    def _record_children(self) -> None:
        """Add the sitemaps that an index named. Those of its first poll are as new as itself; one that
        appears later holds news."""
        known_since = None if self.is_new else self.now
        for url in self.discovery.children:
            source = Source(kind=SourceKind.SITEMAP, url=plain(url))
            upsert_feed(
                self.db,
                self.outlet.id,
                source,
                self.now,
                parent_id=self.feed["id"],
                known_since=known_since,
            )

    def _update_feed(self) -> None:
        if self.discovery.outcome is PollOutcome.FAILED:
            self.db.execute(
                "UPDATE feeds SET polled_at = :now, failing_since = coalesce(failing_since, :now),"
                " failures = failures + 1, error = :error WHERE id = :id",
                {"now": self.now, "error": plain(self.discovery.error), "id": self.feed["id"]},
            )
            return
        listed = self.discovery.outcome is PollOutcome.LISTED and self._replaces
        self.db.execute(
            "UPDATE feeds SET polled_at = :now, answered_at = :now, failing_since = NULL, failures = 0,"
            " error = NULL, host = :host, listed_at = CASE WHEN :listed THEN :now ELSE listed_at END,"
            " first_complete_at = CASE WHEN :listed THEN coalesce(first_complete_at, :now)"
            " ELSE first_complete_at END,"
            " entries = CASE WHEN :listed THEN :entries ELSE entries END,"
            " listing_seen_at = CASE WHEN :listed OR listing_sha256 = :sha256 THEN :now ELSE listing_seen_at END,"
            " listing_sha256 = CASE WHEN :listed THEN :sha256 ELSE listing_sha256 END WHERE id = :id",
            {
                # an unchanged answer of another host, a stale mirror perhaps, says nothing of these listings
                "sha256": self.discovery.validators.body_sha256 or None,
                "now": self.now,
                "host": self.discovery.host,
                "listed": listed,
                "entries": len(self.listed),
                "id": self.feed["id"],
            },
        )

    def _record_poll(self) -> None:
        """Add the answer, or lengthen the last row when it says the same."""
        given = self.discovery
        error = plain(given.error) or None
        sql = "SELECT * FROM polls WHERE feed_id = ? ORDER BY id DESC LIMIT 1"
        last = self.db.one(sql, (self.feed["id"],))
        is_same = last is not None and (last["outcome"], last["host"], last["error"]) == (
            given.outcome.value,
            given.host,
            error,
        )
        if last is not None and is_same and given.outcome is not PollOutcome.LISTED:
            self.db.execute(
                "UPDATE polls SET last_at = ?, count = count + 1, attempts = ? WHERE id = ?",
                (self.now, attempts_json(given.attempts), last["id"]),
            )
            return
        listed = given.outcome is PollOutcome.LISTED
        values = {
            "feed_id": self.feed["id"],
            "run_id": self.run_id,
            "host": given.host,
            "url": plain(given.url),
            "outcome": given.outcome.value,
            "error": error,
            "first_at": self.now,
            "last_at": self.now,
            "count": 1,
            "entries": len(self.listed) if listed else None,
            "new_links": self.added if listed else None,
            "truncated": int(given.truncated),
            "attempts": attempts_json(given.attempts),
        }
        self.db.insert("polls", values)
