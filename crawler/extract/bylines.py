"""Who wrote it: names out of JSON-LD, meta elements and byline elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from crawler.extract.blocks import Element, text_of
from crawler.extract.characters import folded, plain
from crawler.extract.head import Head
from crawler.extract.jsonld import LinkedData

_BY = re.compile(
    r"^(?:(?:written|reported|posted|published|story|text|words)\s+)?"
    r"(?:by|von|par|por|di|da|door|av|af|przez|автор|от|نوشته|بقلم)\s*:?\s+|^(?:author|autor|auteur|autore)s?\s*:\s*",
    re.IGNORECASE,
)
_PARTING = re.compile(
    r"\s*[;,|/•·]\s*|\s+(?:and|und|et|y|e|en|og|och|i|и|&|with|mit|avec|con)\s+|\s*\n\s*|\s+for\s+(?=the\b)",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"@|https?:|www\.|\d{2}|\b(?:updated?|published|posted|min(?:ute)?s?|read|staff|editor|editors|correspondent|reporter|"
    r"redaktion|redaktør|redaction|rédaction|redacción|journalist(?:in)?|senior|writer|contributor|newsroom|desk|"
    r"follow|email|share|comments?|columnist|producer|photographer|admin|author|autor|news|associated press|afp|"
    r"reuters|dpa|agenc(?:y|ies)|team|political|chief|bureau)\b",
    re.IGNORECASE,
)
_MARKED = (
    "//*[@rel='author' or contains(concat(' ', @rel, ' '), ' author ')]",
    "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])]",
    "//*[self::a or self::span or self::div or self::p or self::address or self::li]"
    "[contains(@class, 'author-name') or contains(@class, 'authorName') or contains(@class, 'author__name')"
    " or contains(@class, 'byline-name') or contains(@class, 'byline__name')]",
    "//*[self::a or self::span or self::div or self::p or self::address]"
    "[contains(concat(' ', @class, ' '), ' byline ') or contains(concat(' ', @class, ' '), ' author ')]",
)
MAX_NAMES = 12


def article_byline(tree: Element, head: Head, data: LinkedData, sites: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the authors, as printed, without "By", roles, addresses or the site's name."""
    names = [name for name in sites if name]
    meta = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
    witnesses = chain((data.authors, head.every(*meta)), (_marked(tree, path) for path in _MARKED))
    found = next((people for texts in witnesses if (people := _people(texts, names))), [])
    return tuple((found or _stated(data, head))[:MAX_NAMES])


def _stated(data: LinkedData, head: Head) -> list[str]:
    """Return the authors a page states that are no persons: an agency, a desk, the outlet itself."""
    texts = [*data.authors, *head.every("author", "article:author")[:1]]
    names = (_BY.sub("", plain(text)) for text in texts if not text.startswith(("http", "@", "/")))
    return list(dict.fromkeys(name for name in names if 1 < len(name) <= 60))


def _marked(tree: Element, path: str) -> list[str]:
    found = [element for element in tree.xpath(path)[:30] if not _is_in_comments(element)]
    return [text for text in (text_of(element) for element in found[:6]) if len(text) < 200]


def _is_in_comments(element: Element) -> bool:
    """Tell whether a box of readers' comments holds the element: who writes there is no author of the page."""
    labels = (
        f"{box.get('class') or ''} {box.get('id') or ''}"
        for box in element.iterancestors()
        if box.tag not in _WHOLE
    )
    return any(_COMMENTS.search(label) for label in labels)


_COMMENTS = re.compile(
    r"(?:^|\s)comments?(?:[_-]{1,2}(?:list|body|item|section|area|thread|container|wrapper))?(?=\s|$)",
    re.IGNORECASE,
)
_WHOLE = frozenset({"html", "body", "main", "article"})
"""Elements that are the page or the article; their classes say what the page has, not what they are."""


def _people(texts: Iterable[str], sites: list[str]) -> list[str]:
    people: dict[str, str] = {}
    known = {_key(site) for site in sites}
    for text in texts:
        for name in names_in(text):
            if _key(name) not in known:
                people.setdefault(_key(name), name)
    return list(people.values())


def names_in(text: str) -> Iterator[str]:
    """Yield the person names of a byline text: ``By Ann Lee and Bo Ek, Chief Editor`` gives two."""
    text = _BY.sub("", plain(text))
    if text.startswith(("http://", "https://")):
        return
    for part in _PARTING.split(_SUFFIX.sub(r" \1", text)):
        name = _BY.sub("", part).strip(" .-–—()[]*:")
        if _is_name(name):
            yield name


_SUFFIX = re.compile(r",\s+(Jr|Sr|III?|PhD|Ph\.D|MD)\b", re.IGNORECASE)


def _is_name(text: str) -> bool:
    words = text.split()
    if not words or len(words) > 6 or len(text) > 60 or _NOT_A_NAME.search(text):
        return False
    return not text[0].islower() or any(word[:1].isupper() for word in words[1:])


def _key(name: str) -> str:
    return re.sub(r"\W+", "", folded(name))


def printed_byline(lines: list[str], title: str, sites: Iterable[str]) -> tuple[str, ...]:
    """Return the name in a pair of lines like ``Saman Kojouri`` / ``Press TV, Tehran`` under the title."""
    at = next((number for number, line in enumerate(lines) if folded(line) == folded(title)), -1)
    places = [re.compile(re.escape(folded(site)) + r", [\w .'-]{2,30}") for site in sites if site]
    for name, place in pairwise(lines[at + 1 : at + 7] if at >= 0 else []):
        if any(pattern.fullmatch(folded(place)) for pattern in places):
            return tuple(names_in(name))
        last = name.rsplit(", ", 2)
        if len(last) == 3 and any(pattern.fullmatch(folded(", ".join(last[1:]))) for pattern in places):
            return tuple(names_in(last[0]))
    return ()
