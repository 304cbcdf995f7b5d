"""A rule tried on the archive, alone or against another wording of it. Read only."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.alerts.backtest import Comparison, Hit, Sample, Trial, compared, loads
from crawler.alerts.examples import clause_words, tried
from crawler.alerts.excerpts import excerpts, field_spans, marked_title
from crawler.alerts.holding import holding_words
from crawler.alerts.plain import one_line
from crawler.alerts.storm import STORIES
from crawler.errors import QueryError, UsageError
from crawler.items import Document, Recipient, Rule
from crawler.query import Query, parse, spans
from crawler.query.account import account, failing
from storage.store import Store

TITLE, URL = 160, 300
"""Characters of a headline and of an address that are shown."""
SAMPLE_EXCERPTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another wording of a rule, to compare with."""

    name: str
    query: str
    """With named queries and synonyms written out."""
    outlets: tuple[str, ...] = ()


def live_version(store: Store, rule_id: str) -> Other | None:
    """Return the wording that the store has of a rule: by which what is stored now is matched. None where it has
    none, or the rule has gone from the config since."""
    known = store.rules().get(rule_id)
    if known is None or known["removed_at"] is not None:
        return None
    name = f'the live version of rule "{rule_id}", of {known["changed_at"]}'
    return Other(name=name, query=known["query"], outlets=tuple(known["outlets"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a rule is tried on."""

    store: Store
    readers: tuple[Recipient, ...]
    former: Mapping[str, str]
    """Ids that outlets had, and those they have: a query may name either."""
    since: datetime
    until: datetime
    samples: int

    def rows(self, rule: Rule | Other) -> Iterator[dict[str, Any]]:
        """Yield the export rows that a rule holds for, oldest first.

        Raises:
            QueryError: its query cannot be read (of another wording: UsageError).
        """
        limited = {self.former.get(outlet, outlet) for outlet in rule.outlets}
        for row in self.store.export_rows(self._query(rule), since=self.since):
            if not limited or row["outlet"] in limited:
                yield row

    def of(self, rule: Rule, other: Other | None = None) -> Trial:
        """Return what the rule finds, and with *other* what it finds more and less than that.

        Raises:
            QueryError: the rule's query cannot be read.
            UsageError: that of *other* cannot.
        """
        query = self._query(rule)
        others = () if other is None else tuple(map(_hit, self.rows(other)))
        known = {hit.article_id for hit in others}
        hits: list[Hit] = []
        newest: deque[dict[str, Any]] = deque(maxlen=self.samples)
        newest_gained: deque[dict[str, Any]] = deque(maxlen=self.samples)
        for row in self.rows(rule):
            hits.append(_hit(row))
            newest.append(row)
            if row["id"] not in known:
                newest_gained.append(row)
        return Trial(
            rule=rule,
            since=self.since,
            until=self.until,
            hits=tuple(hits),
            samples=_samples(query, newest),
            loads=tuple(loads(rule, self.readers, hits)),
            examples=tuple(tried(rule, query)),
            against=None if other is None else self._comparison(rule, hits, other, others, newest_gained),
            holding=holding_words(
                rule.id, rule.to, self.store.silences(self.until), self.store.storms(self.until, STORIES)
            ),
        )

    def _comparison(
        self,
        rule: Rule,
        hits: Collection[Hit],
        other: Other,
        others: tuple[Hit, ...],
        newest_gained: Collection[dict[str, Any]],
    ) -> Comparison:
        gained, lost = compared(hits, others)
        newest = lost[-self.samples :] if self.samples else ()
        rows = [row for hit in newest if (row := self.store.article(hit.article_id))]
        return Comparison(
            name=other.name,
            query=other.query,
            outlets=other.outlets,
            hits=others,
            gained=gained,
            lost=lost,
            gained_samples=_samples(self._query(rule), newest_gained),
            lost_samples=_samples(self._query(other), rows, now=(rule, self._query(rule))),
            loads=tuple(loads(rule, self.readers, others)),
        )

    def _query(self, rule: Rule | Other) -> Query:
        try:
            written = rule.full_query if isinstance(rule, Rule) else rule.query
            return parse(written).for_outlets(self.former)
        except QueryError as error:
            if isinstance(rule, Rule):
                raise
            raise UsageError(f"{rule.name}: its query cannot be read. {error.cause}") from error


def document_of(row: Mapping[str, Any]) -> Document:
    """Return what a query sees of an export row."""
    return Document(
        title=row["title"],
        body=row["body"],
        byline="\n".join(row["byline"]),
        section=row["section"],
        outlet=row["outlet"],
        language=row["language"],
        date=datetime.fromisoformat(row["published_at"] or row["first_seen_at"]),
    )


def _hit(row: Mapping[str, Any]) -> Hit:
    return Hit(
        article_id=row["id"],
        story_id=row["story_id"],
        outlet=row["outlet"],
        first_seen_at=datetime.fromisoformat(row["first_seen_at"]),
    )


def _samples(
    query: Query, rows: Iterable[dict[str, Any]], now: tuple[Rule, Query] | None = None
) -> tuple[Sample, ...]:
    """Return the rows as they are shown, the last one first; *now* is the wording that lost them."""
    return tuple(_sample(query, row, now) for row in reversed(list(rows)))


def _sample(query: Query, row: dict[str, Any], now: tuple[Rule, Query] | None) -> Sample:
    document = document_of(row)
    places = spans(query, document)
    body = excerpts(row["body"], field_spans("body", places, len(row["body"])), SAMPLE_EXCERPTS)
    return Sample(
        article_id=row["id"],
        outlet=row["outlet"],
        at=row["published_at"] or row["first_seen_at"],
        url=one_line(row["url"], URL),
        title=marked_title(row["title"], field_spans("title", places, len(row["title"])), TITLE),
        shown=body.shown,
        why=() if now is None else _lost_by(document, *now),
    )


def _lost_by(document: Document, rule: Rule, query: Query) -> tuple[str, ...]:
    """Return why a wording does not hold for a document, a clause each."""
    if query.holds(document):
        return (f"the rule is limited to {', '.join(rule.outlets)}",)
    return tuple(clause_words(leaf, decides=False) for leaf in failing(account(query, document)))
