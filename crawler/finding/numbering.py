"""How a site numbers its articles, learned from their addresses: an ``article_id`` with its evidence. Pure.

Proposals come from what surrounds numbers and hexadecimal ids in the addresses; each is then tried on all of them
with the expression itself. It is taken only when it explains nearly all, gives each article its own id and the same
id when the slug is another. Otherwise the path stays the key, which merges nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.errors import AddressRefused, ConfigError
from crawler.identity import compiled
from crawler.urls import canonical_url, path_and_query, sorted_query

LEAST = 8
"""Addresses from which something can be learned."""
NEARLY_ALL = 0.9
MAX_LINKS = 2_000
"""Addresses looked at."""
SURE_DIGITS = 5
"""Digits of a number that may be an id wherever it stands; shorter ones need their place."""

_NUMBER = re.compile(r"(?<![0-9])[0-9]+(?![0-9])")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?<![0-9a-z])[0-9a-f]{8,40}(?![0-9a-z])", re.IGNORECASE)
_DAY = re.compile(r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """A pattern of article_id and what speaks for it."""

    pattern: str
    matched: int
    """Addresses that it explains,"""
    of: int
    """of so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an id stands in one address."""

    kind: str
    """The class of its characters, as an expression; ``{digits}`` stands for a number."""
    before: tuple[str, ...]
    """The segments in front of its own when it begins one; else empty."""
    left: str
    """What stands directly before it: a separator, with the word that is written before the number."""
    right: str
    digits: int


def learned_numbering(links: Iterable[str], others: Iterable[str] = ()) -> Numbering | None:
    """Return the pattern that gives the ids of articles at *links*, None when no single one explains nearly all.

    *others* are addresses that are known to be no articles; a pattern that hits one is not taken.
    """
    targets = _targets(links)
    if len(targets) < LEAST:
        return None
    foreign = _targets(others)
    places: dict[tuple[str, str, str], list[_Place]] = defaultdict(list)
    for target in targets:
        for key, place in {(p.kind, p.left, p.right): p for p in _places(target)}.items():
            places[key].append(place)
    common = sorted(places.values(), key=lambda found: (-len(found), found[0].left != "/"))
    for found in common[:20]:
        for pattern in _patterns(found):
            matched = _explained(pattern, targets, foreign)
            if matched:
                return Numbering(pattern=pattern, matched=matched, of=len(targets))
    return None


def _targets(links: Iterable[str]) -> list[str]:
    """Return path and query of each address once."""
    found: dict[str, None] = {}
    for link in links:
        try:
            found[sorted_query(path_and_query(canonical_url(link)))] = None
        except AddressRefused:
            continue
        if len(found) >= MAX_LINKS:
            break
    return list(found)


# --- proposals ------------------------------------------------------------------------------------


def _places(target: str) -> Iterable[_Place]:
    for match in _UUID.finditer(target):
        yield _place(target, match, r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    for match in _HEX.finditer(target):
        if re.search(r"\d", match[0]) and re.search(r"[a-f]", match[0], re.IGNORECASE):
            yield _place(target, match, rf"[0-9a-f]{{{len(match[0])}}}")
    for match in _NUMBER.finditer(target):
        yield _place(target, match, "{digits}")


def _place(target: str, match: re.Match[str], kind: str) -> _Place:
    head, tail = target[: match.start()], target[match.end() :]
    word = re.search(r"(?:[/_,.=?&-]|^)([a-z]{0,12})$|()$", head, re.IGNORECASE)
    left = (word[0] if word else "") or head[-1:]
    if left in ("=", "?") and (name := re.search(r"[?&]([a-z_]{1,20})=$", head, re.IGNORECASE)):
        left = f"{name[1]}="
    single = re.search(r"/[a-z]-$", head, re.IGNORECASE)  # dw.com: /en/slug/a-52428669
    left = single[0] if single else left
    extension = re.match(r"\.[a-z]{2,5}(?=/?(?:\?|$))", tail, re.IGNORECASE)
    right = "ext" if extension else "end" if re.match(r"/?(?:\?|$)", tail) else tail[0]
    path = head.partition("?")[0]
    before = tuple(path.strip("/").split("/")) if left == "/" and path != "/" else ()
    return _Place(kind=kind, before=before, left=left, right=right, digits=len(match[0]))


def _patterns(found: Sequence[_Place]) -> Iterable[str]:
    """Return expressions for ids in one place, the narrowest first."""
    first = found[0]
    shortest = min(place.digits for place in found)
    ending = r"(?:\.[a-z]{2,5})?/?(?:\?|$)"
    other = r"(?:\D|$)" if first.kind == "{digits}" else "(?:[^0-9a-f]|$)"
    is_parameter = first.left.endswith("=")
    right = (
        other if is_parameter else {"end": ending, "ext": ending, "/": r"(?:[/?]|$)"}.get(first.right, other)
    )
    if first.left == "/":
        right = r"(?:[/?]|$)" if first.right in ("end", "/") else right
        if lead := _lead(found):
            number = _class(first.kind, r"\d+")
            yield f"^{lead}/({number}){right}"
    if (
        first.kind == "{digits}"
        and shortest < SURE_DIGITS
        and not re.search(r"[a-z]", first.left, re.IGNORECASE)
    ):
        return
    number = _class(first.kind, rf"\d{{{min(shortest, SURE_DIGITS)},}}")
    yield f"{_escaped_left(first.left)}({number}){right}"


def _class(kind: str, digits: str) -> str:
    return digits if kind == "{digits}" else kind


def _escaped_left(left: str) -> str:
    if left.endswith("=") and len(left) > 1:
        return rf"[?&]{re.escape(left)}"
    return re.escape(left).replace(r"\-", "-").replace(r"\,", ",")


def _lead(found: Sequence[_Place]) -> str:
    """Return an expression for the segments before the id's when all addresses have as many and the first is a
    word they share; else ''."""
    if len({len(place.before) for place in found}) != 1 or not found[0].before:
        return ""
    columns = list(zip(*(place.before for place in found), strict=True))
    parts = [_segment(column) for column in columns]
    return "".join(f"/{part}" for part in parts) if re.match(r"[A-Za-z]", parts[0]) else ""


def _segment(column: Sequence[str]) -> str:
    values = set(column)
    if all(_YEAR.fullmatch(value) for value in values):
        return r"\d{4}"
    if all(re.fullmatch(r"\d{1,2}", value) for value in values):
        return r"\d{1,2}"
    if len(values) == 1:
        return re.escape(column[0]).replace(r"\-", "-")
    return "[^/?]+"


# --- proof ----------------------------------------------------------------------------------------


def _explained(pattern: str, targets: Sequence[str], foreign: Sequence[str]) -> int:
    """Return how many addresses the pattern explains; 0 when it is not to be trusted."""
    try:
        expression = compiled(pattern)
    except ConfigError:
        return 0
    hits = [(target, hit) for target in targets if (hit := expression.search(target))]
    if len(hits) < max(LEAST, NEARLY_ALL * len(targets)) or any(map(expression.search, foreign)):
        return 0
    ids = [hit[1].lower() for _, hit in hits]
    if _are_dates(hits, ids) or not _distinct(hits) or not _is_one_series(hits):
        return 0
    if not all(_outlives_its_slug(expression, target, hit) for target, hit in hits):
        return 0
    return len(hits)


def _are_dates(hits: Sequence[tuple[str, re.Match[str]]], ids: Sequence[str]) -> bool:
    """Return whether the ids are days, years, or days and months of a date that is spread over segments: a site of
    one article a day has another one for each."""
    if all(_DAY.fullmatch(each) or _YEAR.fullmatch(each) for each in ids):
        return True
    in_date = (re.search(r"/(?:19|20)\d\d/(?:\w{1,9}/)?$", target[: hit.start(1)]) for target, hit in hits)
    return all(len(each) <= 2 for each in ids) and any(in_date)


def _distinct(hits: Sequence[tuple[str, re.Match[str]]]) -> bool:
    """Return whether each article has its own id. Two addresses share one only when they are the same up to it,
    as slugs of one article are, and that is rare."""
    heads: dict[str, set[str]] = defaultdict(set)
    count = Counter(hit[1].lower() for _, hit in hits)
    for target, hit in hits:
        heads[hit[1].lower()].add(target[: hit.start(1)].lower())
    repeated = sum(number - 1 for number in count.values())
    same = all(len(before) == 1 for before in heads.values())
    return len(count) >= LEAST and same and repeated <= (1 - NEARLY_ALL) * len(hits)


def _is_one_series(hits: Sequence[tuple[str, re.Match[str]]]) -> bool:
    """Return whether numbers below several folders are of one count: of the same size. /news/104 and /video/772104
    are not, and one day the count of the one will reach a number of the other."""
    folders = {target[: hit.start()].lstrip("/").partition("/")[0] for target, hit in hits}
    numbers = [int(hit[1]) for _, hit in hits if hit[1].isdecimal()]
    return len(folders) < 2 or len(numbers) < len(hits) or max(numbers) <= 2 * min(numbers)


def _outlives_its_slug(expression: re.Pattern[str], target: str, hit: re.Match[str]) -> bool:
    """Return whether the id is found again when the words around it are others."""
    start, end = hit.start(), hit.end()
    head, tail = (re.sub(r"[A-Za-z]+", "x", part) for part in (target[:start], target[end:]))
    found = expression.search(head + target[start:end] + tail)
    return found is not None and found[1] == hit[1]
