"""All rules against one article: one pass of Aho-Corasick, then the trees of the rules it points to.

The terms of all rules stand in one automaton over the folded fields. A rule is looked at only when
one of its *triggers* was seen: terms of which at least one must occur for the rule to hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.errors import ConfigError, QueryError
from crawler.items import Document, Match, Rule

from .nodes import TEXT_FIELDS, And, Near, Node, Not, Or, Term, negation
from .parse import parse
from .reading import Reading, holds, spans_of

_SMALL = 4_000
"""Characters of needles up to which the automaton may choose its form itself. Of few needles it takes one that costs their
length squared to build: a phrase of 10,000 words would take seconds."""
_BETWEEN = "\n"
"""Stands between two fields: no token holds it, so no phrase reaches over it."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule with the tree of its query."""

    rule: Rule
    tree: Node


class Matcher:
    """Answers which of its rules hold for a document."""

    def __init__(self, rules: Sequence[Rule], former: Mapping[str, str] | None = None) -> None:
        """Compile *rules*; raises ConfigError that names every rule whose query cannot be read. *former* gives the
        present id of outlets that queries may name by an earlier one."""
        self._rules = _compiled(rules, former or {})
        needles = sorted({term.needle for each in self._rules for term in _terms(each.tree)})
        self._number = {needle: number for number, needle in enumerate(needles)}
        self._automaton = _automaton(needles) if needles else None
        self._always: list[int] = []
        self._triggered: dict[int, list[int]] = defaultdict(list)
        for place, each in enumerate(self._rules):
            triggers = _triggers(each.tree)
            if triggers is None:
                self._always.append(place)
            for needle in triggers or ():
                self._triggered[self._number[needle]].append(place)

    def match(self, document: Document) -> list[Match]:
        """Return a Match for each rule that holds, in the order of the rules."""
        reading = _Scanned(document, self._automaton, self._number)
        places = set(self._always)
        for number in reading.needles:
            places.update(self._triggered.get(number, ()))
        matches = []
        for place in sorted(places):
            rule, tree = self._rules[place].rule, self._rules[place].tree
            if rule.outlets and document.outlet not in rule.outlets:
                continue
            if holds(tree, reading):
                matches.append(Match(rule_id=rule.id, spans=spans_of(tree, reading)))
        return matches


class _Scanned(Reading):
    """A document whose terms one pass of the automaton has found."""

    def __init__(self, document: Document, automaton: AhoCorasick | None, number: dict[str, int]) -> None:
        super().__init__(document)
        self._number = number
        self._found: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.needles: set[int] = set()
        """Numbers of the terms that occur in any field."""
        if automaton is not None:
            self._scan(automaton)

    def _scan(self, automaton: AhoCorasick) -> None:
        texts = [self.tokens(field) for field in TEXT_FIELDS]
        bounds, begin = [], 0
        for text in texts:
            bounds.append(begin)
            begin += len(text) + len(_BETWEEN)
        bounds.append(begin)
        at = 0
        hits = automaton.find_matches_as_indexes(_BETWEEN.join(texts), overlapping=True)
        for number, start, _ in sorted(hits, key=_start):
            while start >= bounds[at + 1]:
                at += 1
            self._found[number, TEXT_FIELDS[at]].append(start - bounds[at])
            self.needles.add(number)

    def _is_seen(self, term: Term, field: str) -> bool:
        return (self._number[term.needle], field) in self._found

    def _seen(self, term: Term, field: str) -> Sequence[int]:
        return self._found.get((self._number[term.needle], field), ())


def _automaton(needles: Sequence[str]) -> AhoCorasick:
    is_small = sum(map(len, needles)) <= _SMALL
    return AhoCorasick(
        needles, store_patterns=False, implementation=None if is_small else Implementation.ContiguousNFA
    )


def _start(hit: tuple[int, int, int]) -> int:
    return hit[1]


def _compiled(rules: Sequence[Rule], former: Mapping[str, str]) -> list[_Compiled]:
    compiled, problems = [], []
    for rule in rules:
        try:
            compiled.append(_Compiled(rule, parse(rule.full_query).for_outlets(former).tree))
        except QueryError as error:
            problems.append(f"rule {rule.id}: {error.cause} {error.repair}".rstrip() + f"\n{error}")
    if problems:
        raise ConfigError(*problems)
    return compiled


def _terms(node: Node) -> Iterator[Term]:
    """Yield every term of the tree, those under NOT and in NEAR too."""
    match node:
        case Term():
            yield node
        case Near(terms):
            yield from terms
        case And(children) | Or(children):
            for child in children:
                yield from _terms(child)
        case Not(child):
            yield from _terms(child)
        case _:
            return


def _triggers(node: Node) -> frozenset[str] | None:
    """Return needles of which at least one occurs wherever *node* holds; None if there is no such set."""
    match node:
        case Term():
            return frozenset((node.needle,))
        case Near(terms):
            return frozenset((max((term.needle for term in terms), key=len),))
        case And(children):
            return min(
                (each for each in map(_triggers, children) if each is not None), key=_commonness, default=None
            )
        case Or(children):
            return _union([_triggers(child) for child in children])
        case Not(And() | Or() | Not() as child):
            return _triggers(negation(child))
        case _:
            return None


def _union(parts: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if len(known) == len(parts) else None


def _commonness(needles: frozenset[str]) -> tuple[float, int]:
    """Return a guess at how often one of *needles* occurs: long ones are rare."""
    return sum(2.0 ** -min(len(needle), 60) for needle in needles), len(needles)
