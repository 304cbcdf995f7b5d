"""The verbs of the store about kept pages: dictionaries, retention, holds, and pages for export."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Any

from crawler.items.kept import Capture, NewDictionary, PageLimits, PressedPages, Taking
from crawler.query import Query
from storage import articleholds, captures, dictionaries, keptsums, pageretention, pagesearch
from storage.search import Scope
from storage.storepart import StorePart
from storage.values import stored


class KeptVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def capture(self, capture_id: int) -> Capture | None:
        """Return an answer as received, None if there is no such number.

        Raises:
            PageDamaged: its body cannot be read.
        """
        return captures.read(self._db, capture_id)

    def pages(
        self,
        query: Query | None = None,
        *,
        since: datetime | None = None,
        outlet: str | None = None,
        history: bool = False,
    ) -> Generator[int, None, None]:
        """Yield the numbers of the captures behind the articles that ``export_rows`` gives, each once: of the latest
        text of each, with *history* all of its pages."""
        scope = Scope(query=query, since=since, outlet=outlet, history=history)
        return pagesearch.captures_of(self._db, scope)

    def kept(self) -> dict[str, Any]:
        """Return what kept pages come to (storage/keptsums.py), and the end of the ``chain``."""
        return keptsums.of_all(self._db) | {"chain": captures.chain_end(self._db)}

    # --- dictionaries -----------------------------------------------------------------------------

    def dictionaries_due(self, now: datetime) -> list[str]:
        """Return the ids of outlets that need a dictionary, or a new one."""
        return dictionaries.due(self._db, now)

    def make_dictionary(self, outlet_id: str) -> NewDictionary | None:
        """Return a dictionary made of an outlet's pages, None when it would not be worth it; nothing is written.
        Takes up to some seconds: not for the thread that writes."""
        return dictionaries.make(self._db, outlet_id)

    def add_dictionary(self, made: NewDictionary, now: datetime) -> int:
        """Write a dictionary; new pages are compressed with it from now on. Return its number."""
        with self._writing() as db:
            return dictionaries.add(db, made, stored(now))

    def press_older(self, outlet_id: str) -> PressedPages | None:
        """Return the next older pages of an outlet, compressed with its dictionary, None when all are done; nothing is
        written."""
        return dictionaries.press_older(self._db, outlet_id)

    def put_pressed(self, done: PressedPages) -> int:
        """Write pages that were compressed again; return the bytes that are saved."""
        with self._writing() as db:
            return dictionaries.put_pressed(db, done)

    # --- retention --------------------------------------------------------------------------------

    def plan_taking(self, limits: PageLimits, now: datetime) -> Taking:
        """Return which bodies retention takes now; nothing is written."""
        return pageretention.plan(self._db, limits, now)

    def drop_bodies(self, numbers: Sequence[int], now: datetime) -> tuple[int, int]:
        """Take the bodies of these captures, but for those that are evidence by now; return how many went, and the
        bytes that they took."""
        with self._writing() as db:
            return pageretention.drop(db, numbers, stored(now))

    def shrink(self) -> None:
        """Write the file anew without its free space. Only for who holds the store; needs as much room again."""
        self._db.execute("VACUUM")

    def place_hold(self, article_id: int, reason: str, now: datetime) -> int | None:
        """Put an article on hold: its pages are never taken. Return its number, None if there is none."""
        with self._writing() as db:
            return articleholds.place(db, article_id, reason, stored(now))

    def release_hold(self, article_id: int, now: datetime) -> bool:
        """End the hold on an article; return whether there was one."""
        with self._writing() as db:
            return articleholds.release(db, article_id, stored(now))

    def holds(self, article_id: int | None = None) -> list[dict[str, Any]]:
        """Return the holds that stand; of one article all that it has and had."""
        if article_id is None:
            return articleholds.standing(self._db)
        return articleholds.of_article(self._db, article_id)
