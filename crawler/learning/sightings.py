"""Where lines recur over the pages of an outlet: at the edge of the text, or within it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.items import Place, TextPage
from crawler.learning.signatures import signature

RECUR_PAGES, RECUR_DAYS = 3, 2
"""Pages, and days of these, on which a line must stand to be looked at."""
_ROUNDS = 6
"""Rounds in which lines that turn out to be text leave the template; four were the most that any corpus took."""
_AT_EDGE = 0.5
"""Share of its pages from which a line counts as part of the template while others are judged by it."""


@dataclass(slots=True, kw_only=True)
class Recurring:
    """One line and the pages that have it, by their numbers among the pages looked at."""

    signature: str
    pages: list[int] = field(default_factory=list)
    variants: Counter[str] = field(default_factory=Counter)
    head: set[int] = field(default_factory=set)
    tail: set[int] = field(default_factory=set)
    middle: set[int] = field(default_factory=set)
    rails: set[int] = field(default_factory=set)
    """Pages on which headlines of other articles follow at once."""

    @property
    def place(self) -> Place:
        """Where it mostly stands."""
        edge = max(len(self.head), len(self.tail))
        if edge < _AT_EDGE * len(self.pages):
            return "line"
        return "head" if len(self.head) > len(self.tail) else "tail"


def by_story(pages: Iterable[TextPage]) -> list[TextPage]:
    """Return one page of each story, the latest, in the order of their days: a text under many keys is one witness."""
    latest = {page.story_id: page for page in sorted(pages, key=lambda page: page.article_id)}
    return sorted(latest.values(), key=lambda page: (page.day, page.article_id))


def recurring(pages: Sequence[TextPage], titles: Collection[str]) -> dict[str, Recurring]:
    """Return the lines that recur, by signature, with where they stand. *titles*: signatures of the outlet's
    headlines; a headline of another article is no line of the template, though a rail has it."""
    found: dict[str, Recurring] = {}
    signatures = [[signature(line) for line in page.lines] for page in pages]
    loose = [{signature(line) for line in page.loose} - {""} for page in pages]
    days: defaultdict[str, set[object]] = defaultdict(set)
    for number, (page, signs) in enumerate(zip(pages, signatures, strict=True)):
        for sign in dict.fromkeys((*signs, *loose[number])):
            if sign and sign not in titles and sign != signature(page.title):
                found.setdefault(sign, Recurring(signature=sign)).pages.append(number)
                days[sign].add(page.day)
    found = {
        sign: line
        for sign, line in found.items()
        if len(line.pages) >= RECUR_PAGES and len(days[sign]) >= RECUR_DAYS
    }
    for page, signs in zip(pages, signatures, strict=True):
        for line, sign in zip(page.lines, signs, strict=True):
            if sign in found:
                found[sign].variants[line] += 1
    for page in pages:
        for line in page.loose:
            if signature(line) in found:
                found[signature(line)].variants[line] += 1
    _place(found, signatures, titles)
    return found


def _place(found: dict[str, Recurring], signatures: Sequence[Sequence[str]], titles: Collection[str]) -> None:
    """Find the place of each line. What stands within texts is no template, so lines beyond which only it stands
    do not stand at the edge either: repeated until nothing changes."""
    template = set(found)
    for _ in range(_ROUNDS):
        for line in found.values():
            for seen in (line.head, line.tail, line.middle, line.rails):
                seen.clear()
        for number, signs in enumerate(signatures):
            _sight(found, number, signs, template, titles)
        left = {sign for sign in template if found[sign].place != "line"}
        if left == template:
            return
        template = left


def _sight(
    found: dict[str, Recurring],
    number: int,
    signs: Sequence[str],
    template: set[str],
    titles: Collection[str],
) -> None:
    """Write down where each recurring line of one page stands."""
    head, tail = edges(signs, template, titles)
    if head > tail:
        return  # nothing but template: it tells nothing of places
    for place, sign in enumerate(signs):
        line = found.get(sign)
        if line is None:
            continue
        seen = line.head if place < head else line.tail if place > tail else line.middle
        seen.add(number)
        if place > tail and place + 1 < len(signs) and _is_other(signs[place + 1], template, titles):
            line.rails.add(number)


def edges(signs: Sequence[str], template: Collection[str], titles: Collection[str]) -> tuple[int, int]:
    """Return the numbers of the first and the last line of the text proper. Headlines of other articles belong to
    the edge behind it when a line of the template stands before them."""
    head = 0
    while head < len(signs) and signs[head] in template:
        head += 1
    tail = place = len(signs) - 1
    while place >= 0 and (signs[place] in template or signs[place] in titles):
        if signs[place] in template:
            tail = place - 1
        place -= 1
    return head, tail


def _is_other(sign: str, template: Collection[str], titles: Collection[str]) -> bool:
    return sign in titles and sign not in template


def blocks(found: Collection[Recurring], signatures: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return for each line the first line of the block in which it mostly stands; itself when it stands alone."""
    followers = _followers({line.signature: line for line in found}, signatures)
    first: dict[str, str] = {}
    for line in found:
        sign, seen = line.signature, {line.signature}
        while (before := followers.get(sign)) and before not in seen:
            sign = before
            seen.add(sign)
        first[line.signature] = sign
    return first


_TOGETHER = 0.8
"""Share of the pages of both from which two neighbours are one block."""


def _followers(found: dict[str, Recurring], signatures: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return for each line the one that stands right before it on nearly all pages of both."""
    pairs: Counter[tuple[str, str]] = Counter()
    for signs in signatures:
        pairs.update({pair for pair in pairwise(signs) if pair[0] in found and pair[1] in found})
    return {
        after: before
        for (before, after), count in sorted(pairs.items(), key=lambda each: each[1])
        if count >= _TOGETHER * max(len(found[before].pages), len(found[after].pages))
    }
