"""The verbs of the store about polls, the links they find, and the hosts that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crawler.hosthealth import Memory, State
from crawler.items import Discovery, Link, Outcome, Outlet, PlannedPoll, Source
from crawler.recorded import Recorded
from storage import changes, freshness, hosthealth, leads, links, polling, rechecks, runs, sums
from storage.discovery import Recorder
from storage.storepart import StorePart
from storage.values import stored


class PollVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def begin_run(self, outlet_id: str, now: datetime, trigger: str) -> int:
        """Return the number of a new run; unfinished earlier runs of the outlet are marked interrupted."""
        with self._writing() as db:
            return runs.begin_run(db, outlet_id, stored(now), trigger)

    def finish_run(
        self, run_id: int, now: datetime, counts: dict[str, int], host: str | None, error: str | None
    ) -> None:
        """Write the sums of a run; found must be the sum of the others (ValueError). Some edits that an earlier version
        stored are classed with it."""
        with self._writing() as db:
            runs.finish_run(db, run_id, stored(now), counts, host, error)
            changes.class_some(db)

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
