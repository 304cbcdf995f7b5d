"""One poll of one source: all its links, then its validators, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crawler.dates import date_in_address
from crawler.freshness import Standing
from crawler.identity import LinkClass, classify_link
from crawler.items import (
    Discovery,
    FeedEntry,
    Key,
    Link,
    LinkState,
    Outcome,
    Outlet,
    PollOutcome,
    Source,
    SourceKind,
)
from crawler.urls import host_of
from storage import articles, links, notes
from storage.alerting import Alerting
from storage.connection import Connection, Row
from storage.freshness import Freshness, Judged, judge
from storage.outlets import upsert_feed
from storage.pacing import Pacer
from storage.values import attempts_json, moment, plain, published_of, stored, stored_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one poll brought, each address once."""

    to_fetch: tuple[Link, ...] = ()
    """New, still pending, or failed with a next try that is due."""
    counted: tuple[Outcome, ...] = ()
    """Settled on the spot: duplicates and refused addresses that were not in the ledger."""
    known: tuple[int, ...] = ()
    """In the ledger before, and nothing to do; of a whole answer that is the same as the last one, what that
    one listed."""
    in_doubt: bool = False
    """The list is old, or has brought nothing for long: another host should be asked in this run."""
    marks: tuple[tuple[str, bool], ...] = ()
    """(host, its lists are old now), of each host for which that changed."""


NEWS_FOR = timedelta(days=1)
"""Age at which a link that a backfill finds is no news any more: a source that names it later alerts nobody."""


class Recorder:
    """Writes one discovery; lives for one transaction."""

    def __init__(
        self,
        db: Connection,
        alerting: Alerting,
        run_id: int,
        outlet: Outlet,
        discovery: Discovery,
        *,
        silent: bool,
    ) -> None:
        self.db, self.alerting = db, alerting
        self.run_id, self.outlet, self.discovery = run_id, outlet, discovery
        self.now = stored(discovery.at)
        self.feed: Any = upsert_feed(db, outlet.id, discovery.source, self.now)
        self.pacer = Pacer(db, run_id, outlet, discovery, self.feed)
        self.sure_at = stored_or_none(self.pacer.last_sure)
        """When the source's list was last seen for sure; None when it never was."""
        self.is_new = self.feed["first_complete_at"] is None
        self.silent_run_id = run_id if silent or self.is_new else None
        self.to_fetch: list[Link] = []
        self.counted: list[Outcome] = []
        self.known: list[int] = []
        self.listed: dict[int, bool] = {}
        """Links in document order; True for one that nobody knew when the list was last seen."""
        self.added = 0
        self.judged = Judged()

    def record(self) -> Recorded:
        """Write links, listings, children, validators and the poll; return what is to be done."""
        given = self.discovery
        found = self._found() if given.outcome is PollOutcome.LISTED else {}
        ledger = links.find_many(self.db, self.outlet.id, found)
        self.judged = judge(self.db, self.feed, given, found, ledger)
        if given.outcome is PollOutcome.LISTED and not self._is_ignored:
            self._record_entries(found, ledger)
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

    def _keep_freshness(self) -> Freshness:
        freshness = Freshness(self.db, self.feed, self.discovery, self.judged)
        if self.discovery.outcome is not PollOutcome.FAILED:
            is_listed = self.discovery.outcome is PollOutcome.LISTED
            freshness.keep(replaces=self._replaces and is_listed, added=self.added)
        return freshness

    # --- links ------------------------------------------------------------------------------------

    def _found(self) -> dict[str, tuple[LinkClass, FeedEntry]]:
        """Return the entries, each address once, by ledger key."""
        found: dict[str, tuple[LinkClass, FeedEntry]] = {}
        for entry in self.discovery.entries:
            classed = self._classed(entry)
            found.setdefault(classed.ledger_key, (classed, entry))
        return found

    def _record_entries(self, found: dict[str, tuple[LinkClass, FeedEntry]], ledger: dict[str, Row]) -> None:
        """Write what is new; what is known is met again, unless the list is old and proves nothing."""
        is_old = self.judged.standing is not Standing.FRESH
        if is_old and self.discovery.opinion:
            self.silent_run_id = self.run_id  # the past of the outlet, as in the first poll of a source
        for ledger_key, (classed, entry) in found.items():
            row = ledger.get(ledger_key)
            if row is None:
                if not self._has_room():
                    continue
                row = self._add(classed, entry)
            elif is_old:
                self.known.append(row["id"])
            else:
                self._meet_again(row, classed)
            self.listed[row["id"]] = self.sure_at is not None and row["first_seen_at"] > self.sure_at

    def _has_room(self) -> bool:
        """A poll takes all that a source names; a backfill may be told to take less."""
        return True

    def _classed(self, entry: FeedEntry) -> LinkClass:
        """Return what an entry's address is; one that cannot be judged is malformed and sinks no other."""
        try:
            return classify_link(self.outlet, entry.url)
        except Exception as error:  # noqa: BLE001 - the edge of one entry; whatever its address raised is noted
            return self._malformed(entry.url, error)

    def _malformed(self, url: str, error: Exception) -> LinkClass:
        address = plain(url)
        if links.find(self.db, self.outlet.id, address) is None:
            told = f"{address}: {type(error).__name__}: {error}"
            notes.add(self.db, "malformed", told, self.now, outlet_id=self.outlet.id, run_id=self.run_id)
        key = Key(kind="path", value=address)
        return LinkClass(url=address, address=address, ledger_key=address, key=key, refusal="malformed")

    def _add(self, classed: LinkClass, entry: FeedEntry) -> Row:
        self.added += 1
        found = links.Found(
            at=self.now,
            host=self._asked_first(classed),
            feed_id=self.feed["id"],
            title=entry.title,
            published=entry.published,
            silent_run_id=self.silent_run_id,
        )
        if classed.refusal:
            row = links.add(self.db, self.outlet.id, classed, found, state="skipped", reason=classed.refusal)
            outcome = Outcome(link_id=row["id"], state=LinkState.SKIPPED, reason=classed.refusal)
            self.counted.append(outcome)
            return row
        article = articles.find_by_key(self.db, self.outlet.id, classed.key)
        if article is not None:
            return self._add_duplicate(classed, found, article["id"])
        if links.pending_key(self.db, self.outlet.id, classed.key) is not None:
            return self._add_duplicate(classed, found, None)
        row = links.add(self.db, self.outlet.id, classed, found)
        self.to_fetch.append(links.as_link(row))
        return row

    def _asked_first(self, classed: LinkClass) -> str:
        """Return the host that served the list if pages can be asked of it, else the link's own."""
        if classed.refusal:
            return ""
        served, named = self.discovery.host, host_of(classed.url)
        return next((host for host in (served, named) if host in self.outlet.hosts), "")

    def _add_duplicate(self, classed: LinkClass, found: links.Found, article_id: int | None) -> Row:
        """Record another address of a known key, without a fetch; of a key that is about to be fetched too:
        its article is filled in then, and if that fails this address is asked for instead."""
        reason = "" if article_id is not None else links.WAITING
        row = links.add(
            self.db,
            self.outlet.id,
            classed,
            found,
            state="duplicate",
            reason=reason,
            article_id=article_id,
        )
        if article_id is not None:
            self._sight(article_id, row["url"], "duplicate")
        outcome = Outcome(link_id=row["id"], state=LinkState.DUPLICATE, reason=reason, article_id=article_id)
        self.counted.append(outcome)
        return row

    def _meet_again(self, row: Row, classed: LinkClass) -> None:
        if row["article_id"] is not None:
            self._sight(row["article_id"], plain(classed.url), "source")
        if row["reason"] == links.MISSED:
            self._take_up(row)
        elif self._is_truly_new(row):
            self._lift_silence(row)
        is_due = row["next_try_at"] is not None and row["next_try_at"] <= self.now
        if row["state"] == LinkState.PENDING or is_due or row["reason"] == links.MISSED:
            self.to_fetch.append(links.as_link(links.get(self.db, row["id"])))
        else:
            self.known.append(row["id"])

    def _take_up(self, row: Row) -> None:
        """Let a link be fetched that so far only a second channel had named; of a source polled before it is news,
        as if it had been found now."""
        self.db.execute(
            "UPDATE links SET state = 'pending', reason = '', settled_at = NULL, feed_id = ?,"
            " silent = silent AND ?, silent_run_id = CASE WHEN silent AND ? THEN ? END WHERE id = ?",
            (
                self.feed["id"],
                self.silent_run_id is not None,
                self.silent_run_id is not None,
                self.silent_run_id,
                row["id"],
            ),
        )

    def _is_truly_new(self, row: Row) -> bool:
        """A source polled before names it too, for the first time: in the very run in which a new source did, or
        after a redirect of an old link led to it. It is news, not an old list. So is what a backfill came upon
        before its source did, unless it was old by then."""
        if self.silent_run_id is not None or not row["silent"]:
            return False
        if row["backfill_id"] is not None:
            return _was_news(row)
        if row["feed_id"] is None:
            return bool(row["first_seen_at"] > self.feed["first_complete_at"])
        return bool(row["silent_run_id"] == self.run_id and row["feed_id"] != self.feed["id"])

    def _lift_silence(self, row: Row) -> None:
        sql = "UPDATE links SET silent = 0, silent_run_id = NULL WHERE id = ?"
        self.db.execute(sql, (row["id"],))
        if row["article_id"] is not None:
            self.alerting.alert_of_matches(row["article_id"], self.discovery.at)

    def _sight(self, article_id: int, url: str, via: str) -> None:
        articles.sight(self.db, article_id, url, self.discovery.host, via, self.now)

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


def _was_news(row: Row) -> bool:
    """Return whether a link was no older than a day, or undated, when a backfill found it."""
    published = published_of(row).at or date_in_address(row["address"]).at
    return published is None or published >= moment(row["first_seen_at"]) - NEWS_FOR
