"""The tree of a query, as the parser builds it and as search and the live matcher read it.

Leaves test one thing of a document; ``And``, ``Or`` and ``Not`` join them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

TEXT_FIELDS = ("title", "body", "byline", "section")
"""Fields that hold text, in the order of the full-text columns."""
BARE_FIELDS = ("title", "body")
"""Where a term without a field looks."""
FACT_FIELDS = ("outlet", "lang", "since", "until")
"""Fields that test a fact of the article, not its text."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a phrase or a prefix: tokens in a row within one field."""

    tokens: tuple[str, ...]
    prefix: bool = False
    """True when the last token may go on: ``nucle*``."""
    fields: tuple[str, ...] = ()
    """Fields to look in; empty only while parsing, until a field or the default applies."""
    raw: str = ""
    """As written, without quotes, star and =: the value when a fact field applies."""
    position: int = 0
    """Offset in the query, for errors."""
    cased: tuple[str, ...] = ()
    """The tokens with their capitals, of ``=US``; empty when case does not count."""

    needle: str = field(init=False, compare=False, repr=False)
    """The characters to find in `` token token ... token ``, a string with a space at each end."""
    cased_needle: str = field(init=False, compare=False, repr=False)
    """The same with capitals, at the same place of the same text with capitals; empty when case does not count."""

    def __post_init__(self) -> None:
        end = "" if self.prefix else " "
        object.__setattr__(self, "needle", f" {' '.join(self.tokens)}{end}")
        object.__setattr__(self, "cased_needle", f" {' '.join(self.cased)}{end}" if self.cased else "")


@dataclass(frozen=True, slots=True)
class Near:
    """Terms in one field, in any order, with at most *distance* words between.

    As in FTS5: from the end of each term to the start of the one that starts last.
    """

    terms: tuple[Term, ...]
    distance: int
    fields: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Regex:
    """An RE2 pattern, case ignored, searched in ``fold_for_regex`` of each field."""

    pattern: str
    fields: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class OutletIs:
    """The article is of this outlet (id, lower case)."""

    id: str


@dataclass(frozen=True, slots=True)
class LanguageIs:
    """The article's language is this code, or a variety of it: ``pt`` holds for ``pt-br``."""

    code: str


@dataclass(frozen=True, slots=True)
class Since:
    """The article's day (UTC) is this one or a later one."""

    day: date


@dataclass(frozen=True, slots=True)
class Until:
    """The article's day (UTC) is this one or an earlier one."""

    day: date


@dataclass(frozen=True, slots=True)
class And:
    """All children hold."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child holds."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: Node


Fact: TypeAlias = OutletIs | LanguageIs | Since | Until
Leaf: TypeAlias = Term | Near | Regex | Fact
Node: TypeAlias = Leaf | And | Or | Not


def negation(node: Node) -> Node:
    """Return the tree that holds where *node* does not, with NOT pushed one level down."""
    match node:
        case Not(child):
            return child
        case And(children):
            return Or(tuple(negation(child) for child in children))
        case Or(children):
            return And(tuple(negation(child) for child in children))
        case _:
            return Not(node)


def holds_for_nothing(node: Node) -> bool:
    """Return whether *node* holds when none of its leaves does: then it would match every unlike article."""
    match node:
        case Not(child):
            return not holds_for_nothing(child)
        case And(children):
            return all(holds_for_nothing(child) for child in children)
        case Or(children):
            return any(holds_for_nothing(child) for child in children)
        case _:
            return False


def within_fields(node: Node, fields: tuple[str, ...]) -> Node:
    """Return *node* with every leaf that has no field yet looking in *fields*; the innermost field wins."""
    match node:
        case And(children):
            return And(tuple(within_fields(child, fields) for child in children))
        case Or(children):
            return Or(tuple(within_fields(child, fields) for child in children))
        case Not(child):
            return Not(within_fields(child, fields))
        case Term() | Near() | Regex() if not node.fields:
            return replace(node, fields=fields)
        case _:
            return node


def placed(node: Node, position: int) -> Node:
    """Return *node* with every leaf at *position*: where the name of a query stands that it comes from."""
    match node:
        case And(children):
            return And(tuple(placed(child, position) for child in children))
        case Or(children):
            return Or(tuple(placed(child, position) for child in children))
        case Not(child):
            return Not(placed(child, position))
        case Near(terms):
            inner = tuple(replace(term, position=position) for term in terms)
            return replace(node, terms=inner, position=position)
        case Term() | Regex():
            return replace(node, position=position)
        case _:
            return node


def with_present_outlets(node: Node, present: Mapping[str, str]) -> Node:
    """Return *node* with outlets that have another id since, as *present* says (in lower case), under that id too:
    what was crawled under both keeps its former one."""
    match node:
        case And(children):
            return And(tuple(with_present_outlets(child, present) for child in children))
        case Or(children):
            return Or(tuple(_alternatives(children, present)))
        case Not(child):
            return Not(with_present_outlets(child, present))
        case OutletIs(outlet):
            return Or((node, OutletIs(present[outlet]))) if outlet in present else node
        case _:
            return node


def _alternatives(children: Iterable[Node], present: Mapping[str, str]) -> Iterator[Node]:
    """Yield the children of an Or with their present outlets beside them."""
    for child in children:
        renamed = with_present_outlets(child, present)
        if isinstance(renamed, Or):
            yield from renamed.children
        else:
            yield renamed


def first_negated(node: Node) -> int:
    """Return the offset in the query of the first leaf under a NOT, 0 if none knows its place."""
    match node:
        case Not(child):
            return first_position(child)
        case And(children) | Or(children):
            return next((first_negated(child) for child in children if holds_for_nothing(child)), 0)
        case _:
            return 0


def first_position(node: Node) -> int:
    """Return the offset in the query of the first leaf that knows its place."""
    match node:
        case And(children) | Or(children):
            return first_position(children[0])
        case Not(child):
            return first_position(child)
        case Term() | Near() | Regex():
            return node.position
        case _:
            return 0
