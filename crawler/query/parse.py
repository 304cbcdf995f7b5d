"""From the text of a query to its tree, or to an error that says where, why and what to write instead."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NoReturn

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from crawler.errors import QueryError
from crawler.items import NO_VOCABULARY, Vocabulary

from .builder import Builder
from .faults import MAX_DEPTH, OPERATORS, FaultError, blame, field_name
from .nodes import BARE_FIELDS, Node, first_negated, holds_for_nothing, placed, within_fields
from .query import Query
from .synonyms import Synonyms
from .writing import levels, written

MAX_TERMS = 10_000
"""Terms of a query, with those of the queries that it names and all synonyms."""
MAX_LENGTH = 500_000
"""Characters of a query."""
NAME = re.compile(r"[\w-]{1,64}")
"""What may stand after @."""


def parse(query: str, vocabulary: Vocabulary = NO_VOCABULARY) -> Query:
    """Return the query of *query*, which may use the names and the synonyms of *vocabulary*.

    Raises:
        QueryError: it cannot be read; with position, cause and repair.
    """
    try:
        return _names(vocabulary).query(query)
    except FaultError as fault:
        raise QueryError(query, fault.position, fault.cause, fault.repair) from None


def check_named(name: str, vocabulary: Vocabulary) -> None:
    """Read the query that *name* stands for. On its own it may be what a query must not: ``NOT section:sport``.

    Raises:
        QueryError: it cannot be read.
    """
    query = vocabulary.queries[name]
    try:
        _names(vocabulary).read(query, (name,))
    except FaultError as fault:
        raise QueryError(query, fault.position, fault.cause, fault.repair) from None


@lru_cache(maxsize=8)
def _names(vocabulary: Vocabulary) -> _Names:
    return _Names(vocabulary)


class _Names:
    """Reads queries with a vocabulary; what a name stands for is read once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._queries = vocabulary.queries
        self._synonyms = Synonyms(vocabulary.synonyms)
        self._known: dict[str, _Part] = {}

    def query(self, text: str) -> Query:
        """Return the whole of a query; raises a fault."""
        part = self.read(text, ())
        if holds_for_nothing(part.tree):
            raise FaultError(
                first_negated(part.tree),
                "This would match every article that lacks a term: NOT needs something that must occur.",
                "Write: something NOT this.",
            )
        plain = within_fields(part.tree, BARE_FIELDS)
        tree = self._synonyms.beside(plain, MAX_TERMS - part.terms)
        if tree is plain and not part.has_names:
            return Query(text=text, tree=tree, expanded=text)
        expanded = written(tree)
        if len(expanded) > MAX_LENGTH or levels(tree) > MAX_DEPTH:
            raise FaultError(0, "With its names and synonyms the query is too large.", "Split it.")
        return Query(text=text, tree=tree, expanded=expanded)

    def read(self, text: str, within: tuple[str, ...]) -> _Part:
        """Return a query, or one that has a name: *within* are the names that are being read. Raises a fault."""
        if not text.strip():
            raise FaultError(0, "The query is empty.", "Write a word, or a phrase in quotes.")
        if len(text) > MAX_LENGTH:
            raise FaultError(MAX_LENGTH, f"The query is longer than {MAX_LENGTH} characters.", "Split it.")
        seen = _Seen(text, self, within)
        try:
            steps = _parser().parse_interactive(text)
            for token in steps.iter_parse():
                seen.take(token)
            tree: Node = steps.feed_eof()  # type: ignore[no-untyped-call]
        except UnexpectedInput as error:
            at_end = isinstance(getattr(error, "token", None), Token) and error.token.type == "$END"  # type: ignore[attr-defined]
            position = error.pos_in_stream
            seen.blame(len(text) if at_end or position is None else position)
        return _Part(tree=tree, terms=seen.terms, depth=seen.depth, has_names=seen.has_names)

    def named(self, written_name: str, place: int, within: tuple[str, ...]) -> _Part:
        """Return what ``@name`` at *place* stands for; raises a fault at this place."""
        name = written_name.lower()
        if name in within:
            way = " -> ".join(f"@{each}" for each in (*within[within.index(name) :], name))
            raise FaultError(place, f"@{name} would stand for itself: {way}.", "Take it out of one of them.")
        if name not in self._queries:
            raise FaultError(place, f"There is no named query @{written_name}.", self._hint(name))
        if len(within) >= MAX_DEPTH:
            raise FaultError(
                place, f"More than {MAX_DEPTH} levels deep.", "Name fewer queries in each other."
            )
        if name not in self._known:
            try:
                self._known[name] = self.read(self._queries[name], (*within, name))
            except FaultError as fault:
                cause = fault.cause
                if not cause.startswith("@"):
                    cause = f"@{name} cannot be read: {cause[:1].lower()}{cause[1:]}"
                raise FaultError(place, cause, fault.repair) from None
        return self._known[name]

    def _hint(self, name: str) -> str:
        quoted = f'To search for the text, quote it: "@{name}"'
        near = difflib.get_close_matches(name, self._queries, n=1)
        if near:
            return f"Did you mean @{near[0]}? {quoted}"
        known = ", ".join(f"@{each}" for each in list(self._queries)[:10])
        return f"There is {known}. {quoted}" if known else f"Declare it in [queries]. {quoted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A query that was read, or a part of one that has a name."""

    tree: Node
    terms: int
    """Its terms, with those of the queries it names."""
    depth: int
    """Levels of parentheses, with those of the queries it names."""
    has_names: bool


class _Seen:
    """What was read so far: enforces the bounds, puts trees in the place of names, and finds the words for a syntax
    error."""

    def __init__(self, query: str, names: _Names, within: tuple[str, ...]) -> None:
        self._query, self._names, self._within = query, names, within
        self._open: list[int] = []
        self._last: Token | None = None
        self._nots = 0
        self.terms = self.depth = 0
        self.has_names = False

    def take(self, token: Token) -> None:
        """Count *token*; raises a fault for an unknown field or name, too many terms or too deep a nest."""
        place = token.start_pos or 0
        self._nots = self._nots + 1 if token.type == "_NOT" else 0
        depth = len(self._open)
        if token.type == "FIELD":
            field_name(token)
        elif token.type in ("_OPEN", "_NEAR"):
            self._open.append(place)
            depth += 1
        elif token.type == "_CLOSE" and self._open:
            self._open.pop()
        elif token.type in ("WORD", "NEAR_WORD", "PHRASE", "REGEX"):
            self.terms += 1
        elif token.type == "NAME":
            part = self._part(token, place)
            self.terms += part.terms
            depth += 1 + part.depth
        self.depth = max(self.depth, depth)
        if depth > MAX_DEPTH or self._nots > MAX_DEPTH:
            raise FaultError(
                place, f"More than {MAX_DEPTH} levels deep.", "Remove parentheses that are not needed."
            )
        if self.terms > MAX_TERMS:
            raise FaultError(place, f"More than {MAX_TERMS} terms.", "Split the query.")
        if token.type != "_CLOSE" or self._last is None or self._last.type not in ("_OPEN", *OPERATORS):
            self._last = token

    def _part(self, token: Token, place: int) -> _Part:
        """Give the NAME *token* the tree that it stands for as its value; return the part."""
        name = str(token)[1:]
        if not NAME.fullmatch(name):
            raise FaultError(
                place,
                "A name after @ has letters, digits, - and _.",
                f'To search for the text, quote it: "{token}"',
            )
        part = self._names.named(name, place, self._within)
        token.value = placed(part.tree, place)
        self.has_names = True
        return part

    def blame(self, position: int) -> NoReturn:
        """Raise the fault that explains why nothing fits at *position*."""
        blame(self._query, position, self._last, self._open)


class _Built(Builder, Transformer[Token, Node]):
    """Builds the tree while the parser runs."""


@cache
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Built(), propagate_positions=False)
