"""A rule's examples: texts that its query must match, and texts that it must not. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crawler.alerts.plain import one_line
from crawler.items import Document, Rule
from crawler.query import Query
from crawler.query.account import Clause, account, failing, holding

SHOWN = 60
"""Characters of an example that a sentence quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An example, and what the query makes of it."""

    key: Literal["match", "no_match"]
    number: int
    """Its place in the list, from 0."""
    text: str
    """Its title, or without one its body."""
    is_right: bool
    clauses: tuple[Clause, ...] = ()
    """Of one that is wrong: the clauses that fail, or of one that must not match those that make it match."""

    def told(self) -> str:
        """Return what is wrong, and by which clauses: ``does not match its example "x": y not in title or body``."""
        verb = "does not match" if self.key == "match" else "matches"
        clauses = "; ".join(clause_words(clause, decides=self.key == "no_match") for clause in self.clauses)
        return f'{verb} its example "{one_line(self.text, SHOWN)}"{": " if clauses else ""}{clauses}'


def clause_words(clause: Clause, *, decides: bool) -> str:
    """Return one leaf in words: what was sought, what was found, and what is near it. *decides*: it is one of those that
    make a query hold, else of those that keep it from holding; the others of either kind stand under a NOT."""
    negated = "NOT " if clause.holds is not decides else ""
    near = f" (nearest: {', '.join(clause.nearest)})" if clause.nearest else ""
    return f"{negated}{clause.text}{': ' if clause.told else ''}{clause.told}{near}"


def tried(rule: Rule, query: Query) -> Iterator[Tried]:
    """Yield each example of a rule as *query* answers it, those that must match first."""
    for number, document in enumerate(rule.match):
        yield _tried(query, "match", number, document)
    for number, document in enumerate(rule.no_match):
        yield _tried(query, "no_match", number, document)


def _tried(query: Query, key: Literal["match", "no_match"], number: int, document: Document) -> Tried:
    text = document.title or document.body
    if query.holds(document) is (key == "match"):
        return Tried(key=key, number=number, text=text, is_right=True)
    clause = account(query, document)
    clauses = failing(clause) if key == "match" else holding(clause)
    return Tried(key=key, number=number, text=text, is_right=False, clauses=tuple(clauses))
