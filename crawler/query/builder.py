"""Builds the tree of a query bottom-up while the parser runs: no recursion over the query."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from .faults import FaultError, Token, field_name
from .fold import fold_cased, fold_tokens
from .nodes import (
    TEXT_FIELDS,
    And,
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
    within_fields,
)
from .regex import BadPatternError, compiled

MAX_NEAR = 50
"""Terms of a NEAR."""
MAX_DISTANCE = 1_000
"""Words between the terms of NEAR."""
DEFAULT_DISTANCE = 10
"""Words between the terms of a NEAR without a number, as in FTS5."""


class Builder:
    """What the parser calls for each rule of the grammar, with its parts. The value of a NAME token is the tree that it stands for."""

    def start(self, parts: list[Node]) -> Node:
        return parts[0]

    def any_of(self, parts: list[Node]) -> Node:
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all_of(self, parts: list[Node]) -> Node:
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negated(self, parts: list[Node]) -> Node:
        (node,) = parts
        return node.child if isinstance(node, Not) else Not(node)

    def in_field(self, parts: list[Any]) -> Node:
        field, node = parts
        name = field_name(field)
        return (
            within_fields(node, (name,)) if name in TEXT_FIELDS else _facts(node, name, field.start_pos or 0)
        )

    def named(self, parts: list[Token]) -> Node:
        node: Node = parts[0].value
        return node

    def word(self, parts: list[Token]) -> Term:
        (token,) = parts
        _check_start(token)
        text = str(token)
        if token.type == "NEAR_WORD" and re.match(r"[^\W\d_]\w*:", text):
            raise FaultError(
                token.start_pos or 0,
                "A field stands before NEAR, not in it.",
                "Write: title:NEAR(one two, 5).",
            )
        return _term(token, text[1:] if text[0] == "=" and len(text) > 1 else text)

    def phrase(self, parts: list[Token]) -> Term:
        (token,) = parts
        text = str(token)
        inner = text.removeprefix("=").rstrip("*")[1:-1]
        return _term(token, inner + ("*" if text.endswith("*") else ""))

    def near(self, parts: list[Any]) -> Near:
        terms = tuple(part for part in parts if isinstance(part, Term))
        numbers = [part for part in parts if not isinstance(part, Term)]
        if len(terms) < 2:
            raise FaultError(terms[0].position, "NEAR takes two terms or more.", "Write: NEAR(one two, 5).")
        if len(terms) > MAX_NEAR:
            raise FaultError(
                terms[MAX_NEAR].position, f"NEAR takes at most {MAX_NEAR} terms.", "Use AND, or split it."
            )
        if numbers and (len(numbers[0]) > 6 or int(numbers[0]) > MAX_DISTANCE):
            raise FaultError(
                numbers[0].start_pos or 0, f"The distance is above {MAX_DISTANCE} words.", "Use AND instead."
            )
        distance = int(numbers[0]) if numbers else DEFAULT_DISTANCE
        return Near(terms, distance, position=terms[0].position)

    def regex(self, parts: list[Token]) -> Regex:
        (token,) = parts
        pattern = str(token)[1:-1].replace("\\/", "/")
        try:
            compiled(pattern)
        except BadPatternError as error:
            raise FaultError(
                token.start_pos or 0,
                f"The regular expression cannot be used: {error.cause}.",
                error.repair,
            ) from None
        return Regex(pattern, position=token.start_pos or 0)


_SIGNS = {
    **dict.fromkeys(("&&", "&"), "Write AND."),
    **dict.fromkeys(("||", "|"), "Write OR."),
    "!": "Write NOT.",
    "=": "Write it right before a word or a phrase: =US",
}
"""What is meant by signs that stand alone."""


def _term(token: Token, raw: str) -> Term:
    """Return the term of *raw*; raises a fault for a misplaced star or a text without letters. It counts with its
    capitals where *token* begins with ``=``."""
    place = token.start_pos or 0
    quoted = token.type == "PHRASE"
    prefix = raw.endswith("*")
    text = raw.removesuffix("*")
    tokens = fold_tokens(text)
    if prefix and not tokens:
        raise FaultError(place, "A * needs letters before it.", "Write the beginning of a word: nucle*")
    if "*" in text and not quoted:
        raise FaultError(
            place + str(token).index("*"),
            "A * can only end a word.",
            "Quote it if it is meant as a character.",
        )
    if not tokens:
        raise FaultError(place, "There is no letter and no digit in this.", _SIGNS.get(raw, "Remove it."))
    cased = tuple(fold_cased(text).split()) if str(token)[0] == "=" else ()
    return Term(tokens, prefix=prefix, raw=text, position=place, cased=cased)


def _check_start(token: Token) -> None:
    """Raise a fault for a first character that other search engines, or later versions, read as a sign."""
    place, word = token.start_pos or 0, str(token)
    rest = word[1:]
    if word[0] in "-!" and len(word) > 1:
        raise FaultError(
            place, f"A {word[0]} does not exclude a word here.", f'Write: NOT {rest}, or quote it: "{word}"'
        )
    if word[0] == "@":
        raise FaultError(
            place, "A named query stands alone, not in NEAR.", f'To search for the text, quote it: "{word}"'
        )
    if word[0] == "=" and rest[:1] in ("=", "@", "-", "!", "/"):
        raise FaultError(
            place, "= stands right before a word or a phrase.", f'To search for the text, quote it: "{word}"'
        )
    if word[0] == "=" and re.match(r"[^\W\d_]\w*:", rest):
        field, _, value = rest.partition(":")
        raise FaultError(place, "= stands after the field.", f"Write: {field}:={value}")


def _facts(node: Node, name: str, position: int) -> Node:
    """Return *node* with its words as values of the fact field *name*."""
    match node:
        case Term(fields=(), cased=()):
            return _fact(node, name)
        case And(children) if name in ("outlet", "lang"):
            return And(tuple(_facts(child, name, position) for child in children))
        case Or(children) if name in ("outlet", "lang"):
            return Or(tuple(_facts(child, name, position) for child in children))
        case Not(child) if name in ("outlet", "lang"):
            return Not(_facts(child, name, position))
        case _:
            example = {"outlet": "outlet:presstv", "lang": "lang:fa"}.get(name, f"{name}:2026-11-23")
            raise FaultError(position, f"{name}: takes a plain value.", f"Write: {example}")


def _fact(term: Term, name: str) -> OutletIs | LanguageIs | Since | Until:
    value = term.raw.strip().lower()
    if name in ("since", "until"):
        return (Since if name == "since" else Until)(_day(term, name))
    if term.prefix or not re.fullmatch(r"[\w.-]+", value) or not value.isprintable():
        cause = "an outlet's id" if name == "outlet" else "a language code"
        raise FaultError(
            term.position, f"This is not {cause}.", f"Write: {name}:{'presstv' if name == 'outlet' else 'fa'}"
        )
    return OutletIs(value) if name == "outlet" else LanguageIs(value.replace("_", "-"))


def _day(term: Term, name: str) -> date:
    try:
        if not term.prefix and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", term.raw):
            return date.fromisoformat(term.raw)
    except ValueError as error:
        raise FaultError(term.position, f"There is no such day: {error}.", "Write: YYYY-MM-DD") from None
    raise FaultError(term.position, f"{name}: takes a day.", f"Write: {name}:2026-11-23")
