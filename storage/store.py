"""The store: some thirty verbs. No SQL and no row leaves this package.

    poll      begin_run, plan_polls, record_discovery, record_discoveries, claim_probes, check_sums, finish_run
    pace      next_poll, intervals
    fetch     pending_links, plan_rechecks, due_rechecks, outlets_with_open_links, outlets_with_due_rechecks,
              resolve_link, save_health, host_health
    write     set_matcher, write
    mail      claim_alerts, mark_sending, mark_sent, mark_deferred, mark_unknown, mark_dead, outbox_depth,
              release_alerts, alerts, retry_alerts, silence_alerts
    read      search, export_rows, article, revisions, merged, cuts, divergences, capture, pages, find_address,
              trace, article_of_key, documents, rules, preview, status, rechecks, figures, failures, last_good_polls
    complete  standing, comparisons_owed, known_articles, record_comparison, ask_missing, link_states
    reread    count_texts, texts_to_read, kept_text, outdated_texts, look_again, write_extractions, extractions
    archives  begin_backfill, add_documents, waiting_documents, first_seen, named_in_backfill, record_walk,
              finish_backfill, backfill_documents, listed_now, article_addresses, open_gaps, close_gap
    pages     kept, dictionaries_due, make_dictionary, add_dictionary, press_older, put_pressed, plan_taking,
              drop_bodies, shrink, place_hold, release_hold, holds
    learn     learned_rules, learned_chrome, learned_decisions, pages_to_learn_from, text_pages, record_learning,
              decide_learned
    breaks    breaks, watched, close_break, release, doubtful, quarantined_by, untold_breaks, mark_break_told,
              mark_break_untold
    care      sync_config, rekey_due, left_behind, plan_rekey, rekey, fold_history, check, backup

One Store is one connection, used by one thread at a time. Each verb that writes is one transaction. Verbs
raise StoreLocked, StoreFull, StoreReadOnly or StoreForeign (crawler/errors.py); nothing of a verb that raised
was kept.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from crawler.errors import StoreError
from crawler.hosthealth import Memory, State
from crawler.items import (
    Article,
    CutLine,
    Discovery,
    Document,
    Key,
    Link,
    Outcome,
    Outlet,
    PlannedPoll,
    Recipient,
    Refusal,
    Rule,
    Source,
    Untouched,
)
from crawler.query import Query
from crawler.recorded import Recorded
from storage import (
    articles,
    divergences,
    figures,
    freshness,
    funnel,
    hosthealth,
    leads,
    links,
    maintenance,
    merging,
    outlets,
    polling,
    rechecks,
    retention,
    runs,
    status,
    sums,
    trace,
)
from storage import search as archive
from storage.alerting import Alerting, Matches
from storage.archiveverbs import ArchiveVerbs
from storage.breakverbs import BreakVerbs
from storage.completenessverbs import CompletenessVerbs
from storage.connection import LOCK_PATIENCE, SCHEMA_VERSION, Connection
from storage.discovery import Recorder
from storage.extractionverbs import ExtractionVerbs
from storage.keptverbs import KeptVerbs
from storage.learnedverbs import LearnedVerbs
from storage.mailverbs import MailVerbs
from storage.search import Hits, Scope
from storage.values import stored

if TYPE_CHECKING:
    from storage.preview import Preview
    from storage.rekey_plan import RekeyReport


class Store(ArchiveVerbs, BreakVerbs, CompletenessVerbs, ExtractionVerbs, KeptVerbs, LearnedVerbs, MailVerbs):
    """An open store."""

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

    def check_sums(self, run_id: int, columns: Mapping[int, str], now: datetime) -> sums.Checked:
        """Return what the ledger says of the column of each link of a run; what does not agree is noted."""
        checked = sums.check(self._db, run_id, columns)
        if checked.faults:
            with self._writing() as db:
                sums.note(db, run_id, checked.faults, stored(now))
        return checked

    def record_discovery(self, run_id: int, outlet: Outlet, discovery: Discovery) -> Recorded:
        """Write all links of one answer and then its validators; return what is to be fetched. Of an unchanged or
        failed poll only the poll is written."""
        return self.record_discoveries(run_id, outlet, (discovery,))[0]

    def record_discoveries(
        self, run_id: int, outlet: Outlet, discoveries: Sequence[Discovery]
    ) -> list[Recorded]:
        """Write several answers of one run in one transaction, in this order; return what is to be fetched of
        each. When one cannot be written, none is."""
        with self._writing() as db:
            return [Recorder(db, self._alerting, run_id, outlet, each).record() for each in discoveries]

    def plan_polls(
        self, outlet: Outlet, sources: Sequence[Source], now: datetime, *, due_only: bool = False
    ) -> list[PlannedPoll]:
        """Return how to ask these sources, those polled before first; with *due_only* those whose interval has
        passed."""
        return polling.planned(self._db, outlet, sources, now, due_only=due_only)

    def next_poll(self, outlet: Outlet) -> datetime | None:
        """Return when the first of an outlet's sources is due again; None: at the configured interval."""
        return polling.next_poll(self._db, outlet)

    def intervals(self) -> dict[str, list[float | None]]:
        """Return the present interval in seconds of each source of each configured outlet; None: as configured."""
        return polling.intervals(self._db)

    def save_health(self, outlet_id: str, states: Mapping[tuple[str, str], State]) -> None:
        """Write the health of hosts, by (host, scheme)."""
        with self._writing() as db:
            hosthealth.save(db, outlet_id, states)

    def host_health(self, outlet_id: str) -> Memory:
        """Return what is remembered of the outlet's hosts."""
        return hosthealth.read(self._db, outlet_id)

    def claim_probes(
        self, outlet_id: str, hosts: Sequence[str], now: datetime, *, only_stale: bool = False
    ) -> list[str]:
        """Return those of *hosts* that are to be asked for a list to compare now; each once in six hours."""
        with self._writing() as db:
            return freshness.claim_probes(db, outlet_id, hosts, now, only_stale=only_stale)

    # --- fetching ---------------------------------------------------------------------------------

    def resolve_link(self, outlet: Outlet, link_id: int, target: str, now: datetime) -> Link | Outcome:
        """Write that a link leads to *target*: the link to be fetched there, or the state in which it ends."""
        with self._writing() as db:
            return leads.resolve(db, outlet, link_id, target, now)

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
        """Return at most *limit* links of articles due for a re-check within the budget, with article_id: what is
        promised first, then what is wished, each longest due first."""
        return rechecks.due(self._db, outlet_id, now, limit)

    def outlets_with_due_rechecks(self, now: datetime) -> list[str]:
        """Return the ids of configured outlets that have a re-check due, and requests left for it."""
        return rechecks.outlets_with_due(self._db, now)

    def plan_rechecks(self, outlet: Outlet, delay: float, now: datetime) -> None:
        """Make the plan for an outlet's re-checks anew if it is older than an hour; *delay*: seconds between two
        requests to one host."""
        if rechecks.is_plan_due(self._db, outlet.id, now):
            with self._writing() as db:
                rechecks.make_plan(db, outlet, delay, now)

    def outlets_with_open_links(self, now: datetime) -> list[str]:
        """Return the ids of configured outlets that have a link to be fetched now: one that is pending, or that
        failed and whose next try is due."""
        return links.outlets_with_open_links(self._db, now)

    # --- writing ----------------------------------------------------------------------------------

    def write(
        self, batch: Sequence[Article | Refusal | Untouched], run_id: int, outlet: Outlet, now: datetime
    ) -> list[Outcome]:
        """Write a batch of pages of one outlet in one transaction; return the state of each link, in order.

        Verdict, story and match are decided here. An item that cannot be stored ends as failed/store_error
        and sinks no other.
        """
        with self._writing() as db:
            from storage.writer import Writer  # loads numpy, which reading never needs

            return Writer(db, self._alerting, run_id, outlet, now).write(batch)

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

    def merged(self, article_id: int) -> list[int]:
        """Return the numbers of the articles that live on in this one, oldest first."""
        return merging.family(self._db, article_id)

    def cuts(self, article_id: int, number: int) -> list[CutLine]:
        """Return the lines cut from a revision, in order."""
        return articles.cuts(self._db, article_id, number)

    def divergences(self, article_id: int) -> list[dict[str, Any]]:
        """Return the texts that mirrors alone showed for an article, the first one first."""
        return divergences.of_article(self._db, article_id)

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

    def status(self, now: datetime, only: str | None = None) -> dict[str, dict[str, Any]]:
        """Return the figures of each configured outlet (or of one *only*), by id."""
        return status.status(self._db, now, only)

    def rechecks(self, now: datetime) -> dict[str, dict[str, Any]]:
        """Return of each configured outlet how its re-checks and the absences of its articles stand, as in status."""
        return status.rechecks_standing(self._db, now)

    def figures(self, now: datetime) -> dict[str, Any]:
        """Return the counts of the /metrics endpoint: of each configured outlet, and of the outbox."""
        return figures.figures(self._db, now)

    def last_good_polls(self) -> dict[str, datetime | None]:
        """Return when each configured outlet was last polled well; None for never."""
        return status.last_good_polls(self._db)

    # --- care -------------------------------------------------------------------------------------

    def rekey_due(self, outlets_: Iterable[Outlet]) -> list[str]:
        """Return the ids of those outlets whose keys in the store were made by other patterns than they have now."""
        return [outlet.id for outlet in outlets_ if outlets.is_rekey_due(self._db, outlet)]

    def left_behind(self, outlets_: Iterable[Outlet]) -> dict[str, list[str]]:
        """Return, for each of those outlets that has a ledger of its own beside one under a former id, these ids."""
        found = {outlet.id: outlets.left_behind(self._db, outlet) for outlet in outlets_}
        return {outlet_id: former for outlet_id, former in found.items() if former}

    def plan_rekey(self, outlet: Outlet, now: datetime, *, force: bool = False) -> RekeyReport:
        """Return what ``rekey`` would change; nothing is written."""
        from storage.rekey_plan import RekeyPlan  # loads numpy, which other readers never need

        return RekeyPlan(self._db, outlet, now, force=force).report()

    def rekey(self, outlet: Outlet, now: datetime, *, force: bool = False) -> RekeyReport:
        """Bring articles and links of an outlet to the keys that its patterns and hosts give now, after sync_config;
        return what was changed. Only for who holds the store. With *force* different articles of one key become its
        generations; without they are left as they are."""
        from storage.rekey import Rekeyer
        from storage.rekey_plan import RekeyPlan

        with self._writing() as db:
            return Rekeyer(RekeyPlan(db, outlet, now, force=force)).write()

    def fold_history(self, now: datetime, limit: int = 2000) -> int:
        """Remove runs, polls and comparisons of long ago that brought nothing, at most *limit* of each; return how
        many rows went: call again until there is none."""
        with self._writing() as db:
            return retention.fold(db, now, limit)

    def failures(self, outlet_id: str, each: int = 3) -> list[dict[str, Any]]:
        """Return for each reason of skipped and failed links their number and the newest *each* of them."""
        return funnel.examples(self._db, outlet_id, each)

    def check(self, *, bodies: bool = False) -> list[str]:
        """Return what is wrong with the store, a sentence each; empty when it is whole. With *bodies* each
        kept page is compared with its hash (slow)."""
        with self._db.snapshot():
            return list(maintenance.faults(self._db, bodies=bodies))

    def backup(self, target: Path | str) -> None:
        """Write a checked copy to *target*; the store may be in use."""
        maintenance.backup(self._db, Path(target))
