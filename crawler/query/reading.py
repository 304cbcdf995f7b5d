"""One document as queries see it, and the meaning of every node of a query's tree.

This is the only evaluator: search re-checks with it, the backtest runs it, the live matcher runs it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC
from itertools import islice
from typing import TypeAlias

from crawler.items import Document

from .fold import fold_cased, fold_for_regex
from .nodes import (
    TEXT_FIELDS,
    And,
    Fact,
    LanguageIs,
    Near,
    Node,
    Not,
    Or,
    OutletIs,
    Regex,
    Since,
    Term,
    Until,
    negation,
)
from .places import PrintedPlaces, TokenPlaces, occurrences
from .regex import found, places

MAX_SPANS = 200
"""Places kept of one query in one document."""

Span: TypeAlias = tuple[str, int, int]
"""(field, start, end) in the original text."""


class Reading:
    """A document, folded once and only as far as a query asks."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._tokens: dict[str, str] = {}
        self._cased: dict[str, str] = {}
        self._printed: dict[str, str] = {}
        self._token_places: dict[str, TokenPlaces] = {}
        self._printed_places: dict[str, PrintedPlaces] = {}

    def original(self, field: str) -> str:
        """Return the text of *field* as stored."""
        text: str = getattr(self.document, field)
        return text

    def tokens(self, field: str) -> str:
        """Return `` token token ... token ``: the folded field with a space at each end."""
        known = self._tokens.get(field)
        if known is None:
            self._tokens[field] = known = f" {self._places(field).tokens} "
        return known

    def cased(self, field: str) -> str:
        """Return ``tokens(field)`` with its capitals: as long, and each token at its place."""
        known = self._cased.get(field)
        if known is None:
            self._cased[field] = known = f" {fold_cased(self.original(field))} "
        return known

    def printed(self, field: str) -> str:
        """Return the field as regular expressions see it."""
        known = self._printed.get(field)
        if known is None:
            self._printed[field] = known = fold_for_regex(self.original(field))
        return known

    def has(self, term: Term, field: str) -> bool:
        """Return whether *term* stands in *field*."""
        return self._is_seen(term, field) and (not term.cased or bool(self.starts(term, field)))

    def starts(self, term: Term, field: str) -> Sequence[int]:
        """Return the offsets in ``tokens(field)`` at which *term* stands, ascending."""
        seen = self._seen(term, field)
        if not term.cased:
            return seen
        text = self.cased(field)
        return [start for start in seen if text.startswith(term.cased_needle, start)]

    def _is_seen(self, term: Term, field: str) -> bool:
        """Return whether the tokens of *term* stand in *field*, whatever their case."""
        return term.needle in self.tokens(field)

    def _seen(self, term: Term, field: str) -> Sequence[int]:
        """Return the offsets in ``tokens(field)`` at which they stand, ascending."""
        return list(occurrences(term.needle, self.tokens(field)))

    def token_numbers(self, term: Term, field: str) -> list[int]:
        """Return at which tokens of *field* the term begins, ascending from 0."""
        return [self._places(field).number(start) for start in self.starts(term, field)]

    def spans(self, term: Term, field: str) -> Iterator[Span]:
        """Yield where *term* stands in the original, in order."""
        seen = self._seen(term, field)
        if not seen:
            return
        cased = self.cased(field) if term.cased else ""
        for start, span in zip(seen, self._places(field).spans(term.needle, seen), strict=True):
            if not term.cased or cased.startswith(term.cased_needle, start):
                yield field, *span

    def span(self, term: Term, field: str, start: int) -> Span:
        """Return where *term* stands in the original that stands at *start* of ``tokens(field)``."""
        return field, *self._places(field).span(start, len(term.needle.strip()))

    def _places(self, field: str) -> TokenPlaces:
        if field not in self._token_places:
            self._token_places[field] = TokenPlaces(self.original(field))
        return self._token_places[field]

    def printed_span(self, field: str, start: int, end: int) -> Span:
        """Return where a part of ``printed(field)`` stands in the original."""
        if field not in self._printed_places:
            self._printed_places[field] = PrintedPlaces(self.original(field))
        return field, *self._printed_places[field].span(start, end)


def holds(node: Node, reading: Reading) -> bool:
    """Return whether the document of *reading* satisfies *node*."""
    match node:
        case Term():
            return any(reading.has(node, field) for field in node.fields)
        case And(children):
            return all(holds(child, reading) for child in children)
        case Or(children):
            return any(holds(child, reading) for child in children)
        case Not(child):
            return not holds(child, reading)
        case Near():
            return any(True for _ in _clumps(node, reading))
        case Regex():
            return any(found(node.pattern, reading.printed(field)) for field in node.fields)
        case _:
            return _is_so(node, reading.document)


def _is_so(fact: Fact, document: Document) -> bool:
    match fact:
        case OutletIs(outlet):
            return document.outlet.lower() == outlet
        case LanguageIs(code):
            language = document.language.lower().replace("_", "-")
            return language == code or language.startswith(f"{code}-")
        case Since(day):
            return document.date is not None and document.date.astimezone(UTC).date() >= day
        case Until(day):
            return document.date is not None and document.date.astimezone(UTC).date() <= day


def _clumps(near: Near, reading: Reading) -> Iterator[tuple[str, list[int]]]:
    """Yield (field, where each term starts) for each place at which the terms stand near enough.

    FTS5's rule: let the term that starts last start at token *last*; each term starts there or
    before, and at most *distance* tokens lie between its end and *last*.
    """
    for field in near.fields:
        if not all(reading.has(term, field) for term in near.terms):
            continue
        numbers = [reading.token_numbers(term, field) for term in near.terms]
        starts = [reading.starts(term, field) for term in near.terms]
        for last in sorted({number for listed in numbers for number in listed}):
            latest = [bisect_right(listed, last) - 1 for listed in numbers]
            reach = [last - len(term.tokens) - near.distance for term in near.terms]
            if all(
                at >= 0 and listed[at] >= least
                for at, listed, least in zip(latest, numbers, reach, strict=True)
            ):
                yield field, [listed[at] for at, listed in zip(latest, starts, strict=True)]


def spans_of(node: Node, reading: Reading) -> tuple[Span, ...]:
    """Return the places that make *node* hold, in order of field and place, overlaps joined.

    Empty when it does not hold, or holds by facts and absences alone.
    """
    return spans_where_held(node, reading) if holds(node, reading) else ()


def spans_where_held(node: Node, reading: Reading) -> tuple[Span, ...]:
    """Return ``spans_of`` for a *node* that is known to hold."""
    return _joined(set(islice(_evidence(node, reading), MAX_SPANS)))


def _evidence(node: Node, reading: Reading) -> Iterator[Span]:
    """Yield the places of a node that holds, none of a leaf that does not; of alternatives only those that hold."""
    match node:
        case Term():
            for field in node.fields:
                yield from reading.spans(node, field)
        case And(children):
            for child in children:
                yield from _evidence(child, reading)
        case Or(children):
            for child in children:
                if not isinstance(child, And | Or | Not) or holds(child, reading):
                    yield from _evidence(child, reading)
        case Not(And() | Or() | Not() as child):
            yield from _evidence(negation(child), reading)
        case Near():
            for field, starts in _clumps(node, reading):
                for term, start in zip(node.terms, starts, strict=True):
                    yield reading.span(term, field, start)
        case Regex():
            for field in node.fields:
                for start, end in places(node.pattern, reading.printed(field)):
                    yield reading.printed_span(field, start, end)
        case _:
            return


def _joined(spans: set[Span]) -> tuple[Span, ...]:
    """Return *spans* in order of field and place, with those that overlap made one."""
    joined: list[Span] = []
    for field, start, end in sorted(spans, key=_order):
        if joined and joined[-1][0] == field and start < joined[-1][2]:
            joined[-1] = (field, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((field, start, end))
    return tuple(joined)


def _order(span: Span) -> tuple[int, int, int]:
    return TEXT_FIELDS.index(span[0]), span[1], span[2]
