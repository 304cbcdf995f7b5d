"""A tree as one would write it: the query that means the same without names and synonyms."""

from __future__ import annotations

import re

from .nodes import BARE_FIELDS, And, LanguageIs, Near, Node, Not, Or, OutletIs, Regex, Since, Term, Until

_PLAIN = re.compile(r"(?!(?:AND|OR|NOT|NEAR)$)[^\W\d_][\w’'-]*")
"""A word that means the same without quotes, in NEAR too."""


def written(node: Node) -> str:
    """Return *node*, whose leaves have their fields, as a query; reading it gives *node* again."""
    match node:
        case And(children):
            return " AND ".join(_operand(child) for child in children)
        case Or(children):
            return " OR ".join(_operand(child) for child in children)
        case Not(child):
            return f"NOT {_operand(child)}"
        case Term():
            return _field(node.fields) + written_term(node)
        case Near():
            terms = " ".join(written_term(term) for term in node.terms)
            return f"{_field(node.fields)}NEAR({terms}, {node.distance})"
        case Regex():
            pattern = node.pattern.replace("/", "\\/")
            return f"{_field(node.fields)}/{pattern}/"
        case OutletIs(outlet):
            return f"outlet:{_value(outlet)}"
        case LanguageIs(code):
            return f"lang:{_value(code)}"
        case Since(day):
            return f"since:{day}"
        case Until(day):
            return f"until:{day}"


def written_term(term: Term) -> str:
    """Return a term without its fields. Quotes in it only part words, and vanish."""
    text = (term.raw or " ".join(term.tokens)).replace('"', " ")
    shown = text if _PLAIN.fullmatch(text) else f'"{text}"'
    return f"{'=' if term.cased else ''}{shown}{'*' if term.prefix else ''}"


def levels(node: Node) -> int:
    """Return how many parentheses deep ``written(node)`` is at most."""
    match node:
        case And(children) | Or(children):
            return 1 + max(map(levels, children))
        case Not(child):
            return levels(child)
        case Near():
            return 1
        case _:
            return 0


def _operand(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, And | Or) else written(node)


def _field(fields: tuple[str, ...]) -> str:
    return "" if fields in ((), BARE_FIELDS) else f"{fields[0]}:"


def _value(value: str) -> str:
    return value if value[0].isalnum() else f'"{value}"'
