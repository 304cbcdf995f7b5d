"""All rules against one article: one pass of Aho-Corasick, then the trees of the rules it points to.

The terms of all rules stand in one automaton over the folded fields. A rule is looked at only when one of its
*ways* is open: wherever it holds, the term of one of them occurs, and one of the way's further terms if it has any.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TypeAlias

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.errors import ConfigError, QueryError
from crawler.items import Document, Match, Rule

from .nodes import TEXT_FIELDS, And, Near, Node, Not, Or, Term, negation
from .parse import parse
from .reading import Reading, holds, spans_where_held

_SMALL = 4_000
"""Characters of needles up to which the automaton may choose its form itself. Of few needles it takes one that costs their
length squared to build: a phrase of 10,000 words would take seconds."""
_BETWEEN = "\n"
"""Stands between two fields: no token holds it, so no phrase reaches over it."""


_Way: TypeAlias = tuple[str, frozenset[str]]
"""A needle, and needles of which one occurs beside it; none when it stands alone."""


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
        self._ways: dict[int, list[tuple[int, frozenset[int]]]] = defaultdict(list)
        for place, each in enumerate(self._rules):
            ways = _ways(each.tree)
            if ways is None:
                self._always.append(place)
            numbered: dict[frozenset[str], frozenset[int]] = {}
            for needle, beside in ways or ():
                if beside not in numbered:
                    numbered[beside] = frozenset(self._number[other] for other in beside)
                self._ways[self._number[needle]].append((place, numbered[beside]))

    def match(self, document: Document) -> list[Match]:
        """Return a Match for each rule that holds, in the order of the rules."""
        reading = _Scanned(document, self._automaton, self._number)
        seen = reading.needles
        places = set(self._always)
        for number in seen & self._ways.keys():
            places.update(
                place for place, beside in self._ways[number] if not beside or not beside.isdisjoint(seen)
            )
        matches = []
        for place in sorted(places):
            rule, tree = self._rules[place].rule, self._rules[place].tree
            if rule.outlets and document.outlet not in rule.outlets:
                continue
            if holds(tree, reading):
                matches.append(Match(rule_id=rule.id, spans=spans_where_held(tree, reading)))
        return matches


class _Scanned(Reading):
    """A document whose terms one pass of the automaton has found."""

    def __init__(self, document: Document, automaton: AhoCorasick | None, number: dict[str, int]) -> None:
        super().__init__(document)
        self._number = number
        texts = [self.tokens(field) for field in TEXT_FIELDS]
        begins = accumulate((len(text) + len(_BETWEEN) for text in texts), initial=0)
        self._bounds = {
            field: (begin, begin + len(text))
            for field, text, begin in zip(TEXT_FIELDS, texts, begins, strict=False)
        }
        self._hits = (
            automaton.find_matches_as_indexes(_BETWEEN.join(texts), overlapping=True) if automaton else []
        )
        self.needles = {number for number, _, _ in self._hits}
        """Numbers of the terms that occur in any field."""

    @cached_property
    def _found(self) -> dict[int, list[int]]:
        """Where each term that occurs starts in the joined fields, ascending."""
        found = defaultdict(list)
        for number, start, _ in self._hits:
            found[number].append(start)
        return found

    def _is_seen(self, term: Term, field: str) -> bool:
        found = self._found.get(self._number[term.needle])
        if found is None:
            return False
        begin, end = self._bounds[field]
        at = bisect_left(found, begin)
        return at < len(found) and found[at] < end

    def _seen(self, term: Term, field: str) -> Sequence[int]:
        found = self._found.get(self._number[term.needle])
        if found is None:
            return ()
        begin, end = self._bounds[field]
        return [start - begin for start in found[bisect_left(found, begin) : bisect_left(found, end)]]


def _automaton(needles: Sequence[str]) -> AhoCorasick:
    is_small = sum(map(len, needles)) <= _SMALL
    return AhoCorasick(
        needles, store_patterns=False, implementation=None if is_small else Implementation.ContiguousNFA
    )


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


def _ways(node: Node) -> list[_Way] | None:
    """Return ways of which at least one is open wherever *node* holds; None if there are none such."""
    match node:
        case Term():
            return [(node.needle, frozenset())]
        case Near(terms):
            needle, *others = sorted({term.needle for term in terms}, key=len, reverse=True)
            return [(needle, frozenset(others[:1]))]
        case And(children):
            return _narrowest([each for each in map(_ways, children) if each is not None])
        case Or(children):
            known = [each for each in map(_ways, children) if each is not None]
            return [way for each in known for way in each] if len(known) == len(children) else None
        case Not(And() | Or() | Not() as child):
            return _ways(negation(child))
        case _:
            return None


def _narrowest(known: list[list[_Way]]) -> list[_Way] | None:
    """Return the ways whose terms are rarest of those that are all open, each beside the next rare ones if it has none."""
    if not known:
        return None
    ranked = sorted(((frozenset(needle for needle, _ in ways), ways) for ways in known), key=_rarity)
    others = ranked[1][0] if len(ranked) > 1 else frozenset()
    return [(needle, beside or others) for needle, beside in ranked[0][1]]


def _rarity(way: tuple[frozenset[str], list[_Way]]) -> tuple[float, int]:
    return _commonness(way[0])


def _commonness(needles: frozenset[str]) -> tuple[float, int]:
    """Return a guess at how often one of *needles* occurs: long ones are rare."""
    return sum(2.0 ** -min(len(needle), 60) for needle in needles), len(needles)
