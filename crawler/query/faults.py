"""What is wrong with a query that cannot be read: a mistake at its place, with its cause and a repair."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol

from .nodes import FACT_FIELDS, TEXT_FIELDS

MAX_DEPTH = 50
"""Parentheses within parentheses, and NOTs in a row."""

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
OPERATORS = {"_AND": "AND", "_OR": "OR", "_NOT": "NOT"}


class Token(Protocol):
    """What the lexer read: its text (``str``), of which kind it is and where it begins."""

    type: str
    start_pos: int | None
    value: Any


class FaultError(Exception):
    """A mistake at a place; becomes a QueryError where the query is known."""

    def __init__(self, position: int, cause: str, repair: str = "") -> None:
        self.position, self.cause, self.repair = position, cause, repair
        super().__init__(position, cause, repair)


def field_name(field: Token) -> str:
    """Return the field that *field* names, in lower case; raises a fault with the likely one."""
    written = str(field).strip().removesuffix(":")
    name = written.lower()
    known = (*TEXT_FIELDS, *FACT_FIELDS)
    if name in known:
        return name
    near = difflib.get_close_matches(name, (*known, *_OTHER_NAMES), n=1)
    meant = _OTHER_NAMES.get(name) or (_OTHER_NAMES.get(near[0], near[0]) if near else "")
    told = f"Did you mean {meant}: ?" if meant else f"Fields are {', '.join(known)}."
    raise FaultError(
        field.start_pos or 0, f"There is no field {written}:", f"{told} To search for the text, quote it."
    )


def blame(query: str, position: int, last: Token | None, opened: Sequence[int]) -> NoReturn:
    """Raise the fault that explains why nothing fits at *position*; *last* is the token before, *opened* has the
    places of the parentheses that are open."""
    rest = query[position:]
    if last is not None and (position == len(query) or rest[0] in "),"):
        _blame_last(last)
    in_near = bool(opened) and query.startswith("NEAR", opened[-1])
    if in_near and rest[:1] in ("", ")"):
        raise FaultError(opened[-1], "NEAR is not complete.", "Write: NEAR(one two, 5).")
    if position == len(query) and opened:
        raise FaultError(opened[-1], "This parenthesis is not closed.", "Add a ).")
    word = re.match(r"(AND|OR|NOT|NEAR)(?![^\s()\"“„«])", rest)
    if word:
        _blame_operator(position, word.group(), in_near)
    if in_near:
        raise FaultError(position, "This has no place in NEAR.", "Write: NEAR(one two, 5).")
    cause, repair = _FAULTS.get(
        rest.removeprefix("=")[:1], ("Nothing that can be read stands here.", "Quote the text to search.")
    )
    raise FaultError(position, cause, repair)


_FAULTS = {
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


def _blame_last(last: Token) -> None:
    place = last.start_pos or 0
    if last.type in OPERATORS:
        name = OPERATORS[last.type]
        raise FaultError(
            place, f"Nothing follows {name}.", f"Add a term, or write {name.lower()} for the word."
        )
    if last.type == "FIELD":
        raise FaultError(place, f"Nothing follows {str(last).strip()}", "Add a term, a phrase or a group.")
    if last.type == "_OPEN":
        raise FaultError(place, "Nothing stands in these parentheses.", "Remove them, or add a term.")


def _blame_operator(position: int, name: str, in_near: bool) -> NoReturn:
    if name == "NEAR":
        raise FaultError(position, "NEAR needs its terms in parentheses.", "Write: NEAR(one two, 5).")
    if in_near:
        raise FaultError(position, f"NEAR takes words and phrases, not {name}.", "Write: NEAR(one two, 5).")
    raise FaultError(
        position, f"{name} needs a term on each side.", f"Add one, or write {name.lower()} for the word."
    )
