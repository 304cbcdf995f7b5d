"""What the article addresses of an outlet look like, learned from those that led to articles. Pure.

An address is taken apart into segments, each of a class: a year, a number, a day, a code, words with a number,
words. Addresses of the same classes are one shape. A shape counts when enough known articles have it; all shapes
together count when they cover nearly all known articles, and none of them fits a list that the outlet declares.
Folders that hardly vary stay as they are; the number of words in a headline's slug has a lower bound.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from crawler.urls import path_and_query

LEAST_KNOWN = 20
"""Known articles below which nothing is learned."""
LEAST_OF_SHAPE = 5
"""Known articles of one shape."""
LEAST_COVERED = 0.8
"""Share of the known articles that the shapes must cover."""
MOST_FOLDERS = 40
"""Different values of one folder; with more it is free text."""
FEW_NEW = 0.2
"""Share of the values of a folder that were met only once, from which on new ones are expected."""
_TELLING_WORDS = 3
"""Words of a slug that no list has."""
_DAY = re.compile(r"(?:19|20)\d\d[-_]?(?:0[1-9]|1[0-2])[-_]?(?:0[1-9]|[12]\d|3[01])")
_WORDS_AND_NUMBER = re.compile(r"(?=.*[^\W\d])(?:\d{4,}[-_.,].*|.*[-_.,](?:[a-z]{0,3})\d{4,})", re.IGNORECASE)
_CODE = re.compile(r"(?=(?:\D*\d){2})(?=.*[a-z])[a-z0-9]{6,}", re.IGNORECASE)
_ENDING = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_STRONG = frozenset({"day", "number", "code", "words+number"})
"""Classes that lists rarely have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One segment of a path, or one parameter of a query, over all addresses of a shape."""

    kind: str
    """year, two (a number of one or two digits), number, day, code, words+number or words."""
    shortest: int = 0
    longest: int = 0
    """Of a number and a code: characters."""
    values: frozenset[str] = frozenset()
    """Of words: all that were met, when they are few. Empty: free text."""
    is_open: bool = True
    """Of words: values that were not met yet are expected."""
    least_words: int = 1
    """Of free words: words of the shortest slug, rare short ones left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What addresses of one kind of article have in common."""

    signature: tuple[str, ...]
    """Classes of the segments, the ending, and the names of the parameters."""
    parts: tuple[Part, ...]
    seen: int
    """Known articles of this shape."""


def learned_shapes(addresses: Iterable[str], lists: Iterable[str] = ()) -> tuple[Shape, ...]:
    """Return the shapes of an outlet's articles; empty when the known addresses (canonical, each of another
    article) do not tell. *lists*: addresses that are none, such as its section pages."""
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    total = 0
    for address in dict.fromkeys(addresses):
        signature, values = _taken_apart(address)
        groups[signature].append(values)
        total += 1
    if total < LEAST_KNOWN:
        return ()
    found = [_shape(*each) for each in groups.items() if len(each[1]) >= LEAST_OF_SHAPE]
    declared = list(lists)
    shapes = [shape for shape in found if is_telling(shape) and not any(fits((shape,), a) for a in declared)]
    covered = sum(shape.seen for shape in shapes)
    return tuple(sorted(shapes, key=lambda shape: -shape.seen)) if covered >= LEAST_COVERED * total else ()


def fits(shapes: Sequence[Shape], address: str) -> bool:
    """Return whether a canonical address has one of the shapes."""
    signature, values = _taken_apart(address)
    return any(
        shape.signature == signature
        and all(map(_part_fits, shape.parts, values))
        and _is_known_enough(shape, values)
        for shape in shapes
    )


def is_telling(shape: Shape) -> bool:
    """Return whether a shape tells articles from lists: by a number, a day, a code or a slug of many words."""
    return _has_strong(shape.parts) or any(
        part.kind == "words" and not part.values and part.least_words >= _TELLING_WORDS
        for part in shape.parts
    )


def _is_known_enough(shape: Shape, values: tuple[str, ...]) -> bool:
    """Refuse an address that is new in more than one folder at once."""
    new = sum(
        1
        for part, value in zip(shape.parts, values, strict=True)
        if part.kind == "words" and part.values and value not in part.values
    )
    return new <= 1


def _part_fits(part: Part, value: str) -> bool:
    if part.kind in ("number", "code"):
        return part.shortest - 1 <= len(value) <= part.longest + 1
    if part.kind != "words":
        return True
    if part.values:
        return part.is_open or value in part.values
    return _words(value) >= part.least_words


def _has_strong(parts: Sequence[Part]) -> bool:
    """Return whether a part has what lists rarely have: a number, a day, a code, or year and month in folders."""
    kinds = [part.kind for part in parts]
    return ("year", "two") in pairwise(kinds) or any(
        part.kind in _STRONG and (part.kind != "number" or part.longest >= 4) for part in parts
    )


# --- taking apart ---------------------------------------------------------------------------------


def _taken_apart(address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return classes and values of the segments and parameters of a canonical address."""
    path, _, query = path_and_query(address).lower().partition("?")
    segments = [segment for segment in path.split("/") if segment]
    ending = _ENDING.search(segments[-1]) if segments else None
    if ending:
        segments[-1] = segments[-1][: ending.start()]
    values, signature = list(segments), [_kind(segment) for segment in segments]
    signature.append(ending[0] if ending else "/" if path.endswith("/") and segments else "")
    for pair in sorted(filter(None, query.split("&"))):
        name, _, value = pair.partition("=")
        signature.append(f"{name}={_kind(value)}")
        values.append(value)
    return tuple(signature), tuple(values)


def _kind(text: str) -> str:
    if text.isdecimal():
        if len(text) <= 2:
            return "two"
        if len(text) == 4 and text[:2] in ("19", "20"):
            return "year"
        return "day" if len(text) == 8 and _DAY.fullmatch(text) else "number"
    if _DAY.fullmatch(text):
        return "day"
    if _WORDS_AND_NUMBER.fullmatch(text):
        return "words+number"
    return "code" if _CODE.fullmatch(text) else "words"


def _words(text: str) -> int:
    return len([word for word in re.split(r"[-_+,. ]|%20", text) if word])


def _shape(signature: tuple[str, ...], rows: list[tuple[str, ...]]) -> Shape:
    kinds = [_kind_of_name(name) for name in signature if _kind_of_name(name)]
    columns = list(zip(*rows, strict=True))
    parts = tuple(_part(kind, column) for kind, column in zip(kinds, columns, strict=True))
    if _has_strong(parts):  # a new section of the outlet is expected
        parts = tuple(replace(part, is_open=part.is_open or len(part.values) > 1) for part in parts)
    return Shape(signature=signature, parts=parts, seen=len(rows))


def _kind_of_name(name: str) -> str:
    """Return the class in a part of a signature; '' for the ending."""
    if name in ("", "/") or name.startswith("."):
        return ""
    return name.rpartition("=")[2] if "=" in name else name


def _part(kind: str, column: tuple[str, ...]) -> Part:
    if kind in ("number", "code"):
        lengths = [len(value) for value in column]
        return Part(kind=kind, shortest=min(lengths), longest=max(lengths))
    if kind != "words":
        return Part(kind=kind)
    counts = Counter(column)
    if len(counts) <= min(MOST_FOLDERS, len(column) // 2):
        once = sum(1 for count in counts.values() if count == 1)
        return Part(
            kind=kind, values=frozenset(counts), is_open=len(counts) > 1 and once / len(counts) >= FEW_NEW
        )
    ordered = sorted(map(_words, column))
    return Part(kind=kind, least_words=max(1, ordered[len(ordered) // 20]))
