"""From the text of a query to its tree, or to an error that says where, why and what to write instead."""

from __future__ import annotations

import difflib
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from crawler.errors import QueryError

from .fold import fold_tokens
from .nodes import (
    BARE_FIELDS,
    FACT_FIELDS,
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
    first_negated,
    holds_for_nothing,
    within_fields,
)
from .query import Query
from .regex import BadPatternError, compiled

MAX_DEPTH = 50
"""Parentheses within parentheses, and NOTs in a row."""
MAX_TERMS = 10_000
MAX_LENGTH = 500_000
"""Characters of a query."""
MAX_DISTANCE = 1_000
"""Words between the terms of NEAR."""
DEFAULT_DISTANCE = 10
"""Words between the terms of a NEAR without a number, as in FTS5."""

_OTHER_NAMES = {
    **dict.fromkeys(("author", "by"), "byline"),
    **dict.fromkeys(("site", "source", "publisher", "domain", "host"), "outlet"),
    **dict.fromkeys(("text", "content"), "body"),
    **dict.fromkeys(("headline", "intitle"), "title"),
    **dict.fromkeys(("after", "from"), "since"),
    **dict.fromkeys(("before", "to"), "until"),
    **dict.fromkeys(("category", "desk"), "section"),
    "language": "lang",
}
_OPERATORS = {"_AND": "AND", "_OR": "OR", "_NOT": "NOT"}


class _FaultError(Exception):
    """A mistake at a place; becomes a QueryError where the query is known."""

    def __init__(self, position: int, cause: str, repair: str = "") -> None:
        self.position, self.cause, self.repair = position, cause, repair
        super().__init__(position, cause, repair)


def parse(query: str) -> Query:
    """Return the query of *query*; raises QueryError with position, cause and repair."""
    seen = _Seen(query)
    try:
        if not query.strip():
            raise _FaultError(0, "The query is empty.", "Write a word, or a phrase in quotes.")
        if len(query) > MAX_LENGTH:
            raise _FaultError(MAX_LENGTH, f"The query is longer than {MAX_LENGTH} characters.", "Split it.")
        tree = _tree(query, seen)
    except _FaultError as fault:
        raise QueryError(query, fault.position, fault.cause, fault.repair) from None
    return Query(text=query, tree=tree)


def _tree(query: str, seen: _Seen) -> Node:
    try:
        steps = _parser().parse_interactive(query)
        for token in steps.iter_parse():
            seen.take(token)
        built: Node = steps.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        at_end = isinstance(getattr(error, "token", None), Token) and error.token.type == "$END"  # type: ignore[attr-defined]
        position = error.pos_in_stream
        seen.blame(len(query) if at_end or position is None else position)
    if holds_for_nothing(built):
        raise _FaultError(
            first_negated(built),
            "This would match every article that lacks a term: NOT needs something that must occur.",
            "Write: something NOT this.",
        )
    return within_fields(built, BARE_FIELDS)


class _Seen:
    """What was read so far: enforces the bounds, and finds the words for a syntax error."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._open: list[int] = []
        self._last: Token | None = None
        self._nots = self._terms = 0

    def take(self, token: Token) -> None:
        """Count *token*; raises a fault for an unknown field, too many terms or too deep a nest."""
        place = token.start_pos or 0
        self._nots = self._nots + 1 if token.type == "_NOT" else 0
        if token.type == "FIELD":
            _field_name(token)
        elif token.type in ("_OPEN", "_NEAR"):
            self._open.append(place)
        elif token.type == "_CLOSE" and self._open:
            self._open.pop()
        elif token.type in ("WORD", "NEAR_WORD", "PHRASE", "REGEX"):
            self._terms += 1
        if len(self._open) > MAX_DEPTH or self._nots > MAX_DEPTH:
            raise _FaultError(
                place, f"More than {MAX_DEPTH} levels deep.", "Remove parentheses that are not needed."
            )
        if self._terms > MAX_TERMS:
            raise _FaultError(place, f"More than {MAX_TERMS} terms.", "Split the query.")
        if token.type != "_CLOSE" or self._last is None or self._last.type not in ("_OPEN", *_OPERATORS):
            self._last = token

    def blame(self, position: int) -> NoReturn:
        """Raise the fault that explains why nothing fits at *position*."""
        rest = self._query[position:]
        last = self._last
        if last is not None and (position == len(self._query) or rest[0] in "),"):
            self._blame_last(last)
        if self._open and rest[:1] in ("", ")") and self._query.startswith("NEAR", self._open[-1]):
            raise _FaultError(self._open[-1], "NEAR is not complete.", "Write: NEAR(one two, 5).")
        if position == len(self._query) and self._open:
            raise _FaultError(self._open[-1], "This parenthesis is not closed.", "Add a ).")
        word = re.match(r"(AND|OR|NOT|NEAR)(?![^\s()\"“„«])", rest)
        if word:
            self._blame_operator(position, word.group())
        faults = {
            '"': ("This quote is not closed.", 'Add a ".'),
            "“": ("This quote is not closed.", "Add a ”."),
            "„": ("This quote is not closed.", "Add a “."),
            "«": ("This quote is not closed.", "Add a »."),
            ")": ("There is no ( for this parenthesis.", "Remove it, or add a (."),
            "/": (
                "This is not a whole regular expression: /pattern/ without letters after it.",
                "Write / inside as \\/; to search for the text, quote it.",
            ),
        }
        if self._open and self._query.startswith("NEAR", self._open[-1]):
            raise _FaultError(position, "This has no place in NEAR.", "Write: NEAR(one two, 5).")
        cause, repair = faults.get(
            rest[:1], ("Nothing that can be read stands here.", "Quote the text to search.")
        )
        raise _FaultError(position, cause, repair)

    def _blame_last(self, last: Token) -> None:
        place = last.start_pos or 0
        if last.type in _OPERATORS:
            name = _OPERATORS[last.type]
            raise _FaultError(
                place, f"Nothing follows {name}.", f"Add a term, or write {name.lower()} for the word."
            )
        if last.type == "FIELD":
            raise _FaultError(place, f"Nothing follows {last.strip()}", "Add a term, a phrase or a group.")
        if last.type == "_OPEN":
            raise _FaultError(place, "Nothing stands in these parentheses.", "Remove them, or add a term.")

    def _blame_operator(self, position: int, name: str) -> NoReturn:
        if name == "NEAR":
            raise _FaultError(position, "NEAR needs its terms in parentheses.", "Write: NEAR(one two, 5).")
        if self._open and self._query.startswith("NEAR", self._open[-1]):
            raise _FaultError(
                position, f"NEAR takes words and phrases, not {name}.", "Write: NEAR(one two, 5)."
            )
        raise _FaultError(
            position, f"{name} needs a term on each side.", f"Add one, or write {name.lower()} for the word."
        )


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Builds the tree bottom-up while the parser runs: no recursion over the query."""

    def start(self, node: Node) -> Node:
        return node

    def any_of(self, *children: Node) -> Node:
        return children[0] if len(children) == 1 else Or(children)

    def all_of(self, *children: Node) -> Node:
        return children[0] if len(children) == 1 else And(children)

    def negated(self, node: Node) -> Node:
        return node.child if isinstance(node, Not) else Not(node)

    def in_field(self, field: Token, node: Node) -> Node:
        name = _field_name(field)
        return (
            within_fields(node, (name,)) if name in TEXT_FIELDS else _facts(node, name, field.start_pos or 0)
        )

    def word(self, token: Token) -> Term:
        _check_start(token)
        if token.type == "NEAR_WORD" and re.match(r"[^\W\d_]\w*:", token):
            raise _FaultError(
                token.start_pos or 0,
                "A field stands before NEAR, not in it.",
                "Write: title:NEAR(one two, 5).",
            )
        return _term(token, str(token))

    def phrase(self, token: Token) -> Term:
        return _term(token, token.rstrip("*")[1:-1] + ("*" if token.endswith("*") else ""))

    def near(self, *parts: Any) -> Near:
        terms = tuple(part for part in parts if isinstance(part, Term))
        numbers = [part for part in parts if isinstance(part, Token)]
        if len(terms) < 2:
            raise _FaultError(terms[0].position, "NEAR takes two terms or more.", "Write: NEAR(one two, 5).")
        if numbers and (len(numbers[0]) > 6 or int(numbers[0]) > MAX_DISTANCE):
            raise _FaultError(
                numbers[0].start_pos or 0, f"The distance is above {MAX_DISTANCE} words.", "Use AND instead."
            )
        distance = int(numbers[0]) if numbers else DEFAULT_DISTANCE
        return Near(terms, distance, position=terms[0].position)

    def regex(self, token: Token) -> Regex:
        pattern = token[1:-1].replace("\\/", "/")
        try:
            compiled(pattern)
        except BadPatternError as error:
            raise _FaultError(
                token.start_pos or 0,
                f"The regular expression cannot be used: {error.cause}.",
                error.repair,
            ) from None
        return Regex(pattern, position=token.start_pos or 0)


def _term(token: Token, raw: str) -> Term:
    """Return the term of *raw*; raises a fault for a misplaced star or a text without letters."""
    place = token.start_pos or 0
    quoted = token.type == "PHRASE"
    prefix = raw.endswith("*")
    text = raw.removesuffix("*")
    tokens = fold_tokens(text)
    if prefix and not tokens:
        raise _FaultError(place, "A * needs letters before it.", "Write the beginning of a word: nucle*")
    if "*" in text and not quoted:
        raise _FaultError(
            place + text.index("*"), "A * can only end a word.", "Quote it if it is meant as a character."
        )
    if not tokens:
        repair = {
            "&&": "Write AND.",
            "&": "Write AND.",
            "||": "Write OR.",
            "|": "Write OR.",
            "!": "Write NOT.",
        }
        raise _FaultError(place, "There is no letter and no digit in this.", repair.get(raw, "Remove it."))
    return Term(tokens, prefix=prefix, raw=text, position=place)


def _check_start(word: Token) -> None:
    """Raise a fault for a first character that other search engines, or later versions, read as a sign."""
    place = word.start_pos or 0
    rest = word[1:]
    if word[0] in "-!" and len(word) > 1:
        raise _FaultError(
            place, f"A {word[0]} does not exclude a word here.", f'Write: NOT {rest}, or quote it: "{word}"'
        )
    if word[0] in "=@" and len(word) > 1:
        raise _FaultError(
            place, f"A {word[0]} before a word is reserved.", f'To search for the text, quote it: "{word}"'
        )


def _field_name(field: Token) -> str:
    """Return the field that *field* names, in lower case; raises a fault with the likely one."""
    written = field.strip().removesuffix(":")
    name = written.lower()
    known = (*TEXT_FIELDS, *FACT_FIELDS)
    if name in known:
        return name
    near = difflib.get_close_matches(name, (*known, *_OTHER_NAMES), n=1)
    meant = _OTHER_NAMES.get(name) or (_OTHER_NAMES.get(near[0], near[0]) if near else "")
    told = f"Did you mean {meant}: ?" if meant else f"Fields are {', '.join(known)}."
    raise _FaultError(
        field.start_pos or 0, f"There is no field {written}:", f"{told} To search for the text, quote it."
    )


def _facts(node: Node, name: str, position: int) -> Node:
    """Return *node* with its words as values of the fact field *name*."""
    match node:
        case Term(fields=()):
            return _fact(node, name)
        case And(children) if name in ("outlet", "lang"):
            return And(tuple(_facts(child, name, position) for child in children))
        case Or(children) if name in ("outlet", "lang"):
            return Or(tuple(_facts(child, name, position) for child in children))
        case Not(child) if name in ("outlet", "lang"):
            return Not(_facts(child, name, position))
        case _:
            example = {"outlet": "outlet:presstv", "lang": "lang:fa"}.get(name, f"{name}:2026-11-23")
            raise _FaultError(position, f"{name}: takes a plain value.", f"Write: {example}")


def _fact(term: Term, name: str) -> OutletIs | LanguageIs | Since | Until:
    value = term.raw.strip().lower()
    if name in ("since", "until"):
        return (Since if name == "since" else Until)(_day(term, name))
    if term.prefix or not re.fullmatch(r"[\w.-]+", value) or not value.isprintable():
        cause = "an outlet's id" if name == "outlet" else "a language code"
        raise _FaultError(
            term.position, f"This is not {cause}.", f"Write: {name}:{'presstv' if name == 'outlet' else 'fa'}"
        )
    return OutletIs(value) if name == "outlet" else LanguageIs(value.replace("_", "-"))


def _day(term: Term, name: str) -> date:
    try:
        if not term.prefix and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", term.raw):
            return date.fromisoformat(term.raw)
    except ValueError as error:
        raise _FaultError(term.position, f"There is no such day: {error}.", "Write: YYYY-MM-DD") from None
    raise _FaultError(term.position, f"{name}: takes a day.", f"Write: {name}:2026-11-23")


@cache
def _parser() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Builder(), propagate_positions=False)
