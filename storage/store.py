"""The store: some thirty verbs. No SQL and no row leaves this package.

    poll      begin_run, plan_polls, record_discovery, record_discoveries, claim_probes, check_sums, finish_run
    pace      next_poll, intervals
    fetch     pending_links, plan_rechecks, due_rechecks, outlets_with_open_links, outlets_with_due_rechecks,
              resolve_link, save_health, host_health
    write     set_matcher, write
    mail      claim_alerts, mark_sending, mark_sent, mark_deferred, mark_unknown, mark_dead, outbox_depth,
              release_alerts, alerts, retry_alerts, silence_alerts, storms, untold_storms, mark_storm_told,
              untold_rules, mark_rules_told, begin_silence, end_silence, silences, begin_heartbeat, mark_heartbeat, heartbeat_figures
    read      search, newest, export_rows, article, revisions, merged, cuts, divergences, mirror_differences, capture, pages, find_address,
              trace, article_of_key, documents, rules, rules_as_they_were, preview, status, rechecks, figures, failures, last_good_polls
    complete  standing, comparisons_owed, known_articles, record_comparison, ask_missing, link_states
    reread    count_texts, texts_to_read, kept_text, outdated_texts, look_again, write_extractions, extractions
    archives  begin_backfill, add_documents, waiting_documents, first_seen, named_in_backfill, record_walk,
              finish_backfill, backfill_documents, listed_now, article_addresses, open_gaps, close_gap
    pages     kept, dictionaries_due, make_dictionary, add_dictionary, press_older, put_pressed, plan_taking,
              drop_bodies, shrink, place_hold, release_hold, holds
    learn     learned_rules, learned_chrome, learned_decisions, pages_to_learn_from, text_pages, record_learning,
              decide_learned
    edits     changes, changes_since, removals_since, absences, ignored_lines, live_since, class_changes
    breaks    breaks, watched, close_break, release, doubtful, quarantined_by, untold_breaks, mark_break_told,
              mark_break_untold
    stories   stories, story
    care      sync_config, outlet_ids, rekey_due, left_behind, plan_rekey, rekey, fold_history, check, backup

One Store is one connection, used by one thread at a time. Each verb that writes is one transaction. Verbs
raise StoreLocked, StoreFull, StoreReadOnly or StoreForeign (crawler/errors.py); nothing of a verb that raised
was kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from crawler.errors import StoreError
from crawler.items import Article, Outcome, Outlet, Recipient, Refusal, Rule, Untouched
from crawler.items.kept import Copied
from storage import maintenance, outlets, retention, rules
from storage.alerting import Alerting, Matches
from storage.archiveverbs import ArchiveVerbs
from storage.breakverbs import BreakVerbs
from storage.changeverbs import ChangeVerbs
from storage.completenessverbs import CompletenessVerbs
from storage.connection import LOCK_PATIENCE, SCHEMA_VERSION, Connection
from storage.extractionverbs import ExtractionVerbs
from storage.heartbeatverbs import HeartbeatVerbs
from storage.keptverbs import KeptVerbs
from storage.learnedverbs import LearnedVerbs
from storage.mailverbs import MailVerbs
from storage.pollverbs import PollVerbs
from storage.readverbs import ReadVerbs
from storage.silenceverbs import SilenceVerbs
from storage.storyverbs import StoryVerbs
from storage.values import stored

if TYPE_CHECKING:
    from storage.rekey_plan import RekeyReport


class Store(
    ArchiveVerbs,
    BreakVerbs,
    ChangeVerbs,
    CompletenessVerbs,
    ExtractionVerbs,
    HeartbeatVerbs,
    KeptVerbs,
    LearnedVerbs,
    MailVerbs,
    PollVerbs,
    ReadVerbs,
    SilenceVerbs,
    StoryVerbs,
):
    """An open store."""

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        read_only: bool = False,
        create: bool = True,
        as_it_is: bool = False,
        patience: float = LOCK_PATIENCE,
    ) -> Self:
        """Return the store at *path*, created or migrated if needed: only for who holds it. With *read_only*, or without
        *create*, it must be there and of this version. With *as_it_is* it may be of any version, and is good for
        ``backup`` alone. *patience*: seconds to wait for a lock.

        Raises:
            StoreForeign: another application's file, a damaged one, or one from a newer version.
            StoreReadOnly: the file or its folder cannot be written (read).
            StoreError: there is none, or an older one, and it may be neither created nor migrated.
        """
        file = Path(path)
        is_owner = create and not read_only
        if not is_owner and (not file.exists() or not file.stat().st_size):
            raise StoreError(str(file), "there is no store here yet.", 'Run "newshawk crawl" first.')
        db = Connection.open(file, read_only=read_only, patience=patience)
        try:
            if not as_it_is and db.value("PRAGMA user_version") != SCHEMA_VERSION:
                from storage.migrations import migrate, require_current  # loads sqlite_utils

                migrate(db) if is_owner else require_current(db)
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

    def sync_config(
        self,
        outlets_: Iterable[Outlet],
        rules_: Iterable[Rule],
        now: datetime,
        broken: Collection[str] = (),
    ) -> None:
        """Write outlets, hosts, sources and rules as configured; those that are gone are marked, never
        deleted, and *broken* rules stay as they are. An outlet that names a former id takes over all that stands under
        it."""
        with self._writing() as db:
            outlets.sync_outlets(db, outlets_, stored(now))
            rules.sync(db, rules_, stored(now), broken)

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

    # --- care -------------------------------------------------------------------------------------

    def rekey_due(self, outlets_: Iterable[Outlet]) -> list[str]:
        """Return the ids of those outlets whose keys in the store were made by other patterns than they have now."""
        return [outlet.id for outlet in outlets_ if outlets.is_rekey_due(self._db, outlet)]

    def outlet_ids(self) -> list[str]:
        """Return the ids of all outlets that the store has, those that are no longer configured too."""
        return outlets.ids(self._db)

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

    def check(self, *, bodies: bool = False) -> list[str]:
        """Return what is wrong with the store, a sentence each; empty when it is whole. With *bodies* each
        kept page is compared with its hash (slow)."""
        with self._db.snapshot():
            return list(maintenance.faults(self._db, bodies=bodies))

    def backup(self, target: Path | str) -> Copied:
        """Write a checked copy to *target*; the store may be in use. Return what the check found."""
        return maintenance.backup(self._db, Path(target))
