"""A query that was read: what search and backtest hold in their hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from crawler.items import Document

from .nodes import Node, with_present_outlets
from .plan import Plan, plan_of
from .reading import Reading, holds


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its text as written and its tree."""

    text: str
    tree: Node = field(repr=False)
    expanded: str = field(repr=False)
    """The query with what its names stand for and with its synonyms: it means the same with no vocabulary, now and
    later. *text* itself where it has neither."""

    def holds(self, document: Document) -> bool:
        """Return whether *document* matches: the one meaning that search, backtest and live matching share."""
        return holds(self.tree, Reading(document))

    def for_outlets(self, former: Mapping[str, str]) -> Query:
        """Return the query for outlets that were renamed: it may name them by a former id. *former* gives the
        present id of each."""
        present = {old.lower(): new.lower() for old, new in former.items()}
        return replace(self, tree=with_present_outlets(self.tree, present)) if present else self

    def plan(self) -> Plan:
        """Return how the store finds the articles: an FTS5 expression, plain conditions, whether to re-check."""
        return plan_of(self.tree)
