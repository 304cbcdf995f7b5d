"""The links of one list: what is new enters the ledger, what is known is met again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from crawler.dates import date_in_address
from crawler.identity import LinkClass, classify_link
from crawler.items import Discovery, FeedEntry, Key, Link, LinkState, Outcome, Outlet
from crawler.urls import host_of
from storage import articles, links, notes
from storage.alerting import Alerting
from storage.connection import Connection, Row
from storage.values import moment, plain, published_of, stored

Entries = dict[str, tuple[LinkClass, FeedEntry]]
"""What a list names, each address once, by ledger key."""
NEWS_FOR = timedelta(days=1)
"""Age at which a link that a backfill finds is no news any more: a source that names it later alerts nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBy:
    """What named the links: a source, or (without a number) an archive that is walked."""

    feed_id: int | None = None
    known_since: str | None = None
    """The source's first complete poll; None before it."""
    sure_at: str | None = None
    """When the source's list was last seen for sure; None when it never was."""
    is_silent: bool
    """True: what enters the ledger now alerts nobody."""


class LinkRecorder:
    """Writes the links of one discovery; lives for one transaction. What else a list says, its heirs write."""

    def __init__(
        self,
        db: Connection,
        alerting: Alerting,
        run_id: int,
        outlet: Outlet,
        discovery: Discovery,
        named_by: NamedBy,
    ) -> None:
        self.db, self.alerting = db, alerting
        self.run_id, self.outlet, self.discovery, self.named_by = run_id, outlet, discovery, named_by
        self.now = stored(discovery.at)
        self.silent_run_id = run_id if named_by.is_silent else None
        self.to_fetch: list[Link] = []
        self.counted: list[Outcome] = []
        self.known: list[int] = []
        self.listed: dict[int, bool] = {}
        """Links in document order; True for one that nobody knew when the list was last seen."""
        self.added = 0

    def found(self) -> Entries:
        """Return the entries, each address once, by ledger key."""
        found: Entries = {}
        for entry in self.discovery.entries:
            classed = self._classed(entry)
            found.setdefault(classed.ledger_key, (classed, entry))
        return found

    def record_entries(self, found: Entries, ledger: dict[str, Row], *, is_old: bool = False) -> None:
        """Write what is new; what is known is met again, unless the list *is_old* and proves nothing. What such a list
        dates before the source was first polled is the outlet's past, and as silent as that poll; all else is news."""
        sure_at = self.named_by.sure_at
        for ledger_key, (classed, entry) in found.items():
            row = ledger.get(ledger_key)
            if row is None:
                if not self.has_room():
                    continue
                row = self.add(classed, entry, is_past=is_old and self._is_past(classed, entry))
            elif is_old:
                self.known.append(row["id"])
            else:
                self._meet_again(row, classed)
            self.listed[row["id"]] = sure_at is not None and row["first_seen_at"] > sure_at

    def _is_past(self, classed: LinkClass, entry: FeedEntry) -> bool:
        """Return whether an entry is dated before the first complete poll of its source."""
        at = entry.published.at or date_in_address(classed.address).at
        since = self.named_by.known_since
        return at is not None and since is not None and at + timedelta(days=1) < moment(since)

    def has_room(self) -> bool:
        """Return whether another new link may be taken; a poll takes all that its source names."""
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

    def add(self, classed: LinkClass, entry: FeedEntry, *, is_past: bool = False) -> Row:
        """Return the new row of an address: to be fetched, or settled on the spot. Silent if the list is, or *is_past*."""
        self.added += 1
        found = links.Found(
            at=self.now,
            host=self._asked_first(classed),
            feed_id=self.named_by.feed_id,
            title=entry.title,
            published=entry.published,
            silent_run_id=self.run_id if is_past else self.silent_run_id,
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
        elif self.is_truly_new(row):
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
                self.named_by.feed_id,
                self.silent_run_id is not None,
                self.silent_run_id is not None,
                self.silent_run_id,
                row["id"],
            ),
        )

    def is_truly_new(self, row: Row) -> bool:
        """Return whether a silent link that is met again is news: a source polled before names it too, for the first
        time, in the very run in which a new source did, or after a redirect of an old link led to it. So is what a
        backfill came upon before its source did, unless it was old by then."""
        if self.silent_run_id is not None or not row["silent"]:
            return False
        if row["backfill_id"] is not None:
            return self._was_news(row)
        if row["feed_id"] is None:
            return bool(row["first_seen_at"] > self.named_by.known_since)
        return bool(row["silent_run_id"] == self.run_id and row["feed_id"] != self.named_by.feed_id)

    def _lift_silence(self, row: Row) -> None:
        sql = "UPDATE links SET silent = 0, silent_run_id = NULL WHERE id = ?"
        self.db.execute(sql, (row["id"],))
        if row["article_id"] is not None:
            self.alerting.alert_of_matches(row["article_id"], self.discovery.at)

    def _sight(self, article_id: int, url: str, via: str) -> None:
        articles.sight(self.db, article_id, url, self.discovery.host, via, self.now)

    def _was_news(self, row: Row) -> bool:
        """Return whether a link was no older than a day, or undated, when a backfill found it; what its page said of
        the day counts too."""
        article = None if row["article_id"] is None else articles.get(self.db, row["article_id"])
        of_page = None if article is None else published_of(article).at
        published = published_of(row).at or date_in_address(row["address"]).at or of_page
        return published is None or published >= moment(row["first_seen_at"]) - NEWS_FOR
