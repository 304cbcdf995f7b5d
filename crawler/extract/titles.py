"""Which of a page's titles is the article's, and the title without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import pairwise

from crawler.extract.blocks import Element, text_of
from crawler.extract.characters import folded, plain
from crawler.extract.head import Head
from crawler.extract.jsonld import LinkedData

_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»›:/~]+\s+|\s*[|»ㅣ｜]\s*|\s+::\s+"
    r"|(?<=[\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7a3\uff00-\uff9f])[-–—－_]+(?=\S)"  # scripts that leave no space
)
_WORD = re.compile(r"\w+")
MAX_TITLE = 2000
"""Characters; a longer one is cut."""


def article_title(
    tree: Element, head: Head, data: LinkedData, sites: Iterable[str], ruled: Iterable[str] = ()
) -> str:
    """Return the title of the article, never with a name of *sites* at its ends.

    The h1 is what a reader saw, so it wins when a second witness (JSON-LD, og:title, title) agrees with
    it; of an h1 whose kicker is an element of its own the rest, if JSON-LD or og:title states just that.
    Without agreement the witnesses are asked in that order. *ruled* are the texts that an outlet's
    rules point to: they stand for the h1, and the first of them wins without a witness too.
    """
    names = [name for name in sites if name]
    ends = [*names, *_sections(head, data)]
    witnesses = [text[:MAX_TITLE] for text in (data.headline, *_shared(head), head.title)]
    witnesses = [_without_section(without_site(text, names), ends) for text in witnesses if text]
    witnesses = [text for text in witnesses if text and not _is_site(text, names)]
    told = [text for text in (without_site(text, names) for text in ruled) if not _is_site(text, names)]
    sure = {folded(text[:MAX_TITLE]) for text in (data.headline, head.first("og:title"))}
    printed = (_without_section(text, ends) for text in _headlines(tree, sure))
    headlines = told or [text for text in printed if not _is_site(text, names)]
    best = _best_headline(headlines, witnesses)
    chosen = best or next(iter(told), "") or _whole(witnesses) or next(iter(headlines), "")
    return chosen[:MAX_TITLE]


def _sections(head: Head, data: LinkedData) -> list[str]:
    return [*_GENRES, *filter(None, (data.section, head.first("article:section", "section")))]


_GENRES = (
    "Opinion",
    "Editorial",
    "Analysis",
    "Letters",
    "Commentary",
    "Kommentar",
    "Opinión",
    "Opinião",
    "Blog",
)
"""Kinds of article that stand behind a bar in headlines."""


def _without_section(title: str, sections: Iterable[str]) -> str:
    """Return *title* without a section's name behind a bar: ``A life in lists | Opinion``."""
    front, bar, end = title.rpartition(" | ")
    return front.strip() if bar and _squeezed(end) in {_squeezed(name) for name in sections} else title


def _whole(witnesses: list[str]) -> str:
    """Return the first witness, or one that goes on where it ends before a quotation mark: attributes are cut there."""
    first = next(iter(witnesses), "")
    longer = (text for text in witnesses if text.startswith(f'{first} "') and len(text) > len(first) + 2)
    return next(longer, first)


def _shared(head: Head) -> list[str]:
    return [
        head.first("og:title"),
        head.first("twitter:title"),
        head.first("dc.title", "title", "sailthru.title"),
    ]


def _headlines(tree: Element, sure: set[str]) -> list[str]:
    """Return the texts of the h1 elements, those marked as headline first; without h1 the marked ones.

    Of an h1 in parts the part that is one of the *sure* titles (folded).
    """
    marked = tree.xpath(
        "//@itemprop[. = 'headline']/parent::*[self::h1 or self::h2 or self::h3 or self::div or self::span]"
    )
    found = []
    for element in [*marked[:3], *list(tree.iter("h1"))[:8]]:
        parts = [part for part in (plain(text[:MAX_TITLE]) for text in element.itertext()) if part]
        exact = [part for part in parts if folded(part) in sure and len(part.split()) >= _FEW_WORDS]
        found.append(exact[0] if exact and len(parts) > 1 else _spaced(element))
    return list(dict.fromkeys(text for text in found if text))


_FEW_WORDS = 3


def _spaced(element: Element) -> str:
    """Return the text of a headline, its parts with a space where the style sheet would part them: ``Our viewWhy we
    march`` from two elements that touch."""
    text = text_of(element)
    if not len(element):
        return text
    for left, right in pairwise(part for part in element.itertext() if part.strip()):
        if left[-1:].islower() and right[:1].isupper() and len(plain(right)) > 1:
            glued = plain(left[-_SEAM:]) + plain(right[:_SEAM])
            text = text.replace(glued, f"{plain(left[-_SEAM:])} {plain(right[:_SEAM])}", 1)
    return text


_SEAM = 8
"""Characters on each side that tell a seam."""


def _best_headline(headlines: list[str], witnesses: list[str]) -> str:
    """Return the h1 that agrees best with a witness, or the only one when there is no witness."""
    if not witnesses:
        return headlines[0] if len(headlines) == 1 else ""
    scored = [
        (max(_agreement(text, witness) for witness in witnesses), -i, text)
        for i, text in enumerate(headlines)
    ]
    if not scored:
        return ""
    score, _, text = max(scored)
    return text if score >= 0.45 else ""


def _agreement(a: str, b: str) -> float:
    a, b = folded(a), folded(b)
    if a == b:
        return 1.0
    words_a, words_b = set(_WORD.findall(a)), set(_WORD.findall(b))
    shorter = min(len(words_a), len(words_b))
    if shorter == 0:
        return 0.0
    shared = len(words_a & words_b) / shorter
    if shorter < 3:  # one word in common proves nothing unless it is nearly all there is
        return shared * SequenceMatcher(None, a, b).ratio()
    return shared


def without_site(title: str, sites: Iterable[str]) -> str:
    """Return *title* without a site name that a separator parts from it, at the end or at the start.

    ``Putin visits two regions - PressTV`` and ``PressTV-Putin visits two regions`` lose it; ``Press TV's
    news headlines`` has no separator and stays.
    """
    names = {_squeezed(name) for name in sites} - {""}
    text = plain(title)
    for _ in range(3):
        shorter = _without_tail(text, names) or _without_front(text, names)
        if not shorter:
            return text
        text = shorter
    return text


def _without_tail(text: str, names: set[str]) -> str:
    for match in reversed(list(_SEPARATOR.finditer(text))):
        if match.start() and _squeezed(text[match.end() :]) in names:
            return text[: match.start()].strip()
    return ""


def _without_front(text: str, names: set[str]) -> str:
    match = _SEPARATOR.search(text) or re.search(r"\s*[-–—|]\s*", text)
    first = re.match(r"([^-–—|:]{2,40})\s*[-–—|]\s*(?=\S)", text)
    for found_end, front in (
        (match.end(), text[: match.start()]) if match else (0, ""),
        (first.end(), first.group(1)) if first else (0, ""),
    ):
        if front and _squeezed(front) in names:
            return text[found_end:].strip()
    return ""


def _squeezed(name: str) -> str:
    """Return a name for comparing: ``Press TV``, ``PressTV`` and ``presstv`` are one."""
    return "".join(_WORD.findall(folded(name)))


def _is_site(text: str, names: Iterable[str]) -> bool:
    return _squeezed(text) in {_squeezed(name) for name in names}
