"""The verbs of the store that read articles, addresses and figures."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.items import Article, CutLine, Document, FoundStory, Key, Outlet, Rule
from crawler.query import Query
from storage import (
    articles,
    divergences,
    figures,
    funnel,
    merging,
    mirrordifferences,
    rules,
    saved,
    status,
    trace,
)
from storage import search as archive
from storage.search import Hits, Scope
from storage.storepart import StorePart

if TYPE_CHECKING:
    from storage.preview import Preview


class ReadVerbs(StorePart):
    """Part of the store; see storage/store.py."""

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

    def newest(self, query: Query | None, until: float) -> Iterator[int]:
        """Yield the numbers of the articles that *query* holds for, of all where it is None, the newest first;
        TimeoutError when the monotonic clock passed *until*."""
        return archive.newest(self._db, Scope(query=query), until)

    def found_by_query(self, query: Query, limit: int, until: float) -> list[FoundStory]:
        """Return the newest stories that *query* holds for; TimeoutError when the monotonic clock passed *until*."""
        return saved.by_query(self._db, query, limit, until)

    def found_by_rule(self, rule_id: str, limit: int) -> list[FoundStory] | None:
        """Return the newest stories that a rule matched; None if no such rule is configured."""
        return saved.by_rule(self._db, rule_id, limit)

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

    def mirror_differences(self, article_id: int) -> list[dict[str, Any]]:
        """Return which mirrors gave an article another time of publication or had no page of it, the first one first."""
        return mirrordifferences.of_article(self._db, article_id)

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
        return rules.listed(self._db)

    def rules_as_they_were(self, rule_ids: Sequence[str]) -> list[Rule]:
        """Return the rules of these ids that are in force, as they were configured last; without their examples."""
        return rules.as_they_were(self._db, rule_ids)

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

    def failures(self, outlet_id: str, each: int = 3) -> list[dict[str, Any]]:
        """Return for each reason of skipped and failed links their number and the newest *each* of them."""
        return funnel.examples(self._db, outlet_id, each)
