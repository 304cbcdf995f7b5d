"""Words that stand for each other: a term that is in a set finds all words of the set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from .faults import FaultError
from .fold import fold_cased, fold_tokens
from .nodes import And, Near, Node, Not, Or, Term

SEPARATORS = re.compile("[,،、，]")
"""Between the words of a set; a comma of any script."""


def synonym(written: str) -> Term:
    """Return the term of a word or a phrase of a set; it counts with its capitals after ``=``.

    Raises:
        ValueError: it cannot be one; with what is wrong and what to do.
    """
    text = written.removeprefix("=")
    tokens = fold_tokens(text)
    if not tokens:
        raise ValueError(f'"{written}" has no letter and no digit. Remove it.')
    if re.search(r'["“”„«»*()/:@=]', text):
        raise ValueError(
            f'"{written}" has a sign of the query language. Write words alone, as they are printed.'
        )
    return Term(tokens, raw=text, cased=tuple(fold_cased(text).split()) if text != written else ())


class Synonyms:
    """Sets of words. A word that is in several stands for the words of each; the other words of these sets do not
    stand for each other because of it."""

    def __init__(self, sets: Iterable[Sequence[str]]) -> None:
        self._others: dict[tuple[str, ...], dict[Term, None]] = {}
        for words in sets:
            terms = [synonym(word) for word in words]
            for term in terms:
                if not term.cased:
                    self._others.setdefault(term.tokens, {}).update(dict.fromkeys(terms))

    def of(self, term: Term) -> tuple[Term, ...]:
        """Return the terms of which one is to be found where *term* is asked for, itself first. A prefix and a term
        that counts with its capitals stand for themselves."""
        others = self._others.get(term.tokens, {})
        if term.prefix or term.cased or not others:
            return (term,)
        same = (replace(each, fields=term.fields, position=term.position) for each in others)
        found = {(each.tokens, each.cased): each for each in same if each.tokens != term.tokens or each.cased}
        return (term, *found.values())

    def beside(self, tree: Node, room: int) -> Node:
        """Return *tree* with the synonyms of each term beside it; *tree* itself where there are none. *room* is how
        many terms may be added; a fault is raised above."""
        return _Beside(self, room).of(tree) if self._others else tree


class _Beside:
    """Adds synonyms to one tree."""

    def __init__(self, synonyms: Synonyms, room: int) -> None:
        self._synonyms, self._room = synonyms, room

    def of(self, node: Node) -> Node:
        match node:
            case Term():
                terms = self._synonyms.of(node)
                self._count(len(terms) - 1, node.position)
                return Or(terms) if len(terms) > 1 else node
            case Near():
                return self._of_near(node)
            case And(children):
                changed = tuple(map(self.of, children))
                return And(changed) if _differ(changed, children) else node
            case Or(children):
                changed = tuple(self._flat(children))
                return Or(changed) if _differ(changed, children) else node
            case Not(child):
                inner = self.of(child)
                return node if inner is child else Not(inner)
            case _:
                return node

    def _flat(self, children: Iterable[Node]) -> Iterator[Node]:
        """Yield the children of an Or, alternatives of a term among them and not a level deeper."""
        for child in children:
            found = self.of(child)
            if found is not child and isinstance(found, Or) and not isinstance(child, Or):
                yield from found.children
            else:
                yield found

    def _of_near(self, near: Near) -> Node:
        choices = [self._synonyms.of(term) for term in near.terms]
        count = prod(map(len, choices))
        if count == 1:
            return near
        self._count((count - 1) * len(choices), near.position)
        return Or(tuple(replace(near, terms=terms) for terms in product(*choices)))

    def _count(self, added: int, position: int) -> None:
        self._room -= added
        if self._room < 0:
            raise FaultError(
                position,
                "With synonyms these are too many terms.",
                "Put = before words that need none, or split the query.",
            )


def _differ(changed: Sequence[Node], children: Sequence[Node]) -> bool:
    return len(changed) != len(children) or any(
        new is not old for new, old in zip(changed, children, strict=True)
    )
