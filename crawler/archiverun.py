"""One turn of a backfill: the run that walks archives and then fetches what they named."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from crawler.archive import MOST_PAGES, Looking, classed, split_digests, walk_of
from crawler.errors import AddressRefused, StoreError
from crawler.identity import at_our_host
from crawler.items import (
    ArchiveDocument,
    Backfill,
    Discovery,
    Link,
    Listing,
    Outlet,
    PollOutcome,
    SourceKind,
)
from crawler.outage import outage
from crawler.recorded import Recorded, Walked
from crawler.run import Run
from crawler.urls import host_of
from crawler.walk import PART, Walk, parts_of
from crawler.window import Window

DOCUMENTS_AT_ONCE = 100
"""Documents that one spider is given; more wait in the store, not in memory."""
PAGES_AT_ONCE = 500
"""Pages that one spider is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far one turn of a backfill may go; what is left goes on when it is asked for again."""

    documents: int = 20_000
    new_links: int | None = None
    """None: all."""
    pages: int = MOST_PAGES
    """Of one feed or section."""
    seconds: float | None = None
    """Of walking; None: as long as it takes."""


@dataclass(slots=True, kw_only=True)
class Progress:
    """What one turn has done so far."""

    walked: int = 0
    failed: int = 0
    """Documents that no host gave."""
    to_try_again: int = 0
    """Of these: a later try may help."""
    ended: int = 0
    """Pages after the first that no host has: the ends of lists."""
    outside: int = 0
    """Entries of documents that lie outside the window."""
    added: int = 0
    """Addresses that entered the ledger."""
    named: dict[str, set[bytes]] = field(default_factory=dict)
    """Digests of what each feed, section and sitemap named, by root."""

    @property
    def documents(self) -> int:
        """Documents that were asked for."""
        return self.walked + self.failed + self.ended


class ArchiveRun(Run):
    """A run of a backfill, from ``begin`` and ``take_up`` to ``finish``."""

    backfill: Backfill
    limits: Limits
    progress: Progress
    looking: Looking
    on_progress: Callable[[Progress], None] = staticmethod(lambda _: None)

    async def take_up(self, backfill: Backfill, limits: Limits, *, keeps_names: bool = False) -> None:
        """Set what is looked for, and remember what earlier turns read. *keeps_names*: of sitemaps too."""
        self.backfill, self.limits, self.progress = backfill, limits, Progress()
        window = Window(since=backfill.since, until=backfill.until)
        self.looking = Looking(
            outlet=self.outlet,
            window=window,
            askable=partial(askable, self.outlet),
            most_pages=limits.pages,
            keeps_names=keeps_names,
        )
        known = await self.runtime.store.call("named_in_backfill", backfill.id)
        self.progress.named = {root: set(split_digests(joined)) for root, joined in known.items()}
        self._deadline = None if limits.seconds is None else time.monotonic() + limits.seconds
        self._seen_up_to = 0
        self._second_look = False
        self._open: set[int] = set()
        self._given: set[str] = set()
        """Documents that this turn has asked for: none is asked for twice, whatever becomes of it."""
        self.paused = ""
        """Why this turn walks no further; empty while it does."""

    @property
    def error(self) -> str | None:
        """Why nothing of the archives could be read; None when something was, or nothing was left to read."""
        if self.store_error is not None:
            return str(self.store_error)
        if self.progress.walked or not self.progress.failed:
            return None
        return outage(self._failed_polls) or "no archive could be read"

    async def finish(self) -> None:
        """Write the sums of the run: what was found and not asked for is pending."""
        self.tally.add_pending(self._open)
        await super().finish()

    async def add_sources(self) -> None:
        """Write down the outlet's own sources as documents to be walked: page one of each."""
        await self._add((source.kind, source.url) for source in self.outlet.sources)

    async def add_sitemaps(self, urls: Iterable[str]) -> int:
        """Write down sitemaps that robots.txt names; return how many of them may be asked."""
        ours = [url for url in (at_our_host(self.outlet, url) for url in urls) if url]
        await self._add((SourceKind.SITEMAP, url) for url in ours)
        return len(ours)

    async def _add(self, named: Iterable[tuple[SourceKind, str]]) -> None:
        documents = [ArchiveDocument(kind=kind, url=url, root=url) for kind, url in named]
        await self.runtime.store.call("add_documents", self.backfill.id, documents)

    # --- documents --------------------------------------------------------------------------------

    async def waiting(self, kind: SourceKind) -> list[ArchiveDocument]:
        """Return the next documents of a kind to be walked; none once a limit is reached."""
        if self.is_over():
            return []
        room = min(DOCUMENTS_AT_ONCE, self.limits.documents - self.progress.documents)
        found: list[ArchiveDocument] = await self.runtime.store.call(
            "waiting_documents", self.backfill.id, kind, room
        )
        return self._to_ask([document for document in found if document.url not in self._given])

    def _to_ask(self, documents: Sequence[ArchiveDocument]) -> list[ArchiveDocument]:
        self._given.update(document.url for document in documents)
        return list(documents)

    def is_over(self) -> bool:
        """Return whether this turn should walk no further, and remember why."""
        if self.stopped.is_set():
            self.paused = self.paused or "stopped"
        elif self.progress.documents >= self.limits.documents:
            self.paused = f"{self.limits.documents} documents were walked"
        elif self._deadline is not None and time.monotonic() > self._deadline:
            self.paused = f"{self.limits.seconds:.0f} seconds were over"
        return bool(self.paused)

    async def judged(self, document: ArchiveDocument, listing: Listing, answer: Discovery) -> Walk:
        """Return what a document that was read comes to."""
        # a sitemap may hold 50,000 addresses: in a thread, so that other crawls go on meanwhile
        links, undated = await asyncio.to_thread(classed, self.outlet, listing.entries)
        first_seen: dict[str, datetime] = {}
        for start in range(0, len(undated), PART):
            keys = undated[start : start + PART]
            first_seen |= await self.runtime.store.call("first_seen", self.outlet.id, keys)
        named = self.progress.named.setdefault(document.root, set())
        walk = await asyncio.to_thread(
            walk_of, document, listing, answer, self.looking, links, first_seen, frozenset(named)
        )
        named.update(split_digests(walk.digests))
        return walk

    async def record_walk(self, walk: Walk) -> list[ArchiveDocument]:
        """Write what a document came to; return the pages of its list that are walked at once. Sitemaps that an
        index named wait in the store: they may be thousands. A document of which a kill or a stop left parts
        unwritten is walked again."""
        done = Walked()
        for part in parts_of(walk):
            if part.earlier and self.stopped.is_set():
                return []
            room = None if self.limits.new_links is None else self.limits.new_links - self.progress.added
            try:
                done = await self.runtime.store.call(
                    "record_walk", self.id, self.outlet, self.backfill, part, room
                )
            except StoreError as error:
                self._stop(error)
                return []
            self.progress.added += done.added
            self._keep(done.recorded)
            if not done.had_room:
                self.paused = f"{self.limits.new_links} new addresses were taken"
                break
        self._count(walk)
        is_list = walk.document.kind is not SourceKind.SITEMAP
        return self._to_ask(done.follow) if is_list and not self.is_over() else []

    def _keep(self, recorded: Recorded) -> None:
        self.tally.add_known((*recorded.known, *(link.id for link in recorded.to_fetch)))
        for outcome in recorded.counted:
            self.tally.settle(outcome)
        self._open.update(link.id for link in recorded.to_fetch)

    def _count(self, walk: Walk) -> None:
        progress = self.progress
        if walk.discovery.outcome is not PollOutcome.FAILED:
            progress.walked += 1
            progress.outside += walk.named - len(walk.discovery.entries)
            self._last_source_host = walk.discovery.host
        elif walk.is_final and walk.document.number > 1 and walk.document.kind is not SourceKind.SITEMAP:
            progress.ended += 1
        else:
            progress.failed += 1
            progress.to_try_again += not walk.is_final
            self._failed_polls += walk.discovery.attempts
        self.on_progress(progress)

    # --- pages ------------------------------------------------------------------------------------

    async def left_over(self) -> list[Link]:
        """Return the next links that are still to be fetched, of this backfill and of whatever came before; an
        empty list when all were asked."""
        while not self.stopped.is_set() and (self.room is None or self.room > 0):
            links: list[Link] = await self.runtime.store.call(
                "pending_links",
                self.outlet.id,
                self.runtime.clock(),
                ignore_backoff=not self.patient,
                after=self._seen_up_to,
                limit=PAGES_AT_ONCE,
            )
            if links:
                self._seen_up_to = links[-1].id
                if fresh := self._taken(links):
                    return fresh
            elif self._second_look or self._seen_up_to == 0:
                return []
            else:  # what waited for another address of its key may be free by now
                self._seen_up_to, self._second_look = 0, True
        return []


def askable(outlet: Outlet, url: str, named_by: str) -> str:
    """Return an archive document's address at a host that may be asked: one of the outlet's, or the very host
    that named it (a feed at FeedBurner's); '' for a foreign one."""
    ours = at_our_host(outlet, url)
    if ours:
        return ours
    try:
        return url if host_of(url) == host_of(named_by) else ""
    except AddressRefused:
        return ""
