"""How the store answers a query: a necessary FTS5 expression, plain conditions, and whether to re-check.

FTS5 knows neither regular expressions nor outlets nor case, and its NOT is binary. So a tree is compiled to
an expression that holds *at least* where the tree does; when it may hold elsewhere too (``exact`` is
False), each row found is asked again with ``Query.holds``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .nodes import (
    And,
    LanguageIs,
    Near,
    Node,
    Not,
    Or,
    OutletIs,
    Since,
    Term,
    Until,
    holds_for_nothing,
    negation,
)

FTS_DEPTH = 15
"""Levels of And and Or given to FTS5, two parentheses each at most; its parser ends at 33 of them. What
is deeper is re-checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to find a query's articles. All conditions are joined by AND."""

    match: str | None = None
    """FTS5 MATCH expression over columns title, body, byline, section; None: every row may match."""
    exact: bool = True
    """True: match and conditions are the whole answer. False: ask ``Query.holds`` of each row."""
    outlets: tuple[str, ...] = ()
    """Outlet ids in lower case, one of which the article must have; empty: any."""
    langs: tuple[str, ...] = ()
    """Language codes in lower case; ``pt`` stands for ``pt-br`` too; empty: any."""
    since: date | None = None
    """First day (UTC, inclusive) of published_at, else first_seen_at."""
    until: date | None = None
    """Last day, inclusive."""

    @property
    def is_scan(self) -> bool:
        """True when each article must be read: look at the newest within a limit, and say so."""
        return self.match is None and not self.exact


def plan_of(tree: Node) -> Plan:
    """Return the plan for *tree*."""
    outlets: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    rest: list[Node] = []
    for part in tree.children if isinstance(tree, And) else (tree,):
        match part:
            case Since(day):
                since = max(since or day, day)
            case Until(day):
                until = min(until or day, day)
            case _ if not outlets and (ids := _alternatives(part, OutletIs)):
                outlets = ids
            case _ if not langs and (codes := _alternatives(part, LanguageIs)):
                langs = codes
            case _:
                rest.append(part)
    found = _at_least(And(tuple(rest)), 0) if rest else _EVERYTHING
    return Plan(match=found.text, exact=found.exact, outlets=outlets, langs=langs, since=since, until=until)


def _alternatives(part: Node, kind: type[OutletIs] | type[LanguageIs]) -> tuple[str, ...]:
    """Return the values when *part* is one fact of *kind* or nothing but alternatives of it, else nothing."""
    leaves = part.children if isinstance(part, Or) else (part,)
    values = [
        leaf.id if isinstance(leaf, OutletIs) else leaf.code for leaf in leaves if isinstance(leaf, kind)
    ]
    return tuple(dict.fromkeys(values)) if len(values) == len(leaves) else ()


@dataclass(frozen=True, slots=True)
class _Found:
    """An FTS5 expression, or None for all rows or no row (which of the two: by who asked)."""

    text: str | None
    exact: bool
    """True when it holds exactly where the tree does."""
    joined: bool = False
    """True when it must be put in parentheses to become an operand."""

    @property
    def operand(self) -> str:
        return f"({self.text})" if self.joined else str(self.text)


_EVERYTHING = _Found(None, True)
_UNKNOWN = _Found(None, False)


def _at_least(node: Node, depth: int) -> _Found:
    """Return an expression that holds wherever *node* does; text None holds everywhere."""
    match node:
        case Term() | Near():
            return _leaf(node)
        case Not(And() | Or() | Not() as child):
            return _at_least(negation(child), depth)
        case Or(children) if depth < FTS_DEPTH:
            parts = [_at_least(child, depth + 1) for child in children]
            if any(part.text is None for part in parts):
                return _UNKNOWN
            return _join(" OR ", parts)
        case And(children) if depth < FTS_DEPTH:
            return _conjunction(children, depth)
        case _:
            return _UNKNOWN


def _conjunction(children: tuple[Node, ...], depth: int) -> _Found:
    """Return the positive children joined by AND, less what the others exclude for certain."""
    wanted = [child for child in children if not holds_for_nothing(child)]
    unwanted = [negation(child) for child in children if holds_for_nothing(child)]
    found = [_at_least(child, depth + 1) for child in wanted]
    usable = [part for part in found if part.text is not None]
    if not usable:
        return _UNKNOWN
    joined = _join(" AND ", usable)
    excluded = [_at_most(child, depth + 1) for child in unwanted]
    sure = [part for part in excluded if part.text is not None]
    exact = all(part.exact for part in (*found, *excluded))
    if not sure:
        return _Found(joined.text, exact, joined.joined)
    return _Found(f"{joined.operand} NOT {_join(' OR ', sure).operand}", exact, joined=True)


def _at_most(node: Node, depth: int) -> _Found:
    """Return an expression that holds only where *node* does; text None holds nowhere."""
    match node:
        case Not(And() | Or() | Not() as child):
            return _at_most(negation(child), depth)
        case Or(children) if depth < FTS_DEPTH:
            parts = [_at_most(child, depth + 1) for child in children]
            sure = [part for part in parts if part.text is not None]
            if not sure:
                return _UNKNOWN
            joined = _join(" OR ", sure)
            return _Found(joined.text, all(part.exact for part in parts), joined.joined)
        case _:
            whole = _at_least(node, depth)
            return whole if whole.exact else _UNKNOWN


def _leaf(node: Term | Near) -> _Found:
    columns = " ".join(node.fields)
    if isinstance(node, Term):
        return _Found(f"{{{columns}}} : {_phrase(node)}", not node.cased)
    terms = " ".join(_phrase(term) for term in node.terms)
    exact = not any(term.cased for term in node.terms)
    return _Found(f"{{{columns}}} : NEAR({terms}, {node.distance})", exact)


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}'


def _join(operator: str, parts: Iterable[_Found]) -> _Found:
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    text = operator.join(part.operand for part in listed)
    return _Found(text, all(part.exact for part in listed), joined=True)
