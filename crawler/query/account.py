"""Why a query holds for a document or does not: each clause judged, with what was there instead. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from crawler.items import Document

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
)
from .places import fold
from .query import Query
from .reading import Reading, holds, spans_of
from .snippet import snippet
from .writing import written, written_term

NEAREST = 3
"""Words of the text that are named beside one that is missing."""
ALIKE = 0.72
"""Share of like characters (difflib's ratio) from which a word counts as near: one letter of four may differ."""
LONGEST_WORD = 40
"""Characters of a word of the text that is compared."""
PLACES = 2
"""Places shown of a clause that holds."""
CONTEXT = 90
"""Characters around such a place."""
STEM = 4
"""Characters that a word must have in common with a missing one, from its beginning, to count as near though it goes on
otherwise: a compound, an inflection."""
MOST_NEAREST = 100
"""Leaves that fail for which something near is sought: a query may have ten thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One node of a query's tree, judged on one document."""

    text: str
    """As one would write it: ``title:"a phrase"``, ``all of``, ``any of``, ``NOT section:sport``."""
    holds: bool
    told: str = ""
    """Of a leaf: what was found, or why nothing was."""
    nearest: tuple[str, ...] = ()
    """Words of the document like those that are missing, as they stand there."""
    places: tuple[str, ...] = ()
    """Of a leaf that holds: where, in a few words around it."""
    elsewhere: tuple[str, ...] = ()
    """Of a leaf that does not: names of the other texts in which it does."""
    parts: tuple[Clause, ...] = ()


def account(query: Query, document: Document, others: Mapping[str, Document] | None = None) -> Clause:
    """Return the clauses of *query* as the document answers them; *others* are texts, by name, in which a leaf that
    fails may stand."""
    readings = {name: Reading(other) for name, other in (others or {}).items()}
    return _clause(query.tree, _Texts(Reading(document), readings))


def failing(clause: Clause) -> Iterator[Clause]:
    """Yield the leaves that keep a clause from holding; of a NOT the leaves that were there."""
    yield from _decisive(clause, wanted=True)


def holding(clause: Clause) -> Iterator[Clause]:
    """Yield the leaves that make a clause hold; of a NOT the leaves that were not there."""
    yield from _decisive(clause, wanted=False)


def _decisive(clause: Clause, *, wanted: bool) -> Iterator[Clause]:
    if clause.holds is wanted:
        return
    if clause.text == "NOT" and clause.parts:
        yield from _decisive(clause.parts[0], wanted=not wanted)
    elif clause.parts:
        for part in clause.parts:
            yield from _decisive(part, wanted=wanted)
    else:
        yield clause


def failures(query: Query, document: Document) -> int:
    """Return how many leaves keep the query from holding, without seeking what is near."""
    texts = _Texts(Reading(document), {})
    texts.left = 0
    return sum(1 for _ in failing(_clause(query.tree, texts)))


class _Texts:
    """A document's reading, its words as they are written, and the readings of other texts."""

    def __init__(self, reading: Reading, others: Mapping[str, Reading]) -> None:
        self.reading, self.others = reading, others
        self.left = MOST_NEAREST
        """Leaves that fail for which something near is still sought."""
        self._words: dict[str, dict[str, str]] = {}

    def words(self, field: str) -> dict[str, str]:
        """Return the words of a field: how it is written first, by its folded form."""
        if field not in self._words:
            text = self.reading.original(field)
            folded = fold(text)
            places = zip(folded.tokens, folded.starts, folded.ends, strict=True)
            found: dict[str, str] = {}
            for token, start, end in places:
                found.setdefault(token[:LONGEST_WORD], text[start:end])
            self._words[field] = found
        return self._words[field]


def _clause(node: Node, texts: _Texts) -> Clause:
    held = holds(node, texts.reading)
    match node:
        case And(children):
            return Clause(text="all of", holds=held, parts=tuple(_clause(child, texts) for child in children))
        case Or(children):
            return Clause(text="any of", holds=held, parts=tuple(_clause(child, texts) for child in children))
        case Not(child):
            return Clause(text="NOT", holds=held, parts=(_clause(child, texts),))
        case Term() | Near() | Regex() if held:
            return Clause(
                text=written(node), holds=True, told=_where(node, texts), places=_places(node, texts)
            )
        case Term() | Near() | Regex():
            texts.left -= 1
            told, nearest = _failure(node, texts)
            others = (
                ()
                if texts.left < 0
                else tuple(name for name, other in texts.others.items() if holds(node, other))
            )
            return Clause(text=written(node), holds=False, told=told, nearest=nearest, elsewhere=others)
        case _:
            return Clause(text=written(node), holds=held, told=_fact(node, texts.reading.document))


# --- what holds -----------------------------------------------------------------------------------


def _where(node: Node, texts: _Texts) -> str:
    return f"in {_listed(dict.fromkeys(field for field, _, _ in spans_of(node, texts.reading)))}"


def _places(node: Node, texts: _Texts) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for field, start, end in spans_of(node, texts.reading):
        pieces = snippet(texts.reading.original(field), [(start, end)], CONTEXT)
        found.setdefault("".join(piece.text for piece in pieces).strip())
        if len(found) == PLACES:
            break
    return tuple(found)


# --- what does not --------------------------------------------------------------------------------


def _failure(node: Term | Near | Regex, texts: _Texts) -> tuple[str, tuple[str, ...]]:
    """Return why a leaf is not found, and the words nearest to those that are missing."""
    match node:
        case Term():
            return _missing(node, texts)
        case Near():
            return _apart(node, texts)
        case Regex():
            return f"matches nothing in {_listed(node.fields)}", ()


def _missing(term: Term, texts: _Texts) -> tuple[str, tuple[str, ...]]:
    """Return why a term is not found, and the words nearest to those that are missing."""
    looked = _listed(term.fields)
    elsewhere = [
        field for field in TEXT_FIELDS if field not in term.fields and texts.reading.has(term, field)
    ]
    if elsewhere:
        return f"stands in {_listed(elsewhere)}, and only {looked} counts", ()
    if term.cased and (other := _with_other_capitals(term, texts)):
        return f"in {looked}, but not with these capitals", other
    if len(term.tokens) == 1:
        return f"not in {looked}", _nearest(term, term.tokens[0], texts)
    absent = [token for token in term.tokens if not _stands(token, term, texts)]
    if not absent:
        return f"its words are in {looked}, but not in a row", ()
    near = tuple(dict.fromkeys(word for token in absent for word in _nearest(term, token, texts)))
    return f"{', '.join(absent)}: not in {looked}", near[:NEAREST]


def _with_other_capitals(term: Term, texts: _Texts) -> tuple[str, ...]:
    """Return how a term whose capitals count is written in the text."""
    found = spans_of(replace(term, cased=()), texts.reading)
    return tuple(dict.fromkeys(texts.reading.original(field)[start:end] for field, start, end in found))[
        :NEAREST
    ]


def _stands(token: str, term: Term, texts: _Texts) -> bool:
    is_open = term.prefix and token == term.tokens[-1]
    return any(
        (any(word.startswith(token) for word in words) if is_open else token[:LONGEST_WORD] in words)
        for words in (texts.words(field) for field in term.fields)
    )


def _nearest(term: Term, token: str, texts: _Texts) -> tuple[str, ...]:
    """Return the words most like one that is missing: those that begin as it does, then those of like letters."""
    if texts.left < 0:
        return ()
    written_as = {word: form for field in term.fields for word, form in texts.words(field).items()}
    begun = [word for word in written_as if _is_begun(word, token)]
    begun.sort(key=lambda word: (abs(len(word) - len(token)), word))
    alike = difflib.get_close_matches(token[:LONGEST_WORD], written_as, n=NEAREST, cutoff=ALIKE)
    return tuple(dict.fromkeys(written_as[word] for word in (*alike, *begun)))[:NEAREST]


def _is_begun(word: str, token: str) -> bool:
    shorter, longer = sorted((word, token), key=len)
    return len(shorter) >= STEM and longer.startswith(shorter)


def _apart(near: Near, texts: _Texts) -> tuple[str, tuple[str, ...]]:
    """Return why terms are not near each other, and words nearest to a missing one."""
    for term in near.terms:
        if not any(texts.reading.has(term, field) for field in near.fields):
            told, nearest = _missing(_in_fields(term, near.fields), texts)
            return f"{written_term(term)} {told}", nearest
    for field in near.fields:
        if all(texts.reading.has(term, field) for term in near.terms):
            return f"all are in {field}, but with more than {near.distance} words between", ()
    return "all are there, but not in one field", ()


def _in_fields(term: Term, fields: tuple[str, ...]) -> Term:
    return replace(term, fields=fields)


def _fact(node: Node, document: Document) -> str:
    match node:
        case OutletIs():
            return f"the outlet is {document.outlet}"
        case LanguageIs():
            return f"the language is {document.language or 'unknown'}"
        case Since() | Until():
            return f"its day is {document.date:%Y-%m-%d}" if document.date else "it has no day"
        case _:
            return ""


# --- words ----------------------------------------------------------------------------------------


def _listed(fields: Iterable[str]) -> str:
    names = list(fields)
    return " or ".join(names) if names else "the text"
