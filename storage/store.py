"""The store: some thirty verbs. No SQL and no row leaves this package.

    poll      begin_run, is_new_source, validators, record_discovery, finish_run
    fetch     pending_links, due_rechecks, outlets_with_open_links, outlets_with_due_rechecks, record_host,
              host_health
    write     set_matcher, write
    mail      claim_alerts, mark_sending, mark_sent, mark_deferred, mark_unknown, mark_dead, outbox_depth,
              release_alerts, alerts, retry_alerts, silence_alerts
    read      search, export_rows, article, revisions, cuts, capture, find_address, trace, article_of_key,
              documents, rules, preview, status, last_good_polls
    archives  begin_backfill, add_documents, waiting_documents, first_seen, named_in_backfill, record_walk,
              finish_backfill, backfill_documents, listed_now, article_addresses, open_gaps, close_gap
    care      sync_config, check, backup

One Store is one connection, used by one thread at a time. Each verb that writes is one transaction. Verbs
raise StoreLocked, StoreFull, StoreReadOnly or StoreForeign (crawler/errors.py); nothing of a verb that raised
was kept.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from crawler.errors import StoreError
from crawler.items import (
    Alert,
    Article,
    Attempt,
    CutLine,
    Discovery,
    Document,
    Key,
    Link,
    Outcome,
    Outlet,
    Recipient,
    Refusal,
    Rule,
    Validators,
)
from crawler.query import Query
from storage import articles, captures, links, maintenance, outbox, outlets, runs, status, trace
from storage import search as archive
from storage.alerting import Alerting, Matches
from storage.archiveverbs import ArchiveVerbs
from storage.connection import LOCK_PATIENCE, SCHEMA_VERSION, Connection
from storage.discovery import Recorded, Recorder
from storage.search import Hits, Scope
from storage.values import stored

if TYPE_CHECKING:
    from storage.preview import Preview


class Store(ArchiveVerbs):
    """An open store."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._alerting = Alerting(db, None, (), ())

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        read_only: bool = False,
        create: bool = True,
        patience: float = LOCK_PATIENCE,
    ) -> Self:
        """Return the store at *path*, created or migrated if needed. *patience*: seconds to wait for a lock.

        Raises:
            StoreForeign: another application's file, a damaged one, or one from a newer version.
            StoreReadOnly: the file or its folder cannot be written (read).
            StoreError: there is none, and it may not be created.
        """
        file = Path(path)
        if not file.exists() and (read_only or not create):
            raise StoreError(str(file), "there is no store here yet.", 'Run "newshawk crawl" first.')
        db = Connection.open(file, read_only=read_only, patience=patience)
        try:
            if db.value("PRAGMA user_version") != SCHEMA_VERSION:
                from storage.migrations import migrate  # loads sqlite_utils

                migrate(db)
        except BaseException:
            db.close()
            raise
        return cls(db)

    def close(self) -> None:
        """Close the store."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._db.transaction():
            yield self._db

    # --- configuration ----------------------------------------------------------------------------

    def sync_config(self, outlets_: Iterable[Outlet], rules: Iterable[Rule], now: datetime) -> None:
        """Write outlets, hosts, sources and rules as configured; those that are gone are marked, never
        deleted. An outlet that names a former id takes over all that stands under it."""
        with self._writing() as db:
            outlets.sync_outlets(db, outlets_, stored(now))
            outlets.sync_rules(db, rules, stored(now))

    def set_matcher(
        self, matcher: Matches | None, rules: Sequence[Rule], recipients: Sequence[Recipient]
    ) -> None:
        """Set what ``write`` asks for matches and whom it alerts; after sync_config with the same rules.

        Raises:
            ValueError: a rule is not in the store.
        """
        alerting = Alerting(self._db, matcher, rules, recipients)
        alerting.load()
        self._alerting = alerting

    # --- polling ----------------------------------------------------------------------------------

    def begin_run(self, outlet_id: str, now: datetime, trigger: str) -> int:
        """Return the number of a new run; unfinished earlier runs of the outlet are marked interrupted."""
        with self._writing() as db:
            return runs.begin_run(db, outlet_id, stored(now), trigger)

    def finish_run(
        self, run_id: int, now: datetime, counts: dict[str, int], host: str | None, error: str | None
    ) -> None:
        """Write the sums of a run; found must be the sum of the others (ValueError)."""
        with self._writing() as db:
            runs.finish_run(db, run_id, stored(now), counts, host, error)

    def validators(self, outlet_id: str, source_url: str, host: str) -> Validators:
        """Return what the host gave last for the source; empty if it never answered."""
        return outlets.validators(self._db, outlet_id, source_url, host)

    def is_new_source(self, outlet_id: str, source_url: str) -> bool:
        """Return True while no poll of the source was complete: what its first one lists alerts nobody."""
        return outlets.is_new_source(self._db, outlet_id, source_url)

    def record_discovery(
        self, run_id: int, outlet: Outlet, discovery: Discovery, *, silent: bool = False
    ) -> Recorded:
        """Write all links of one answer and then its validators; return what is to be fetched. *silent*: new
        links alert nobody (a backfill). Of an unchanged or failed poll only the poll is written."""
        with self._writing() as db:
            return Recorder(db, self._alerting, run_id, outlet, discovery, silent=silent).record()

    def record_host(
        self,
        outlet_id: str,
        host: str,
        attempt: Attempt,
        now: datetime,
        rest_until: datetime | None = None,
    ) -> None:
        """Write what one try says about the health of a host."""
        with self._writing() as db:
            outlets.record_host(db, outlet_id, host, attempt, now, rest_until)

    def host_health(self, outlet_id: str) -> dict[str, outlets.HostHealth]:
        """Return the health of each host of an outlet, by host."""
        return outlets.host_health(self._db, outlet_id)

    # --- fetching ---------------------------------------------------------------------------------

    def pending_links(
        self,
        outlet_id: str,
        now: datetime,
        *,
        ignore_backoff: bool = False,
        after: int = 0,
        limit: int | None = None,
    ) -> list[Link]:
        """Return links still to be fetched, oldest first: pending ones, and failed ones whose next try is due
        (with *ignore_backoff*: will be due); at most *limit* of those with a number above *after*."""
        return links.pending(
            self._db, outlet_id, now, ignore_backoff=ignore_backoff, after=after, limit=limit
        )

    def due_rechecks(self, outlet_id: str, now: datetime, limit: int) -> list[Link]:
        """Return at most *limit* links of articles due for a re-check, with article_id, longest due first."""
        return links.due_rechecks(self._db, outlet_id, now, limit)

    def outlets_with_due_rechecks(self, now: datetime) -> list[str]:
        """Return the ids of configured outlets that have a re-check due."""
        return links.outlets_with_due_rechecks(self._db, now)

    def outlets_with_open_links(self, now: datetime) -> list[str]:
        """Return the ids of configured outlets that have a link to be fetched now: one that is pending, or that
        failed and whose next try is due."""
        return links.outlets_with_open_links(self._db, now)

    # --- writing ----------------------------------------------------------------------------------

    def write(
        self, batch: Sequence[Article | Refusal], run_id: int, outlet: Outlet, now: datetime
    ) -> list[Outcome]:
        """Write a batch of pages of one outlet in one transaction; return the state of each link, in order.

        Verdict, story and match are decided here. An item that cannot be stored ends as failed/store_error
        and sinks no other.
        """
        with self._writing() as db:
            from storage.writer import Writer  # loads numpy, which reading never needs

            return Writer(db, self._alerting, run_id, outlet, now).write(batch)

    # --- mail -------------------------------------------------------------------------------------

    def claim_alerts(self, now: datetime, lease_seconds: float) -> list[Alert]:
        """Return the alerts that are due and lease them; a lease that ran out is taken again."""
        with self._writing() as db:
            return outbox.claim(db, now, lease_seconds)

    def release_alerts(self) -> None:
        """Make ready what waits for its next try, and what a process that is gone had leased. Only for who
        holds the store: nobody else may be sending."""
        with self._writing() as db:
            outbox.release(db)

    def mark_sending(self, ids: Sequence[int], message_id: str) -> None:
        """Write under which Message-ID they are about to leave: after a crash they leave as the same mail."""
        with self._writing() as db:
            outbox.mark_sending(db, ids, message_id)

    def mark_sent(self, ids: Sequence[int], now: datetime, message_id: str, trouble: str = "") -> None:
        """Write that the mail server took them; *trouble* tells of addresses of the reader that it did not."""
        with self._writing() as db:
            outbox.mark_sent(db, ids, stored(now), message_id, trouble)

    def mark_deferred(
        self, ids: Sequence[int], error: str, next_try_at: datetime, message_id: str = ""
    ) -> None:
        """Queue them again; *message_id* is kept when the mail may have reached somebody."""
        with self._writing() as db:
            outbox.mark_deferred(db, ids, error, stored(next_try_at), message_id)

    def mark_unknown(self, ids: Sequence[int], error: str, next_try_at: datetime, message_id: str) -> None:
        """Queue them again as the same mail: the answer was lost."""
        with self._writing() as db:
            outbox.mark_deferred(db, ids, error, stored(next_try_at), message_id, unknown=True)

    def mark_dead(self, ids: Sequence[int], error: str) -> None:
        """Give them up; they stay to be seen."""
        with self._writing() as db:
            outbox.mark_dead(db, ids, error)

    def alerts(self, states: Sequence[str] = (), *, limit: int = 100) -> list[dict[str, Any]]:
        """Return alerts in these states (queued, leased, sent, dead; all for none), newest first."""
        return outbox.listed(self._db, states, limit)

    def retry_alerts(self, ids: Sequence[int], now: datetime) -> list[int]:
        """Queue dead or waiting alerts for now; return the ids of those that were."""
        with self._writing() as db:
            return outbox.retry(db, ids, stored(now))

    def silence_alerts(self, ids: Sequence[int], error: str) -> list[int]:
        """Give up waiting alerts unsent, *error* says why; return the ids of those that were."""
        with self._writing() as db:
            return outbox.silence(db, ids, error)

    def outbox_depth(self) -> dict[str, int]:
        """Return how many alerts are queued, leased and dead."""
        return outbox.depth(self._db)

    # --- reading ----------------------------------------------------------------------------------

    def search(
        self,
        query: Query | None,
        *,
        limit: int | None = 20,
        history: bool = False,
        relevance: bool = False,
        since: datetime | None = None,
        outlet: str | None = None,
    ) -> Hits:
        """Return export rows, newest first, of the articles that match now (with *history* ever)."""
        scope = Scope(query=query, since=since, outlet=outlet, history=history)
        return archive.search(self._db, scope, limit=limit, relevance=relevance)

    def export_rows(
        self,
        query: Query | None = None,
        *,
        since: datetime | None = None,
        outlet: str | None = None,
        history: bool = False,
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the rows of the contract's export, oldest article first; with *history* then superseded
        revisions."""
        return archive.export(self._db, Scope(query=query, since=since, outlet=outlet, history=history))

    def article(self, article_id: int) -> dict[str, Any] | None:
        """Return the export row of an article, None if there is none; a merged id leads to its article."""
        return archive.article(self._db, article_id)

    def revisions(self, article_id: int) -> list[articles.Revision]:
        """Return all texts of an article, the first one first."""
        return articles.revisions(self._db, article_id)

    def cuts(self, article_id: int, number: int) -> list[CutLine]:
        """Return the lines cut from a revision, in order."""
        return articles.cuts(self._db, article_id, number)

    def capture(self, capture_id: int) -> captures.Capture | None:
        """Return an answer as received, None if there is no such number."""
        return captures.read(self._db, capture_id)

    def find_address(self, url: str) -> list[dict[str, Any]]:
        """Return what is known of an address: links with visits and sightings; empty if never met."""
        return status.find_address(self._db, url)

    def trace(self, urls: Sequence[str]) -> list[dict[str, Any]]:
        """Return all that is known of an address given in several forms: a row a link, with how it was found,
        visits, article, story, matches and alerts; empty if never met."""
        return trace.trace(self._db, urls)

    def article_of_key(self, outlet_id: str, key: Key) -> dict[str, Any] | None:
        """Return the facts of the article of a key, as in ``trace``; None if there is none."""
        return trace.article_of_key(self._db, outlet_id, key)

    def documents(self, article_id: int) -> dict[int, Document]:
        """Return what a query sees of each revision of an article, by number; empty without such an article."""
        return trace.documents(self._db, article_id)

    def rules(self) -> dict[str, dict[str, Any]]:
        """Return each rule that is or was configured, by id, with since when it applies."""
        return trace.rules(self._db)

    def preview(self, outlet: Outlet, item: Article, url: str) -> Preview:
        """Return what would become of an article found at *url*; nothing is written."""
        from storage.preview import preview  # loads numpy, which other readers never need

        return preview(self._db, outlet, item, url)

    def status(self, now: datetime) -> dict[str, dict[str, Any]]:
        """Return the figures of each configured outlet, by id."""
        return status.status(self._db, now)

    def last_good_polls(self) -> dict[str, datetime | None]:
        """Return when each configured outlet was last polled well; None for never."""
        return status.last_good_polls(self._db)

    # --- care -------------------------------------------------------------------------------------

    def check(self, *, bodies: bool = False) -> list[str]:
        """Return what is wrong with the store, a sentence each; empty when it is whole. With *bodies* each
        kept page is compared with its hash (slow)."""
        return list(maintenance.faults(self._db, bodies=bodies))

    def backup(self, target: Path | str) -> None:
        """Write a checked copy to *target*; the store may be in use."""
        maintenance.backup(self._db, Path(target))
